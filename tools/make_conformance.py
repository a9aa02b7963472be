"""Make the conformance files anew: small traces, each with what a reader must say of it.

    python tools/make_conformance.py [FOLDER]

Each `NAME.wwtrace` of the folder (`conformance/`) shows one feature or one damage of the format,
and `NAME.json` beside it what a reader finds (docs/conformance.md). The same comes out each time.
What each file shows, its verdict and the number of its records stand in `conformance_cases.py`, by
hand. The rest of an expectation is what our reader reports, which must agree with that; so must the
reader in `tests/support/minimal_reader.py`.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from conformance_cases import CASES, Case

from wwanreplay._core import Event
from wwanreplay.errors import TraceError
from wwanreplay.trace import Attachment, Checkpoint, Chunk, TraceHeader, TraceReader
from wwanreplay.trace.frames import parse_prefix

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "conformance"
OPTIONAL = ("handle", "capacity", "bytes", "client", "cause", "source", "fields")


def plain(value: Any) -> Any:
    """A value in JSON: bytes as {"hex": …}."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def record_of(event: Event) -> dict[str, Any]:
    """A record in JSON; what is absent is left out."""
    found: dict[str, Any] = {"index": event.index, "kind": int(event.kind)}
    found |= {"time_ns": event.time_ns, "port": event.port, "request_id": event.request_id}
    found |= {"namespace": int(event.namespace), "code": event.code, "status": event.status}
    found["payload"] = event.payload.hex()
    for name in OPTIONAL:
        value = getattr(event, name)
        if value is not None:
            found[name] = plain(value)
    if event.flags:
        found["flags"] = event.flags
    return found


def frame_at(data: bytes, offset: int) -> int:
    """Where the frame begins in which a place is, by the sizes of those before it."""
    start = 0
    while (prefix := parse_prefix(data[start : start + 18])) and start + prefix.size <= offset:
        start += prefix.size
    return start


def begin_of(offset: int, items: list[Any]) -> int:
    """Where a loss begins: a place inside a chunk is that of its frame."""
    chunks = [item for item in items if isinstance(item, Chunk)]
    inside = (item.offset for item in chunks if item.offset <= offset < item.offset + item.size)
    return next(inside, offset)


def observed(data: bytes) -> dict[str, Any]:
    """What our reader says of a file, in the form of an expectation."""
    stops_at = None
    try:
        strict = TraceReader(data)
        for _ in strict:
            pass
        strict.verify()
    except TraceError as error:
        stops_at = frame_at(data, error.offset or 0)
    try:
        reader = TraceReader(data, strict=False)
        records = [record_of(event) for event in reader]
    except TraceError:
        return {"verdict": "refused", "stops_at": stops_at}
    summary = reader.verify()
    items = list(reader.objects())
    skipped = summary.skipped
    is_damaged = bool(summary.losses or summary.disagreements)
    found: dict[str, Any] = {
        "verdict": "damaged" if is_damaged else "cut off" if summary.cut_off else "whole",
        "stops_at": stops_at,
        "headers": [plain(item.to_map()) for item in items if isinstance(item, TraceHeader)],
        "records": records,
        "unchecked": 0 if reader.torn is None else reader.torn.records_kept,
        "digest": summary.digest.hex(),
        "footer_is_right": not summary.disagreements,
        "checkpoints": [
            [item.record_index, item.time_ns, item.snapshot.hex(), item.digest_state.hex()]
            for item in items
            if isinstance(item, Checkpoint)
        ],
        "attachments": [
            [item.name, item.media_type, item.data.hex()]
            for item in items
            if isinstance(item, Attachment)
        ],
        "skipped": {
            "frames": skipped.frames,
            "elements": skipped.elements,
            "records": skipped.record_kinds,
            "keys": skipped.record_keys,
        },
        "lost": [
            [begin_of(loss.start, items), loss.end, loss.records_lost] for loss in summary.losses
        ],
    }
    return found


def expectation(case: Case) -> dict[str, Any]:
    """What a reader must say of a case; AssertionError where ours says otherwise than the case."""
    found = observed(case.data)
    count = len(found.get("records", ()))
    reported = (found["verdict"], count)
    assert reported == (case.verdict, case.records), f"{case.name}: {reported}, not {case}"
    return {"shows": case.shows, "section": case.section, **found}


def files() -> dict[str, bytes]:
    """All files of the folder."""
    made: dict[str, bytes] = {}
    for case in CASES:
        assert f"{case.name}.json" not in made, case.name
        made[f"{case.name}.wwtrace"] = case.data
        text = json.dumps(expectation(case), indent=1, ensure_ascii=False)
        made[f"{case.name}.json"] = f"{text}\n".encode()
    return made


def main() -> None:
    """Write the folder anew."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    made = files()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in made.items():
        (folder / name).write_bytes(data)
    print(f"{folder}: {len(made) // 2} traces, {sum(map(len, made.values()))} bytes in all")


if __name__ == "__main__":
    main()
