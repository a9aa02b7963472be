"""Operations: latencies of a profile are fixed, and an answer that took long has its stimulus."""

from infer_samples import HOME, SECOND, mapping_of, report

from wwanreplay.protocol import PROTOCOL


def test_nothing_of_a_profile_is_drawn() -> None:
    mapping = mapping_of()
    assert mapping["completion_latency_ns"] == [0, 0]
    assert {tuple(each) for each in mapping["latencies_ns"].values()} == {(10_000_000, 0)}


def test_the_attachment_takes_as_long_as_the_trace_shows() -> None:
    attached = {"PacketService.PacketServiceState": 2}
    events = (
        report("REGISTER_STATE", HOME, 2 * SECOND),
        report("PACKET_SERVICE", attached, 5 * SECOND),
    )
    mapping = mapping_of(*events)
    code = PROTOCOL.oid("OID_WWAN_PACKET_SERVICE").number
    assert mapping["latencies_ns"][code] == [3 * SECOND, 0]
    assert mapping["query_latencies_ns"][code] == [10_000_000, 0]
