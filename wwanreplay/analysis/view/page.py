"""The page: one HTML file that runs its own script, by its hash, and fetches nothing.

What a trace or log says is in packed blocks of base64 only, whose alphabet cannot end an element;
the script puts texts into the page as texts. So nothing of it is ever read as HTML or script.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, Final

from wwanreplay import __version__
from wwanreplay.analysis.explanation.opening import Opened, opened_sessions
from wwanreplay.analysis.show import Filter
from wwanreplay.analysis.view.masking import Masking, visible
from wwanreplay.analysis.view.rows import Rows, read_rows, refuse_too_many
from wwanreplay.analysis.view.session import SessionPage
from wwanreplay.errors import InputError, LimitError, UsageError
from wwanreplay.outputs import find_target, is_same_file, whole
from wwanreplay.replay.fault import Weight
from wwanreplay.trace import TraceHeader, TraceReader

#: The columns behind the head begin at a multiple of this.
ALIGNMENT: Final = 8
_SLOT: Final = re.compile(r"<!--(\w+)-->")
_LEVEL: Final = 6  # of gzip


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What is shown, and what is looked for in it.

    `compares` replays the session, `checks` judges it by the rules of the documents. `log_link` is
    put before the name of a log in links to its lines.
    """

    chosen: Filter = field(default_factory=Filter)
    compares: bool = True
    checks: bool = False
    show_personal: bool = False
    log_link: str = ""


@dataclass(slots=True)
class ViewSummary:
    """What a page holds: `rows` of `records` events, `verdict` of replay, `findings` by weight."""

    file: str = ""
    rows: int = 0
    records: int = 0
    verdict: str = ""
    findings: dict[str, int] = field(default_factory=dict)
    size: int = 0
    notes: list[str] = field(default_factory=list)


def write_view(
    paths: Sequence[str],
    out: str | os.PathLike[str] | BinaryIO,
    options: ViewOptions | None = None,
    *,
    format_name: str | None = None,
    device: str | None = None,
    expanded_size_max: int | None = None,
    force: bool = False,
    shared: bool = False,
) -> ViewSummary:
    """Write the page of one session: of a trace, or of logs that are imported on the way.

    Without any event to show nothing is written, and `rows` is 0. UsageError for several sessions,
    or where a file exists and `force` is not given; InputError for what cannot be read; LimitError
    for more events than a page holds.
    """
    chosen = ViewOptions() if options is None else options
    if isinstance(out, str | os.PathLike):
        _check_target(paths, out, force=force)
    with opened_sessions(
        paths, format_name=format_name, device=device, expanded_size_max=expanded_size_max
    ) as sessions:
        session = _only(list(sessions))
        html, summary = page_of(session, chosen)
    if not summary.rows:
        return summary
    data = html.encode("utf-8", "backslashreplace")
    summary.size = len(data)
    if isinstance(out, str | os.PathLike):
        summary.file = os.fspath(out)
        with whole(out, force=force, shared=shared) as file:
            file.write(data)
    else:
        out.write(data)
    return summary


def _check_target(paths: Sequence[str], out: Any, *, force: bool) -> None:
    for path in paths:
        if path != "-" and is_same_file(path, out):
            raise UsageError(f"{os.fspath(out)}: is what is shown; name another file with -o")
    find_target(out, force=force)


def _only(sessions: list[Opened]) -> Opened:
    if not sessions:
        raise InputError("there is no session in what was given")
    if len(sessions) > 1:
        names = [visible(each.device or each.name) for each in sessions]
        how = "choose one with --device" if sessions[-1].device else "give one trace"
        raise UsageError(
            f"a page has one session, and there are {len(names)}: {', '.join(names)}; {how}"
        )
    return sessions[0]


def page_of(session: Opened, options: ViewOptions) -> tuple[str, ViewSummary]:
    """The page of an opened session, and what it holds."""
    masking = Masking(show_personal=options.show_personal)
    try:
        with TraceReader(session.path) as reader:
            refuse_too_many(reader, options.chosen)
            masking.learn(reader.events())
        with TraceReader(session.path) as reader:
            header = reader.header
            rows = read_rows(reader, options.chosen, masking)
    except LimitError as error:
        raise error.at(visible(session.name)) from None
    summary = ViewSummary(rows=len(rows), records=rows.records)
    if rows.cut_text:
        summary.notes.append(rows.cut_text)
    if not len(rows):
        return "", summary
    found = SessionPage(rows, masking).values(
        session.path, compares=options.compares, checks=options.checks
    )
    summary.verdict = found.get("verdict", "")
    weights = [finding["weight"] for finding in found["findings"]]
    summary.findings = {str(each): weights.count(each) for each in Weight if each in weights}
    name = masking.text(Path(session.name).name or session.name)
    places, columns = rows.packed()
    head = {
        "name": name,
        "producer": f"wwanreplay {__version__}",
        "masked": not options.show_personal,
        "remarks": [masking.text(text) for text in (*session.remarks, *summary.notes)],
        "epoch_ns": _epoch(header),
        "has_times": header.has_times,
        "records": rows.records,
        "log_link": options.log_link,
        "texts": rows.texts.texts,
        "logs": [masking.text(text) for text in rows.logs.texts],
        "units": rows.units.texts,
        "columns": places,
        **found,
    }
    return _html(name, _packed_head(head, columns), _packed_blocks(rows)), summary


def _epoch(header: TraceHeader) -> str | None:
    value = header.clock.get("epoch_ns")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, _LEVEL, mtime=0)).decode("ascii")


def _packed_head(head: Mapping[str, Any], columns: bytes) -> str:
    """The size of the head as u32, the head as JSON, and the columns at a multiple of 8."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    start = len(text).to_bytes(4, "little") + text
    return _packed(start + bytes(-len(start) % ALIGNMENT) + columns)


def _packed_blocks(rows: Rows) -> str:
    return "\n".join(_packed(block.encode("utf-8", "replace")) for block in rows.blocks)


def _html(name: str, head: str, blocks: str) -> str:
    folder = files(__package__)
    script, style, skeleton = (
        folder.joinpath(f"view.{kind}").read_text("utf-8") for kind in ("js", "css", "html")
    )
    slots = {
        "policy": escape(policy(script, style)),
        "title": escape(f"{name} · wwanreplay"),
        "style": style,
        "script": script,
        "head": head,
        "blocks": blocks,
    }
    return _SLOT.sub(lambda found: slots[found[1]], skeleton)


def policy(script: str, style: str) -> str:
    """The Content-Security-Policy: this script and style by their hashes, and nothing else."""
    rules = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
