"""One file of a tap: an ordinary trace, of the form that an imported log has.

Each transfer is a wire record, followed by the events that the class driver makes of the message
it ends, which name it as their cause. Times count from the beginning of the file.
"""

from __future__ import annotations

import io
import os
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.devices.mbim.clock import CLOCK_ANCHOR
from wwanreplay.devices.mbim.device import describe_real
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.function import CLOCK_REACHED
from wwanreplay.outputs import PartFile, counted, reserved
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.tap.items import Happened, Item, Note, Transfer
from wwanreplay.trace import TraceHeader, TraceWriter
from wwanreplay.trace.notes import NoteCode

#: What a recorder that is killed may lose, apart from the time by which the machine was late.
FLUSH_SECONDS: Final = 0.5
#: Transfers and requests that later records can refer to.
REMEMBERED_MAX: Final = 16384

Transform = Callable[[bytes], bytes]


class ItemRecords:
    """Writes items as records; `start_ns` is the time of the first of them, `mbimex` the version
    that is in force there.

    `before` are those of the file that this one goes on from, `name_before` its name: what is found
    out later of a transfer in there is noted here.
    """

    def __init__(
        self,
        writer: TraceWriter,
        start_ns: int,
        *,
        mbimex: int,
        before: ItemRecords | None = None,
        name_before: str = "",
    ) -> None:
        self.writer = writer
        self.start_ns = start_ns
        self.size = 0
        self.driver = ClassDriver(mbimex=mbimex)
        self._indices: OrderedDict[int, int] = OrderedDict()  # by serial
        self._indices_before = OrderedDict[int, int]() if before is None else before._indices
        self._name_before = name_before
        self._requests: OrderedDict[int, int] = OrderedDict()  # by RequestId
        self._last_ns = 0
        self._unfinished: set[bool] = set()  # directions whose last message is not whole

    @property
    def is_inside_message(self) -> bool:
        """Whether the fragments of a message are not all here yet."""
        return bool(self._unfinished)

    def begin(self, epoch_ns: int) -> None:
        """Write what the wall clock showed at the beginning."""
        payload = epoch_ns.to_bytes(8, "little", signed=True)
        self._write(Event(Kind.KIND_CLOCK, 0, code=CLOCK_ANCHOR, payload=payload))

    def end(self, time_ns: int) -> None:
        """Write the time of the end."""
        self._write(Event(Kind.KIND_CLOCK, self._stamp(time_ns), code=CLOCK_REACHED))

    def _stamp(self, time_ns: int) -> int:
        self._last_ns = max(self._last_ns, time_ns - self.start_ns)
        return self._last_ns

    def _write(self, event: Event) -> int:
        self.size += len(event.payload) + 32
        return self.writer.write(event)

    def put(self, item: Item) -> None:
        """Write an item and what follows from it."""
        time_ns = self._stamp(item.time_ns)
        if isinstance(item, Transfer):
            self._put_transfer(item, time_ns)
        elif isinstance(item, Note):
            cause = None if item.serial is None else self._indices.get(item.serial)
            if cause is None and item.code != NoteCode.TEXT:
                self._note(f"{item.text} ({self._place_before(item.serial)})", time_ns)
            else:
                self._note(item.text, time_ns, item.code, cause)
        elif isinstance(item, Happened):
            self._write(item.event.replace(time_ns=time_ns))

    def _place_before(self, serial: int | None) -> str:
        """Where a transfer stands that is not in this file."""
        index = None if serial is None else self._indices_before.get(serial)
        if index is None:
            return "of a message before this file"
        return f"record {index} of {self._name_before}"

    def _note(
        self, text: str, time_ns: int, code: NoteCode = NoteCode.TEXT, cause: int | None = None
    ) -> None:
        payload = text.encode("utf-8", "replace")
        self._write(Event(Kind.KIND_NOTE, time_ns, code=code, payload=payload, cause=cause))

    def _put_transfer(self, item: Transfer, time_ns: int) -> None:
        code = WireDirection.WIRE_DEVICE_TO_HOST
        if item.from_host:
            code = WireDirection.WIRE_HOST_TO_DEVICE
        wire = self._write(
            Event(Kind.KIND_WIRE, time_ns, code=code, payload=item.data, client=item.client)
        )
        _remember(self._indices, item.serial, wire)
        if item.whole is None:
            self._unfinished.add(item.from_host)
            return
        self._unfinished.discard(item.from_host)
        for event in self.driver.message(item.whole, time_ns, from_host=item.from_host):
            cause: int | None = None
            if event.kind == Kind.KIND_COMPLETION:
                cause = self._requests.get(event.request_id)
            elif event.kind in REQUESTS or event.kind == Kind.KIND_INDICATION:
                cause = wire
            index = self._write(event.replace(cause=cause))
            if event.kind in REQUESTS:
                _remember(self._requests, event.request_id, index)
        for problem in self.driver.problems:
            self._note(problem, time_ns)


class TraceFile:
    """A trace that takes items; `start_ns` is the time of its beginning, `epoch_ns` what the wall
    clock showed then.

    `before` is the file that this one goes on from. With `transform` it is held in memory, and what
    that makes of it is written at the end.
    """

    def __init__(
        self,
        path: str,
        names: dict[str, Any],
        start_ns: int,
        epoch_ns: int,
        *,
        mbimex: int,
        notes: list[str],
        before: TraceFile | None = None,
        transform: Transform | None = None,
        **places: Any,
    ) -> None:
        self.path = path
        self._transform = transform
        self._stack = ExitStack()
        header = header_of(names, epoch_ns)
        header.notes = notes
        self._memory = io.BytesIO()
        if transform is None:
            self.writer = TraceWriter(path, header, flush_seconds=FLUSH_SECONDS, **places)
            assert self.writer.part is not None
            self.part: PartFile = self.writer.part
        else:
            self.part = self._stack.enter_context(reserved(path, **places))
            self.writer = TraceWriter(self._memory, header, flush_seconds=FLUSH_SECONDS)
        self._items: ItemRecords = ItemRecords(
            self.writer,
            start_ns,
            mbimex=mbimex,
            before=None if before is None else before._items,
            name_before="" if before is None else os.path.basename(before.path),
        )
        self.put = self._items.put
        self._items.begin(epoch_ns)

    @property
    def start_ns(self) -> int:
        """The time of its beginning."""
        return self._items.start_ns

    @property
    def size(self) -> int:
        """About how many bytes the records have."""
        return self._items.size

    @property
    def driver(self) -> ClassDriver:
        """What makes events of its messages."""
        return self._items.driver

    @property
    def records(self) -> int:
        """How many records there are."""
        return self.writer.next_index

    @property
    def is_inside_message(self) -> bool:
        """Whether the fragments of a message are not all here yet."""
        return self._items.is_inside_message

    @property
    def mbimex(self) -> int:
        """The MBIMEx version in force, BCD."""
        return self.driver.mbimex

    def poll(self) -> float | None:
        """Write what is old enough; seconds until there is more of it."""
        return self.writer.poll()

    def close(self, time_ns: int) -> None:
        """Let the file appear."""
        self._items.end(time_ns)
        with self._stack:
            self.writer.close()
            if self._transform is not None:
                self.part.fill(self._transform(self._memory.getvalue()), self.records)

    def end_early(self, error: BaseException) -> None:
        """Keep what there is of a file that cannot be ended, as PATH.part. Does not raise."""
        if self._transform is None:
            self.writer.end_early(error)
            return
        with self._stack:
            self.writer.end_early()
            self.part.write(self._transform(self._memory.getvalue()), 0)
            self.part.keep(error, counted(self.records))


def header_of(names: dict[str, Any], epoch_ns: int) -> TraceHeader:
    """The header of a tap's trace whose time 0 is at `epoch_ns` of the wall clock."""
    return TraceHeader(**describe_real(names, {"kind": "boottime", "epoch_ns": epoch_ns}))


def _remember(table: OrderedDict[int, int], key: int, index: int) -> None:
    table[key] = index
    if len(table) > REMEMBERED_MAX:
        table.popitem(last=False)
