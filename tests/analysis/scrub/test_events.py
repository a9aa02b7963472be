"""Personal places of the payloads of events, in either namespace."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.scrub.events import event_places
from wwanreplay.analysis.scrub.places import PersonalSpan
from wwanreplay.mbim import codec
from wwanreplay.mbim.tables import BASIC_CONNECT, command_code
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode


def test_an_unknown_oid_is_a_place_as_a_whole() -> None:
    event = Event(Kind.KIND_SET, 0, code=0xFF0A0B0C, payload=b"whatever")
    assert event_places(event) == [PersonalSpan(0, 8, "octets", "undescribed bytes", "content")]


def test_the_times_of_a_clock_record_stay_and_other_bytes_of_it_do_not() -> None:
    for code, size in ((1, 8), (2, 16)):
        assert event_places(Event(Kind.KIND_CLOCK, 0, code=code, payload=bytes(range(size)))) == []
    for kind in (Kind.KIND_CLOCK, Kind.KIND_LIFECYCLE):
        (place,) = event_places(Event(kind, 0, code=1, payload=bytes(range(9))))
        assert (place.offset, place.size) == (0, 9)
        assert event_places(Event(kind, 0, code=1)) == []


def ready(**values):
    return Event(
        Kind.KIND_INDICATION,
        0,
        code=PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number,
        payload=encode("NDIS_WWAN_READY_INFO", {"ReadyInfo": values}),
    )


def test_the_places_of_a_structure_hold_its_personal_values() -> None:
    event = ready(SubscriberId="262011234567890", SimIccId="8949")
    texts = {
        event.payload[place.offset : place.end].decode("utf-16-le").strip("\0")
        for place in event_places(event)
        if place.form == "utf-16"
    }
    assert {"262011234567890", "8949"} <= texts


def test_the_two_namespaces_find_the_same_value() -> None:
    values = {"PinType": 2, "PinOperation": 0, "Pin": "9374"}
    mbim = Event(
        Kind.KIND_SET,
        0,
        code=command_code(BASIC_CONNECT, 4),
        namespace=Namespace.NAMESPACE_MBIM,
        request_id=1,
        payload=codec.encode(BASIC_CONNECT, 4, "set", values),
    )
    found = [mbim.payload[place.offset : place.end] for place in event_places(mbim)]
    assert any(part.decode("utf-16-le", "replace").startswith("9374") for part in found)


def test_a_kind_that_carries_no_buffer_of_mbim_is_a_place_as_a_whole() -> None:
    event = Event(
        Kind.KIND_STIMULUS, 0, code=command_code(BASIC_CONNECT, 4),
        namespace=Namespace.NAMESPACE_MBIM, payload=b"whatever",
    )  # fmt: skip
    (place,) = event_places(event)
    assert (place.offset, place.size, place.form) == (0, 8, "octets")


@given(
    st.sampled_from([Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_COMPLETION, Kind.KIND_INDICATION]),
    st.sampled_from(
        [Namespace.NAMESPACE_OID, Namespace.NAMESPACE_NDIS_STATUS, Namespace.NAMESPACE_MBIM]
    ),
    st.sampled_from(
        [*PROTOCOL.oid_by_number, *PROTOCOL.indication_by_number, command_code(BASIC_CONNECT, 4)]
    ),
    st.binary(max_size=80),
)
def test_places_of_any_payload_are_within_it(
    kind: Kind, namespace: Namespace, code: int, data: bytes
) -> None:
    event = Event(kind, 0, code=code, namespace=namespace, payload=data)
    for place in event_places(event):
        assert 0 <= place.offset <= place.end <= len(data)
    assert event_places(event.replace(payload=b"")) == []
