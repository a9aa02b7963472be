"""Chrome trace JSON: valid, times exact, spans of a lane apart, every event accounted for."""

import json
from collections import Counter
from itertools import pairwise

import pytest
from export_samples import events_of, exported, script_trace, trace_of, wire_trace

from wwanreplay._core import Event, Kind
from wwanreplay.formats import export_perfetto
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode

NAMES = ("demo", "contexts", "power", "two-ports", "failures")
REQUESTS = (Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_METHOD)
RADIO = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
SIGNAL = PROTOCOL.oid("OID_WWAN_SIGNAL_STATE").number


def trace_events(trace):
    data, reported = exported(trace, "perfetto")
    found = json.loads(data)
    assert found["displayTimeUnit"] == "ms"
    assert reported.written == len(found["traceEvents"])
    return found["traceEvents"]


def lanes(found):
    """Name of each (process, lane)."""
    return {
        (each["pid"], each["tid"]): each["args"]["name"]
        for each in found
        if each["name"] == "thread_name"
    }


def spans(found, category):
    return [each for each in found if each["ph"] == "X" and each["cat"] == category]


@pytest.mark.parametrize("name", NAMES)
def test_every_trace_event_has_what_the_format_asks_for(name):
    found = trace_events(script_trace(name))
    named = lanes(found)
    for each in found:
        assert each["ph"] in "XiCM"
        assert isinstance(each["pid"], int)
        assert isinstance(each["tid"], int)
        assert isinstance(each["name"], str)
        if each["ph"] != "M":
            assert isinstance(each["ts"], float)
        if each["ph"] == "X":
            assert each["dur"] >= 0
        if each["ph"] in "Xi":
            assert (each["pid"], each["tid"]) in named


@pytest.mark.parametrize("name", NAMES)
def test_each_request_is_a_span_and_spans_of_a_lane_are_apart(name):
    events = events_of(script_trace(name))
    found = trace_events(script_trace(name))
    assert len(spans(found, "transaction")) == sum(event.kind in REQUESTS for event in events)
    ordered = sorted((s["pid"], s["tid"], s["ts"], s["dur"]) for s in spans(found, "transaction"))
    for before, after in pairwise(ordered):
        if before[:2] == after[:2]:
            assert before[2] + before[3] <= after[2] + 0.0005


def test_span_lasts_from_the_request_to_its_answer():
    events = events_of(script_trace("demo"))
    answers = {
        event.request_id: event
        for event in events
        if event.kind == Kind.KIND_INDICATION and event.request_id
    }
    compared = 0
    for span in spans(trace_events(script_trace("demo")), "transaction"):
        answer = answers.get(span["args"]["request"]["request_id"])
        if answer is not None and "indication" in span["args"]:
            assert span["args"]["indication"]["index"] == answer.index
            end_ns = round(span["ts"] * 1000) + round(span["dur"] * 1000)
            assert end_ns == answer.time_ns
            compared += 1
    assert compared > 10


def test_states_follow_each_other_without_a_gap():
    found = trace_events(script_trace("demo"))
    named = lanes(found)
    by_lane = {}
    for span in spans(found, "state"):
        by_lane.setdefault(named[span["pid"], span["tid"]], []).append(span)
    assert {"SIM", "registration", "packet service", "context 1", "link"} <= set(by_lane)
    for states in by_lane.values():
        for before, after in pairwise(states):
            assert before["name"] != after["name"]
            assert before["ts"] + before["dur"] == pytest.approx(after["ts"], abs=0.0005)
    end_ns = events_of(script_trace("demo"))[-1].time_ns
    last = by_lane["registration"][-1]
    assert round((last["ts"] + last["dur"]) * 1000) == end_ns


def test_instants_are_the_rest_of_the_events():
    events = events_of(wire_trace())
    found = trace_events(wire_trace())
    instants = Counter(each["cat"] for each in found if each["ph"] == "i")
    unsolicited = sum(
        event.kind == Kind.KIND_INDICATION and not event.request_id for event in events
    )
    assert instants["wire"] == sum(event.kind == Kind.KIND_WIRE for event in events)
    assert instants["indication"] == unsolicited > 0
    counters = [each["args"] for each in found if each["ph"] == "C"]
    assert {"Rssi": 23} in counters


def test_ports_are_processes():
    found = trace_events(script_trace("two-ports"))
    names = {each["args"]["name"] for each in found if each["name"] == "process_name"}
    ports = {event.port for event in events_of(script_trace("two-ports"))}
    assert len(ports) > 1
    assert names == {"session", *(f"port {port}" for port in ports)}


def query(time_ns, request_id, port=0):
    return Event(Kind.KIND_QUERY, time_ns, code=SIGNAL, request_id=request_id, port=port)


def test_requests_that_overlap_have_lanes_of_their_own():
    done = Event(Kind.KIND_COMPLETION, 30, code=SIGNAL, request_id=1)
    data = trace_of([query(10, 1), query(20, 2), done, query(40, 3), Event(Kind.KIND_CLOCK, 50)])
    found = spans(trace_events(data), "transaction")
    assert [(s["ts"], s["dur"], s["tid"]) for s in found] == [
        (0.01, 0.02, 1000),
        (0.02, 0.03, 1001),
        (0.04, 0.01, 1000),
    ]
    assert [s["args"].get("unanswered") for s in found] == [None, True, True]


def test_request_id_that_is_used_again_ends_the_first():
    found = spans(trace_events(trace_of([query(10, 1), query(20, 1)])), "transaction")
    assert [(s["ts"], s["args"].get("unanswered")) for s in found] == [(0.01, True), (0.02, True)]


def test_failed_answer_changes_no_state():
    def reported(time_ns, status, radio):
        values = {"uStatus": status, "RadioState": {"HwRadioState": 1, "SwRadioState": radio}}
        payload = encode("NDIS_WWAN_RADIO_STATE", values)
        return Event(Kind.KIND_INDICATION, time_ns, code=RADIO, payload=payload)

    found = trace_events(
        trace_of([reported(1000, 0, 1), reported(2000, 3, 0), reported(3000, 0, 0)])
    )
    named = lanes(found)
    software = [s for s in spans(found, "state") if named[2 + 1, s["tid"]] == "radio (software)"]
    assert [(s["ts"], s["name"]) for s in software] == [(1.0, "WwanRadioOn"), (3.0, "WwanRadioOff")]


def test_what_is_held_is_limited(monkeypatch):
    monkeypatch.setattr(export_perfetto, "OPEN_MAX", 2)
    monkeypatch.setattr(export_perfetto, "PORTS_MAX", 2)
    found = trace_events(trace_of([query(at, at, port=at) for at in range(1, 9)]))
    assert len(spans(found, "transaction")) == 8
    names = [each["args"]["name"] for each in found if each["name"] == "process_name"]
    assert names == ["session", "port 1", "port 2", "other ports"]


def test_times_are_exact_to_the_nanosecond():
    data = exported(trace_of([query(-1_500, 1), query(1 << 60, 2)]), "perfetto")[0].decode()
    assert '"ts":-1.500,' in data
    assert '"ts":1152921504606846.976,' in data
