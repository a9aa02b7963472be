"""`recover`: what is kept of a damaged trace, and what it says was lost."""

import json

from verbs import run

from wwanreplay.replay import replay


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
