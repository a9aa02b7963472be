"""The bytes of a trace, read in order from a file, memory or a pipe, frame by frame.

Memory is reserved for what has arrived and for no more than one frame (two, while damage is being
stepped over), whatever sizes the file claims.
"""

from __future__ import annotations

import io
import os
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import BinaryIO, Final, cast

from wwanreplay.errors import ReadError, TraceError, UsageError
from wwanreplay.progress import UNSEEN, begin
from wwanreplay.stores import named, open_input
from wwanreplay.trace.buffers import KEPT_SIZE_MAX, Buffers
from wwanreplay.trace.frames import (
    CRC_SIZE,
    FRAME_ATTACHMENT,
    FRAME_CHUNK,
    HEADER_PREFIX_SIZE,
    OPENING,
    Frame,
    Prefix,
    crc_is_right,
    may_begin_frame,
    parse_prefix,
)
from wwanreplay.trace.shared import SharedFile

#: What a stream without a name is called in errors.
UNNAMED: Final = "<trace>"
PIECE_SIZE: Final = 1 << 20
#: A file up to so large is read at once: places in it are then gone to without the system.
WHOLE_SIZE_MAX: Final = 1 << 17
# A hostile file can be full of what looks like large frames; the search for the next good one stops
# after so many bytes were checked in vain.
SEARCH_BUDGET: Final = 1 << 30
CANDIDATE_COST: Final = 1 << 10

_CANDIDATE: Final = re.compile(
    rb"[\x93-\x9f](?:[\x02-\x7f]\xce|" + re.escape(OPENING[1:]) + rb")", re.DOTALL
)

# No frame ends in so many zero bytes: its last five are the CRC's, of which the first is 0xce.
ZERO_TAIL_MIN: Final = CRC_SIZE
# What a disk writes whole or not at all.
SECTOR_SIZE: Final = 512

TraceInput = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO


class CutInFrameError(TraceError):
    """The input ends where a frame has begun and is not whole."""


class FrameSource:
    """Frames one after another. `offset` is the place of the next byte to be read."""

    def __init__(self, source: TraceInput) -> None:
        self.path: str | None = None
        self._owned = False
        self._work = UNSEEN
        self.is_packed = False  # what is read is what a packed file holds
        self._buffers = Buffers()
        self._file: BinaryIO
        if isinstance(source, str | os.PathLike):
            self.path = named(source)
            try:
                self._file = open_input(self.path)
            except (OSError, ValueError) as error:
                raise self._failure(error) from None
            self._owned = True
        elif isinstance(source, bytes | bytearray | memoryview):
            self._file = io.BytesIO(source)
        elif not hasattr(source, "read"):
            what = type(source).__name__
            raise UsageError(f"a {what} is no trace: give a path, bytes or a binary file")
        else:
            self._file = source
            name = getattr(source, "name", None)
            self.path = name if isinstance(name, str) else None
        self._pending = b""
        self._whole: memoryview | None = None  # a small file, which was read at once
        self.offset = 0
        self.size: int | None = None
        self._base = 0
        try:
            if self._file.seekable():
                self._base = self._file.tell()
                self.size = self._file.seek(0, os.SEEK_END) - self._base
                self._file.seek(self._base)
        except (OSError, ValueError) as error:
            self.close()
            raise self._failure(error) from None
        self._search_budget = SEARCH_BUDGET
        if self._owned and self.size is not None and 0 < self.size <= WHOLE_SIZE_MAX:
            self._read_whole(self.size)
        try:
            self._unpack()
        except BaseException:
            self.close()
            raise
        self._work = begin(self.path or UNNAMED, self.size)

    def _read_whole(self, size: int) -> None:
        """Have a small file in memory; one that fails meanwhile fails again where it is read."""
        try:
            data = self._file.read(size)
            self._file.seek(0)
        except (OSError, ValueError):
            return
        if len(data) == size:
            self._file.close()
            self._file = io.BytesIO(data)
            self._whole = memoryview(data)

    @property
    def is_whole(self) -> bool:
        """Whether the file was read at once."""
        return self._whole is not None

    def _unpack(self) -> None:
        """Have a packed trace, or that of a bundle, in the place of what packs it."""
        try:
            start = self.peek(len(OPENING))
        except ReadError:
            return  # whoever reads meets it again
        if start.startswith(OPENING[:1]) or len(start) < len(OPENING):
            return
        from wwanreplay.trace.packed import may_be_packed, unpacked

        if not may_be_packed(start):
            return
        start = self.read(self._fill(len(start)))
        packed, self._file = self._file, unpacked(self.path or UNNAMED, start, self._file)
        if self._owned:
            packed.close()
        self._owned, self.is_packed, self._whole = True, True, None
        self._pending, self.offset, self._base = b"", 0, 0
        self.size = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)

    def _failure(self, error: Exception) -> TraceError:
        reason = getattr(error, "strerror", None) or str(error)
        return TraceError(f"cannot be read: {reason}", path=self.path)

    def _read_failure(self, error: Exception) -> ReadError:
        return ReadError(self._failure(error).reason, path=self.path)

    def error(self, reason: str, offset: int) -> TraceError:
        """The error of this file at a place."""
        return TraceError(reason, path=self.path, offset=offset)

    @property
    def seekable(self) -> bool:
        """Whether frames can be read again and out of order."""
        return self.size is not None

    def shared(self) -> FrameSource | None:
        """The same file with a place of its own, for another thread; None where it has none."""
        if not self._owned or self.size is None or self.is_packed or self.is_whole:
            return None
        if not hasattr(os, "preadv"):
            return None
        other = FrameSource(cast(BinaryIO, SharedFile(self._file.fileno())))
        other.size = self.size
        return other

    @property
    def has_windows(self) -> bool:
        """Whether it is worth while, and possible, to read many frames to the same memory."""
        return self.seekable and not self.is_whole and hasattr(self._file, "readinto")

    def close(self) -> None:
        """Close the file if it was opened here."""
        self._work.end()
        if self._owned:
            self._file.close()

    def seek(self, offset: int) -> None:
        """Go to a place; the source must be seekable."""
        self._pending = b""
        try:
            self._file.seek(self._base + offset)
        except (OSError, ValueError, OverflowError) as error:
            raise self._failure(error) from None
        self.offset = offset

    def _read_file(self, size: int) -> bytes:
        """Up to `size` bytes from the file, fewer only at its end."""
        if self.size is not None:
            here = self.offset + len(self._pending)
            size = max(0, min(size, self.size - here))
        parts = []
        while size > 0:
            piece = size if self.size is not None else min(size, PIECE_SIZE)
            try:
                data = self._file.read(piece)
            except (OSError, ValueError) as error:
                raise self._read_failure(error) from None
            if not data:
                break
            parts.append(data)
            size -= len(data)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _fill(self, size: int) -> int:
        """Have so many bytes at hand; returns how many are, fewer only at the end of the input."""
        missing = size - len(self._pending)
        if missing > 0:
            # While damage is searched the requested ends grow by small steps: read ahead in large
            # ones.
            wide = len(self._pending) > PIECE_SIZE
            self._pending += self._read_file(max(missing, PIECE_SIZE) if wide else missing)
        return min(size, len(self._pending))

    def peek(self, size: int) -> bytes:
        """The next bytes without passing them; fewer only at the end of the input."""
        self._fill(size)
        return self._pending if len(self._pending) == size else self._pending[:size]

    def read(self, size: int) -> bytes:
        """Pass the next bytes; fewer only at the end of the input."""
        if not self._pending:
            data = self._read_file(size)
        else:
            data = self.peek(size)
            self._pending = self._pending[len(data) :]
        self.offset += len(data)
        return data

    def next_frame(self) -> Frame | None:
        """The next frame, or None at the end.

        Raises TraceError for a damaged frame; the source then stands before it.
        """
        if self._whole is not None:
            frame = self._frame_in(self._whole)
            if frame is not None:
                return frame
        start = self.offset
        head = self.peek(HEADER_PREFIX_SIZE)
        if not head:
            return None
        prefix = parse_prefix(head)
        if prefix is None:
            if len(head) < HEADER_PREFIX_SIZE and may_begin_frame(head):
                raise self._cut(start)
            raise self.error("no frame begins here", start)
        data = self._whole_frame(prefix)
        if len(data) < prefix.size:
            self._put_back(data)
            raise self._cut(start)
        if not crc_is_right(data):
            self._put_back(data)
            raise self.error("the frame's CRC is wrong", start)
        self._work.reach(self.offset)
        return Frame(prefix, start, data)

    def _frame_in(self, whole: memoryview) -> Frame | None:
        """The next frame of a file that is in memory; None where there is none, or it is damaged.

        A small trace is mostly this.
        """
        start = self.offset
        prefix = parse_prefix(whole[start : start + HEADER_PREFIX_SIZE])
        if prefix is None or start + prefix.size > (self.size or 0):
            return None
        data = whole[start : start + prefix.size]
        if not crc_is_right(data):
            return None
        self._pending = b""
        self.offset = start + prefix.size
        self._file.seek(self.offset)
        self._work.reach(self.offset)
        # What may be compared with another one is bytes, of which that is quick.
        return Frame(prefix, start, data if prefix.type == FRAME_CHUNK else bytes(data))

    def _cut(self, start: int) -> CutInFrameError:
        return CutInFrameError("the file is cut off inside a frame", path=self.path, offset=start)

    def cut_frame(self) -> tuple[Prefix | None, bytes]:
        """Of the frame that is not whole: its prefix if that is there, and what is there of it."""
        prefix = parse_prefix(self.peek(HEADER_PREFIX_SIZE))
        return prefix, self.peek(HEADER_PREFIX_SIZE if prefix is None else prefix.size)

    def ends_in_zeros(self) -> bool:
        """Whether nothing but zero bytes, less than a sector of them, is left."""
        rest = self.peek(SECTOR_SIZE)
        return len(rest) < SECTOR_SIZE and not any(rest)

    def leave_out_zero_tail(self) -> int:
        """Let the input end before the sectors of zero bytes at its end; how many bytes these are.

        A power cut leaves them where a file had grown and its bytes were not written yet.
        """
        if self.size is None or self.size < ZERO_TAIL_MIN:
            return 0
        end = self.size
        self.seek(end - ZERO_TAIL_MIN)
        if any(self.read(ZERO_TAIL_MIN)):
            return 0
        while end > 0:
            start = max(0, end - PIECE_SIZE)
            self.seek(start)
            kept = len(self.read(end - start).rstrip(b"\0"))
            end = start + kept
            if kept:
                break
        unwritten = min(self.size, -(-end // SECTOR_SIZE) * SECTOR_SIZE)
        zeros, self.size = self.size - unwritten, unwritten
        return zeros

    def _whole_frame(self, prefix: Prefix) -> bytes | memoryview:
        """The bytes of the frame whose head was peeked; fewer only at the end of the input."""
        size = prefix.size
        if self.size is not None and len(self._pending) < size:
            ahead = self.size - self.offset - size
            is_kept = (
                self._owned and not self.is_whole and size + HEADER_PREFIX_SIZE <= KEPT_SIZE_MAX
            )
            if prefix.type == FRAME_CHUNK and is_kept and ahead >= 0:
                return self._read_buffer(size, min(ahead, HEADER_PREFIX_SIZE))
            self.seek(self.offset)  # one large read costs less than joining two
        return self.read(size)

    def _read_buffer(self, size: int, ahead: int) -> memoryview:
        """The same, in memory that is used again; with up to `ahead` bytes of the next frame."""
        buffer = self._buffers.take(size + ahead)
        filled = len(self._pending)
        buffer[:filled] = self._pending
        while filled < size:
            try:
                count = self._file.readinto(buffer[filled:])  # type: ignore[attr-defined]
            except (OSError, ValueError) as error:
                raise self._read_failure(error) from None
            if not count:
                break
            filled += count
        self._pending = bytes(buffer[size:filled])
        data = buffer[: min(size, filled)]
        self.offset += len(data)
        return data

    def read_at(self, offset: int, view: memoryview) -> int:
        """Read bytes at a place to memory, as many as there are; fewer where reading fails.

        The source stands anywhere then: `seek` is to follow.
        """
        self.seek(offset)
        filled = 0
        left = (self.size or 0) - offset
        if left < len(view):
            view = view[: max(0, left)]
        try:
            while view:
                count = self._file.readinto(view)  # type: ignore[attr-defined]
                if not count:
                    break
                filled += count
                view = view[count:]
        except (OSError, ValueError):
            pass  # whoever reads on meets it again
        return filled

    def reached(self, offset: int) -> None:
        """Say how far the reading is, to whoever shows it."""
        self._work.reach(offset)

    def _put_back(self, data: bytes | memoryview) -> None:
        self._pending = bytes(data) + self._pending
        self.offset -= len(data)

    def _frame_is_at(self, ahead: int) -> bool:
        """Whether a frame with a right CRC stands so many bytes ahead."""
        self._search_budget -= CANDIDATE_COST
        self._fill(ahead + HEADER_PREFIX_SIZE)
        prefix = parse_prefix(self._pending[ahead : ahead + HEADER_PREFIX_SIZE])
        if prefix is None:
            return False
        end = ahead + prefix.size
        if self.size is not None and self.offset + end > self.size:
            return False
        if self._fill(end) < end or self._pending[end - CRC_SIZE] != 0xCE:
            return False
        self._search_budget -= prefix.size
        return crc_is_right(memoryview(self._pending)[ahead:end])

    def skip_damage(self, known_offsets: Sequence[int] = ()) -> tuple[int, int]:
        """Go to the next good frame behind a damaged one; returns the lost range.

        `known_offsets` are places of frames that the index names, in ascending order.
        """
        start = self.offset
        prefix = parse_prefix(self.peek(HEADER_PREFIX_SIZE))
        if prefix is not None:
            whole = self._fill(prefix.size) == prefix.size
            at_end = whole and self._fill(prefix.size + 1) == prefix.size
            if at_end or (whole and self._frame_is_at(prefix.size)):
                self.read(prefix.size)
                return start, self.offset
        for offset in known_offsets[bisect_right(known_offsets, start) :]:
            self.seek(offset)
            if self._frame_is_at(0):
                return start, offset
        if known_offsets:
            self.seek(start)
        if prefix is not None and prefix.type == FRAME_ATTACHMENT:
            self._skip_to_end()  # what looks like a frame in it may belong to the attached file
            return start, self.offset
        self._search()
        return start, self.offset

    def _skip_to_end(self) -> None:
        while self.read(PIECE_SIZE):
            pass

    def _search(self) -> None:
        """Go to the first place behind this one where a frame with a right CRC stands."""
        ahead = 1
        while self._search_budget > 0:
            window = self.peek(ahead + PIECE_SIZE)
            if len(window) <= ahead:
                break
            last = len(window) < ahead + PIECE_SIZE
            for match in _CANDIDATE.finditer(window, ahead):
                if self._search_budget <= 0:
                    break
                if self._frame_is_at(match.start()):
                    self.read(match.start())
                    return
            if last:
                break
            # Pass what was looked at, all but what may be the beginning of a prefix.
            self.read(len(window) - HEADER_PREFIX_SIZE)
            ahead = 0
        self._skip_to_end()
