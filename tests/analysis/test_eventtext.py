"""One event as people and programs read it: a line, its fields, JSON; masked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay_samples import sample_events

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.eventtext import (
    EventPrinter,
    JsonPrinter,
    arrow,
    event_json,
    event_lines,
    fields,
    hidden_octets,
    raw_lines,
    title,
)


def test_raw_prints_the_bytes_and_hides_the_personal_ones():
    events, _ = sample_events()
    ready = next(event for event in events if event.code == 0x40041001)
    hidden = hidden_octets(ready)
    assert hidden
    assert 0 not in hidden
    rows = [line.strip() for line in event_lines(ready, raw=True)[1:] if line.strip()[4:6] == "  "]
    cells = " ".join(row[6:] for row in rows).split()
    assert len(cells) == len(ready.payload)
    for place, cell in enumerate(cells):
        assert cell == ("··" if place in hidden else f"{ready.payload[place]:02x}")


def test_payloads_that_no_table_describes_are_masked_whole():
    event = Event(Kind.KIND_QUERY, 0, code=0xFF123456, request_id=1, payload=b"secret")
    assert b"secret".hex() not in "\n".join(event_lines(event, raw=True))
    wire = Event(Kind.KIND_WIRE, 0, code=1, payload=b"secret")
    assert b"secret".hex() not in "\n".join(event_lines(wire, raw=True))
    assert title(wire) == "wire host to device, 6 bytes"


def test_faults_and_gaps_are_visible():
    fault = Event(Kind.KIND_NOTE, 0, code=1, cause=4, payload=b"drop")
    gap = Event(Kind.KIND_GAP, 0, code=3, payload=b"a torn chunk")
    unknown = Event(Kind.KIND_GAP, 0, code=0, payload=b"cut off")
    assert title(fault) == "fault at record 4: drop"
    assert title(gap) == "gap: 3 records lost: a torn chunk"
    assert title(unknown) == "gap: an unknown number of records lost: cut off"


def test_control_characters_of_a_note_do_not_reach_the_terminal():
    note = Event(Kind.KIND_NOTE, 0, payload=b"\x1b[2J gone")
    assert "\x1b" not in title(note)


def test_malformed_payloads_are_shown_as_such():
    event = Event(Kind.KIND_INDICATION, 0, code=0x40041001, payload=b"\x80\x01\x60\x00\x01")
    assert any("malformed" in line for line in event_lines(event))


def test_mbim_messages_are_named_and_their_buffers_decoded():
    message = bytes.fromhex(
        "0300000030000000070000000100000000000000a289cc33bcbb8b4fb6b0133ec2aae6df0100000000000000"
        "00000000"
    )
    wire = Event(Kind.KIND_WIRE, 0, code=1, payload=message)
    assert "MBIM_COMMAND_MSG 7 query MBIM_CID_DEVICE_CAPS, 48 bytes" in title(wire)
    counters = bytes(range(48))
    answer = Event(
        Kind.KIND_COMPLETION, 0, code=(1 << 32) | 20, namespace=4, request_id=1, payload=counters
    )
    shown = dict(fields(answer))
    assert shown["InDiscards"] == str(int.from_bytes(counters[:4], "little"))


def test_a_cut_message_is_named_by_its_header():
    head = bytes.fromhex("030000803800000027000000")
    cut = Event(Kind.KIND_WIRE, 0, code=2, payload=head, flags=1)
    assert title(cut) == "wire MBIM_COMMAND_DONE 39, 12 of 56 bytes"
    assert title(Event(Kind.KIND_WIRE, 0, code=2, payload=b"")) == "wire device to host, 0 bytes"


@pytest.mark.parametrize(
    ("kind", "code", "mark"),
    [
        (Kind.KIND_QUERY, 0, "→"),
        (Kind.KIND_SET, 0, "→"),
        (Kind.KIND_CANCEL, 0, "→"),
        (Kind.KIND_COMPLETION, 0, "←"),
        (Kind.KIND_INDICATION, 0, "←"),
        (Kind.KIND_STIMULUS, 0, "~"),
        (Kind.KIND_LIFECYCLE, 0, "~"),
        (Kind.KIND_WIRE, 1, "⇒"),
        (Kind.KIND_WIRE, 2, "⇐"),
        (Kind.KIND_GAP, 0, "!"),
        (Kind.KIND_NOTE, 0, "#"),
        (Kind.KIND_CLOCK, 0, " "),
    ],
)
def test_a_mark_says_which_way_an_event_goes(kind, code, mark):
    event = Event(kind, 0, code=code)
    assert arrow(event) == mark
    assert f" {mark} " in event_lines(event)[0]


def test_clock_records_say_what_the_wall_clock_did():
    def clock(code, *values):
        payload = b"".join(value.to_bytes(8, "little", signed=True) for value in values)
        return title(Event(Kind.KIND_CLOCK, 0, code=code, payload=payload))

    assert clock(1, 10**18) == "clock: wall time 1000000000000000000 ns"
    assert clock(2, 10**18, -5) == "clock: the wall clock jumped -5 ns"
    assert clock(2, 10**18) == clock(0) == "clock: the session went on until here"


@given(st.sampled_from(list(Kind)), st.integers(0, 2**32 - 1), st.binary(max_size=60))
def test_any_record_is_a_line_and_fields_that_a_terminal_can_show(kind, code, payload):
    event = Event(kind, 0, code=code, payload=payload)
    for show_personal in (False, True):
        lines = event_lines(event, show_personal=show_personal, all_fields=True, raw=True)
        assert all(line.isprintable() for line in lines)
        assert json.loads(json.dumps(event_json(event, show_personal=show_personal)))


@given(st.binary(min_size=9, max_size=60))
def test_bytes_that_no_table_describes_are_printed_on_request_only(payload):
    event = Event(Kind.KIND_QUERY, 0, code=0xFF123456, request_id=1, payload=payload)
    assert payload.hex() not in str(event_json(event))
    assert "".join(line[6:].replace(" ", "") for line in raw_lines(event, show_personal=True)) == (
        payload.hex()
    )
    assert hidden_octets(event) == set(range(len(payload)))


def _with_repeats() -> list[Event]:
    """Events that repeat each other, and some that differ in one attribute alone."""
    events, _ = sample_events()
    changed = [
        each.replace(**change)
        for each in events[:60]
        for change in (
            {"port": 1}, {"client": 2}, {"flags": 3}, {"request_id": 0}, {"status": 5},
            {"bytes": 9}, {"payload": each.payload[:-1]}, {"fields": {"a.b": "text"}}, {"code": 1},
        )
    ]  # fmt: skip
    wire = Event(Kind.KIND_WIRE, 0, code=1, payload=b"secret")
    texts = [Event(Kind.KIND_NOTE, 0, payload=b"x"), Event(Kind.KIND_LIFECYCLE, -5), wire]
    return [*events, *changed, *texts] * 2


@pytest.mark.parametrize(
    "options",
    [{}, {"all_fields": True, "raw": True}, {"show_personal": True, "has_times": False}],
    ids=str,
)
def test_a_printer_that_has_printed_much_prints_what_a_new_one_does(options):
    printer = EventPrinter(**options)
    for event in _with_repeats():
        assert printer.lines(event) == event_lines(event, **options)
        assert printer.head(event).startswith(f"{'' if event.index is None else event.index:>7}")


@pytest.mark.parametrize("show_personal", [False, True])
def test_a_line_of_json_is_what_its_event_is_by_itself(show_personal):
    printer = JsonPrinter(show_personal=show_personal)
    for event in _with_repeats():
        alone = event_json(event, show_personal=show_personal)
        assert printer.line(event) == json.dumps(alone)
