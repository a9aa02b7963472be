"""Packed traces are read as plain ones, within limits; what is damaged is one clear line."""

import bz2
import gzip
import io
import json
import lzma
import os
import threading

import pytest
import zstandard
from checkout import TRACES
from groups import sampled
from verbs import run

from wwanreplay.analysis.scrub import is_log
from wwanreplay.analysis.update import update_trace
from wwanreplay.errors import InputError, TraceError
from wwanreplay.packing import expansion
from wwanreplay.packing.archive import TRACE, write_archive
from wwanreplay.trace import TraceReader, TraceWriter
from wwanreplay.trace.packed import holds_trace

PLAIN = (TRACES / "demo.wwtrace").read_bytes()


def zst(data):
    return zstandard.ZstdCompressor().compress(data)


def bundled(data):
    out = io.BytesIO()
    write_archive(out, {}, {TRACE: data})
    return out.getvalue()


PACKINGS = {
    ".xz": lzma.compress,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".zst": zst,
    ".gz.xz": lambda data: lzma.compress(gzip.compress(data)),
    ".wwbundle": bundled,
    ".wwbundle.xz": lambda data: lzma.compress(bundled(data)),
}


@pytest.fixture(params=sampled(PACKINGS, 3))
def packed(request, tmp_path):
    """The demo, packed."""
    path = tmp_path / f"demo.wwtrace{request.param}"
    path.write_bytes(PACKINGS[request.param](PLAIN))
    return path


def values(verb, path, *options):
    done = run(verb, path, "--json", *options)
    assert done.exit_code == 0, done.output
    text = done.stdout
    return json.loads(text) if verb != "show" else text


def test_every_verb_reads_a_packed_trace_as_the_plain_one(packed, tmp_path):
    plain = tmp_path / "plain.wwtrace"
    plain.write_bytes(PLAIN)
    assert values("show", packed) == values("show", plain)
    for verb, key in (("info", 0), ("replay", "totals"), ("check", 0)):
        expected, found = (values(verb, path)[key] for path in (plain, packed))
        for each in (expected, found):
            each.pop("file", None)
        assert json.dumps(found).replace(str(packed), str(plain)) == json.dumps(expected)
    for number, path in enumerate((plain, packed)):
        done = run("export", path, "--to", "jsonl", "-o", tmp_path / f"{number}.jsonl")
        assert done.exit_code == 0, done.output
    assert (tmp_path / "0.jsonl").read_bytes() == (tmp_path / "1.jsonl").read_bytes()


def test_a_packed_trace_is_scrubbed_as_a_trace(packed, tmp_path):
    if packed.name.endswith(".wwbundle.xz"):  # a packed archive is looked into as logs are
        done = run("scrub", packed, "-o", tmp_path / "out", "--key", "k")
        assert (done.exit_code, (tmp_path / "out").exists()) == (3, False)
        return
    assert holds_trace(packed)
    assert not is_log(packed)
    done = run("scrub", packed, "-o", tmp_path / "out.wwtrace", "--key", "k")
    assert done.exit_code == 0, done.output
    with TraceReader(tmp_path / "out.wwtrace") as reader:
        assert not reader.is_packed


def test_a_packed_log_is_no_trace(tmp_path):
    for packing in (lzma.compress, gzip.compress, bundled):
        path = tmp_path / "log"
        path.write_bytes(packing(b"a log"))
        assert holds_trace(path) is (packing is bundled)


def test_it_comes_through_a_pipe(packed):
    reading, writing = os.pipe()
    data = packed.read_bytes()

    def write():
        with os.fdopen(writing, "wb") as file:
            file.write(data)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb", buffering=0) as file, TraceReader(file) as reader:
        count = sum(1 for _ in reader.events())
    thread.join()
    with TraceReader(PLAIN) as reader:
        assert count == sum(1 for _ in reader.events())


def test_it_is_not_changed_in_place(packed):
    before = packed.read_bytes()
    with pytest.raises(InputError, match="is packed and stays as it is"):
        update_trace(packed)
    with pytest.raises(InputError, match="is packed and stays as it is"):
        TraceWriter(packed, append=True)
    assert run("replay", packed, "--accept", "--into-trace").exit_code == 3
    assert packed.read_bytes() == before


@pytest.mark.parametrize("suffix", [".xz", ".gz", ".bz2", ".wwbundle"])
@pytest.mark.parametrize("part", [10, 500, -100, -1])
def test_one_that_is_cut_off_is_one_line(tmp_path, suffix, part):
    path = tmp_path / "cut.wwtrace"
    path.write_bytes(PACKINGS[suffix](PLAIN)[:part])
    with pytest.raises(TraceError) as caught:
        TraceReader(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).count(str(path)) == 1


@pytest.mark.parametrize("suffix", PACKINGS)
def test_what_is_no_trace_inside_is_one_line(tmp_path, suffix):
    path = tmp_path / "no.wwtrace"
    path.write_bytes(PACKINGS[suffix](b"no trace at all"))
    with pytest.raises(TraceError, match="not a wwanreplay trace"):
        TraceReader(path)


@pytest.mark.long
def test_bombs_end_at_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(expansion, "RATIO_FREE_SIZE", 1 << 20)
    for suffix, pack in PACKINGS.items():
        path = tmp_path / f"bomb{suffix}"
        path.write_bytes(pack(PLAIN + bytes(1 << 25)))
        with pytest.raises(TraceError, match="exceeds the limit of"):
            TraceReader(path)
    layers = PLAIN
    for _ in range(expansion.LAYERS_MAX + 1):
        layers = gzip.compress(layers)
    path.write_bytes(layers)
    with pytest.raises(TraceError, match="layers of packing: 5 exceeds the limit of 4"):
        TraceReader(path)


def test_folders_are_searched_for_packed_traces(tmp_path):
    for suffix, pack in PACKINGS.items():
        (tmp_path / f"demo{'' if 'bundle' in suffix else '.wwtrace'}{suffix}").write_bytes(
            pack(PLAIN)
        )
    done = run("replay", tmp_path)
    assert done.exit_code == 0, done.output
    assert "files                         5" in done.stdout
