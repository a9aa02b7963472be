"""`info` and `recover`."""

import json

import pytest
from click.testing import CliRunner
from replay_samples import sample_events, sample_trace

from wwanreplay.cli import root
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader, TraceWriter


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(sample_trace())
    return path


@pytest.fixture
def chunks(tmp_path):
    """A trace of many chunks, and where they are."""
    path = tmp_path / "many.wwtrace"
    with TraceReader(sample_trace()) as reader:
        header, events = reader.header, list(reader.events())
    with TraceWriter(path, header, chunk_size=1000) as writer:
        writer.write_all(events)
    with TraceReader(path) as reader:
        return path, reader.footer.chunks


def run(*arguments):
    return CliRunner().invoke(root, [*map(str, arguments)])


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


def test_every_verb_reads_a_torn_trace_and_says_the_same_of_it(chunks, tmp_path):
    path, entries = chunks
    path.write_bytes(path.read_bytes()[: entries[2].offset + 200])
    with TraceReader(path) as reader:
        kept = len(list(reader))
        words = reader.cut_text
    assert f"inside a chunk (byte {entries[2].offset}), " in words
    assert kept > entries[2].first_index
    for done in (run("info", path), run("show", path), run("replay", path)):
        assert done.exit_code == 0
        assert words in done.stdout
        assert not done.stderr
    done = run("show", "--json", path)
    assert done.stdout.count("\n") == kept
    assert done.stderr == f"wwanreplay: warning: {words}\n"
    out = tmp_path / "out.wwtrace"
    done = run("recover", path, "-o", out)
    assert done.exit_code == 1
    assert f"{kept} records kept" in done.stdout
    assert words in done.stdout
    assert f"an unknown number of records lost: {words}" in run("show", out).stdout
    assert words in run("replay", out).stdout


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"no trace" * 10, "this is not a wwanreplay trace"),
        (sample_trace()[:100], "the trace is cut off or damaged inside its header"),
    ],
    ids=["empty", "other", "header"],
)
def test_every_verb_has_the_same_words_for_what_is_no_trace(data, words, tmp_path):
    path, out = tmp_path / "a.wwtrace", tmp_path / "out.wwtrace"
    path.write_bytes(data)
    for verb in ("info", "show", "replay", "recover"):
        done = run(verb, path, *(("-o", out) if verb == "recover" else ()))
        assert done.exit_code == 3
        assert f"{path}: {words} (at byte 0)\n" in done.stderr
        assert not out.exists()


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


def test_recover_of_a_sound_trace_loses_nothing(file, tmp_path):
    out = tmp_path / "out.wwtrace"
    done = run("recover", file, "-o", out)
    assert done.exit_code == 0
    assert "nothing was lost" in done.stdout
    assert replay(out).digest == replay(file).digest


def test_recover_says_exactly_what_was_lost(chunks, tmp_path):
    path, entries = chunks
    data = bytearray(path.read_bytes())
    data[entries[1].offset + 40] ^= 1
    path.write_bytes(data)
    out = tmp_path / "out.wwtrace"
    done = run("recover", path, "-o", out)
    lost = entries[1].record_count
    assert done.exit_code == 1
    assert f"{lost} records known to be lost\n" in done.stdout
    assert f"gap records at {entries[1].first_index}" in done.stdout
    result = replay(out)
    assert [(gap.index, gap.count) for gap in result.gaps] == [(entries[1].first_index, lost)]
    assert f"gap: {lost} records lost" in run("show", out).stdout


def test_recover_as_json(chunks, tmp_path):
    path, entries = chunks
    path.write_bytes(path.read_bytes()[: entries[2].offset + 5])
    done = run("recover", "--json", path, "-o", tmp_path / "out.wwtrace", "--zstd")
    values = json.loads(done.stdout)
    assert done.exit_code == 1
    assert values["records_kept"] == entries[2].first_index
    assert values["cut_text"].startswith("the trace is cut off inside a frame")
    assert (values["complete"], values["cut_off"], values["lost_unknown"]) == (False, True, True)


def test_recover_of_what_is_no_trace_fails_and_writes_nothing(tmp_path):
    path, out = tmp_path / "a", tmp_path / "out.wwtrace"
    path.write_bytes(b"no trace" * 10)
    done = run("recover", path, "-o", out)
    assert done.exit_code == 3
    assert not out.exists()


def test_recover_overwrites_only_with_force(file, tmp_path):
    out = tmp_path / "out.wwtrace"
    out.write_bytes(b"precious")
    assert run("recover", file, "-o", out).exit_code == 2
    assert out.read_bytes() == b"precious"
    assert run("recover", file, "-o", out, "--force").exit_code == 0
    assert run("recover", file, "-o", file, "--force").exit_code == 2


def test_a_header_with_bytes_where_texts_are_is_shown(tmp_path):
    path = tmp_path / "odd.wwtrace"
    with TraceReader(sample_trace()) as reader:
        header, events = reader.header, list(reader.events())
    header.source = {"files": [b"\xff\x01"], 7: None}
    with TraceWriter(path, header) as writer:
        writer.write_all(events)
    (values,) = json.loads(run("info", "--json", path).stdout)
    assert values["header"]["source"] == {"files": ["ff01"], "7": None}
