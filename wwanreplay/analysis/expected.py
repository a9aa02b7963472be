"""The divergences that a trace is expected to show: kept beside it, or inside it.

They are waivers (`waivers.py`) with a count, in a file `TRACE.accepted.toml` or in an attachment of
the trace. A replay passes while exactly these appear; one that is new is a divergence as any other,
one that is gone is a warning.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final, cast

from wwanreplay.analysis.accepting import accept, around_of, finding_of
from wwanreplay.analysis.expected_place import (
    ATTACHMENT,
    SUFFIX,
    ExpectedPlace,
    find_beside,
    find_expected,
)
from wwanreplay.analysis.explain import explain
from wwanreplay.analysis.waivers import (
    Finding,
    Waiver,
    Waivers,
    expiry_text,
    load_waivers,
    parse_waivers,
)
from wwanreplay.devices.toml import FILE_SIZE_MAX
from wwanreplay.errors import InputError
from wwanreplay.outputs import whole
from wwanreplay.replay import Divergence, ReplayResult
from wwanreplay.stores import Location, StoreError, open_input
from wwanreplay.trace import TraceReader
from wwanreplay.trace.edit import rewrite_to
from wwanreplay.trace.frames import Attachment

MEDIA_TYPE: Final = "application/toml"
REASON: Final = "accepted as it was found; say why"
_HEAD: Final = """\
# Divergences that a replay of this trace is expected to show, made by `wwanreplay replay --accept`.
# Exactly these pass; a new one fails, and of one that is gone a warning says so.
"""


@dataclass(frozen=True)
class Acceptance:
    """How `--accept` writes: the reason and last day of new entries, and where to.

    Without an `expires` they count for a year from the day on which they are written.
    """

    reason: str = REASON
    expires: date | None = None
    into_trace: bool = False


def expected_path(trace: str | os.PathLike[str]) -> Path:
    """The file beside a trace that has its expected divergences."""
    return Path(f"{os.fspath(trace)}{SUFFIX}")


def expected_of(trace: str | os.PathLike[str], today: date | None = None) -> Waivers | None:
    """The expected divergences of a trace: those beside it, else those in it, else None.

    Raises TraceError for a trace that cannot be read, UsageError for entries that cannot be.
    """
    found = find_expected(trace)
    return None if found is None else expected_at(found, today)


def expected_at(found: ExpectedPlace, today: date | None = None) -> Waivers:
    """The expected divergences that stand at a place; UsageError for entries that cannot be."""
    if found.attachment is not None:
        return parse_waivers(_text(found.attachment.data, found.where), found.where, today)
    if isinstance(found.where, Location):
        return parse_waivers(_text(_read(found.where), found.where), found.where, today)
    return load_waivers(found.where, today)


def expected_text(trace: str) -> str | None:
    """The text of the file beside a trace; None where there is none."""
    found = find_beside(trace)
    if found is None:
        return None
    if isinstance(found, Location):
        return _text(_read(found), found)
    return Path(found).read_text(encoding="utf-8")


def _read(place: Location) -> bytes:
    try:
        with open_input(place) as file:
            return file.read(FILE_SIZE_MAX)
    except StoreError as error:
        raise InputError(f"{place}: cannot be read: {error}") from None


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InputError(f"{where}: not UTF-8 text") from None


def apply_expected(
    result: ReplayResult, expected: Waivers, path: str, *, is_whole: bool = True
) -> None:
    """Take the expected divergences out of a result, and warn of those that are gone.

    Whether one is gone is known where the whole trace was compared with its own device (`is_whole`)
    and every divergence is listed.
    """
    accept(result, expected, path)
    result.warnings += [expiry_text(entry) for entry in expected.expired]
    if is_whole and not result.is_part and result.divergence_count == len(result.divergences):
        result.warnings += expected.gone()


def write_expected(
    trace: str | os.PathLike[str], result: ReplayResult, how: Acceptance, today: date | None = None
) -> str:
    """Write the divergences of a result as those that are expected; return a line about it.

    Entries that are still found keep their reason and last day, those of patterns stay, those that
    are gone go. Without any the file is removed. The file, or the trace, is replaced whole.

    Raises InputError where more divergences were found than listed, or the trace cannot be changed.
    """
    path = os.fspath(trace)
    if isinstance(trace, Location):
        raise InputError(f"{path}: a trace in a store stays as it is; accept on a disk")
    if result.divergence_count > len(result.divergences):
        raise InputError(
            f"{path}: {result.divergence_count} divergences, of which {len(result.divergences)}"
            " are listed; --max-divergences lists more"
        )
    if how.into_trace:
        with TraceReader(path) as reader:
            reader.check_in_place()
    day = date.today() if today is None else today
    known = expected_of(path, day)
    entries = _entries(path, result, how, day, known)
    text = _HEAD + "".join(entries) if entries else ""
    if not text and known is None:
        return "nothing, as nothing diverges"
    if how.into_trace:
        _write_into(Path(path), text)
    elif text:
        with whole(expected_path(path), force=True, shared=True) as file:
            file.write(text.encode())
    else:
        expected_path(path).unlink(missing_ok=True)
    if not text:
        return "nothing diverges any more: what was expected is removed"
    count = len(result.faults)
    where = "the trace" if how.into_trace else str(expected_path(path))
    return f"{count} expected divergence{'s' * (count != 1)} in {where}"


def _entries(
    path: str, result: ReplayResult, how: Acceptance, day: date, known: Waivers | None
) -> list[str]:
    around = around_of(result, path)
    counts: Counter[Finding] = Counter()
    first: dict[Finding, Divergence] = {}
    for divergence in result.faults:  # notes and warnings do not count anyway
        finding = finding_of(divergence, "", around)
        counts[finding] += 1
        first.setdefault(finding, divergence)
    old = known.entries if known is not None else []
    expires = how.expires or _year_later(day)
    entries = [_entry_text(each, "") for each in old if not each.is_exact]
    for finding, count in counts.items():
        before = next((each for each in old if each.is_exact and each.accepts(finding)), None)
        new = Waiver(
            _wanted(finding),
            how.reason if before is None else before.reason,
            expires if before is None or how.expires is not None else before.expires,
            "",
            count,
        )
        entries.append(_entry_text(new, _comment(first[finding])))
    return entries


def _wanted(finding: Finding) -> dict[str, str | tuple[str, ...]]:
    wanted: dict[str, str | tuple[str, ...]] = {"layer": finding.layer}
    for key in ("rule", "kind", "code", "transaction"):
        if getattr(finding, key):
            wanted[key] = getattr(finding, key)
    if finding.number:
        wanted["transaction"] = finding.number
    if finding.fields:
        wanted["field"] = tuple(dict.fromkeys(finding.fields))
    return wanted


def _comment(divergence: Divergence) -> str:
    """What it is in words, for those who review the file."""
    rank = "root cause" if divergence.root else "consequence"
    return f"{rank}: {explain(divergence)}"


def _entry_text(entry: Waiver, comment: str) -> str:
    lines = ["", *([f"# {_plain(comment)}"] if comment else []), "[[accept]]"]
    for key, value in entry.wanted.items():
        names = [_quoted(each) for each in ((value,) if isinstance(value, str) else value)]
        several = ", ".join(names)
        lines.append(f"{key} = {names[0]}" if len(names) == 1 else f"{key} = [{several}]")
    if entry.count is not None:
        lines.append(f"count = {entry.count}")
    lines += [f"reason = {_quoted(entry.reason)}", f"expires = {entry.expires.isoformat()}"]
    return "\n".join([*lines, ""])


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    return '"' + "".join(_ESCAPES.get(char) or _escaped(char) for char in text) + '"'


_ESCAPES: Final = {'"': '\\"', "\\": "\\\\"}


def _escaped(char: str) -> str:
    return char if char.isprintable() else f"\\U{ord(char):08X}"


def _year_later(day: date) -> date:
    """The same day of the next year."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)


def _write_into(trace: Path, text: str) -> None:
    with TraceReader(trace) as reader:
        reader.check_in_place()
        if reader.cut_off:
            raise InputError(f"{trace}: the trace is cut off and stays as it is: accept beside it")
        compression = next(iter({chunk.compression for chunk in reader.chunks()}), "none")
    with whole(trace, force=True) as file:
        _copy(trace, text, cast(BinaryIO, file), compression)
    expected_path(trace).unlink(missing_ok=True)


def embedded(trace: str | Path, text: str, out: Path) -> None:
    """Write a copy of a trace with expected divergences inside, given as the text of their file."""
    with out.open("wb") as file:
        _copy(trace, text, file)


def _copy(trace: str | Path, text: str, out: BinaryIO, compression: str = "none") -> None:
    made = Attachment(ATTACHMENT, MEDIA_TYPE, text.encode())
    rewrite_to(
        trace,
        lambda events: events,
        out,
        compression=compression,
        attachments=lambda old: [
            *(each for each in old if each.name != ATTACHMENT),
            *([made] if text else []),
        ],
    )
