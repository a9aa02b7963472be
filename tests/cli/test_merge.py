"""`merge`: parts in any order, and what is no part."""

import json

from verbs import run


def test_parts_are_the_whole_again(file, tmp_path):
    parts = [tmp_path / "b.wwtrace", tmp_path / "a.wwtrace.1"]
    assert run("cut", file, "--start", "30", "-o", parts[0]).exit_code == 0
    assert run("cut", file, "--stop", "30", "-o", parts[1]).exit_code == 0
    out = tmp_path / "out.wwtrace"
    done = run("merge", *parts, "-o", out)
    assert done.exit_code == 0
    assert "of 2 parts; they are the whole session" in done.stdout
    assert out.read_bytes() == file.read_bytes()
    again = run("merge", *parts, "-o", out, "--force", "--json", "--zstd")
    assert json.loads(again.stdout)["is_whole"] is True


def test_a_session_of_its_own_is_refused_in_one_line(file, tmp_path):
    done = run("merge", file, file, "-o", tmp_path / "out.wwtrace")
    assert done.exit_code == 2
    assert "is a session of its own" in done.stderr
