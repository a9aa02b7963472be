"""Which events of a session are shown."""

import io
import json

import pytest
from export_samples import trace_of
from replay_samples import events_of, new_session, sample_events

from wwanreplay.analysis.eventtext import EventPrinter, JsonPrinter
from wwanreplay.analysis.show import Filter, select, show_json, show_text
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter


def test_the_filter_by_port(tmp_path):
    with new_session("two-ports") as session:
        session.run("5s")
        session.query("OID_WWAN_PACKET_SERVICE", port=1)
        session.until_idle()
        events, _ = events_of(session.trace())
    found = [event.port for event in select(events, Filter.of(ports=(1,)))]
    assert found == [1, 1, 1]


EVENTS, _ = sample_events()


def shown(**wanted):
    return [event.index for event in select(EVENTS, Filter.of(**wanted))]


def test_without_a_filter_all_is_shown_in_its_order():
    assert Filter.of().keeps_all
    assert shown() == [event.index for event in EVENTS]


@pytest.mark.parametrize("name", ["OID_WWAN_SIGNAL_STATE", "SIGNAL_STATE", "signal_state"])
def test_an_oid_is_named_wholly_shortly_or_by_number_with_its_transactions(name):
    number = PROTOCOL.oid("OID_WWAN_SIGNAL_STATE").number
    requests = [event for event in EVENTS if event.code == number and event.kind in REQUESTS]
    ids = {event.request_id for event in requests}
    found = [EVENTS[index] for index in shown(oids=(name,))]
    assert {event.request_id for event in found} == ids
    assert len(found) == 3 * len(ids)  # the request, its completion and what closes it
    assert shown(oids=(name,)) == shown(oids=(hex(number),))


def test_start_is_shown_and_stop_is_not_of_records_and_is_of_times():
    assert shown(start=(5, None), stop=(9, None)) == [5, 6, 7, 8]
    time_ns = EVENTS[5].time_ns
    at_once = [event.index for event in EVENTS if event.time_ns == time_ns]
    assert shown(start=(None, time_ns), stop=(None, time_ns)) == at_once


def test_filters_of_two_sorts_show_what_passes_both():
    both = shown(requests=(5,), kinds=("completion",))
    assert both == sorted(set(shown(requests=(5,))) & set(shown(kinds=("completion",))))
    assert both
    assert shown(ports=(9,)) == []


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"oids": ("OID_WWAN_CONECT",)}, "near: OID_WWAN_CONNECT"),
        ({"indications": ("RAIN",)}, "RAIN"),
        ({"start": (5, None), "stop": (4, None)}, "4"),
        ({"start": (None, 5), "stop": (None, 4)}, "4"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(wanted, message):
    with pytest.raises(UsageError, match=message) as caught:
        Filter.of(**wanted)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("show", [show_text, show_json])
def test_what_comes_before_an_error_is_shown(show, monkeypatch):
    lines = "\n".join(show(trace_of(EVENTS), Filter())).split("\n")
    printer, name = (EventPrinter, "head") if show is show_text else (JsonPrinter, "line")
    print_one = getattr(printer, name)

    def fail_at_the_fourth(self, event):
        if event.index == 3:
            raise TraceError("its optional map cannot be read")
        return print_one(self, event)

    monkeypatch.setattr(printer, name, fail_at_the_fourth)
    blocks = show(trace_of(EVENTS), Filter())
    found = next(blocks).split("\n")
    assert found == lines[: len(found)]
    assert len(found) >= 3
    with pytest.raises(TraceError, match="optional map"):
        next(blocks)


def test_a_block_ends_with_its_chunk_so_that_what_has_come_is_there():
    data = io.BytesIO()
    with TraceWriter(data, TraceHeader(), chunk_size=2000) as writer:
        writer.write_all(EVENTS)
    with TraceReader(data.getvalue()) as reader:
        chunks = [[event.index for event in events] for events in reader.events_by_chunk()]
    assert len(chunks) > 1
    blocks = list(show_json(data.getvalue(), Filter()))
    shown = [[json.loads(line)["index"] for line in block.split("\n")] for block in blocks]
    assert shown == chunks
