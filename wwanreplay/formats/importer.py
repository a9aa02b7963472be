"""Logs to traces: one trace for each device in them.

    summary = import_logs(["bug.log.gz"], "bug.wwtrace")
    print(summary.total.messages, summary.sessions[0].device)

Every transfer of the log is a wire record, followed by the events that the Windows class driver
makes of it. Nothing appears at the target before all is read; a trace is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Final, cast

from wwanreplay import __version__
from wwanreplay._core import table_hash
from wwanreplay.errors import InputError, UsageError
from wwanreplay.formats.base import Clock, Counts, LogMessage, Trouble
from wwanreplay.formats.duplicates import Duplicates
from wwanreplay.formats.import_session import Driver, ImportSession, new_driver
from wwanreplay.formats.import_summary import (
    TROUBLES,
    ImportSummary,
    LogSummary,
    SessionSummary,
    Tally,
)
from wwanreplay.formats.reading import LogReading
from wwanreplay.formats.windows_callers import Callers
from wwanreplay.outputs import find_target, folder_for, is_same_file, put, whole
from wwanreplay.packing.streams import PIECE_SIZE
from wwanreplay.stores import STANDARD_INPUT_FILE, Location, named, open_input
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

#: Devices that one import makes traces of.
DEVICES_MAX: Final = 64

#: What is done to each trace before it is put in its place: it may change the file, and its answer
#: goes into the summary.
After = Callable[[Path], Mapping[str, Any] | None]


def import_logs(
    paths: Sequence[str | os.PathLike[str] | BinaryIO],
    out: str | os.PathLike[str],
    *,
    format_name: str | None = None,
    device: str | None = None,
    force: bool = False,
    shared: bool = False,
    compression: str = "none",
    expanded_size_max: int | None = None,
    after: After | None = None,
    make_driver: Callable[[], Driver] = new_driver,
) -> ImportSummary:
    """Read the logs of one session and write a trace for each device to `out`, `out`-2 and so on.

    `device` picks one device by its name in the log. InputError when a log cannot be read or
    none holds a message, UsageError for wrong names, an existing target without `force`, and
    logs that cannot be merged, LimitError when a log unpacks to more than `expanded_size_max` bytes
    or, without it, than is usual (docs/limits.md). `after` is called with each finished trace
    before it appears. New files are private unless they are `shared`.
    """
    place = named(out)
    where = place if isinstance(place, Location) else Path(place)
    places = _Places(where, force, shared)
    return _Import(
        places, format_name, device, compression, expanded_size_max, after, make_driver
    ).run(paths)


def _below_folder(source: str, log: HashedLog) -> str:
    """The name that a reader gave a log or a member of it, without the folders of the log."""
    if not isinstance(log.name, Location):
        return source[len(log.name) - len(log.base_name) :]
    if source.startswith(log.name):
        return f"{log.base_name}{source[len(log.name) :]}"
    return log.base_name.removesuffix(log.name[len(source) :])  # without its packing


class HashedLog:
    """A log file that is hashed as it is read."""

    def __init__(self, path: str | os.PathLike[str] | BinaryIO) -> None:
        self.size = 0
        self._hash = hashlib.sha256()
        self._file: BinaryIO
        if not isinstance(path, str | os.PathLike):
            self.name = str(getattr(path, "name", "<stream>"))
            self._file = path
        elif os.fspath(path) == "-":
            self.name, self._file = STANDARD_INPUT_FILE, sys.stdin.buffer
        else:
            self.name = named(path)
            try:
                self._file = open_input(self.name)  # closed by the import
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                raise InputError(f"{self.name}: cannot be read: {reason}") from None

    def __str__(self) -> str:
        return self.name

    @property
    def base_name(self) -> str:
        """The file's name without its folders."""
        if isinstance(self.name, Location):
            return self.name.base_name
        return PurePath(self.name).name or self.name

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self._hash.update(data)
        self.size += len(data)
        return data

    def digest(self) -> str:
        """The hash of the whole file, with what no reader took; InputError as of reading."""
        try:
            while self.read(PIECE_SIZE):
                pass
        except OSError as error:
            raise InputError(f"{self.name}: cannot be read: {error.strerror}") from None
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file."""
        if self._file is not sys.stdin.buffer:
            self._file.close()


@dataclass(slots=True, eq=False)
class _Device:
    """One device: the names that the logs have for it, and its session."""

    session: ImportSession | None
    names: list[str] = field(default_factory=list)
    logs: set[str] = field(default_factory=set)

    def may_also_be(self, name: str, log: str) -> bool:
        """Whether a name of Windows text can be a second name of this device.

        The class driver names an instance and the service an interface. They are taken for one
        device when each log names one of a kind.
        """
        kinds = {_kind_of_name(known) for known in self.names}
        kind = _kind_of_name(name)
        return bool(kind) and "" not in kinds and kind not in kinds and log in self.logs


def _kind_of_name(name: str) -> str:
    if name.startswith("instance "):
        return "instance"
    return "interface" if name.startswith("{") else ""


class _Places:
    """Where the traces of an import go."""

    def __init__(self, out: Path | Location, force: bool, shared: bool) -> None:
        self.out = out
        self._force = force
        self._shared = shared

    def target(self, number: int) -> Path | Location:
        """Where the trace of the device with that number goes, counted from 0."""
        if number == 0:
            return self.out
        if isinstance(self.out, Location):
            return self.out.numbered(number + 1)
        return self.out.with_name(f"{self.out.stem}-{number + 1}{self.out.suffix}")

    def check(self, number: int) -> None:
        """Refuse what cannot be written, before it is needed."""
        find_target(self.target(number), force=self._force)

    def is_out(self, path: str | os.PathLike[str]) -> bool:
        """Whether a log is the file that would be written."""
        return is_same_file(path, self.out)

    def folder(self) -> AbstractContextManager[Path]:
        """A folder for what is not ready, from which it can be moved to its place."""
        return folder_for(self.out)

    def put(self, ready: list[Path]) -> None:
        """Move the traces to their places; each is looked at before the first is moved."""
        for number in range(len(ready)):
            self.check(number)
        for number, path in enumerate(ready):
            put(path, self.target(number), force=self._force, shared=self._shared)


class _Import:
    """One import: devices to sessions, sessions to files."""

    def __init__(
        self,
        places: _Places,
        format_name: str | None,
        device: str | None,
        compression: str,
        expanded_size_max: int | None,
        after: After | None,
        make_driver: Callable[[], Driver],
    ) -> None:
        self._places = places
        self._format_name = format_name
        self._wanted = device
        self._compression = compression
        self._expanded_size_max = expanded_size_max
        self._after = after
        self._make_driver = make_driver
        self._logs: list[HashedLog] = []
        self._names: dict[str, str] = {}
        self._devices: list[_Device] = []
        self._by_name: dict[str, _Device] = {}
        self._latest: dict[str, _Device] = {}  # by log
        self._written: list[_Device] = []  # those with content, in the order of it
        self._summary = ImportSummary()
        self._folder: Path

    def run(self, paths: Sequence[str | os.PathLike[str] | BinaryIO]) -> ImportSummary:
        if not paths:
            raise UsageError("no log is given")
        self._places.check(0)
        if any(isinstance(path, str | os.PathLike) and self._places.is_out(path) for path in paths):
            raise UsageError(f"{self._places.out}: is one of the logs")
        with ExitStack() as stack:
            for path in paths:
                log = HashedLog(path)
                stack.callback(log.close)
                self._logs.append(log)
            self._folder = stack.enter_context(self._places.folder())
            try:
                reading = self._read()
                self._finish(reading)
            finally:
                for each in self._devices:
                    if each.session is not None:
                        each.session.abandon()
        return self._summary

    # ------------------------------------------------------------ reading

    def _read(self) -> LogReading:
        reading = LogReading(
            self._logs,
            self._format_name,
            transfers=True,
            expanded_size_max=self._expanded_size_max,
        )
        messages: Iterable[LogMessage] = reading
        duplicates = None
        if len(self._logs) > 1:
            messages = duplicates = Duplicates(reading, len(self._logs))
        for message in Callers(messages):
            device = self._device_of(message)
            if device is None:
                self._summary.total.dropped.add(
                    message.place, f"a message of a device beyond {DEVICES_MAX}"
                )
                continue
            if device.session is None:
                self._summary.passed_over += 1
                continue
            device.session.take(message)
            if duplicates is not None:
                device.session.tally.duplicates += duplicates.taken()
            if device.session.has_content and device not in self._written:
                if self._written:
                    self._places.check(len(self._written))
                self._written.append(device)
        return reading

    def _device_of(self, message: LogMessage) -> _Device | None:
        """The device of a message: the one it names, or the last one that the log named."""
        log = message.place.source
        name = message.device
        if name is None:
            device = self._latest.get(log) or (self._devices[-1] if self._devices else None)
            device = device or self._new_device()
        else:
            device = self._by_name.get(name)
        if device is None and name is not None:
            device = self._device_named(name, log)
        if device is None:
            return None
        device.logs.add(log)
        self._latest[log] = device
        return device

    def _device_named(self, name: str, log: str) -> _Device | None:
        """A device by a name that is new: the one without a name, or a second name, or another."""
        device = next((device for device in self._devices if not device.names), None)
        if device is None and len(self._devices) == 1 and self._devices[0].may_also_be(name, log):
            device = self._devices[0]
        if device is None:
            if len(self._devices) >= DEVICES_MAX:
                return None
            device = self._new_device(name)
        elif device.session is None and self._is_wanted(name):
            device.session = self._new_session()
        device.names.append(name)
        self._by_name[name] = device
        return device

    def _new_device(self, name: str = "") -> _Device:
        wanted = self._is_wanted(name)
        device = _Device(self._new_session() if wanted else None)
        self._devices.append(device)
        return device

    def _new_session(self) -> ImportSession:
        path = self._folder / f"device-{len(self._devices)}.records"
        return ImportSession(path, self._name_of, self._make_driver)

    def _is_wanted(self, name: str) -> bool:
        return self._wanted is None or self._wanted in (name, name.rpartition("/")[2])

    def _name_of(self, source: str) -> str:
        """The name of a log without the folders it is in; members of archives keep theirs."""
        name = self._names.get(source)
        if name is None:
            log = self._log_of(source)
            name = self._names[source] = source if log is None else _below_folder(source, log)
        return name

    def _log_of(self, source: str) -> HashedLog | None:
        """The file that a log came from: the log has its name, or that without its packing."""
        found = [
            log
            for log in self._logs
            if source.startswith(f"{log.name}/") or log.name.startswith(source)
        ]
        return max(found, key=lambda log: (log.name == source, len(log.name)), default=None)

    # ------------------------------------------------------------ writing

    def _finish(self, reading: LogReading) -> None:
        """Make the traces and put them in their places, all or none."""
        files = self._files(reading)
        self._count_logs(reading)
        self._check_content(reading)
        ready = []
        for number, device in enumerate(self._written):
            assert device.session is not None
            device.session.finish()
            header = self._header(device, files)
            path = self._folder / f"{number}.wwtrace"
            _with_header(Path(device.session.path), path, header, self._compression)
            inferred = None if self._after is None else self._after(path)
            ready.append(path)
            self._summary.sessions.append(
                _summary_of(device, path, self._places.target(number), dict(inferred or {}))
            )
        self._places.put(ready)

    def _count_logs(self, reading: LogReading) -> None:
        total = self._summary.total
        for log in reading.logs:
            _rename(log.counts, self._name_of)
            formats = ", ".join(log.formats)
            self._summary.logs.append(LogSummary(self._name_of(log.name), formats, log.counts))
        _rename(total, self._name_of)
        sessions = [device.session for device in self._written if device.session is not None]
        for session in sessions:
            _rename(session.tally, self._name_of)
        of_logs = [log.counts for log in self._summary.logs]
        if len(sessions) == 1 and not self._summary.passed_over:
            # A message that names no device belongs to the only device of its log.
            for counts in of_logs:
                sessions[0].tally.add_log(counts)
            of_logs = []
        for session in sessions:
            total.add(session.tally)
        for counts in of_logs:
            total.add_log(counts)

    def _check_content(self, reading: LogReading) -> None:
        if self._written:
            return
        names = ", ".join(str(log) for log in self._logs)
        if self._wanted is not None and self._summary.passed_over:
            known = ", ".join(name for device in self._devices for name in device.names)
            raise UsageError(f"{names}: no message of a device {self._wanted}; there are {known}")
        formats = ", ".join(sorted({name for log in reading.logs for name in log.formats}))
        foreign = next((log.foreign for log in reading.logs if log.foreign), "")
        sessions = [device.session for device in self._devices if device.session is not None]
        tallies = (reading.counts.unmapped, *(session.tally.unmapped for session in sessions))
        others = [each for each in tallies if each.count]
        number = sum(each.count for each in others)
        count = f", {number} other: {others[0].first[0][1]}" if others else ""
        raise InputError(
            f"{names}: holds no message (read as {formats or 'nothing'}{count})"
            + (f"; it {foreign}" if foreign else "")
        )

    def _files(self, reading: LogReading) -> list[dict[str, Any]]:
        rows = []
        for log in self._logs:
            of_log = (each for each in reading.logs if self._log_of(each.name) is log)
            formats = {name for each in of_log for name in each.formats}
            rows.append(
                {
                    "name": log.base_name,
                    "format": ", ".join(sorted(formats)),
                    "sha256": log.digest(),
                    "size": log.size,
                }
            )
        return rows

    def _header(self, device: _Device, files: list[dict[str, Any]]) -> TraceHeader:
        session = device.session
        assert session is not None
        clock: dict[str, Any] = {"kind": str(session.clock)}
        if session.base_ns is not None:
            clock |= {"start_ns": session.base_ns, "step_ns": session.step_ns}
            if session.clock in (Clock.UTC, Clock.LOCAL):
                clock["epoch_ns"] = session.base_ns
        return TraceHeader(
            producer=f"wwanreplay {__version__}",
            table_hash=table_hash(),
            interface="mbim" if session.has_wire else "windows-text",
            device={"names": list(device.names)} if device.names else {},
            comparison="field",
            clock=clock,
            source={"files": files},
        )


def _summary_of(
    device: _Device, path: Path, target: Path | Location, inferred: dict[str, Any]
) -> SessionSummary:
    session = device.session
    assert session is not None
    with TraceReader(path) as reader:
        footer = reader.footer
        assert footer is not None
        return SessionSummary(
            os.fspath(target),
            device.names[0] if device.names else "",
            list(device.names),
            footer.records,
            None if session.clock is Clock.NONE else session.last_ns or 0,
            footer.digest.hex(),
            session.tally,
            inferred,
        )


def _with_header(source: Path, target: Path, header: TraceHeader, compression: str) -> None:
    """Copy records behind the header, which is known only when all was read."""
    with (
        TraceReader(source) as reader,
        whole(target) as file,
        TraceWriter(cast(BinaryIO, file), header, compression=compression) as writer,
    ):
        for chunk in reader.chunks():
            writer.copy(chunk.records, chunk.first_index, chunk.base_time_ns)
    source.unlink()


def _rename(holder: Counts | Tally, name_of: Callable[[str], str]) -> None:
    """Give places the names that the trace has for the logs."""
    for name in TROUBLES:
        trouble: Trouble = getattr(holder, name, Trouble())
        trouble.first = [
            (replace(place, source=name_of(place.source)), reason)
            for place, reason in trouble.first
        ]
