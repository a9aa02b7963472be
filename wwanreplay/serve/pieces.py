"""A recording that is transformed while it is written, piece by piece.

A piece is made into a trace of its own, transformed, and its records go on into the file. What the
transformation must know of before (which MBIMEx version is in force) is put in front of each piece
and taken off again. The numbers of records, and what they refer to, stay as they are.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import PrivacyError
from wwanreplay.mbim.header import look
from wwanreplay.mbim.tables import SERVICES_BY_UUID
from wwanreplay.mbim.versions import VERSION
from wwanreplay.outputs import PartFile
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

#: Records that make a piece whatever their age.
PIECE_RECORDS_MAX: Final = 65536


class PieceWriter:
    """Takes events as a TraceWriter does, and writes those that are `seconds` old transformed.

    A piece never ends inside a message. It may be half as old again until a message is whole.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        header: TraceHeader,
        transform: Callable[[bytes], bytes],
        seconds: float,
        **places: Any,
    ) -> None:
        self.next_index = 0
        self._transform = transform
        self._seconds = seconds
        self._header = header
        self._events: list[Event] = []
        self._context: list[Event] = []  # the exchange of versions
        self._unfinished: set[int] = set()
        self._began_s = time.monotonic()
        with TraceReader(transform(self._trace([]))) as reader:
            self._out = TraceWriter(path, reader.header, **places)
        assert self._out.part is not None
        self.part: PartFile = self._out.part

    def _trace(self, events: list[Event]) -> bytes:
        memory = io.BytesIO()
        with TraceWriter(memory, self._header) as writer:
            for event in events:
                writer.write(event.replace(cause=None, index=None))
        return memory.getvalue()

    def write(self, event: Event) -> int:
        """Take an event; the index that it has in the file."""
        if not self._events:
            self._began_s = time.monotonic()
        self._events.append(event)
        self.next_index += 1
        if event.kind == Kind.KIND_WIRE:
            self._look(event)
        if len(self._events) >= PIECE_RECORDS_MAX and not self._unfinished:
            self.flush()
        return self.next_index - 1

    def _look(self, event: Event) -> None:
        head = look(event.payload)
        if (head.total or 1) > (head.current or 0) + 1:
            self._unfinished.add(event.code)
        else:
            self._unfinished.discard(event.code)
        service = SERVICES_BY_UUID.get(head.service or b"")
        if service is not None and (service.number, head.cid) == VERSION:
            self._context = [*self._context, event][-2:]

    def poll(self) -> float | None:
        """Write what is old enough; seconds until there is more of it."""
        if not self._events:
            return None
        left_s = self._began_s + self._seconds - time.monotonic()
        if left_s > 0:
            return left_s
        if self._unfinished and left_s > -self._seconds / 2:
            return 0.05
        self.flush()
        return None

    def flush(self) -> None:
        """Transform what waits, and write it; PrivacyError when something of it is left."""
        waiting, self._events = self._events, []
        context = [each for each in self._context if each not in waiting]
        if not waiting:
            return
        with TraceReader(self._transform(self._trace([*context, *waiting]))) as reader:
            made = list(reader.events())[len(context) :]
        if len(made) != len(waiting):
            raise PrivacyError("records were lost while they were scrubbed; the piece is dropped")
        for before, event in zip(waiting, made, strict=True):
            self._out.write(event.replace(index=None, cause=before.cause))
        self._out.flush()

    def digest(self) -> bytes:
        """The digest of the file so far."""
        return self._out.digest()

    def close(self) -> None:
        """Write what waits, and let the file appear."""
        self.flush()
        self._out.close()

    def end_early(self, error: BaseException | None = None) -> None:
        """Keep what is written, as PATH.part. Does not raise."""
        if not isinstance(error, PrivacyError):
            try:
                self.flush()
            except PrivacyError as other:
                if error is not None:
                    error.add_note(str(other))
        self._out.end_early(error)
