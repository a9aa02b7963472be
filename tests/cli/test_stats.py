"""`stats`: what it prints, and its exit codes."""

import json

from verbs import run


def test_the_tables_have_latencies_with_their_unit(file):
    done = run("stats", file)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{file}: ")
    assert "latency, ms" in done.stdout
    assert "OID_WWAN_CONNECT" in done.stdout
    assert "NDIS_STATUS_WWAN_CONTEXT_STATE" in done.stdout
    assert max(map(len, done.stdout.splitlines()[1:])) <= 140


def test_json_is_a_list_with_an_object_for_each_trace(file, tmp_path):
    missing = tmp_path / "none.wwtrace"
    done = run("stats", file, missing, "--json")
    assert done.exit_code == 3
    first, second = json.loads(done.stdout)
    assert first["operations"][0]["request_to_completion"]["median_ns"] >= 0
    assert second["file"] == str(missing)
    assert "error" in second
    assert done.stderr.startswith("wwanreplay: error: ")


def test_what_matches_nothing_has_exit_code_1(file):
    done = run("stats", file, "--where", "Rssi == 99999")
    assert done.exit_code == 1
    assert "nothing matched" in done.stderr
    assert not done.stdout


def test_bars_are_plain_where_there_is_no_terminal(file):
    done = run("stats", file, "--histogram")
    assert "####" in done.stdout
    assert done.stdout.removeprefix(str(file)).isascii()


def test_wrong_uses_are_one_line(file):
    for arguments in (["--where", "Rssi =="], ["--start", "x"], ["--start", "9", "--stop", "3"]):
        done = run("stats", file, *arguments)
        assert done.exit_code == 2, arguments
        assert done.stderr.count("\n") <= 2


def test_a_trace_that_is_cut_off_is_counted_as_far_as_it_goes(file):
    file.write_bytes(file.read_bytes()[:-40])
    done = run("stats", file)
    assert done.exit_code == 0
    assert "warning" in done.stderr
    assert "OID_WWAN_CONNECT" in done.stdout
