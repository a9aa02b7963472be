"""What is explained: a trace as it is, any other file as a log that is imported on the way."""

from __future__ import annotations

import os
import shutil
import stat
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
from wwanreplay.errors import InputError, NothingMatchedError, WwanReplayError
from wwanreplay.stores import STANDARD_INPUT, STANDARD_INPUT_FILE, open_input
from wwanreplay.trace.frames import OPENING
from wwanreplay.trace.stretch import WHOLE, Stretch

#: How much of each log is searched for marks, bytes.
MARKED_SIZE: Final = 1 << 20
#: First bytes of what may be a packed trace.
_PACKED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
#: Kinds of trouble of an import that lose something of the log.
_LOSSES: Final = {
    "unreadable": "looked like a message and could not be read",
    "dropped": "is lost in the log itself",
}
_PIECE: Final = 1 << 16
#: Where in a temporary folder the copies of what can be read once are.
COPIES: Final = "copies"


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
    with temporary_folder() as folder:
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
        name, path = given, given
        if is_read_once(given):
            name, path = copied(given, folder)
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

    A log with several devices gives a page for each; of a stretch it lists what stands in it, and
    sessions of which nothing does are left out. Options and errors are those of `opened_sessions`;
    NothingMatchedError where none of some is left.
    """
    is_opened = is_any = False
    with opened_sessions(
        paths,
        format_name=format_name,
        device=device,
        expanded_size_max=expanded_size_max,
        with_logs=with_logs,
    ) as sessions:
        for each in sessions:
            is_opened = True
            found = explained(
                each.name,
                each.path,
                marks=each.marks,
                remarks=list(each.remarks),
                stretch=stretch,
            )
            if found.has_content:
                is_any = True
                yield found
        if is_opened and not is_any:
            raise NothingMatchedError(f"nothing matched: no message stands in {stretch}")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is removed; errors about a file in it name what the file is a copy of."""
    with tempfile.TemporaryDirectory(prefix="wwanreplay-") as name:
        try:
            yield Path(name)
        except WwanReplayError as error:
            error.args = tuple(
                each.replace(f"{name}/{COPIES}/", "/").replace(f"{name}/", "")
                if isinstance(each, str)
                else each
                for each in error.args
            )
            raise


def is_read_once(given: str) -> bool:
    """Whether a file is the standard input or a pipe, of which only one look can be had."""
    if given in (STANDARD_INPUT, STANDARD_INPUT_FILE):
        return True
    try:
        return stat.S_ISFIFO(os.stat(given).st_mode)
    except (OSError, ValueError):
        return False


def copied(given: str, folder: Path) -> tuple[str, str]:
    """The name of such a file, and where in the folder its copy is."""
    name = STANDARD_INPUT_FILE if given == STANDARD_INPUT else os.path.abspath(given)
    path = Path(f"{folder}/{COPIES}{name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        if name == STANDARD_INPUT_FILE:
            shutil.copyfileobj(sys.stdin.buffer, out, _PIECE)
        else:
            with open(given, "rb") as file:
                shutil.copyfileobj(file, out, _PIECE)
    return name, str(path)


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
    back = summary.total.set_back
    if back.count:
        place, reason = back.first[0]
        remarks.append(f"the clock goes back at {place.unit} {place.number} {reason}")
    name = ", ".join(Path(log).name for log in logs)
    for session in summary.sessions:
        of_device = f" {session.device}" if len(summary.sessions) > 1 else ""
        yield Opened(name + of_device, session.trace, marks, tuple(remarks), session.device)


def _beginnings(logs: Sequence[str], expanded_size_max: int | None) -> Iterator[bytes]:
    from wwanreplay.formats.sources import open_sources

    for path in logs:
        for source in open_sources(path, expanded_size_max=expanded_size_max):
            yield source.read_exactly(MARKED_SIZE)
