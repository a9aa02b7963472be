"""Reading the events of a trace several times, also of one that comes through a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from wwanreplay._core import Event
from wwanreplay.errors import OutputError, TraceError
from wwanreplay.trace.frames import Chunk
from wwanreplay.trace.reader import TraceReader

#: Reads the events of a trace from the beginning, each time it is called.
Read = Callable[[], Iterator[Event]]


@contextmanager
def again(reader: TraceReader, *, is_kept: bool = False) -> Iterator[Read]:
    """How to read the events of a trace that nothing was read of yet, as often as is wanted.

    A file is read again, one reading at a time. The records of a pipe, and with `is_kept` of any
    trace, are kept in a temporary file until the block ends: the trace is read to its end here, and
    several readings may be under way. Raises TraceError for what is no sound trace, OutputError
    when the temporary file cannot be written.
    """
    if reader.size is not None and not is_kept:
        yield reader.events
        return
    with _temporary_file() as file:
        chunks = []
        for chunk in reader.chunks():
            _write(file, bytes(chunk.records))
            chunks.append((len(chunk.records), chunk._replace(records=memoryview(b""))))
        yield lambda: _events(reader, file, chunks)


def _temporary_file() -> IO[bytes]:
    import tempfile  # of pipes only

    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise _failure(error) from None


def _write(file: IO[bytes], data: bytes) -> None:
    try:
        file.write(data)
    except OSError as error:
        raise _failure(error) from None


def _failure(error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    hint = "write the trace to a file first, or set TMPDIR"
    return OutputError(f"a pipe cannot be kept in a temporary file: {reason}; {hint}")


def _events(
    reader: TraceReader, file: IO[bytes], chunks: list[tuple[int, Chunk]]
) -> Iterator[Event]:
    offset = 0
    for size, chunk in chunks:
        file.seek(offset)
        offset += size
        whole = chunk._replace(records=memoryview(file.read(size)))
        try:
            yield from reader.chunk_events(whole)
        except TraceError as error:
            if reader.strict:
                raise TraceError(error.reason, path=reader.path, offset=error.offset) from None
