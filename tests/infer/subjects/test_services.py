"""Device services: the listed ones, with the commands that were accepted."""

from infer_samples import mapping_of

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.start import start_of
from wwanreplay.protocol import PROTOCOL

GUID = "12345678-9abc-def0-1122-334455667788"


def event(guid: str, request_id: int = 0) -> Event:
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT").number or 0
    fields = {"Event.DeviceServiceGuid": guid, "Event.EventID": 3, "Event.uDataSize": 0}
    return Event(Kind.KIND_INDICATION, 5, request_id=request_id, code=code, fields=fields)


def test_a_service_that_reports_is_there() -> None:
    (service,) = mapping_of(event(GUID))["services"]
    assert (service["events"], service["commands"]) == (1, [])


def test_an_event_before_any_subscription_shows_one() -> None:
    mapping = mapping_of(event(GUID))
    subscribed = start_of([event(GUID)], mapping)
    row = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION")
    code = PROTOCOL.oid("OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS").number or 0
    request = Event(Kind.KIND_SET, 1, request_id=1, code=code)
    fields = {"uStatus": 0}
    done = Event(Kind.KIND_INDICATION, 2, request_id=1, code=row.number or 0, fields=fields)
    assert start_of([request, done, event(GUID)], mapping) != subscribed
    assert start_of([event(GUID), request, done], mapping) == subscribed


def test_what_is_no_guid_is_no_service() -> None:
    assert "services" not in mapping_of(event("none"))
