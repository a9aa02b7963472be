"""The contexts of a host: which end with OPEN, and which one a query is for."""

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.codec import encode
from wwanreplay.replay.contexts import CONNECT, HostContexts, session_of

WIRE = Event(Kind.KIND_WIRE, 90, payload=bytes(12), index=7)


def connect(session, command):
    state = {"ConnectionId": session, "ActivationCommand": command}
    payload = encode("NDIS_WWAN_SET_CONTEXT_STATE", {"SetContextState": state}, revision=2)
    return Event(Kind.KIND_SET, 1, code=CONNECT, request_id=session + 1, payload=payload)


def test_contexts_that_are_active_end_each_by_an_order_of_its_own():
    contexts = HostContexts()
    for request in (connect(1, 1), connect(2, 1), connect(3, 1), connect(2, 0)):
        contexts.note(request)
    orders = contexts.ended(WIRE)
    assert [order.payload for order in orders] == [connect(1, 0).payload, connect(3, 0).payload]
    assert all((order.kind, order.time_ns) == (Kind.KIND_SET, 90) for order in orders)
    assert len({order.request_id for order in orders}) == 2
    assert contexts.ended(WIRE) == []


def test_a_context_is_known_when_the_host_names_one():
    contexts = HostContexts()
    contexts.note(Event(Kind.KIND_QUERY, 1, code=CONNECT + 1))
    assert not contexts.is_known
    contexts.note(Event(Kind.KIND_QUERY, 1, code=CONNECT))
    assert contexts.is_known


def test_bytes_that_are_no_request_name_no_context():
    contexts = HostContexts()
    contexts.note(connect(1, 1).replace(payload=b"\0\1"))
    assert contexts.ended(WIRE) == []


def test_a_query_is_for_the_context_of_its_members_or_its_message():
    query = Event(Kind.KIND_QUERY, 1, code=CONNECT)
    assert session_of(query, None) is None
    assert session_of(query.replace(fields={"ContextState.ConnectionId": 4}), None) == 4
    assert session_of(query, WIRE) is None, "a message too short for a context"
