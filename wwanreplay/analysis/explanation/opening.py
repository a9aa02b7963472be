"""What is explained: a trace as it is, any other file as a log that is imported on the way."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from wwanreplay.analysis.explanation.explained import Explained, explained
from wwanreplay.analysis.explanation.marks import marks_in
from wwanreplay.errors import InputError
from wwanreplay.stores import open_input
from wwanreplay.trace.frames import OPENING
from wwanreplay.trace.stretch import WHOLE, Stretch

#: How much of each log is searched for marks, bytes.
MARKED_SIZE: Final = 1 << 20
STDIN_NAME: Final = "standard-input"
#: First bytes of what may be a packed trace.
_PACKED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
#: Kinds of trouble of an import that lose something of the log.
_LOSSES: Final = {
    "unreadable": "looked like a message and could not be read",
    "dropped": "is lost in the log itself",
}
_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Opened:
    """One session as a trace: `name` is what people call it, `path` where the trace is.

    `marks` and `remarks` are what a log shows beside messages, and what of it could not be read;
    `device` is its name in the log, empty of a trace.
    """

    name: str
    path: str
    marks: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    device: str = ""


@contextmanager
def opened_sessions(
    paths: Sequence[str],
    *,
    format_name: str | None = None,
    device: str | None = None,
    expanded_size_max: int | None = None,
    with_logs: bool = True,
) -> Iterator[Iterator[Opened]]:
    """The sessions of files, one after the other; what was unpacked or imported is then removed.

    Traces are sessions by themselves, logs all of them one for each device, merged by time; without
    `with_logs` these are passed over.
    `format_name` is that of the logs, `-` the standard input. Raises InputError for what cannot be
    read, or is no log for us: then the error says what it is and what to do.
    """
    with tempfile.TemporaryDirectory(prefix="wwanreplay-") as name:
        folder = Path(name)
        logs: list[str] = []
        traces = _traces(paths, folder, expanded_size_max, logs)
        if with_logs:
            yield chain(traces, _of_logs(logs, folder, format_name, device, expanded_size_max))
        else:
            yield traces


def _traces(
    paths: Sequence[str], folder: Path, expanded_size_max: int | None, logs: list[str]
) -> Iterator[Opened]:
    """The traces among files; `logs` gets the others."""
    for number, given in enumerate(paths):
        name, path = (STDIN_NAME, _spooled(folder)) if given == "-" else (given, given)
        trace = _trace_of(path, folder / f"{number}.wwtrace", expanded_size_max)
        if trace is None:
            logs.append(path)
        else:
            yield Opened(name, trace)


def explain_files(
    paths: Sequence[str],
    *,
    format_name: str | None = None,
    device: str | None = None,
    expanded_size_max: int | None = None,
    stretch: Stretch = WHOLE,
    with_logs: bool = True,
) -> Iterator[Explained]:
    """Explain traces, each by itself, and logs, all of them as one session merged by time.

    A log with several devices gives a page for each; of a stretch it lists what stands in it.
    Options and errors are those of `opened_sessions`.
    """
    with opened_sessions(
        paths,
        format_name=format_name,
        device=device,
        expanded_size_max=expanded_size_max,
        with_logs=with_logs,
    ) as sessions:
        for each in sessions:
            yield explained(
                each.name,
                each.path,
                marks=each.marks,
                remarks=list(each.remarks),
                stretch=stretch,
            )


def _spooled(folder: Path) -> str:
    """The standard input as a file, since it is looked at more than once."""
    path = folder / STDIN_NAME
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file, _PIECE)
    return str(path)


def _trace_of(path: str, room: Path, expanded_size_max: int | None) -> str | None:
    """A trace's own path, or where it was unpacked to; None for what is no trace."""
    try:
        with open_input(path) as file:
            head = file.read(len(OPENING))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: cannot be read: {reason}") from None
    if head == OPENING:
        return path
    if not head.startswith(_PACKED):
        return None
    from wwanreplay.formats.sources import open_sources

    for source in open_sources(path, expanded_size_max=expanded_size_max):
        if not source.head.startswith(OPENING):
            return None
        with room.open("wb") as out:
            while piece := source.read(_PIECE):
                out.write(piece)
        if source.damage:
            raise InputError(f"{path}: {source.damage}")
        return str(room)
    return None


def _of_logs(
    logs: Sequence[str],
    folder: Path,
    format_name: str | None,
    device: str | None,
    expanded_size_max: int | None,
) -> Iterator[Opened]:
    if not logs:
        return
    from wwanreplay.analysis.infer import infer_file
    from wwanreplay.formats.importer import import_logs

    summary = import_logs(
        logs,
        folder / "log.wwtrace",
        format_name=format_name,
        device=device,
        expanded_size_max=expanded_size_max,
        after=infer_file,
    )
    marks = marks_in(_beginnings(logs, expanded_size_max))
    remarks = []
    for kind, text in _LOSSES.items():
        trouble = getattr(summary.total, kind)
        if trouble.count:
            place, reason = trouble.first[0]
            remarks.append(
                f"{trouble.count} {'place' if trouble.count == 1 else 'places'} of the log that"
                f" {text}; the first: {place.unit} {place.number}: {reason}"
            )
    name = ", ".join(Path(log).name for log in logs)
    for session in summary.sessions:
        of_device = f" {session.device}" if len(summary.sessions) > 1 else ""
        yield Opened(name + of_device, session.trace, marks, tuple(remarks), session.device)


def _beginnings(logs: Sequence[str], expanded_size_max: int | None) -> Iterator[bytes]:
    from wwanreplay.formats.sources import open_sources

    for path in logs:
        for source in open_sources(path, expanded_size_max=expanded_size_max):
            yield source.read_exactly(MARKED_SIZE)
