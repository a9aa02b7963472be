"""`cut`: what it prints, writes and refuses."""

import json

from verbs import run

from wwanreplay.trace import TraceReader


def test_a_part_is_written_and_replays(file, tmp_path):
    out = tmp_path / "part.wwtrace"
    done = run("cut", file, "--start", "20", "--stop", "40", "-o", out)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{out}: records 20 to 39 of ")
    assert sum(1 for _ in TraceReader(out.read_bytes()).events()) == 20
    replayed = run("replay", out)
    assert replayed.exit_code == 0
    assert ": equal" in replayed.stdout


def test_json_has_the_part(file, tmp_path):
    done = run("cut", file, "--transaction", "4", "-o", tmp_path / "part.wwtrace", "--json")
    values = json.loads(done.stdout)
    assert values["part"]["first"] < values["part"]["stop"]


def test_messages_of_a_part_are_not_compared_and_that_is_reported(tmp_path):
    out = tmp_path / "part.wwtrace"
    assert run("cut", "traces/mbimcli-connect.wwtrace", "--start", "40", "-o", out).exit_code == 0
    replayed = run("replay", out)
    assert replayed.exit_code == 0
    assert "messages are not compared: the trace is a cut that begins inside" in replayed.stdout


def test_wrong_uses_are_one_line(file, tmp_path):
    out = tmp_path / "part.wwtrace"
    for arguments in (
        ["--start", "5", "--transaction", "4"],
        ["--start", "x"],
        ["--start", "9", "--stop", "3"],
    ):
        done = run("cut", file, *arguments, "-o", out)
        assert done.exit_code == 2, arguments
        assert done.stderr.startswith("wwanreplay: error: ")
        assert not out.exists()
    assert run("cut", tmp_path / "none.wwtrace", "-o", out).exit_code == 3


def test_a_part_without_records_is_the_answer_no(file, tmp_path):
    out = tmp_path / "part.wwtrace"
    done = run("cut", file, "--start", "9999", "-o", out)
    assert done.exit_code == 1
    assert done.stderr.startswith("wwanreplay: error: nothing matched: ")
    assert not out.exists()


def test_info_names_the_part(file, tmp_path):
    out = tmp_path / "part.wwtrace"
    assert run("cut", file, "--start", "20", "--stop", "40", "-o", out).exit_code == 0
    assert "first_record 20, stop_record 40, records " in run("info", out).stdout
    assert "first_record" not in run("info", file).stdout
