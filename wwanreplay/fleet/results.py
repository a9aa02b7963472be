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
from contextlib import closing
from importlib import import_module
from typing import Any, Final, Generic, Protocol, TypeVar

from wwanreplay import __version__
from wwanreplay.errors import InputError, OutputError, UsageError
from wwanreplay.fleet.names import place_in
from wwanreplay.fleet.running import Where, run
from wwanreplay.fleet.tables import SCHEMA_VERSION, TABLES, Column
from wwanreplay.fleet.work import Work
from wwanreplay.outputs import write_whole
from wwanreplay.stores import Location, StoreError, listed, open_input, size_of, store_has

DATASET: Final = "dataset.json"
#: A part is written with so many traces, or after so long.
PART_TRACES: Final = 2000
PART_SECONDS: Final = 60.0


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


def _check_names(paths: Iterable[str]) -> None:
    """UsageError for traces that have one name in results, where only a query tells them apart."""
    names: set[str] = set()
    for path in paths:
        name = str(path)
        if name in names:
            raise UsageError(f"{name}: two traces are named so, as results name them; keep one")
        names.add(name)


class Tabled(Protocol):
    """What came of a trace, with its rows for the tables."""

    @property
    def path(self) -> str:
        """The name of the trace."""
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
        self._count = 0
        self._part = 0
        self._flushed_s = time.monotonic()
        self._is_complete = False
        self._done: set[str] = set()
        #: Rows of what is done, as they are read, and those that were read before they were wanted.
        self._stored: Iterator[dict[str, Any]] = iter(())
        self._aside: dict[str, str] = {}
        if resume:
            self._take_up()
        else:
            self._begin()

    def __enter__(self) -> Results[Report]:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_details: object) -> None:
        self.flush()
        self._describe()

    def is_done(self, path: str) -> bool:
        """Whether an earlier run has done a trace."""
        return path in self._done

    def report_of(self, path: str) -> Report:
        """What an earlier run found of a trace that it has done; it is given once."""
        while path not in self._aside:
            row = next(self._stored)
            self._aside[row["trace"]] = row["report"]
        return self._unpack(self._aside.pop(path))

    def add(self, report: Report) -> None:
        """Take the rows of a report."""
        for name, rows in report.rows.items():
            self._waiting[name] += rows
        for row in report.rows.get("traces", []):
            row |= {"key": self._keys[report.path], "number": self._numbers[report.path]}
        report.rows = {}
        waiting = len(self._waiting["traces"])
        if waiting >= PART_TRACES or time.monotonic() - self._flushed_s > PART_SECONDS:
            self.flush()

    def complete(self) -> None:
        """All traces are in it."""
        self._is_complete = True

    def flush(self) -> None:
        """Write a part of each table; that of the traces last."""
        self._flushed_s = time.monotonic()
        if not self._waiting["traces"] and self._part:
            return
        for name in reversed(TABLES):
            self._write(name, self._waiting[name])
        self._count += len(self._waiting["traces"])
        self._waiting = {name: [] for name in TABLES}
        self._part += 1

    def _write(self, name: str, rows: list[dict[str, Any]]) -> None:
        columns = TABLES[name]
        schema = self._arrow.schema(
            [(column.name, _arrow_type(self._arrow, column)) for column in columns],
            metadata={"wwanreplay.schema": str(SCHEMA_VERSION)},
        )
        values = {column.name: [row.get(column.name) for row in rows] for column in columns}
        data = io.BytesIO()
        table = self._arrow.table(values, schema=schema)
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
        self._make(self.folder)
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
        known = {path: size_of(path) for path in self._keys}
        for row in read_rows(self.folder, "traces", ["trace", "size"]):
            path = row["trace"]
            sizes = (row["size"], known.get(path))
            if None not in sizes and sizes[0] != sizes[1]:
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


def run_into(
    kept: Results[Report], paths: list[str], work: Work[Report], where: Where
) -> Generator[Report, None, None]:
    """As `run`; results are taken from an earlier run, written, and complete at the end.

    What comes is the same in one run and in one that went on. The rows of a report are taken.
    """
    left = [path for path in paths if not kept.is_done(path)]
    with closing(run(left, work, where)) as found:
        for path in paths:
            if kept.is_done(path):
                yield kept.report_of(path)
                continue
            report = next(found)
            kept.add(report)
            yield report
    kept.complete()


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
            return parquet.read_table(io.BytesIO(file.read()), columns=columns)
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
