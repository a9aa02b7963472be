"""`show`: a session as a person reads it, its filters, its masking."""

import json

import pytest
from click.testing import CliRunner
from replay_samples import events_of, new_session, sample_events, sample_trace

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.eventtext import (
    event_json,
    event_lines,
    fields,
    hidden_octets,
    title,
)
from wwanreplay.analysis.show import Filter, select
from wwanreplay.cli import root
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.presentation import time_text

PERSONAL = ("001010123456789", "89001010000000000117")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(sample_trace())
    return path


def run(*arguments):
    return CliRunner().invoke(root, ["show", *map(str, arguments)])


def indexes(output):
    return [int(line.split()[0]) for line in output.splitlines() if line[:7].strip().isdigit()]


def test_every_event_has_a_line_with_time_direction_and_name(file):
    done = run(file)
    assert done.exit_code == 0
    events, _ = sample_events()
    assert indexes(done.stdout) == list(range(len(events)))
    assert "      6       3.000000000  ← completion OID_WWAN_DRIVER_CAPS request 1" in done.stdout
    assert "# note: the radio goes off" in done.stdout
    assert "~ stimulus signal" in done.stdout


def test_an_answer_names_its_request_and_how_long_it_took(file):
    line = next(line for line in run(file).stdout.splitlines() if "  13   " in line)
    assert line.endswith("request 4  (answers 9, +10.332 ms)")


def test_fields_that_are_zero_or_empty_are_left_out_unless_requested(file):
    short, long = run(file).stdout, run(file, "--all-fields").stdout
    assert "Header.Revision" not in short
    assert "Header.Revision = 1" in long
    assert "SwRadioState = WwanRadioOff" in short  # zero, but a name
    assert set(short.splitlines()) < set(long.splitlines())


@pytest.mark.parametrize("options", [[], ["--raw"], ["--all-fields"], ["--json"]])
def test_personal_values_are_masked_everywhere(file, options):
    hidden = run(file, *options).stdout
    assert "***" in hidden
    for value in PERSONAL:
        assert value not in hidden
        raw = value.encode("utf-16-le")
        assert raw.hex() not in hidden
        assert raw[:16].hex(" ") not in hidden
    assert PERSONAL[0] in run(file, "--show-personal", *options).stdout


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


def test_json_has_one_object_a_line(file):
    lines = run(file, "--json").stdout.splitlines()
    events, _ = sample_events()
    values = [json.loads(line) for line in lines]
    assert [found["index"] for found in values] == list(range(len(events)))
    assert values[6]["name"] == "OID_WWAN_DRIVER_CAPS"
    assert values[6]["status_name"] == "NDIS_STATUS_SUCCESS"
    assert values[6]["fields"]["DriverCaps"]["ulMajorVersion"] == 2
    assert all("payload" not in found for found in values)


def test_the_filter_by_oid_keeps_the_whole_transaction(file):
    done = run(file, "--oid", "OID_WWAN_SIGNAL_STATE")
    assert indexes(done.stdout) == [9, 10, 13]
    assert indexes(run(file, "--oid", "signal_state").stdout) == [9, 10, 13]
    number = PROTOCOL.oid("OID_WWAN_SIGNAL_STATE").number
    assert indexes(run(file, "--oid", hex(number)).stdout) == [9, 10, 13]


def test_filters_of_several_sorts_must_all_hold(file):
    events, _ = sample_events()
    states = [e.index for e in events if e.code == 0x40041008]
    assert indexes(run(file, "--indication", "REGISTER_STATE").stdout) == states
    early = [e.index for e in events if e.code == 0x40041008 and e.time_ns <= 5 * 10**9]
    assert indexes(run(file, "--indication", "REGISTER_STATE", "--to", "5s").stdout) == early
    assert indexes(run(file, "--request", "5").stdout) == [16, 17, 19]
    assert indexes(run(file, "--request", "5", "--kind", "completion").stdout) == [17]
    assert indexes(run(file, "--from", "3s", "--to", "3s").stdout) == [5, 6, 7, 8, 9]
    assert indexes(run(file, "--kind", "stimulus", "--kind", "note").stdout) == [
        e.index for e in events if e.kind in (Kind.KIND_STIMULUS, Kind.KIND_NOTE)
    ]


def test_the_filter_by_port(tmp_path):
    with new_session("two-ports") as session:
        session.run("5s")
        session.query("OID_WWAN_PACKET_SERVICE", port=1)
        session.until_idle()
        events, _ = events_of(session.trace())
    found = [event.port for event in select(events, Filter.of(ports=(1,)))]
    assert found == [1, 1, 1]


def test_an_unknown_name_is_a_wrong_use_with_a_hint(file):
    done = run(file, "--oid", "OID_WWAN_CONECT")
    assert done.exit_code == 2
    assert "OID_WWAN_CONNECT" in done.stderr
    with pytest.raises(UsageError):
        Filter.of(start=(5, None), stop=(4, None))


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


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [(0, "0.000000000"), (1, "0.000000001"), (-1, "-0.000000001"), (-(10**9), "-1.000000000")],
)
def test_times_are_printed_exactly(time_ns, text):
    assert time_text(time_ns) == text


def test_a_file_that_is_no_trace_is_one_line(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(b"nothing")
    done = run(path)
    assert done.exit_code == 3
    assert done.stderr.count("\n") == 1


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


def test_fields_without_a_buffer_are_shown_as_their_structure_would():
    event = Event(
        Kind.KIND_INDICATION,
        0,
        code=PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number,
        flags=1,
        fields={
            "ReadyInfo.ReadyState": 1,
            "ReadyInfo.SubscriberId": "310260000000000",
            "text.Colour": "blue",
        },
        source={"log": "bug.log", "unit": "line", "number": 7},
    )
    assert dict(fields(event)) == {
        "ReadyInfo.ReadyState": "WwanReadyStateInitialized",
        "ReadyInfo.SubscriberId": "*** (15 characters)",
        "text.Colour": "*** (4 characters)",
    }
    shown = dict(fields(event, show_personal=True))
    assert shown["ReadyInfo.SubscriberId"] == "310260000000000"
    assert shown["text.Colour"] == "blue"
    assert event_lines(event)[0].endswith("NDIS_STATUS_WWAN_READY_INFO event  [incomplete]")
    values = event_json(event)
    assert values["decoded_only"]["ReadyInfo.SubscriberId"] == "*** (15 characters)"
    assert values["source"] == {"log": "bug.log", "unit": "line", "number": 7}


def test_elements_without_a_buffer_are_known_too():
    event = Event(
        Kind.KIND_INDICATION,
        0,
        code=PROTOCOL.indication("NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES").number,
        fields={"Elements[3].SessionCapability": 0, "uStatus": 0},
    )
    assert dict(fields(event))["uStatus"] == "WWAN_STATUS_SUCCESS"
    assert "***" not in dict(fields(event))["Elements[3].SessionCapability"]


def test_a_cut_message_is_named_by_its_header():
    head = bytes.fromhex("030000803800000027000000")
    cut = Event(Kind.KIND_WIRE, 0, code=2, payload=head, flags=1)
    assert title(cut) == "wire MBIM_COMMAND_DONE 39, 12 of 56 bytes"
    assert title(Event(Kind.KIND_WIRE, 0, code=2, payload=b"")) == "wire device to host, 0 bytes"


def test_json_of_text_that_is_no_unicode_is_still_json(tmp_path):
    from wwanreplay.trace import TraceWriter

    code = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
    payload = bytearray(212)
    payload[:4] = b"\x80\x02\xd4\x00"
    payload[34:36] = b"\x4c\xdd"  # half of a surrogate pair as a ProviderName
    path = tmp_path / "odd.wwtrace"
    with TraceWriter(path) as writer:
        writer.write(Event(Kind.KIND_INDICATION, 0, code=code, payload=bytes(payload)))
    shown = run(path, "--json", "--all-fields")
    assert shown.exit_code == 0
    assert json.loads(shown.output)["fields"]
    assert run(path).exit_code == 0
