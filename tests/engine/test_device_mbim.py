"""Queries in the MBIM namespace: one completion each, the InformationBuffer to the byte."""

import struct

import pytest
from device_host import IPV4, IPV6, MS, SECOND, Host

from wwanreplay._core import Event, Kind, Namespace

IP_CONFIGURATION = 15
PACKET_STATISTICS = 20


def question(session_id=0):
    return struct.pack("<I", session_id).ljust(60, b"\0")


def test_both_address_families_follow_the_fixed_part_in_order():
    host = Host()
    host.up(4)
    answer = host.mbim(IP_CONFIGURATION, question(4))
    assert answer.status == 0
    assert struct.unpack_from("<15I", answer.payload) == (
        4, 15, 15, 1, 60, 1, 68, 88, 92, 1, 108, 1, 112, 1500, 1500,
    )  # fmt: skip
    assert answer.payload[60:] == b"".join(
        [
            struct.pack("<I", 24) + IPV4["ipv4_address"],
            struct.pack("<I", 64) + IPV6["ipv6_address"],
            IPV4["ipv4_gateway"],
            IPV6["ipv6_gateway"],
            IPV4["ipv4_dns"],
            IPV6["ipv6_dns"],
        ]
    )


def test_only_the_granted_family_is_configured():
    host = Host(addresses=[{**IPV4, "ipv4_gateway": b""}])
    host.up(0)
    answer = host.mbim(IP_CONFIGURATION, question(0))
    assert struct.unpack_from("<15I", answer.payload) == (
        0, 13, 0, 1, 60, 0, 0, 0, 0, 1, 68, 0, 0, 1500, 0,
    )  # fmt: skip
    assert len(answer.payload) == 72


def test_the_session_must_be_an_active_context_of_the_port():
    host = Host(port_count=2)
    host.up(4, port=1)
    assert host.mbim(IP_CONFIGURATION, question(4)).status == 16
    assert host.mbim(IP_CONFIGURATION, question(5), port=1).status == 16
    assert host.mbim(IP_CONFIGURATION, b"").status == 21
    assert host.mbim(IP_CONFIGURATION, question(4), port=1).status == 0
    assert host.mbim(IP_CONFIGURATION, question(4), port=2).status == 21


def test_the_counters_of_the_port_are_reported():
    host = Host(port_count=2)
    counters = [1 << 40, 2, 3 << 40, 4, 5, 6, 7, (1 << 32) + 8]
    host.stimulus("traffic", struct.pack("<8Q", *counters), port=1)
    answer = host.mbim(PACKET_STATISTICS, port=1)
    assert answer.payload == struct.pack("<IIQQQQII", 7, 5, 1 << 40, 2, 3 << 40, 4, 6, 8)
    assert host.mbim(PACKET_STATISTICS).payload == bytes(48)


@pytest.mark.parametrize(("service", "cid"), [(1, 14), (1, 0), (2, 15), (0, 20), (255, 20)])
def test_messages_the_device_does_not_know_have_no_support(service, cid):
    answer = Host().mbim(cid, question(), service=service)
    assert (answer.status, answer.payload) == (9, b"")


def test_these_messages_cannot_be_set():
    for cid in (IP_CONFIGURATION, PACKET_STATISTICS):
        assert Host().mbim(cid, question(), kind=Kind.KIND_SET).status == 9


def test_the_answer_takes_the_completion_latency_and_names_its_request():
    host = Host(completion_latency_ns=(3 * MS, 0))
    before_ns = host.engine.now_ns
    answer = host.mbim(PACKET_STATISTICS)
    assert answer.time_ns == before_ns + 3 * MS
    assert answer.cause == host.request_id


def test_the_latency_stimulus_for_all_moves_the_answer():
    host = Host()
    host.stimulus("latency", Operation=0, Count=1, DelayNs=2 * SECOND, CompletionDelayNs=-1)
    before_ns = host.engine.now_ns
    assert host.mbim(PACKET_STATISTICS).time_ns == before_ns + 2 * SECOND


def test_a_device_asleep_or_gone_is_not_initialized():
    host = Host()
    host.power("D3")
    assert host.mbim(PACKET_STATISTICS).status == 14
    host.power("D0")
    host.lifecycle("SURPRISE_REMOVAL")
    assert host.mbim(PACKET_STATISTICS).status == 14


def test_a_message_can_be_cancelled():
    host = Host()
    code = 1 << 32 | PACKET_STATISTICS
    place = {"code": code, "namespace": Namespace.NAMESPACE_MBIM, "request_id": 5}
    host.engine.submit(Event(Kind.KIND_QUERY, host.engine.now_ns, **place))
    host.engine.submit(Event(Kind.KIND_CANCEL, host.engine.now_ns, **place))
    (answer,) = host.run()
    assert answer.status == 2, "MBIM_STATUS_FAILURE: it has no status of its own for this"
    assert answer.code == code


def test_a_full_queue_is_busy():
    host = Host()
    code = 1 << 32 | PACKET_STATISTICS
    for number in range(1, 200):
        host.engine.submit(
            Event(
                Kind.KIND_QUERY,
                host.engine.now_ns,
                code=code,
                namespace=Namespace.NAMESPACE_MBIM,
                request_id=number,
            )
        )
    answers = host.run()
    assert sorted(event.request_id for event in answers) == list(range(1, 200))
    assert [event.status for event in answers if event.status] == [1] * 7


def test_a_device_with_waiting_messages_can_be_snapshot():
    host = Host()
    host.up(1)
    place = {"code": 1 << 32 | 15, "namespace": Namespace.NAMESPACE_MBIM, "request_id": 5}
    host.engine.submit(
        Event(Kind.KIND_QUERY, host.engine.now_ns, payload=question(1) * 100, **place)
    )
    other = Host()
    other.engine.restore(host.engine.snapshot())
    assert other.run() == host.run()
