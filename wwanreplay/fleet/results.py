"""Results as a Parquet dataset in a folder or a store: written as they come, read to go on.

    RESULTS/dataset.json             schema version, who made it, whether it is complete
    RESULTS/traces/part-000000.parquet  … a folder for each table, a part for each flush

A part appears whole or not at all, that of `traces` as the last of a flush: what it names is there.
"""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from typing import Any, Final, Generic, Protocol, TypeVar

from wwanreplay import __version__
from wwanreplay.errors import InputError, OutputError, UsageError
from wwanreplay.fleet.names import place_in
from wwanreplay.fleet.running import Where, run
from wwanreplay.fleet.tables import SCHEMA_VERSION, TABLES, Column
from wwanreplay.fleet.work import Work
from wwanreplay.outputs import write_whole
from wwanreplay.outputs.target import lock
from wwanreplay.stores import (
    Location,
    StoreError,
    listed,
    may_pass,
    open_input,
    size_of,
    store_has,
    version_of,
)

DATASET: Final = "dataset.json"
#: A part is written with so many traces, so many bytes, or after so long.
PART_TRACES: Final = 2000
PART_SIZE: Final = 16 << 20
PART_SECONDS: Final = 60.0
#: So many rows are kept as they came, the others as Arrow keeps them, which takes a tenth.
ROWS_MAX: Final = 10_000


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise UsageError(
            "results need pyarrow, which is not installed: the extra wwanreplay[fleet]"
        ) from None


def read_dataset(folder: str) -> dict[str, Any]:
    """What a dataset says of itself; InputError for what is none, or is of a later version."""
    name = place_in(folder, DATASET)
    try:
        with open_input(name) as file:
            values = json.loads(file.read())
        version = values["schema"]
    except (OSError, StoreError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{folder}: holds no results: {DATASET}: {reason}") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{folder}: holds no results: {DATASET} is damaged") from None
    if version != SCHEMA_VERSION:
        raise InputError(f"{folder}: results of schema {version}; this reads {SCHEMA_VERSION}")
    assert isinstance(values, dict)
    return values


def _kept(text: str) -> str:
    """A text as tables keep it: bytes of a name that are no text are escaped, as printed."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _kept_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _kept(each) if isinstance(each, str) else each for name, each in row.items()}


def _check_names(paths: Iterable[str]) -> None:
    """UsageError for traces that have one name in results, where only a query tells them apart."""
    names: set[str] = set()
    for path in paths:
        name = _kept(str(path))
        if name in names:
            raise UsageError(f"{name}: two traces are named so, as results name them; keep one")
        names.add(name)


class Tabled(Protocol):
    """What came of a trace, with its rows for the tables."""

    @property
    def path(self) -> str:
        """The name of the trace."""
        ...

    @property
    def failure(self) -> str:
        """Why it could not be read, else empty."""
        ...

    rows: dict[str, list[dict[str, Any]]]


Report = TypeVar("Report", bound=Tabled)


class Results(Generic[Report]):
    """A dataset that is being written. Use it as a context manager: leaving it writes what waits.

    `settings` are those that decide what comes out, the verb among them; going on (`resume`) wants
    the same. `unpack` makes the report of a trace of what its row holds. UsageError for a folder
    that has results already, or others than these; OutputError.
    """

    def __init__(
        self,
        folder: str,
        keys: dict[str, str],
        settings: dict[str, Any],
        unpack: Callable[[str], Report],
        *,
        resume: bool = False,
    ) -> None:
        self._unpack = unpack
        self._arrow, self._parquet = _pyarrow()
        _check_names(keys)
        self.folder = folder
        self._keys = keys
        self._settings = json.loads(json.dumps(settings))
        self._numbers = {path: number for number, path in enumerate(keys)}
        self._waiting: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        #: What waits too, in the form in which it is written, and how large that is.
        self._packed: dict[str, list[Any]] = {name: [] for name in TABLES}
        self._packed_size = 0
        self._rows = self._traces = 0
        self._count = 0
        self._part = 0
        self._flushed_s = time.monotonic()
        self._is_complete = False
        self._done: set[str] = set()
        #: Rows of what is done, as they are read, and those that were read before they were wanted.
        self._stored: Iterator[dict[str, Any]] = iter(())
        self._aside: dict[str, str] = {}
        with ExitStack() as begun:
            if resume:
                begun.enter_context(_alone_in(folder))
                self._take_up()
            else:
                self._make(folder)
                begun.enter_context(_alone_in(folder))
                self._begin()
            self._until_end = begun.pop_all()

    def __enter__(self) -> Results[Report]:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_details: object) -> None:
        with self._until_end:
            self.flush()
            self._describe()

    def is_done(self, path: str) -> bool:
        """Whether an earlier run has done a trace."""
        return _kept(str(path)) in self._done

    def report_of(self, path: str) -> Report:
        """What an earlier run found of a trace that it has done; it is given once."""
        name = _kept(str(path))
        while name not in self._aside:
            row = next(self._stored)
            self._aside[row["trace"]] = row["report"]
        return self._unpack(self._aside.pop(name))

    def add(self, report: Report) -> None:
        """Take the rows of a report."""
        for name, rows in report.rows.items():
            self._waiting[name] += rows
            self._rows += len(rows)
        for row in report.rows.get("traces", []):
            row |= {"key": self._keys[report.path], "number": self._numbers[report.path]}
            self._traces += 1
        report.rows = {}
        if self._rows >= ROWS_MAX:
            self._pack()
        is_late = time.monotonic() - self._flushed_s > PART_SECONDS
        if self._traces >= PART_TRACES or self._packed_size >= PART_SIZE or is_late:
            self.flush()

    def _pack(self) -> None:
        """Let what waits be as it is written."""
        for name, rows in self._waiting.items():
            try:
                table = self._table(name, rows)
            except UnicodeEncodeError:
                table = self._table(name, map(_kept_row, rows))
            self._packed[name].append(table)
            self._packed_size += table.nbytes
        self._waiting = {name: [] for name in TABLES}
        self._rows = 0

    def _table(self, name: str, rows: Iterable[dict[str, Any]]) -> Any:
        values: dict[str, list[Any]] = {column.name: [] for column in TABLES[name]}
        for row in rows:
            for column, kept in values.items():
                kept.append(row.get(column))
        schema = self._arrow.schema(
            [(column.name, _arrow_type(self._arrow, column)) for column in TABLES[name]],
            metadata={"wwanreplay.schema": str(SCHEMA_VERSION)},
        )
        return self._arrow.table(values, schema=schema)

    def complete(self) -> None:
        """All traces are in it."""
        self._is_complete = True

    def flush(self) -> None:
        """Write a part of each table; that of the traces last."""
        self._flushed_s = time.monotonic()
        if not self._traces and self._part:
            return
        self._pack()
        for name in reversed(TABLES):
            self._write(name, self._arrow.concat_tables(self._packed[name]))
        self._count += self._traces
        self._packed = {name: [] for name in TABLES}
        self._packed_size = self._traces = 0
        self._part += 1
        self._arrow.default_memory_pool().release_unused()

    def _write(self, name: str, table: Any) -> None:
        data = io.BytesIO()
        self._parquet.write_table(table, data, compression="zstd")
        folder = place_in(self.folder, name)
        self._make(folder)
        write_whole(place_in(folder, f"part-{self._part:06}.parquet"), data.getvalue(), force=True)

    def _make(self, folder: str) -> None:
        if isinstance(folder, Location):
            return
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise OutputError(error.strerror or str(error), path=self.folder) from None

    def _begin(self) -> None:
        name = place_in(self.folder, DATASET)
        try:
            there = store_has(name) if isinstance(name, Location) else os.path.lexists(name)
        except StoreError as error:
            raise OutputError(str(error), path=self.folder) from None
        if there:
            raise UsageError(f"{self.folder}: has results already; --resume goes on with them")
        self._describe()

    def _take_up(self) -> None:
        before = read_dataset(self.folder)
        verb, own = (each.get("verb") for each in (before.get("settings", {}), self._settings))
        if verb != own:
            raise UsageError(f"{self.folder}: the results are of {verb}, not of {own}")
        if before.get("settings") != self._settings:
            raise UsageError(
                f"{self.folder}: the results were made with other options; give the same again"
            )
        names = {_kept(str(path)): path for path in self._keys}
        for row in read_rows(self.folder, "traces", ["trace", "size", "version"]):
            path = row["trace"]
            if path in names and _has_changed(names[path], row):
                raise UsageError(f"{path}: has changed since; begin new results")
            self._done.add(path)
        self._count = len(self._done)
        self._stored = read_rows(self.folder, "traces", ["trace", "report"])
        self._part = len(part_names(self.folder, "traces"))

    def _describe(self) -> None:
        from wwanreplay._core import model_version
        from wwanreplay.protocol.constants import table_hash

        values = {
            "schema": SCHEMA_VERSION,
            "producer": f"wwanreplay {__version__}",
            "model_version": model_version(),
            "table_hash": table_hash(),
            "complete": self._is_complete,
            "traces": self._count,
            "settings": self._settings,
        }
        text = json.dumps(values, indent=1) + "\n"
        write_whole(place_in(self.folder, DATASET), text.encode(), force=True)


@contextmanager
def _alone_in(folder: str) -> Iterator[None]:
    """Keep other runs out of a folder of the disk; UsageError where one is in it."""
    if isinstance(folder, Location):
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # whoever reads or writes there says what is wrong
        yield
        return
    try:
        if lock(descriptor, folder) is False:
            raise UsageError(f"{folder}: another run writes these results now")
        yield
    finally:
        os.close(descriptor)


def run_into(
    kept: Results[Report], paths: list[str], work: Work[Report], where: Where
) -> Generator[Report, None, None]:
    """As `run`; results are taken from an earlier run, written, and complete at the end.

    What comes is the same in one run and in one that went on. The rows of a report are taken. A
    trace whose store did not answer has none, so that the results are not complete without it.
    """
    is_whole = True
    left = [path for path in paths if not kept.is_done(path)]
    with closing(run(left, work, where)) as found:
        for path in paths:
            if kept.is_done(path):
                yield kept.report_of(path)
                continue
            report = next(found)
            if isinstance(path, Location) and may_pass(report.failure):
                is_whole = False  # it is tried again by whoever goes on
                report.rows = {}
            else:
                kept.add(report)
            yield report
    if is_whole:
        kept.complete()


def _has_changed(path: str, row: dict[str, Any]) -> bool:
    """Whether a trace is another than the one of a row, as far as it costs no request to know."""
    pairs = (row["size"], size_of(path)), (row.get("version"), version_of(path))
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _arrow_type(arrow: Any, column: Column) -> Any:
    return {
        "string": arrow.string,
        "int64": arrow.int64,
        "bool": arrow.bool_,
    }[column.type]()


def part_names(folder: str, table: str) -> list[str]:
    """The parts of a table, in order; InputError where they cannot be listed."""
    place = place_in(folder, table)
    if isinstance(place, Location):
        return listed(Location(f"{place.url}/"), lambda name: name.endswith(".parquet"))
    try:
        names = sorted(name for name in os.listdir(place) if name.endswith(".parquet"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"{place}: cannot be read: {error.strerror}") from None
    return [os.path.join(place, name) for name in names if not name.startswith(".")]


def _read_part(name: str, columns: list[str] | None = None) -> Any:
    """A part of a table, or some columns of it; InputError for what cannot be read."""
    arrow, parquet = _pyarrow()
    try:
        with open_input(name) as file:
            part = parquet.ParquetFile(io.BytesIO(file.read()))
            there = part.schema_arrow.names  # a part of an earlier version may lack a column
            return part.read(columns=columns and [each for each in columns if each in there])
    except (OSError, StoreError, arrow.ArrowException) as error:
        raise InputError(f"{name}: cannot be read: {error}") from None


def read_table(folder: str, table: str) -> Any:
    """A table of a dataset, as one of Arrow; InputError for what cannot be read."""
    arrow, _ = _pyarrow()
    parts = [_read_part(name) for name in part_names(folder, table)]
    if not parts:
        columns = [(each.name, _arrow_type(arrow, each)) for each in TABLES[table]]
        return arrow.schema(columns).empty_table()
    return arrow.concat_tables(parts, promote_options="default")


def read_rows(folder: str, table: str, columns: list[str]) -> Iterator[dict[str, Any]]:
    """The rows of a table, some columns of them, a part at a time."""
    for name in part_names(folder, table):
        for batch in _read_part(name, columns).to_batches():
            yield from batch.to_pylist()
