"""`wwanreplay demo`: it shows the real verbs, and says so when one does not end as it should."""

from pathlib import Path

from click.testing import CliRunner

from wwanreplay._core import Kind
from wwanreplay.cli import demo, root
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader


def shown(*arguments: object):
    return CliRunner().invoke(root, ["demo", *map(str, arguments)])


def test_the_files_of_a_folder_stay_and_are_what_was_shown(tmp_path: Path):
    folder = tmp_path / "new" / "demo"
    result = shown(folder)
    assert result.exit_code == 0, result.output
    assert {each.name for each in folder.iterdir()} == {
        "demo.wwtrace",
        "faulty.wwtrace",
        "fault.toml",
    }
    assert replay(folder / "demo.wwtrace").equal
    assert replay(folder / "faulty.wwtrace").root_count == 1
    assert f"The files are in {folder}." in result.output
    assert shown(folder).exit_code == 0  # the files of the first time are in nobody's way


def test_without_a_folder_nothing_is_left(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = shown()
    assert result.exit_code == 0
    assert list(tmp_path.iterdir()) == []
    assert "Give a folder to keep the files." in result.output


def test_what_is_shown_reaches_from_the_request_to_its_answer(tmp_path: Path):
    shown(tmp_path)
    start, stop = (float(time[:-1]) for time in demo.connect_window(tmp_path / "demo.wwtrace"))
    with TraceReader(tmp_path / "demo.wwtrace") as reader:
        events = list(reader.events())
    code = PROTOCOL.oid("OID_WWAN_CONNECT").number
    request = next(each for each in events if (each.kind, each.code) == (Kind.KIND_SET, code))
    answer = next(
        each
        for each in events
        if each.kind == Kind.KIND_INDICATION and each.request_id == request.request_id
    )
    assert 0 <= request.time_ns / 1e9 - start < 0.001
    assert 0 <= stop - answer.time_ns / 1e9 < 0.001


def test_a_demo_whose_fault_changes_nothing_fails(tmp_path: Path, monkeypatch):
    when = '[[fault]]\nwhen = { code = "NDIS_STATUS_WWAN_PIN_INFO", nth = 99 }\ndrop = true\n'
    monkeypatch.setattr(demo, "FAULT", when)
    assert shown(tmp_path).exit_code == 1
