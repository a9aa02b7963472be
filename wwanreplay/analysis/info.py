"""What a trace holds: its header, counts by kind and code, times, and its state of health."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.errors import InputError
from wwanreplay.protocol.presentation import json_value, time_text
from wwanreplay.replay.names import code_name, kind_name
from wwanreplay.trace import TraceHeader, TraceReader, TraceSummary
from wwanreplay.trace.source import TraceInput
from wwanreplay.words import printable

_NAMESPACE_KINDS = {
    Namespace.NAMESPACE_OID: Kind.KIND_QUERY,
    Namespace.NAMESPACE_NDIS_STATUS: Kind.KIND_INDICATION,
    Namespace.NAMESPACE_STIMULUS: Kind.KIND_STIMULUS,
    Namespace.NAMESPACE_LIFECYCLE: Kind.KIND_LIFECYCLE,
    Namespace.NAMESPACE_MBIM: Kind.KIND_QUERY,
}


def info_values(source: TraceInput) -> dict[str, Any]:
    """Everything as plain values; raises TraceError when nothing can be read."""
    with TraceReader(source, strict=False) as reader:
        summary = reader.verify()
        counts, inferred = _code_counts(reader, summary)
        return {
            "file": reader.path,
            "size": summary.size,
            "header": _header_values(summary.header),
            "records": summary.records,
            "next_index": summary.next_index,
            "kinds": _kind_counts(summary.kinds),
            "codes": counts,
            "inferred": inferred,
            "time_min_ns": summary.time_range_ns[0] if summary.time_range_ns else None,
            "time_max_ns": summary.time_range_ns[1] if summary.time_range_ns else None,
            "payload_bytes": summary.payload_bytes,
            "segments": summary.segments,
            "chunks": summary.chunks,
            "compressions": summary.compressions,
            "checkpoints": summary.checkpoints,
            "attachments": summary.attachments,
            "digest": summary.digest.hex(),
            "index": _has_index(reader),
            "cut_off": summary.cut_off,
            "cut_text": summary.cut_text,
            "losses": [str(loss) for loss in summary.losses],
            "disagreements": summary.disagreements,
            "skipped": _skipped(summary),
        }


def stated_values(source: TraceInput) -> dict[str, Any]:
    """What header and footer state, by two small reads: no record is read, nothing is checked.

    Raises TraceError when nothing can be read, InputError for a pipe or a trace without a footer.
    """
    with TraceReader(source, strict=False) as reader:
        footer = reader.footer
        if footer is None:
            raise InputError(
                f"{reader.path}: there is no footer to read the counts from; info without"
                " --no-check reads the records"
            )
        return {
            "file": reader.path,
            "checked": False,
            "size": reader.size,
            "header": _header_values(reader.header),
            "records": footer.records,
            "next_index": footer.next_index,
            "kinds": _kind_counts(footer.kinds),
            "time_min_ns": footer.time_min_ns,
            "time_max_ns": footer.time_max_ns,
            "segments": footer.segment + 1,
            "chunks": None if footer.chunks is None else len(footer.chunks),
            "checkpoints": len(footer.checkpoints),
            "attachments": [name for _, name in footer.attachments],
            "digest": footer.digest.hex(),
            "index": footer.chunks is not None,
        }


def _kind_counts(kinds: Mapping[int, int]) -> dict[str, int]:
    """Counts of records by the names of their kinds, without kinds that have none."""
    known = set(Kind)
    return {
        Kind(kind).name.removeprefix("KIND_").lower(): count
        for kind, count in sorted(kinds.items())
        if kind in known
    }


def stated_lines(values: dict[str, Any]) -> Iterator[str]:
    """These values as lines for a person."""
    yield f"{values['file']}: not checked; as header and footer state"
    rows: list[tuple[str, str]] = [("size", f"{values['size']:,} bytes".replace(",", " "))]
    for name, value in values["header"].items():
        rows += [(name.replace("_", " "), text) for text in _texts(value)]
    rows.append(("records", f"{values['records']:,}".replace(",", " ")))
    rows += [("attachment", printable(name)) for name in values["attachments"]]
    rows.append(("digest", values["digest"] or "not known"))
    for label, text in rows:
        yield f"  {label:<14} {text}"
    yield ""
    for name, count in values["kinds"].items():
        yield f"  {count:>10}  {name}"


def _has_index(reader: TraceReader) -> bool:
    return reader.footer is not None and reader.footer.chunks is not None


def _skipped(summary: TraceSummary) -> dict[str, int]:
    skipped = summary.skipped
    values = {
        "frames": skipped.frames,
        "elements": skipped.elements,
        "record_kinds": skipped.record_kinds,
        "record_keys": skipped.record_keys,
    }
    return {name: count for name, count in values.items() if count}


def _code_counts(
    reader: TraceReader, summary: TraceSummary
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """How many records are about each code, by kind; how many of a kind are inferred."""
    counts: dict[tuple[int, int, int], int] = {}
    kinds: dict[int, int] = {}
    if summary.code_counts is not None:
        kinds = summary.inferred_kinds
        counts = {
            (kind, namespace, code): count
            for kind, namespace, code, count in summary.code_counts
            if namespace in _NAMESPACE_KINDS
        }
    else:  # more codes than are kept while the records are gone over
        for event in reader.events():
            if event.flags & RecordFlag.FLAG_INFERRED:
                kinds[event.kind] = kinds.get(event.kind, 0) + 1
            if event.namespace in _NAMESPACE_KINDS:
                key = (int(event.kind), int(event.namespace), event.code)
                counts[key] = counts.get(key, 0) + 1
    inferred = {kind_name(Event(Kind(kind), 0)): count for kind, count in sorted(kinds.items())}
    rows = [
        {
            "kind": kind_name(Event(kind, 0)),
            "name": code_name(Event(kind, 0, code=code, namespace=namespace)),
            "namespace": namespace,
            "code": code,
            "count": count,
        }
        for (kind, namespace, code), count in sorted(counts.items())
    ]
    return rows, inferred


def _header_values(header: TraceHeader) -> dict[str, Any]:
    """The shown parts of the header; of the profile only its name, as the rest is personal."""
    values = {
        "created": header.created,
        "producer": header.producer,
        "interface": header.interface,
        "model_version": header.model_version,
        "table_hash": header.table_hash,
        "profile": header.profile_name,
        "seed": header.seed,
        "clock": header.clock,
        "source": header.source,
        "notes": header.notes,
        "filtered_out": header.filtered_count or None,
        "part": {
            name: header.cut[name]
            for name in ("first_record", "stop_record", "records")
            if name in header.cut
        },
    }
    return {
        name: json_value(value) for name, value in values.items() if value not in ("", None, {}, [])
    }


def info_lines(values: dict[str, Any]) -> Iterator[str]:
    """The values as lines for a person."""
    yield f"{values['file']}: {_health(values)}"
    rows: list[tuple[str, str]] = [("size", f"{values['size']:,} bytes".replace(",", " "))]
    for name, value in values["header"].items():
        rows += [(name.replace("_", " "), text) for text in _texts(value)]
    rows.append(("records", f"{values['records']:,}".replace(",", " ")))
    if values["time_min_ns"] is not None:
        rows.append(("time", _span_text(values)))
    packing = ", ".join(values["compressions"]) or "no chunk"
    rows.append(("chunks", f"{values['chunks']} ({packing})"))
    rows.append(("segments", str(values["segments"])))
    rows.append(("checkpoints", str(values["checkpoints"])))
    rows += [("attachment", printable(name)) for name in values["attachments"]]
    rows.append(("digest", values["digest"]))
    rows.append(("index", "present" if values["index"] else "absent"))
    for name, width in (("loss", "losses"), ("disagreement", "disagreements")):
        rows += [(name, text) for text in values[width]]
    rows += [(f"unknown {name.replace('_', ' ')}", str(n)) for name, n in values["skipped"].items()]
    for label, text in rows:
        yield f"  {label:<14} {text}"
    yield ""
    for name, count in values["kinds"].items():
        inferred = values["inferred"].get(name, 0)
        yield f"  {count:>10}  {name}" + (f" ({inferred} inferred)" if inferred else "")
        for row in values["codes"]:
            if row["kind"] == name:
                yield f"  {row['count']:>12}  {row['name']}"


def _span_text(values: dict[str, Any]) -> str:
    if values["header"].get("clock", {}).get("kind") == "none":
        return "what was recorded has no times"
    low, high = values["time_min_ns"], values["time_max_ns"]
    return f"{time_text(low)} s to {time_text(high)} s ({time_text(high - low)} s)"


def _health(values: dict[str, Any]) -> str:
    if values["losses"]:
        return "DAMAGED; `wwanreplay recover` rewrites what can be read"
    if values["disagreements"]:
        return "its footer disagrees with its records"
    if values["cut_off"]:
        return str(values["cut_text"])
    return "whole"


def _texts(value: Any) -> list[str]:
    """The lines of a value: one for each of a list, also of one that is all a value has."""
    if isinstance(value, dict) and len(value) == 1:
        (name, only), *_ = value.items()
        if isinstance(only, list):
            return [printable(f"{name}: {_words(item)}") for item in only]
    if isinstance(value, list):
        return [printable(_words(item)) for item in value]
    return [printable(_words(value))]


def _words(value: Any) -> str:
    """A value of a header in one line, without the marks of a language."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(item)}" for name, item in value.items())
    return "; ".join(map(_words, value)) if isinstance(value, list) else str(value)
