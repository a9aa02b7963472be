"""Links: the fastest one is that of the profile, and one is up where a context is."""

from infer_samples import mapping_of, query, report, state_before

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL


def link(speed: int, *, is_up: bool = True) -> Event:
    code = PROTOCOL.indication("NDIS_STATUS_LINK_STATE").number or 0
    fields = {
        "MediaConnectState": 1 if is_up else 2,
        "XmitLinkSpeed": speed,
        "RcvLinkSpeed": 2 * speed,
    }
    return Event(Kind.KIND_INDICATION, 5, code=code, fields=fields)


def test_the_fastest_link_counts() -> None:
    mapping = mapping_of(link(1000), link(7000), link(3000), link(9000, is_up=False))
    assert (mapping["link_speed_up"], mapping["link_speed_down"]) == (7000, 14000)


def test_a_link_is_down_where_a_query_completes_so() -> None:
    code = PROTOCOL.oid("OID_GEN_LINK_STATE").number or 0
    active = {"ContextState.ConnectionId": 4, "ContextState.ActivationState": 1}
    events = [query("CONNECT", 1), report("CONTEXT_STATE", active, 2, 1)]
    assert state_before(*events)["ports"][0]["link_connected"]
    down = Event(Kind.KIND_COMPLETION, 3, request_id=2, code=code, fields={"MediaConnectState": 2})
    asked_for = Event(Kind.KIND_QUERY, 3, request_id=2, code=code)
    assert not state_before(*events, asked_for, down)["ports"][0]["link_connected"]
