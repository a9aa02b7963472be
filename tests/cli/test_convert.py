"""`convert`: what it prints, and that the digest stays."""

import json

from verbs import run

from wwanreplay.trace import TraceReader


def test_a_trace_is_packed_and_unpacked_again(file, tmp_path):
    packed, out = tmp_path / "packed.wwtrace", tmp_path / "out.wwtrace"
    done = run("convert", file, "--zstd", "--level", "9", "-o", packed)
    assert done.exit_code == 0
    assert TraceReader(file.read_bytes()).verify().digest.hex() in done.stdout
    assert packed.stat().st_size < file.stat().st_size
    assert run("convert", packed, "-o", out).exit_code == 0
    assert out.read_bytes() == file.read_bytes()


def test_json_and_refusals(file, tmp_path):
    out = tmp_path / "out.wwtrace"
    done = run("convert", file, "--chunk-size", "100", "-o", out, "--json")
    assert json.loads(done.stdout)["records"] == TraceReader(file.read_bytes()).verify().records
    assert run("convert", file, "-o", out).exit_code == 2  # it exists
    assert run("convert", file, "-o", file, "--force").exit_code == 2
    assert run("convert", file, "--format-version", "2", "-o", out, "--force").exit_code == 2
    short = tmp_path / "short.wwtrace"
    short.write_bytes(file.read_bytes()[:-300])
    assert run("convert", short, "-o", out, "--force").exit_code == 3


def test_a_level_packs_without_saying_zstd_too(file, tmp_path):
    packed, same = tmp_path / "packed.wwtrace", tmp_path / "same.wwtrace"
    assert run("convert", file, "--level", "5", "-o", packed).exit_code == 0
    assert run("convert", file, "--level", "5", "--zstd", "-o", same).exit_code == 0
    assert packed.read_bytes() == same.read_bytes()
    assert packed.stat().st_size < file.stat().st_size
