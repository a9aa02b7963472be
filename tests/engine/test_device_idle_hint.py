"""OID_WWAN_NETWORK_IDLE_HINT: a hint that is kept, and that MBIM can query."""

import pytest
from device_host import Host, status

from wwanreplay._core import Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode

OID = "OID_WWAN_NETWORK_IDLE_HINT"
CID = 21


def new_host(**changes):
    return Host(supported=[PROTOCOL.oid(OID).number], **changes)


def hint(enabled, size=8):
    whole = encode("NDIS_WWAN_NETWORK_IDLE_HINT", {"IdleHint": {"IsEnabled": enabled}})
    return whole[:2] + size.to_bytes(2, "little") + whole[4:size]


def state(host):
    answer = host.mbim(CID)
    assert answer.status == 0
    return int.from_bytes(answer.payload, "little")


def give(host, payload):
    """The statuses and read bytes of the completions of a set."""
    outputs = host.send(Kind.KIND_SET, OID, payload) + host.run()
    assert {event.kind for event in outputs} == {Kind.KIND_COMPLETION}
    return [(event.status, event.bytes) for event in outputs]


@pytest.mark.parametrize("size", [6, 8])
def test_a_set_is_answered_provisionally_and_completed_later(size):
    host = new_host()
    assert state(host) == 0
    for enabled in (1, 0):
        required, done = give(host, hint(enabled, size))
        assert required[0] == status("NDIS_STATUS_INDICATION_REQUIRED")
        assert done == (status("NDIS_STATUS_SUCCESS"), size)
        assert state(host) == enabled


def test_queries_are_no_operation_of_the_oid():
    refusal = new_host().refused(Kind.KIND_QUERY, OID)
    assert refusal == status("NDIS_STATUS_NOT_SUPPORTED")


def test_the_hint_lives_through_sleep():
    host = new_host()
    give(host, hint(1))
    host.power("D3")
    host.power("D0")
    assert state(host) == 1


def test_power_that_is_cut_fails_the_set():
    host = new_host()
    host.stimulus("latency", Operation=0, Count=1, DelayNs=10**10, CompletionDelayNs=1)
    host.send(Kind.KIND_SET, OID, hint(1))
    host.run(10**9)
    failed = [event.status for event in host.power("D3") if event.code == PROTOCOL.oid(OID).number]
    assert failed == [status("NDIS_STATUS_FAILURE")]
    host.power("D0")
    assert state(host) == 0


def test_only_devices_whose_profile_names_it_have_it():
    assert Host().refused(Kind.KIND_SET, OID, hint(1)) == status("NDIS_STATUS_NOT_SUPPORTED")
    assert Host().mbim(CID).status != 0
