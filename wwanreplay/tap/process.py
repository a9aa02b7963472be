"""The recordings of a tap in a process of their own, so that forwarding never waits for them.

Decoding, compressing, scrubbing and the disk are there; the tap hands over items in batches, when
nothing has come for a moment or the oldest has waited for BACKLOG_NS. They stand in memory of both
processes: where the tap is killed, the other writes all that it was given, however late it is, and
keeps the file as one that was cut off. One that fails tells the tap, which ends.

    batch:  length (u32, little endian), then a MessagePack list of items; in the memory, and a byte
            over the connection, so that the other wakes
    answer: over the connection: the same, a map: records and files at the end, or the error
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]

from wwanreplay._core import Event
from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.errors import EXIT_INTERNAL, EXIT_UNREADABLE, WwanReplayError, internal_text
from wwanreplay.tap.items import Happened, Item, Note, Transfer, size_of
from wwanreplay.tap.recorder import BACKLOG_MAX, BACKLOG_NS, Recorder, Sink
from wwanreplay.tap.ring import Ring
from wwanreplay.trace.notes import NoteCode

#: Bytes that wait to be recorded; beyond, forwarding waits for recording.
WAITING_SIZE_MAX: Final = 8 << 20
#: How long an item may wait to be recorded; then forwarding waits for recording.
LATE_NS: Final = BACKLOG_NS * 3 // 2
#: Bytes of a batch, about: one that is cut off is lost.
BATCH_SIZE: Final = 1 << 15
#: The recording gives way to the hosts and the tap.
NICENESS: Final = 5
_LENGTH: Final = struct.Struct("<I")
_READ_SIZE: Final = 1 << 18
_WAKE: Final = b"\0"
#: While the other is waited for: how soon it is seen that it goes on.
_STEP_S: Final = 0.002
_TRANSFER, _NOTE, _HAPPENED, _SIGNAL, _CLOSE, _END = range(6)
_IGNORED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)


class RecordingError(WwanReplayError):
    """The recording has failed; the message and the exit code are those of its error."""

    def __init__(self, text: str, exit_code: int = EXIT_UNREADABLE) -> None:
        super().__init__(text)
        self.exit_code = exit_code


def packed(item: Item) -> tuple[Any, ...]:
    """An item as it is handed over."""
    if isinstance(item, Transfer):
        whole: bool | bytes | None = item.whole
        if whole is item.data:
            whole = True
        return (
            _TRANSFER,
            item.time_ns,
            item.serial,
            item.data,
            item.from_host,
            item.client,
            whole,
        )
    if isinstance(item, Note):
        return (_NOTE, item.time_ns, item.text, int(item.code), item.serial, item.is_fault)
    event = item.event
    return (_HAPPENED, item.time_ns, event.kind, event.time_ns, event.code, event.payload)


def unpacked(values: list[Any]) -> Item:
    """The item that was handed over."""
    kind, time_ns, *rest = values
    if kind == _TRANSFER:
        serial, data, from_host, client, whole = rest
        return Transfer(time_ns, serial, data, from_host, client, data if whole is True else whole)
    if kind == _NOTE:
        text, code, cause, is_fault = rest
        return Note(time_ns, text, NoteCode(code), cause, is_fault)
    event_kind, event_ns, code, payload = rest
    return Happened(time_ns, Event(event_kind, event_ns, code=code, payload=payload))


@dataclass
class RemoteSink:
    """What the tap knows of the sink in the other process: what it has written in the end."""

    recorder: RecorderProcess
    records: int = 0
    files: list[str] = field(default_factory=list)

    def put(self, item: Item) -> None:
        """Hand an item over."""
        self.recorder.add(item)

    def signalled(self, time_ns: int) -> None:
        """Pass a signal on."""
        self.recorder.signalled(time_ns)

    def poll(self, time_ns: int) -> float | None:
        """Hand over what has waited long enough; RecordingError when the other has failed."""
        self.recorder.check()
        self.recorder.catch_up(0, time_ns)
        return None

    def close(self, time_ns: int) -> None:
        """Let the files appear, and wait for it."""
        self.recorder.end((_CLOSE, time_ns))

    def end_early(self, error: BaseException) -> None:
        """Keep what there is of the files; does not raise."""
        try:
            self.recorder.end((_END, 0, str(error)))
        except RecordingError as other:
            for note in getattr(other, "__notes__", ()):  # where the part of the recording is
                error.add_note(note)


class RecorderProcess(Recorder):
    """A recorder whose sink works in another process, which this one forks.

    `make_sink` is called there; what is wrong with its files is an error here all the same.
    RecordingError when the other fails or is gone.
    """

    #: Longer than most answers take: a batch is more than a message, and between exchanges.
    grace_s = 0.1

    def __init__(self, make_sink: Callable[[], Sink], clock: SessionClock) -> None:
        self._remote = RemoteSink(self)
        super().__init__(self._remote)
        self._clock = clock
        self._ring = Ring(WAITING_SIZE_MAX)
        # What is packed and has no room yet: the time of a batch's first item, and its bytes.
        self._unsent: deque[tuple[int, memoryview]] = deque()
        self._unsent_size = 0
        # What the other was given: that time, and where the batch ends.
        self._given: deque[tuple[int, int]] = deque()
        self._size = 0  # bytes of the items that wait
        sys.stdout.flush()
        sys.stderr.flush()
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._pid = os.fork()
        if not self._pid:
            try:
                _record(make_sink, clock, other, self._ring)
                sys.stdout.flush()
            finally:
                os._exit(0)
        other.close()
        self._inbox = _Inbox(self._socket)
        try:
            self._result()
        except BaseException:
            self._gone()
            raise

    @property
    def waiting(self) -> int:
        """Items that wait here, and one for bytes that the other has not taken."""
        return len(self._backlog) + bool(self._unsent)

    @property
    def due_ns(self) -> int | None:
        """When what has waited longest is urgent, or late if it is not read; None for nothing."""
        return self._oldest_ns + LATE_NS if self._is_unread else super().due_ns

    # ------------------------------------------------------------------ handing over

    def add(self, item: Item) -> None:
        """Take an item; it is handed over when there is time."""
        self._backlog.append(item)
        self._size += size_of(item)

    def work(self) -> None:
        """Hand over what waits, as far as it is taken."""
        self._pack()
        self._send()

    @property
    def is_blocked(self) -> bool:
        """Whether the other process takes no more just now."""
        return bool(self._unsent)

    def catch_up(self, count: int, time_ns: int) -> None:  # noqa: ARG002 - it takes all at once
        """Hand over what has waited long enough; wait while what is not taken is late or much."""
        if not self.is_urgent(time_ns):
            return
        self.work()
        while self._is_unread and (
            self._clock.now_ns() - self._oldest_ns > LATE_NS or self._unsent_size > WAITING_SIZE_MAX
        ):
            self._await_other()

    @property
    def _is_unread(self) -> bool:
        """Whether the other has not read all that was packed."""
        read_count = self._ring.read_count
        while self._given and self._given[0][1] <= read_count:
            self._given.popleft()
        return bool(self._given or self._unsent)

    @property
    def _oldest_ns(self) -> int:
        """The time of what has waited longest; only while something waits."""
        for waiting in (self._given, self._unsent):
            if waiting:
                return waiting[0][0]
        return self._backlog[0].time_ns

    def is_urgent(self, time_ns: int) -> bool:
        """Whether items have waited long enough, or are too many."""
        if not self._is_unread and not self._backlog:
            return False
        is_old = time_ns - self._oldest_ns > BACKLOG_NS
        return is_old or len(self._backlog) > BACKLOG_MAX or self._size > WAITING_SIZE_MAX

    def finish(self) -> None:
        """Hand over all that waits."""
        self._pack()
        self._send_all()

    def signalled(self, time_ns: int) -> None:
        """Pass a signal on to the sink, behind all that came before."""
        self._pack()
        self._append(time_ns, [(_SIGNAL, time_ns)])
        self._send()

    def _pack(self) -> None:
        batch: list[tuple[Any, ...]] = []
        size = 0
        while self._backlog:
            item = self._backlog.popleft()
            batch.append(packed(item))
            size += size_of(item)
            if size >= BATCH_SIZE or not self._backlog:
                self._append(batch[0][1], batch)
                batch, size = [], 0
        self._size = 0

    def _append(self, time_ns: int, batch: list[tuple[Any, ...]]) -> None:
        data = msgpack.packb(batch)
        self._unsent.append((time_ns, memoryview(_LENGTH.pack(len(data)) + data)))
        self._unsent_size += _LENGTH.size + len(data)

    def _send(self) -> None:
        """Give the other what there is room for."""
        is_given = False
        while self._unsent:
            time_ns, data = self._unsent[0]
            taken = self._ring.write(data)
            is_given = is_given or taken > 0
            self._unsent_size -= taken
            if taken < len(data):
                self._unsent[0] = time_ns, data[taken:]
                break
            self._unsent.popleft()
            self._given.append((time_ns, self._ring.written))
        if is_given:
            self._wake()

    def _wake(self) -> None:
        try:
            self._socket.send(_WAKE, socket.MSG_NOSIGNAL)
        except BlockingIOError:
            pass  # full of earlier ones, which will wake it
        except OSError:
            self.check()
            raise RecordingError("the process that records is gone") from None

    def _send_all(self) -> None:
        self._send()
        while self._unsent:
            self._await_other()

    def _await_other(self) -> None:
        """Wait a moment for the other to read; RecordingError when it has failed or is gone."""
        if select.select([self._socket], [], [], _STEP_S)[0]:
            self._result()
        self._send()

    # ------------------------------------------------------------------ the other's end

    def check(self) -> None:
        """RecordingError when the other process has failed."""
        ready, _, _ = select.select([self._socket], [], [], 0)
        if ready:
            self._result()

    def end(self, last: tuple[Any, ...]) -> None:
        """Send the last words, and wait for what the other has done."""
        if not self._pid:
            return
        try:
            self._pack()
            self._append(last[1], [last])
            self._send_all()
            self._result()
        finally:
            self._gone()

    def _result(self) -> None:
        """Wait for an answer: nothing yet, what was written, or an error."""
        self._socket.setblocking(True)
        answers: list[Any] | None = []
        while not answers:
            answers = self._inbox.next()
            if answers is None:
                raise RecordingError("the process that records is gone")
        self._socket.setblocking(False)
        answer = answers[0]
        if "error" in answer:
            error = RecordingError(answer["error"], answer["exit_code"])
            for note in answer["notes"]:
                error.add_note(note)
            raise error
        self._remote.records = answer.get("records", 0)
        self._remote.files = answer.get("files", [])

    def _gone(self) -> None:
        pid, self._pid = self._pid, 0
        self._socket.close()
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


class _Inbox:
    """Cuts what comes over a connection into its batches."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._batches = _Batches()

    def next(self) -> list[Any] | None:
        """What has come whole, after one read; None at the end."""
        more = _received(self._connection)
        return self._batches.feed(more) if more else None


class _RingInbox:
    """Cuts what stands in a ring into its batches; the connection wakes, and ends with the tap."""

    def __init__(self, connection: socket.socket, ring: Ring) -> None:
        self._connection = connection
        self._ring = ring
        self._batches = _Batches()

    @property
    def has_more(self) -> bool:
        """Whether there is something to read without being woken."""
        return self._ring.written > self._ring.read_count

    def next(self) -> list[Any] | None:
        """What has come whole, after one read; None when the tap is gone and all is read."""
        if not self.has_more and not _received(self._connection) and not self.has_more:
            return None
        return self._batches.feed(self._ring.read(_READ_SIZE))


class _Batches:
    """Cuts bytes into batches."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, more: bytes) -> list[Any]:
        """The batches that are whole now."""
        self._data += more
        found: list[Any] = []
        while len(self._data) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._data)[0]
            if len(self._data) < end:
                break
            found.append(msgpack.unpackb(self._data[_LENGTH.size : end]))
            del self._data[:end]
        return found


def _received(connection: socket.socket) -> bytes:
    """What comes over a connection; nothing at its end."""
    try:
        return connection.recv(_READ_SIZE)
    except OSError:
        return b""


# ------------------------------------------------------------------ the other process


def _record(
    make_sink: Callable[[], Sink], clock: SessionClock, connection: socket.socket, ring: Ring
) -> None:
    """Make the sink and give it what comes, until the end."""
    for number in _IGNORED:  # they are for the tap, which tells of them
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):
        os.nice(NICENESS)
    # The modem, the clients and their name are the tap's alone, and go when it goes.
    os.closerange(3, connection.fileno())
    os.closerange(connection.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
    try:
        sink = make_sink()
        _answer(connection, {})
        answer = _follow(sink, clock, _RingInbox(connection, ring), connection)
    except BaseException as error:
        answer = _error_of(error)
    _answer(connection, answer)


def _follow(
    sink: Sink, clock: SessionClock, inbox: _RingInbox, connection: socket.socket
) -> dict[str, Any]:
    """Give a sink what comes; the answer to the last words."""
    try:
        while True:
            wait_s = sink.poll(clock.now_ns())
            if not inbox.has_more and not select.select([connection], [], [], wait_s)[0]:
                continue
            batches = inbox.next()
            if batches is None:
                return _ended_early(sink, "the tap was killed")
            for values in chain.from_iterable(batches):
                if values[0] == _CLOSE:
                    sink.close(values[1])
                    return {"records": sink.records, "files": sink.files}
                if values[0] == _END:
                    return _ended_early(sink, values[2])
                if values[0] == _SIGNAL:
                    sink.signalled(values[1])
                else:
                    sink.put(unpacked(values))
    except BaseException as error:
        sink.end_early(error)
        raise


def _ended_early(sink: Sink, reason: str) -> dict[str, Any]:
    """Keep what there is; the notes say what that is."""
    error = RecordingError(reason)
    sink.end_early(error)
    return _error_of(error)


def _answer(connection: socket.socket, answer: dict[str, Any]) -> None:
    data = msgpack.packb(answer)
    with suppress(OSError):
        connection.sendall(_LENGTH.pack(len(data)) + data)


def _error_of(error: BaseException) -> dict[str, Any]:
    """An error as the tap is given it."""
    text, exit_code = internal_text(error), EXIT_INTERNAL
    if isinstance(error, WwanReplayError):
        text, exit_code = str(error), error.exit_code
    elif isinstance(error, OSError):
        text = ": ".join(str(each) for each in (error.filename, error.strerror) if each)
        exit_code = EXIT_UNREADABLE
    return {"error": text, "exit_code": exit_code, "notes": getattr(error, "__notes__", [])}
