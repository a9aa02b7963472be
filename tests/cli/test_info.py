"""`info`: what it prints of whole, cut and damaged traces."""

import json

from replay_samples import sample_events, sample_trace
from verbs import run

from wwanreplay._core import Event, Kind
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter


def test_info_says_what_a_trace_holds(file):
    done = run("info", file)
    assert done.exit_code == 0
    events, _ = sample_events()
    lines = done.stdout.splitlines()
    assert lines[0] == f"{file}: whole"
    rows = dict(line.split(maxsplit=1) for line in lines[1:] if line.startswith("  "))
    assert rows["records"] == str(len(events))
    assert rows["profile"] == "lte-home"
    assert rows["seed"] == "7"
    assert rows["digest"] == replay(file).digest
    assert rows["index"] == "present"


def test_info_as_json_counts_by_kind_and_code(file):
    (values,) = json.loads(run("info", "--json", file).stdout)
    events, _ = sample_events()
    assert values["records"] == sum(values["kinds"].values()) == len(events)
    assert values["time_max_ns"] == events[-1].time_ns
    for kind in ("query", "completion", "indication"):
        counted = sum(row["count"] for row in values["codes"] if row["kind"] == kind)
        assert counted == values["kinds"][kind]
    names = {row["name"] for row in values["codes"]}
    assert {"OID_WWAN_CONNECT", "NDIS_STATUS_WWAN_CONTEXT_STATE", "signal"} <= names
    assert values["losses"] == []


def test_info_does_not_print_the_subscriber_of_the_profile(file):
    for options in ([], ["--json"]):
        assert "001010123456789" not in run("info", *options, file).stdout


def test_info_of_a_cut_trace_says_so(chunks):
    path, entries = chunks
    path.write_bytes(path.read_bytes()[: entries[2].offset])
    done = run("info", path)
    assert done.exit_code == 0
    assert "the trace is cut off: what followed its last record is not known" in done.stdout
    (values,) = json.loads(run("info", "--json", path).stdout)
    assert (values["cut_off"], values["index"], values["chunks"]) == (True, False, 2)


def test_info_of_a_damaged_trace_lists_the_losses(chunks):
    path, entries = chunks
    data = bytearray(path.read_bytes())
    data[entries[1].offset + 40] ^= 1
    path.write_bytes(data)
    done = run("info", path)
    assert done.exit_code == 3
    assert "DAMAGED" in done.stdout
    assert f"{entries[1].record_count} records lost" in done.stdout


def test_info_goes_on_behind_a_file_that_cannot_be_read(file, tmp_path):
    done = run("info", tmp_path / "nothing", file)
    assert done.exit_code == 3
    assert f"{file}: whole" in done.stdout
    assert done.stderr.count("\n") == 1


def test_the_files_of_a_log_are_printed_as_words_a_line_each(tmp_path):
    path = tmp_path / "log.wwtrace"
    files = [{"name": name, "format": "libmbim", "size": 3} for name in ("a.log", "b.log")]
    with TraceWriter(path, TraceHeader(source={"files": files})) as writer:
        writer.write(Event(Kind.KIND_NOTE, 0, payload=b"x"))
    printed = run("info", path).stdout
    assert [line for line in printed.splitlines() if line.startswith("  source")] == [
        f"  source         files: name {name}, format libmbim, size 3"
        for name in ("a.log", "b.log")
    ]


def test_a_header_with_bytes_where_texts_are_is_shown(tmp_path):
    path = tmp_path / "odd.wwtrace"
    with TraceReader(sample_trace()) as reader:
        header, events = reader.header, list(reader.events())
    header.source = {"files": [b"\xff\x01"], 7: None}
    with TraceWriter(path, header) as writer:
        writer.write_all(events)
    (values,) = json.loads(run("info", "--json", path).stdout)
    assert values["header"]["source"] == {"files": ["ff01"], "7": None}
