"""Events are read as often as is wanted, also of a pipe."""

import io
import os
import tempfile

import pytest
from stimulus_samples import recording

from wwanreplay.errors import OutputError, TraceError
from wwanreplay.trace import TraceReader
from wwanreplay.trace.again import again


class Pipe(io.RawIOBase):
    """Bytes that come once."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        return self._data.readinto(buffer)


@pytest.mark.parametrize("kind", [bytes, Pipe])
def test_each_reading_gives_all_events(kind):
    with TraceReader(recording("demo")) as reader:
        expected = list(reader)
    with TraceReader(kind(recording("demo"))) as reader, again(reader) as read:
        assert list(read()) == expected
        assert next(read()) == expected[0]  # and one that is not gone through
        assert list(read()) == expected


def test_a_damaged_pipe_is_refused_as_a_file_is():
    data = bytearray(recording("demo"))
    data[len(data) // 2] ^= 1
    with TraceReader(Pipe(bytes(data))) as reader, pytest.raises(TraceError), again(reader):
        pass


def test_a_pipe_that_cannot_be_kept_is_refused_with_what_to_do(monkeypatch):
    def full():
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    refused = pytest.raises(OutputError, match="write the trace to a file first")
    with TraceReader(Pipe(recording("demo"))) as reader, refused, again(reader):
        pass
    with TraceReader(recording("demo")) as reader, again(reader) as read:
        assert list(read())
