"""Counters: a device is led to those of the first answer."""

from infer_samples import events_of_session, events_of_trace, mapping_of

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.start import start_of
from wwanreplay.protocol import PROTOCOL


def test_counters_begin_with_the_first_answer() -> None:
    events = events_of_trace("demo")
    code = PROTOCOL.oid("OID_GEN_STATISTICS").number
    queries = [event for event in events_of_session("lte-home", "queries") if event.code == code]
    answer = next(event for event in queries if event.kind == Kind.KIND_COMPLETION)
    mapping = mapping_of(*events)
    grown = answer.replace(payload=answer.payload[:16] + b"\1" + answer.payload[17:])
    question = Event(Kind.KIND_QUERY, 0, request_id=answer.request_id, code=code or 0)
    starts = [start_of([question, each], mapping) for each in (answer, grown, answer)]
    assert starts[0] == starts[2] != starts[1]
    assert grown.payload in starts[1]
