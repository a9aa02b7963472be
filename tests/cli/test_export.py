"""`wwanreplay export`: formats, standard output, and each error as one line."""

import json
import sys

import pytest
from click.testing import CliRunner
from export_samples import events_of, exported, read_pcapng, script_trace, wire_trace

from wwanreplay.cli import root
from wwanreplay.formats.exporters import EXPORTERS


@pytest.fixture
def trace(tmp_path):
    path = tmp_path / "session.wwtrace"
    path.write_bytes(wire_trace())
    return str(path)


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events.wwtrace"
    path.write_bytes(script_trace("demo"))
    return str(path)


def run(*arguments):
    return CliRunner().invoke(root, ["export", *map(str, arguments)])


def error_of(*arguments, code=2):
    """The one line of an error."""
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Try ")]
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize("name", [name for name in EXPORTERS if name != "parquet"])
def test_every_format_by_name(trace, tmp_path, name):
    path = tmp_path / "out"
    result = run(trace, "--to", name, "-o", path, "--show-personal")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{path}: {name}, ")
    assert path.stat().st_size > 1000


def test_parquet(trace, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    path = tmp_path / "out.parquet"
    assert run(trace, "-o", path).exit_code == 0
    assert path.read_bytes().startswith(b"PAR1")


def test_suffix_says_the_format(trace, tmp_path):
    path = tmp_path / "out.jsonl"
    assert run(trace, "-o", path).exit_code == 0
    assert path.read_bytes() == exported(wire_trace(), "jsonl")[0]


@pytest.mark.parametrize("output", [(), ("-o", "-")])
def test_standard_output_has_data_only(trace, output):
    result = run(trace, "--to", "csv", *output)
    assert result.stdout_bytes == exported(wire_trace(), "csv")[0]
    assert result.stderr == ""


def test_capture_goes_to_a_pipe_and_says_what_is_in_it(trace):
    result = run(trace, "--to", "pcapng", "--show-personal", "--link", "user")
    assert read_pcapng(result.stdout_bytes).link_type == 147
    note = "wwanreplay: note: the capture carries the bytes as they are, nothing is masked in it"
    assert result.stderr.splitlines() == [note]


def test_what_was_built_is_reported(events, tmp_path):
    result = run(events, "-o", tmp_path / "out.pcapng", "--show-personal")
    assert "the messages are built from the events" in result.stderr
    assert "requests without an MBIM command: 5" in result.stderr


def test_summary_as_json(trace, tmp_path):
    path = tmp_path / "out.csv"
    summary = json.loads(run(trace, "-o", path, "--rows", "fields", "--json").stdout)
    assert summary["file"] == str(path)
    assert (summary["format"], summary["records"]) == ("csv", len(events_of(wire_trace())))
    assert summary["written"] == len(path.read_bytes().splitlines()) - 1
    assert json.loads(run(trace, "--to", "csv", "--json").stderr)["format"] == "csv"


def test_list():
    lines = run("--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(EXPORTERS)
    assert set(json.loads(run("--list", "--json").stdout)) == set(EXPORTERS)


def test_errors_are_one_line_each(trace, tmp_path):
    out = tmp_path / "out.csv"
    assert "TRACE is needed" in error_of()
    assert "--to FORMAT is needed: one of pcapng" in error_of(trace)
    named = error_of(trace, "-o", tmp_path / "out.dat")
    assert "out.dat: its suffix is that of no format; give --to FORMAT, one of pcapng" in named
    assert "did you mean pcapng?" in error_of(trace, "--to", "pcap")
    assert "--rows says nothing about jsonl" in error_of(trace, "--to", "jsonl", "--rows", "fields")
    assert "--link says nothing about hex" in error_of(trace, "--to", "hex", "--link", "user")
    assert "-o FILE is needed: parquet" in error_of(trace, "--to", "parquet")
    assert "say --show-personal, or scrub" in error_of(trace, "--to", "pcapng")
    assert "cannot be read" in error_of(tmp_path / "none.wwtrace", "-o", out, code=3)
    assert "not a wwanreplay trace" in error_of(__file__, "-o", out, code=3)
    folder = tmp_path / "no" / "folder.csv"
    assert "No such file" in error_of(trace, "-o", folder, code=3)
    assert "Is a directory" in error_of(trace, "--to", "csv", "-o", tmp_path, "--force", code=3)
    out.write_text("mine")
    assert "--force overwrites it" in error_of(trace, "-o", out)
    assert out.read_text() == "mine"


def test_without_pyarrow_parquet_is_one_line(trace, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "out.parquet"
    assert "pip install 'wwanreplay[parquet]'" in error_of(trace, "-o", path)
    assert not path.exists()


def test_damaged_trace_leaves_no_file(trace, tmp_path):
    data = bytearray(wire_trace())
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "broken.wwtrace"
    path.write_bytes(data)
    out = tmp_path / "out.csv"
    assert "CRC is wrong" in error_of(path, "-o", out, code=3)
    assert not out.exists()


def test_a_stretch_without_records_is_the_answer_no(events, tmp_path):
    result = run(events, "--to", "csv", "-o", tmp_path / "out.csv", "--start", "99999")
    assert result.exit_code == 1
    assert "no record stands between" in result.stderr
