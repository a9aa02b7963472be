"""What `import wwanreplay` offers beside sessions: a trace as a sequence, and one call a verb.

    trace = wwanreplay.open_trace("bug.wwtrace")
    len(trace), trace[-1], trace[10:20], trace.to_dataframe()

Names are imported when they are used.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from importlib import import_module
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Final, overload

from wwanreplay._core import Event, print_events_by
from wwanreplay.errors import UsageError
from wwanreplay.trace import TraceReader
from wwanreplay.words import printable

if TYPE_CHECKING:
    from wwanreplay.analysis.diff import DiffResult
    from wwanreplay.analysis.explanation import Explained
    from wwanreplay.analysis.judged import TraceReport
    from wwanreplay.replay.policy import Policy
    from wwanreplay.trace.source import TraceInput

FileName = str | os.PathLike[str]
#: Events that a notebook prints of a trace.
HTML_EVENTS_MAX: Final = 200


def _printed(event: Event) -> str:
    from wwanreplay.analysis.eventtext import event_lines

    return "\n".join(event_lines(event))


def _event_html(event: Event) -> str:
    from wwanreplay.analysis.eventtext import fields, shown_time, title

    rows = [
        f"<tr><td>{escape(path)}</td><td>{escape(text)}</td></tr>" for path, text in fields(event)
    ]
    table = f"<table>{''.join(rows)}</table>" if rows else ""
    place = "" if event.index is None else f"{event.index}: "
    return f"<p>{place}{shown_time(event)} s, {escape(title(event))}</p>{table}"


# `print(event)` is then what `wwanreplay show` prints; personal values are masked in all.
print_events_by(_printed, _event_html)


def _file_of(source: TraceInput) -> BinaryIO | None:
    """An input that is an open file; None for a path, for bytes, and for what is no input."""
    if isinstance(source, str | os.PathLike | bytes | bytearray | memoryview):
        return None
    return source if hasattr(source, "read") else None


class Trace(TraceReader):
    """A trace that is also a sequence of its events; what takes a trace takes it.

    `trace[i]` and slices read the chunks they stand in. `len` is that of the index at the end, or
    counts where there is none; a pipe, which can be read once, has none.
    """

    _count: int | None = None

    def __init__(self, source: TraceInput, *, strict: bool = True) -> None:
        # Where it begins in a file, to read it again.
        file = _file_of(source)
        self._file_start = file.tell() if file is not None and file.seekable() else None
        self._given = source
        super().__init__(source, strict=strict)

    def again(self) -> TraceInput:
        """What it was opened with, to be read once more from the beginning."""
        file = _file_of(self._given)
        if file is None:
            return self._given
        if self._file_start is None:
            raise UsageError("a pipe is read once, in order: name a file")
        place = file.tell()
        file.seek(self._file_start)
        octets = file.read()
        file.seek(place)  # the trace reads on where it was
        return octets

    def __len__(self) -> int:
        if self._count is None:
            if self.size is None:
                raise UsageError("a pipe is read once, in order: it has no length")
            footers = self._index.footers
            known = bool(footers) and not self.cut_off and self._index.chunks is not None
            self._count = (
                sum(chunk.record_count for chunk in self._index.chunks or ())
                if known
                else sum(1 for _ in self.events())
            )
        return self._count

    def __bool__(self) -> bool:
        return True  # an open file, however many events it holds

    @overload
    def __getitem__(self, place: int) -> Event: ...
    @overload
    def __getitem__(self, place: slice) -> TraceSlice: ...

    def __getitem__(self, place: int | slice) -> Event | TraceSlice:
        if isinstance(place, slice):
            return TraceSlice(self, range(len(self))[place])
        place = operator.index(place)  # a TypeError for what is no whole number
        number = place + len(self) if place < 0 else place
        if number >= 0:
            for event in self.events(number, number + 1):
                return event
        raise IndexError(f"event {place} of a trace of {len(self)}")

    def to_dataframe(self, *, rows: str = "events", show_personal: bool = False) -> Any:
        """The events, or with `rows="fields"` their decoded fields, as a pandas DataFrame.

        The columns are those of the Parquet export; what identifies a person is masked unless
        `show_personal`. UsageError where pandas is not installed.
        """
        return _dataframe(self, self.events(), rows, show_personal=show_personal)

    def __repr__(self) -> str:
        of = f", profile {self.header.profile_name}" if self.header.profile_name else ""
        return f"<Trace {printable((self.path or 'in memory') + of)}>"

    def _repr_html_(self) -> str:
        """The first events as a table, for notebooks; masked as `wwanreplay show` does it."""
        return _table_html(self, self.events(0, HTML_EVENTS_MAX), len(self), self.header.has_times)


class TraceSlice(Sequence[Event]):
    """Some events of a trace, read when they are looked at: a view, which holds none of them.

    It is equal to the list of its events; a slice of it is another. The trace has to stay open.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, trace: Trace, numbers: range) -> None:
        self.trace, self._numbers = trace, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Event: ...
    @overload
    def __getitem__(self, place: slice) -> TraceSlice: ...

    def __getitem__(self, place: int | slice) -> Event | TraceSlice:
        if isinstance(place, slice):
            return TraceSlice(self.trace, self._numbers[place])
        place = operator.index(place)
        if not -len(self) <= place < len(self):
            raise IndexError(f"event {place} of a slice of {len(self)}")
        return self.trace[self._numbers[place]]

    def __iter__(self) -> Iterator[Event]:
        numbers = self._numbers
        if not numbers:
            return
        first, last = min(numbers[0], numbers[-1]), max(numbers[0], numbers[-1])
        read = self.trace.events(first, last + 1)
        if numbers.step > 0:
            yield from islice(read, 0, None, numbers.step)
            return
        # Backwards: those between are let go as they are read.
        wanted = [event for at, event in enumerate(read, first) if at in numbers]
        yield from reversed(wanted)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    def to_dataframe(self, *, rows: str = "events", show_personal: bool = False) -> Any:
        """These events, or their fields, as a DataFrame; as `Trace.to_dataframe` makes it."""
        return _dataframe(self.trace, self, rows, show_personal=show_personal)

    def __repr__(self) -> str:
        if not self._numbers:
            return f"<no events of {self.trace!r}>"
        step = f", each {self._numbers.step}" if abs(self._numbers.step) != 1 else ""
        ends = f"{self._numbers[0]} to {self._numbers[-1]}{step}"
        return f"<{len(self)} events, {ends}, of {self.trace!r}>"

    def _repr_html_(self) -> str:
        """Its first events as a table, as that of a trace."""
        return _table_html(self, self[:HTML_EVENTS_MAX], len(self), self.trace.header.has_times)


def _dataframe(trace: Trace, events: Iterable[Event], rows: str, *, show_personal: bool) -> Any:
    from wwanreplay.formats.export_parquet import event_row, field_rows
    from wwanreplay.formats.export_rows import COLUMNS, FIELD_COLUMNS, RowMaker

    try:
        pandas = import_module("pandas")
    except ImportError:
        raise UsageError("a DataFrame needs pandas: pip install 'wwanreplay[dataframe]'") from None
    if rows not in ("events", "fields"):
        raise UsageError(f"rows: {rows!r} is neither events nor fields")
    maker = RowMaker(trace.header, show_personal=show_personal)
    of_fields = rows == "fields"
    names = FIELD_COLUMNS if of_fields else (*COLUMNS, "fields")
    made: list[dict[str, Any]] = []
    for event in events:
        row = maker.row(event)
        found = field_rows(row, maker) if of_fields else [event_row(row, maker)]
        made += [dict(zip(names, values, strict=True)) for values, _ in found]
    frame = pandas.DataFrame(made, columns=list(names))
    frame["time_utc"] = pandas.to_datetime(frame["time_utc"], unit="ns", utc=True)
    return frame


def _table_html(what: object, events: Iterable[Event], count: int, has_times: bool) -> str:
    """Events as a table below what they are of; `count` are all."""
    from wwanreplay.analysis.eventtext import arrow, shown_time, title

    cells = [
        f"<tr><td>{event.index}</td><td>{shown_time(event) if has_times else ''}</td>"
        f"<td>{escape(arrow(event))}</td><td>{escape(title(event))}</td></tr>"
        for event in events
    ]
    more = max(count - HTML_EVENTS_MAX, 0)
    rest = f"<p>and {more} more</p>" if more else ""
    head = "<tr><th>record</th><th>time (s)</th><th></th><th>event</th></tr>"
    return f"<p>{escape(repr(what))}</p><table>{head}{''.join(cells)}</table>{rest}"


def open_trace(source: TraceInput, *, strict: bool = True) -> Trace:
    """A trace from a path, bytes or a binary file, as a sequence of events.

    TraceError at the first thing that is wrong; without `strict` reading goes on behind it and
    `losses` lists what was lost.
    """
    return Trace(source, strict=strict)


def import_log(*logs: FileName, **options: Any) -> list[Trace]:
    """The traces in memory that `wwanreplay import` makes of the logs of one session, one a device.

    The options are those of `wwanreplay.formats.importer.import_logs`; InputError when a log cannot
    be read or none holds a message. What a log lacks, the state at its start and what happened in
    the network, is inferred as the verb does it.
    """
    from wwanreplay.analysis.infer import infer_file
    from wwanreplay.formats.importer import import_logs

    if not logs:
        raise UsageError("a log is needed")
    options.setdefault("after", infer_file)
    with TemporaryDirectory(prefix="wwanreplay-") as folder:
        summary = import_logs(logs, Path(folder) / "trace.wwtrace", **options)
        return [Trace(Path(session.trace).read_bytes()) for session in summary.sessions]


def _input(source: TraceInput | Trace) -> TraceInput:
    """A trace that is open as what it was opened with; UsageError for a slice of one."""
    if isinstance(source, TraceSlice):
        raise UsageError("a slice is no session: `wwanreplay cut` makes a trace of a part of one")
    return source.again() if isinstance(source, Trace) else source


@contextmanager
def _named(*sources: FileName | Trace) -> Iterator[list[str]]:
    """The names of files; a trace that has none is written to one, for as long as it is read."""
    with TemporaryDirectory(prefix="wwanreplay-") as folder:
        names = []
        for number, source in enumerate(sources):
            given = _input(source)
            if isinstance(given, str | os.PathLike):
                names.append(os.fspath(given))
                continue
            file = Path(folder) / f"trace-{number}.wwtrace"
            if isinstance(given, bytes | bytearray | memoryview):
                file.write_bytes(given)
            else:
                file.write_bytes(given.read())
            names.append(str(file))
        yield names


def scrub(source: FileName | Trace, out: FileName, key: bytes | None = None, **options: Any) -> Any:
    """Write a trace or a log without what is personal; the report says what was replaced.

    PrivacyError when something may be left; the options are those of `scrub_file` and
    `scrub_log_file` of `wwanreplay.analysis.scrub`.
    """
    from wwanreplay.analysis.scrub import is_log, scrub_file, scrub_log_file

    with _named(source) as (name,):
        return (scrub_log_file if is_log(name) else scrub_file)(name, out, key, **options)


def explain(*files: FileName | Trace, **options: Any) -> list[Explained]:
    """The pages of `wwanreplay explain`: one for each trace, and for each device of the logs.

    Printed, one is the page. The options are `format_name`, `device` and `expanded_size_max`;
    InputError for what cannot be read or holds no message, with how to get a log that does.
    """
    from wwanreplay.analysis.explanation import explain_files

    if not files:
        raise UsageError("a log or a trace is needed")
    with _named(*files) as names:
        return list(explain_files(names, **options))


def check(
    trace: TraceInput | Trace, rules: Sequence[str] = (), *, strict: bool = False
) -> TraceReport:
    """Judge a recorded session by the rules of the documents, all of them or by id or pattern.

    The result has `verdict`, `broken` (the most serious first) and `outcomes`; with `strict`
    warnings count in its exit code. TraceError for what cannot be read.
    """
    from wwanreplay.analysis.judged import CheckOptions, check_file

    options = CheckOptions(rules=tuple(rules), strict=strict)
    source = _input(trace)
    if isinstance(source, str | os.PathLike):
        return check_file(os.fspath(source), options)
    return check_file("", options, source=source)


def diff(
    a: TraceInput | Trace,
    b: TraceInput | Trace,
    policy: Policy | None = None,
    *,
    findings_max: int = 100,
) -> DiffResult:
    """Compare two recorded sessions by transaction: paths, bytes, binary files or open traces.

    The result has `verdict`, `equal`, `counts` by change, `findings` (each with its fields) and
    `identities`, which differ because it is another SIM or modem. `policy` says how members, events
    and times are compared (`wwanreplay.replay.policy`). TraceError for what cannot be read.
    """
    from wwanreplay.analysis.diff import diff_traces

    return diff_traces(_input(a), _input(b), policy, findings_max=findings_max)
