"""The formats a trace can be exported to, by name and by suffix, and the export itself.

Each format is a module of its own, imported when it is used, with one function
`export(reader, out, options) -> Exported` that reads the trace once, in order, and writes as it
reads: memory does not grow with the trace.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, cast

from wwanreplay.errors import UsageError
from wwanreplay.outputs import is_same_file, whole
from wwanreplay.trace.stretch import WHOLE, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wwanreplay.trace import TraceReader
    from wwanreplay.trace.source import TraceInput

MESSAGES = ("auto", "recorded", "built")
LINKS = ("usbmon", "user")
ROWS = ("events", "fields")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The options of an export.

    `show_personal` shows what is masked otherwise and allows formats that carry bytes as they are.
    `messages` says where MBIM messages come from: `recorded` wire records, `built` from the events,
    `auto` built when there is no wire record. `link` is the link type of a capture, `rows` whether
    a row of a table is an event or a field. `stretch` is from where to where of the trace.
    """

    show_personal: bool = False
    messages: str = "auto"
    link: str = "usbmon"
    rows: str = "events"
    stretch: Stretch = WHOLE

    def __post_init__(self) -> None:
        for name, known in (("messages", MESSAGES), ("link", LINKS), ("rows", ROWS)):
            value = getattr(self, name)
            if value not in known:
                raise UsageError(f"{name}: {value!r} is none of {', '.join(known)}")


@dataclass(slots=True)
class Exported:
    """What was exported: records read, rows, packets or lines written, and notes about them."""

    format: str = ""
    records: int = 0
    written: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format. `has_bytes`: it carries messages as they are, nothing can be masked in it."""

    name: str
    suffixes: tuple[str, ...]
    description: str
    is_binary: bool = False
    has_bytes: bool = False
    needs_file: bool = False
    options: tuple[str, ...] = ()

    def load(self) -> Callable[[TraceReader, BinaryIO, ExportOptions], Exported]:
        """Import the format's module; return its function."""
        module = import_module(f"{__package__}.export_{self.name}")
        function: Callable[[TraceReader, BinaryIO, ExportOptions], Exported] = module.export
        return function


EXPORTERS: dict[str, Exporter] = {
    row.name: row
    for row in (
        Exporter(
            "pcapng",
            (".pcapng",),
            "a capture of the MBIM messages, for Wireshark",
            is_binary=True,
            has_bytes=True,
            options=("messages", "link"),
        ),
        Exporter("jsonl", (".jsonl", ".ndjson"), "JSON Lines, one object an event"),
        Exporter(
            "csv", (".csv",), "a table as text, one row an event or a field", options=("rows",)
        ),
        Exporter(
            "parquet",
            (".parquet",),
            "a table in columns (needs pyarrow)",
            is_binary=True,
            needs_file=True,
            options=("rows",),
        ),
        Exporter(
            "perfetto",
            (".perfetto.json", ".trace.json"),
            "Chrome trace JSON for ui.perfetto.dev: states, transactions, indications",
        ),
        Exporter(
            "hex",
            (".hex",),
            "the MBIM messages in hexadecimal, one a line",
            has_bytes=True,
            options=("messages",),
        ),
    )
}


def exporter_by_name(name: str) -> Exporter:
    """The format of a name; UsageError when there is none."""
    found = EXPORTERS.get(name.lower())
    if found is None:
        near = get_close_matches(name, EXPORTERS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(EXPORTERS)}"
        raise UsageError(f"there is no format {name!r}; {hint}")
    return found


def exporter_by_suffix(path: str) -> Exporter | None:
    """The format whose suffix a path has, or None."""
    name = os.path.basename(path).lower()
    for row in EXPORTERS.values():
        if any(name.endswith(suffix) and name != suffix for suffix in row.suffixes):
            return row
    return None


def export_trace(
    source: TraceInput,
    exporter: Exporter,
    out: str | os.PathLike[str] | BinaryIO,
    options: ExportOptions | None = None,
    *,
    force: bool = False,
    shared: bool = False,
) -> Exported:
    """Write a trace in another format to a path or a binary file.

    An existing file is left alone without `force`, and replaced when the export is complete; a new
    one is private unless `shared`.
    """
    from wwanreplay.trace.stretch import StretchReader

    chosen = ExportOptions() if options is None else options
    write = exporter.load()
    with (
        StretchReader(source, chosen.stretch) as reader,
        _output(out, exporter, reader.path, force, shared) as target,
    ):
        exported = write(reader, target, chosen)
        exported.format = exporter.name
        if exported.records == 0 and not chosen.stretch.is_whole:
            exported.notes.append("no record stands between --start and --stop")
        if reader.cut_off:
            exported.notes.append(f"{reader.cut_text}; everything before the cut is exported")
        return exported


@contextmanager
def _output(
    out: str | os.PathLike[str] | BinaryIO,
    exporter: Exporter,
    source: str | None,
    force: bool,
    shared: bool,
) -> Iterator[BinaryIO]:
    """The file to write to, which appears when all is written."""
    if not isinstance(out, str | os.PathLike):
        yield out
        out.flush()
        return
    if source is not None and is_same_file(source, out):
        raise UsageError(f"{os.fspath(out)}: is the trace itself; name another file with -o")
    with whole(
        out,
        force=force,
        shared=shared,
        is_binary=exporter.is_binary,
        staged=exporter.needs_file,
    ) as file:
        yield cast(BinaryIO, file)
