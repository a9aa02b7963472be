"""Traces that several verbs are tried on."""

import pytest
from replay_samples import sample_trace
from verbs import run

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


@pytest.fixture(scope="module")
def demo_trace(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "demo.wwtrace"
    assert run("record", "-o", path).exit_code == 0
    return path
