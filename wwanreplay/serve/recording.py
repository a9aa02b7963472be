"""The trace of a served session: a file that grows, or memory that is transformed at the end.

With `piece_seconds` what is transformed is written as it grows, piece by piece.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from wwanreplay.errors import OutputError, PrivacyError, UsageError
from wwanreplay.outputs import counted, find_target, reserved
from wwanreplay.serve.pieces import PieceWriter
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

#: The recording is flushed after so long; a recorder that is killed loses no more than this and
#: what the machine was late, so that a second is promised.
FLUSH_SECONDS = 0.5


def check_place(path: str | os.PathLike[str], *, force: bool) -> None:
    """UsageError for a recording to the standard output, which has the path of the modem."""
    if find_target(path, force=force).descriptor == 1:
        raise UsageError(f"{path}: the path of the pty is written there; name a file")


class Recording:
    """The trace of a served session: a file that grows, or memory that is transformed at the end.

    Left by an exception it keeps what it has.
    """

    def __init__(
        self,
        stack: ExitStack,
        path: str | os.PathLike[str],
        header: TraceHeader,
        transform: Callable[[bytes], bytes] | None,
        places: dict[str, Any],
        piece_seconds: float | None = None,
    ) -> None:
        self.writer: TraceWriter | PieceWriter
        self._transform = transform
        self._memory = io.BytesIO()
        if transform is None:
            writer = stack.enter_context(
                TraceWriter(path, header, flush_seconds=FLUSH_SECONDS, **places)
            )
            assert writer.part is not None
            self.writer, self.part = writer, writer.part
        elif piece_seconds is not None:
            self._transform = None
            pieces = PieceWriter(path, header, transform, piece_seconds, **places)
            stack.enter_context(_ended_early(pieces))
            self.writer, self.part = pieces, pieces.part
        else:
            self.part = stack.enter_context(reserved(path, **places))
            self.writer = TraceWriter(self._memory, header, flush_seconds=FLUSH_SECONDS)
            stack.enter_context(self._kept(transform))

    def finish(self) -> bytes | None:
        """Let the trace appear; its digest."""
        self.writer.close()
        if self._transform is None:
            return self.writer.digest()
        transformed = self._transform(self._memory.getvalue())
        self.part.fill(transformed, self.writer.next_index)
        with TraceReader(transformed) as reader:
            return None if reader.footer is None else reader.footer.digest

    @contextmanager
    def _kept(self, transform: Callable[[bytes], bytes]) -> Iterator[None]:
        """Write what memory has of a session that ends early."""
        try:
            yield
        except (PrivacyError, OutputError):
            raise
        except BaseException as error:
            if self.writer.next_index:
                self.writer.end_early()
                self.part.write(transform(self._memory.getvalue()), 0)
                self.part.keep(error, counted(self.writer.next_index))
            raise


@contextmanager
def _ended_early(writer: PieceWriter) -> Iterator[None]:
    """Keep what was written of a session that ends early."""
    try:
        yield
    except BaseException as error:
        writer.end_early(error)
        raise
