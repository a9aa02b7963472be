"""`show`: a session as a person reads it, its filters, its masking."""

import json

import pytest
from replay_samples import sample_events
from verbs import run

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.show import Filter
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL

PERSONAL = ("001010123456789", "89001010000000000117")


def show(*arguments):
    return run("show", *arguments)


def indexes(output):
    return [int(line.split()[0]) for line in output.splitlines() if line[:7].strip().isdigit()]


def test_every_event_has_a_line_with_time_direction_and_name(file):
    done = show(file)
    assert done.exit_code == 0
    events, _ = sample_events()
    assert indexes(done.stdout) == list(range(len(events)))
    assert "      6       3.000000000  ← completion OID_WWAN_DRIVER_CAPS request 1" in done.stdout
    assert "# note: the radio goes off" in done.stdout
    assert "~ stimulus signal" in done.stdout


def test_an_answer_names_its_request_and_how_long_it_took(file):
    line = next(line for line in show(file).stdout.splitlines() if "  13   " in line)
    assert line.endswith("request 4  (answers 9, +10.332 ms)")


def test_fields_that_are_zero_or_empty_are_left_out_unless_requested(file):
    short, long = show(file).stdout, show(file, "--all-fields").stdout
    assert "Header.Revision" not in short
    assert "Header.Revision = 1" in long
    assert "SwRadioState = WwanRadioOff" in short  # zero, but a name
    assert set(short.splitlines()) < set(long.splitlines())


@pytest.mark.parametrize("options", [[], ["--raw"], ["--all-fields"], ["--json"]])
def test_personal_values_are_masked_everywhere(file, options):
    hidden = show(file, *options).stdout
    assert "***" in hidden
    for value in PERSONAL:
        assert value not in hidden
        raw = value.encode("utf-16-le")
        assert raw.hex() not in hidden
        assert raw[:16].hex(" ") not in hidden
    assert PERSONAL[0] in show(file, "--show-personal", *options).stdout


def test_json_has_one_object_a_line(file):
    lines = show(file, "--json").stdout.splitlines()
    events, _ = sample_events()
    values = [json.loads(line) for line in lines]
    assert [found["index"] for found in values] == list(range(len(events)))
    assert values[6]["name"] == "OID_WWAN_DRIVER_CAPS"
    assert values[6]["status_name"] == "NDIS_STATUS_SUCCESS"
    assert values[6]["fields"]["DriverCaps"]["ulMajorVersion"] == 2
    assert all("payload" not in found for found in values)


def test_the_filter_by_oid_keeps_the_whole_transaction(file):
    done = show(file, "--oid", "OID_WWAN_SIGNAL_STATE")
    assert indexes(done.stdout) == [9, 10, 13]
    assert indexes(show(file, "--oid", "signal_state").stdout) == [9, 10, 13]
    number = PROTOCOL.oid("OID_WWAN_SIGNAL_STATE").number
    assert indexes(show(file, "--oid", hex(number)).stdout) == [9, 10, 13]


def test_filters_of_several_sorts_must_all_hold(file):
    events, _ = sample_events()
    states = [e.index for e in events if e.code == 0x40041008]
    assert indexes(show(file, "--indication", "REGISTER_STATE").stdout) == states
    early = [e.index for e in events if e.code == 0x40041008 and e.time_ns <= 5 * 10**9]
    assert indexes(show(file, "--indication", "REGISTER_STATE", "--stop", "5s").stdout) == early
    assert indexes(show(file, "--request", "5").stdout) == [16, 17, 19]
    assert indexes(show(file, "--request", "5", "--kind", "completion").stdout) == [17]
    assert indexes(show(file, "--start", "3s", "--stop", "3s").stdout) == [5, 6, 7, 8, 9]
    assert indexes(show(file, "--kind", "stimulus", "--kind", "note").stdout) == [
        e.index for e in events if e.kind in (Kind.KIND_STIMULUS, Kind.KIND_NOTE)
    ]


def test_the_former_spelling_of_a_place_is_taken_with_a_word(file):
    done = show(file, "--from", "3s", "--to", "3s")
    assert done.stdout == show(file, "--start", "3s", "--stop", "3s").stdout
    assert done.stderr.splitlines() == [
        "wwanreplay: warning: --from is called --start now; the next release will not know --from",
        "wwanreplay: warning: --to is called --stop now; the next release will not know --to",
    ]
    both = show(file, "--from", "3s", "--start", "3s")
    assert both.exit_code == 2
    assert "--start and --from are one option: give --start" in both.stderr


@pytest.mark.parametrize("name", ["OID_WWAN_REGISTER_STATE", "register_state", "Register-State"])
def test_a_name_may_be_short_and_in_any_case(file, name):
    whole = show(file, "--oid", "OID_WWAN_REGISTER_STATE").stdout
    assert whole
    assert show(file, "--oid", name, "--kind", "COMPLETION").exit_code == 0
    assert show(file, "--oid", name).stdout == whole


def test_an_unknown_name_is_a_wrong_use_with_a_hint(file):
    done = show(file, "--oid", "OID_WWAN_CONECT")
    assert done.exit_code == 2
    assert "OID_WWAN_CONNECT" in done.stderr
    with pytest.raises(UsageError):
        Filter.of(start=(5, None), stop=(4, None))


def test_a_file_that_is_no_trace_is_one_line(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(b"nothing")
    done = show(path)
    assert done.exit_code == 3
    assert done.stderr.count("\n") == 1


def test_json_of_text_that_is_no_unicode_is_still_json(tmp_path):
    from wwanreplay.trace import TraceWriter

    code = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
    payload = bytearray(212)
    payload[:4] = b"\x80\x02\xd4\x00"
    payload[34:36] = b"\x4c\xdd"  # half of a surrogate pair as a ProviderName
    path = tmp_path / "odd.wwtrace"
    with TraceWriter(path) as writer:
        writer.write(Event(Kind.KIND_INDICATION, 0, code=code, payload=bytes(payload)))
    shown = show(path, "--json", "--all-fields")
    assert shown.exit_code == 0
    assert json.loads(shown.output)["fields"]
    assert show(path).exit_code == 0


def test_an_expression_chooses_events_by_their_fields(file):
    done = show(file, "--where", "Rssi == 9 and kind == indication")
    events, _ = sample_events()
    assert done.exit_code == 0
    assert indexes(done.stdout) == [
        event.index
        for event in events
        if event.kind == Kind.KIND_INDICATION
        and event.code == PROTOCOL.indication("NDIS_STATUS_WWAN_SIGNAL_STATE").number
        and b"\x09" in event.payload
    ]
    assert indexes(show(file, "--where", "record < 9", "--start", "5").stdout) == [5, 6, 7, 8]
    assert show(file, "--where", "False").exit_code == 1


def test_a_wrong_expression_is_one_line_with_the_column(file):
    done = show(file, "--where", "Rssi == 9 and Rsssi == 9")
    assert done.exit_code == 2
    first = done.stderr.splitlines()[0]
    assert "column 15: there is no field Rsssi; near: Rssi" in first
