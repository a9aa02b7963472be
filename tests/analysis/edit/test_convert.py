"""A trace written anew keeps its records and its digest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay_samples import sample_trace

from wwanreplay.analysis.edit.convert import convert_trace
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.trace import TraceReader, TraceWriter

SAMPLE = sample_trace()


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A trace with checkpoints, an attachment and many chunks."""
    path = tmp_path_factory.mktemp("convert") / "source.wwtrace"
    with TraceReader(SAMPLE) as reader, TraceWriter(path, reader.header, chunk_size=500) as writer:
        writer.attach("log", b"line")
        for event in reader.events():
            if event.index == 40:
                writer.checkpoint(b"state", event.time_ns)
            writer.write(event)
    return path


@given(st.sampled_from(["none", "zstd"]), st.none() | st.integers(1, 1 << 20))
def test_records_digest_and_what_stands_between_are_kept(source, compression, chunk_size):
    out = source.with_name("out.wwtrace")
    report = convert_trace(source, out, compression=compression, chunk_size=chunk_size, force=True)
    with TraceReader(source) as before, TraceReader(out) as after:
        assert list(after.events()) == list(before.events())
        assert after.header == before.header
        assert after.attachments() == before.attachments()
        assert [(c.record_index, c.snapshot, c.digest_state) for c in after.checkpoints()] == [
            (c.record_index, c.snapshot, c.digest_state) for c in before.checkpoints()
        ]
        found = after.verify()
        assert found.sound
        assert found.digest.hex() == report.digest == before.verify().digest.hex()
        assert found.compressions == [compression]
        assert report.size == out.stat().st_size
        assert report.checkpoints == 1


def test_chunks_have_the_size_that_is_requested(source):
    out = source.with_name("out.wwtrace")
    convert_trace(source, out, chunk_size=1, force=True)
    with TraceReader(out) as reader:
        assert {chunk.record_count for chunk in reader.chunks()} == {1}


def test_several_segments_become_one(source):
    path = source.with_name("two.wwtrace")
    path.write_bytes(source.read_bytes())
    with TraceWriter(path, append=True) as writer, TraceReader(SAMPLE) as reader:
        writer.write_all(event.replace(cause=None) for event in reader.events())
    out = source.with_name("out.wwtrace")
    convert_trace(path, out, force=True)
    found = TraceReader(out.read_bytes()).verify()
    assert found.segments == 1
    assert found.sound
    assert found.digest == TraceReader(path.read_bytes()).verify().digest


def test_what_is_cut_off_damaged_or_the_trace_itself_is_refused(source, tmp_path):
    out = tmp_path / "out.wwtrace"
    with pytest.raises(UsageError, match="is the trace itself"):
        convert_trace(source, source, force=True)
    short = tmp_path / "short.wwtrace"
    short.write_bytes(source.read_bytes()[:-500])
    with pytest.raises(TraceError, match="wwanreplay recover"):
        convert_trace(short, out)
    damaged = bytearray(source.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    short.write_bytes(damaged)
    with pytest.raises(TraceError):
        convert_trace(short, out)
    assert not out.exists()
