"""Stored contexts: the first report that is none of a set has them."""

from infer_samples import mapping_of, query

from wwanreplay._core import PROVISIONED_COUNT_MAX, Event, Kind
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.protocol import PROTOCOL


def stored(request_id: int, *ids: int) -> Event:
    row = PROTOCOL.indication("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS")
    fields: dict = {"uStatus": 0}
    for position, number in enumerate(ids):
        fields |= {
            f"Elements[{position}].basicInfo.ContextId": number,
            f"Elements[{position}].basicInfo.AccessString": f"net{number}.example",
            f"Elements[{position}].Enable": number % 2,
        }
    return Event(
        Kind.KIND_INDICATION, 5, request_id=request_id, code=row.number or 0, fields=fields
    )


def test_the_first_report_counts() -> None:
    events = (query("PROVISIONED_CONTEXTS", 1), stored(1, 1, 2), stored(1, 3))
    rows = mapping_of(*events)["provisioned"]
    assert [(row["context_id"], row["access_string"], row["disabled"]) for row in rows] == [
        (1, "net1.example", 0),
        (2, "net2.example", 1),
    ]


def test_what_a_set_stored_was_not_there_before() -> None:
    code = PROTOCOL.oid("OID_WWAN_PROVISIONED_CONTEXTS").number or 0
    request = Event(Kind.KIND_SET, 0, request_id=1, code=code)
    assert "provisioned" not in mapping_of(request, stored(1, 1))


def test_there_is_no_more_than_the_device_has_room_for() -> None:
    profile = profile_of([query("PROVISIONED_CONTEXTS", 1), stored(1, *range(40))])
    assert len(profile.mapping["provisioned"]) == PROVISIONED_COUNT_MAX
    assert (
        f"context: 40 are reported, the device has room for {PROVISIONED_COUNT_MAX}"
        in profile.assumed
    )
