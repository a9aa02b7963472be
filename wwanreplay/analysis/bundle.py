"""Bundles: what one sends with a bug, scrubbed, in one file that opens with the same verbs.

    summary = bundle("bug.log.gz", "bug.wwbundle", key=b"a secret")

A bundle is a zip archive (`packing/archive.py`): the trace, the log it was made of, the page of
`explain`, the report of the judges, and a manifest with versions and hashes. Nothing is in it that
scrub has not passed.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import IO, Any, Final, cast

from wwanreplay import __version__
from wwanreplay._core import model_version, table_hash
from wwanreplay.analysis.explanation.opening import copied, is_read_once, temporary_folder
from wwanreplay.analysis.scrub import is_log, scrub_file, scrub_log_file
from wwanreplay.errors import UsageError, WwanReplayError
from wwanreplay.outputs import whole
from wwanreplay.packing.archive import TRACE, write_archive
from wwanreplay.stores import Location, named

EXPLAINED: Final = "explain.txt"
PAGE: Final = "report.txt"
#: Endings of a log that stay, as they say how it is read; the rest of its name may be somebody's.
LOG_ENDINGS: Final = frozenset(
    (".gz", ".xz", ".bz2", ".zst", ".zip", ".log", ".txt", ".pcap", ".pcapng", ".etl", ".eml")
)
_LIBRARIES: Final = ("msgpack", "python-pcapng", "zstandard")

#: Makes the page of a scrubbed trace.
Page = Callable[[Path], str]


@dataclass
class BundleSummary:
    """What a bundle holds: its members with their sizes, and how much was scrubbed."""

    path: str
    members: dict[str, int] = field(default_factory=dict)
    values_replaced: int = 0
    doubtful: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"{self.path}: {self.values_replaced} personal values replaced"
        for name, size in self.members.items():
            yield f"  {name}  {size} bytes"
        if self.doubtful:
            yield f"{len(self.doubtful)} places may hold a value, and may hold another:"
            yield from (f"  {place}" for place in self.doubtful)


def bundle(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    key: bytes | None = None,
    *,
    page: Page | None = None,
    format_name: str | None = None,
    device: str | None = None,
    expanded_size_max: int | None = None,
    force: bool = False,
    shared: bool = False,
    allow_doubtful: bool = False,
) -> BundleSummary:
    """Bundle a log or a trace, which appears when all of it is proven to be scrubbed.

    Of a log the trace is made of what scrub left of it; `format_name` and `device` are as for its
    import. `page` makes the report, which is that of `info`, `replay` and `check` unless given. The
    same source and key give the same bytes.

    PrivacyError where something personal is left or may be (without `allow_doubtful`), InputError
    for what is neither log nor trace, UsageError for a log of several devices, and as of `whole`.
    """
    summary = BundleSummary(os.fspath(out))
    with whole(out, force=force, shared=shared) as file, temporary_folder() as folder:
        if is_read_once(os.fspath(source)):
            _, source = copied(os.fspath(source), folder)
        trace, log = folder / TRACE, None
        if format_name is not None or is_log(source):
            log = folder / _log_name(source)
            report: Any = scrub_log_file(
                source,
                log,
                key,
                format_name=format_name,
                expanded_size_max=expanded_size_max,
                allow_doubtful=allow_doubtful,
            )
            with _renamed(log, source):
                _import(log, trace, format_name, device, expanded_size_max)
        else:
            report = scrub_file(
                _with_expected(source, folder), trace, key, allow_doubtful=allow_doubtful
            )
        summary.values_replaced = sum(report.values.values())
        summary.doubtful = list(report.doubtful)
        members: dict[str, bytes | Path] = {TRACE: trace}
        explained = _explained(log or trace, format_name, device, expanded_size_max)
        members[EXPLAINED] = _clean(explained, folder).encode()
        members[PAGE] = _clean((page or report_page)(trace), folder).encode()
        if log is not None:
            members[f"log/{log.name}"] = log
        write_archive(cast(IO[bytes], file), versions(), members)
        summary.members = {each: size_of(data) for each, data in members.items()}
    return summary


def size_of(member: bytes | Path) -> int:
    """The size of a member in bytes."""
    return member.stat().st_size if isinstance(member, Path) else len(member)


def versions() -> dict[str, Any]:
    """What made a bundle: this program, its model and tables, and what it rests on."""
    return {
        "producer": f"wwanreplay {__version__}",
        "versions": {
            "wwanreplay": __version__,
            "model": model_version(),
            "tables": table_hash(),
            "python": ".".join(platform.python_version_tuple()[:2]),
            **{name: version(name) for name in _LIBRARIES},
        },
    }


def _log_name(source: str | os.PathLike[str]) -> str:
    place = named(source)
    name = place.base_name if isinstance(place, Location) else place
    endings = (each.lower() for each in PurePath(name).suffixes[-2:])
    return "log" + "".join(each for each in endings if each in LOG_ENDINGS)


def _import(
    log: Path, trace: Path, format_name: str | None, device: str | None, size_max: int | None
) -> None:
    """Make the trace of a scrubbed log, with what can be inferred of it."""
    from wwanreplay.analysis.infer import infer_file
    from wwanreplay.formats.importer import import_logs

    summary = import_logs(
        [log],
        trace,
        format_name=format_name,
        device=device,
        expanded_size_max=size_max,
        after=infer_file,
    )
    if len(summary.sessions) > 1:
        names = ", ".join(session.device or "unnamed" for session in summary.sessions)
        raise UsageError(f"the log has several devices: {names}; --device names one")


@contextmanager
def _renamed(log: Path, source: str | os.PathLike[str]) -> Iterator[None]:
    """Errors about what scrub made of a log name the log."""
    try:
        yield
    except WwanReplayError as error:
        error.args = tuple(str(each).replace(str(log), os.fspath(source)) for each in error.args)
        raise


def _with_expected(source: str | os.PathLike[str], folder: Path) -> str:
    """The trace, with the expected divergences that stand beside it inside."""
    from wwanreplay.analysis.expected import embedded, expected_text

    name = named(source)
    text = expected_text(name)
    if text is None:
        return name
    with_them = folder / "expected.wwtrace"
    embedded(name, text, with_them)
    return str(with_them)


def _explained(
    source: Path, format_name: str | None, device: str | None, size_max: int | None
) -> str:
    """What `explain` says of the scrubbed log, or of the trace where there is no log."""
    from wwanreplay.analysis.explanation import explain_files

    try:
        pages = explain_files(
            [str(source)], format_name=format_name, device=device, expanded_size_max=size_max
        )
        return "\n".join(f"{page}\n" for page in pages)
    except WwanReplayError as error:  # what cannot be explained can be sent all the same
        return f"{error}\n"


def _clean(text: str, folder: Path) -> str:
    """A text without the place where the bundle was made."""
    return text.replace(f"{folder}/", "")


def report_page(trace: Path) -> str:
    """What `info`, `replay` and `check` report on a trace, as one text; personal values masked."""
    from wwanreplay.analysis.batch import ReplayOptions, replay_file
    from wwanreplay.analysis.info import info_lines, info_values
    from wwanreplay.analysis.judged import CheckOptions, check_file, report_lines

    lines = ["What it holds", "", *info_lines(info_values(str(trace))), "", "Replay", ""]
    replayed = replay_file(str(trace), ReplayOptions())
    lines += [*([replayed.error] if replayed.error else replayed.lines), "", "Rules", ""]
    try:
        lines += report_lines(check_file(str(trace), CheckOptions()), show_personal=False)
    except WwanReplayError as error:
        lines.append(str(error))
    return "\n".join([*lines, ""])
