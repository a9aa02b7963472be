"""What edited inputs are made of: sample traces, snapshots, profiles and records, and where in them
something may be changed.

A recipe is the bytes of a fuzzer. Its first byte chooses a sample, the rest are edits of it.
"""

from __future__ import annotations

import importlib
import io
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "fuzz"), str(ROOT / "tests" / "support")]

import field_samples  # noqa: E402
import trace_tree  # noqa: E402
from edits import Draw, Edit, applied, draw_edit  # noqa: E402

from wwanreplay._core import Engine, Event, Kind, Profile  # noqa: E402
from wwanreplay.analysis.infer import infer_file  # noqa: E402
from wwanreplay.devices.profile import load_profile  # noqa: E402
from wwanreplay.formats.importer import import_logs  # noqa: E402
from wwanreplay.record import Session  # noqa: E402
from wwanreplay.trace import TraceReader, TraceWriter  # noqa: E402

#: Edits of one input.
EDITS_MAX: Final = 6

Area = tuple[str, Any]  # a path, and the value that stands there


@dataclass(frozen=True)
class Sample:
    """Something sound that edits are drawn for and applied to.

    Areas are groups of places; each group is chosen as often as every other.
    """

    areas: tuple[tuple[Area, ...], ...]
    build: Callable[[Sequence[Edit]], Any]
    parts: tuple[str, ...] = ()  # what the first steps of a path are of, when they are numbers

    def part(self, steps: Sequence[str]) -> str:
        """What a path leads into, in words."""
        head = self.parts[int(steps[0])] if steps[0].isdigit() else steps[0]
        return " ".join([head, *steps[1 : 3 if steps[2:3] in (["profile"], ["start"]) else 2]])

    def draw(self, draw: Draw) -> list[Edit]:
        """Edits made of what is left of the bytes."""
        edits = []
        while draw.left and len(edits) < EDITS_MAX:
            path, value = draw.pick(draw.pick(self.areas))
            edits.append(draw_edit(draw, value, path))
        return edits


# ------------------------------------------------------------------ traces


def _session(**options: Any) -> bytes:
    """A session of every kind of record but wire, with checkpoints and an attachment."""
    session = Session("lte-home", seed=5, checkpoint_records=16, **options)
    session.writer.attach("host.log", b"a line of a log\n" * 3, "text/plain")
    session.run("8s")
    session.note("the subscriber is 001010123456789")
    session.query("OID_WWAN_READY_INFO")
    session.query("OID_WWAN_DEVICE_CAPS")
    session.set(
        "OID_WWAN_SIGNAL_STATE",
        {"SignalIndication.RssiInterval": 1, "SignalIndication.RssiThreshold": 0xFFFFFFFF},
    )
    session.set(
        "OID_WWAN_CONNECT",
        {
            "SetContextState.ConnectionId": 1,
            "SetContextState.ActivationCommand": 1,
            "SetContextState.AccessString": "internet.example",
        },
    )
    session.run("4s")
    session.stimulus("signal", {"Rssi": 9})
    request = session.query("OID_WWAN_VISIBLE_PROVIDERS")
    session.cancel(request)
    session.query("OID_WWAN_PROVISIONED_CONTEXTS")
    session.lifecycle("pause")
    session.lifecycle("restart")
    session.run("3s")
    return session.trace()


def _segments() -> bytes:
    """A trace that was continued."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "session.wwtrace"
        path.write_bytes(_session(chunk_size=2000))
        with TraceReader(path) as reader:
            header, last = reader.header, max(event.time_ns for event in reader)
        with TraceWriter(path, header, append=True) as writer:
            writer.write(Event(Kind.KIND_NOTE, last, payload=b"continued"))
        return path.read_bytes()


def _tiny() -> bytes:
    made: bytes = importlib.import_module("fuzz_seeds").trace()["none"]
    return made


def _served() -> bytes:
    made: bytes = importlib.import_module("scrub_samples").served()
    return made


def _imported(infer: bool) -> bytes:
    """A session that was read from a log, with what was inferred of it or without."""
    messages = (
        field_samples.OPEN,
        field_samples.OPEN_DONE,
        field_samples.RADIO_QUERY,
        field_samples.RADIO_DONE,
        field_samples.SIGNAL,
        field_samples.LONG_DONE,
        field_samples.CLOSE,
    )
    log = "".join(map(field_samples.old_libmbim, messages)).encode()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "field.wwtrace"
        import_logs([io.BytesIO(log)], out, after=infer_file if infer else None)
        return out.read_bytes()


def _shipped(name: str) -> Callable[[], bytes]:
    return lambda: (ROOT / "traces" / f"{name}.wwtrace").read_bytes()


#: Sample traces by name; fuzz/regressions.toml names them, so a name keeps its session.
TRACES: Final[dict[str, Callable[[], bytes]]] = {
    "session": lambda: _session(chunk_size=2000),
    "tiny": _tiny,
    "queries": _shipped("queries"),
    "field": lambda: _imported(True),
    "packed": lambda: _session(chunk_size=4000, compression="zstd"),
    "segments": _segments,
    "log": lambda: _imported(False),
    "served": _served,
    "device-services": _shipped("device-services"),
    "two-ports": _shipped("two-ports"),
    "pin": _shipped("pin"),
    "5g": _shipped("5g"),
}


def _places(path: str, value: Any) -> list[Area]:
    """Every place in a value, so that what lies deep is met as often as what does not."""
    found = [(path, value)]
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            found += _places(f"{path}/{key}", value[key])
    return found


def _trace_sample(data: bytes) -> Sample:
    tree = trace_tree.parse(data)
    areas: dict[str, list[Area]] = {}

    def add(group: str, path: str, value: Any) -> None:
        areas.setdefault(group, []).append((path, value))

    for number, node in enumerate(tree.frames):
        name = node["frame"]
        if name == "header":
            add("header", f"{number}/map", node["map"])
            profile = node["map"].get("profile", {})
            if "mapping" in profile:
                path = f"{number}/map/profile/mapping"
                add("profile", path, profile["mapping"])
                areas["profile places"] = _places(path, profile["mapping"])
            if "start" in node["map"]:
                add("start", f"{number}/map/start", node["map"]["start"])
        elif name == "chunk":
            add("records", f"{number}/records", node["records"])
            for place, record in enumerate(node["records"]):
                add("times", f"{number}/records/{place}/1", record[1])
                if record[6]:
                    add("payloads", f"{number}/records/{place}/6", record[6])
                if len(record) > 7:
                    add("options", f"{number}/records/{place}/7", record[7])
        elif name == "checkpoint":
            add("snapshots", f"{number}/snapshot", node["snapshot"])
        elif name == "attachment":
            add("attachments", f"{number}/data", node["data"])
        elif name == "footer":
            add("index", f"{number}/map", node["map"])
        _add_frame(add, number, node)
    order = list(range(len(tree.frames)))
    add("order", trace_tree.ORDER, order)
    add("bytes", trace_tree.FILE, data)
    groups = tuple(tuple(group) for group in areas.values())
    parts = tuple(node["frame"] for node in tree.frames)
    return Sample(groups, lambda edits: trace_tree.build(tree, edits), parts)


def _add_frame(add: Callable[[str, str, Any], None], number: int, node: dict[str, Any]) -> None:
    """The small elements of a frame, its claims, and its bytes."""
    for key, value in node.items():
        if key in ("type", "version", "extra"):
            add("frames", f"{number}/{key}", value)
        elif key not in ("frame", "map", "records", "snapshot", "data"):
            add("claims", f"{number}/{key}", value)
    packed = bytes(256)  # places near the beginning; what lies there is not known before
    add("bytes", f"{number}/packed", packed)
    add("bytes", f"{number}/raw", packed)


@cache
def trace_sample(name: str) -> Sample:
    """The sample trace of a name."""
    return _trace_sample(TRACES[name]())


# ------------------------------------------------------------------ the engine's doors


def _plain_sample(value: dict[str, Any], **areas: Sequence[str | Area]) -> Sample:
    """A sample of a map; each group of areas has places in it, or paths to them."""

    def found(path: str) -> Any:
        entry: Any = value
        for step in path.split("/"):
            entry = entry[int(step) if isinstance(entry, list) else step]
        return entry

    groups = tuple(
        tuple(path if isinstance(path, tuple) else (path, found(path)) for path in paths)
        for paths in areas.values()
    )

    def build(edits: Sequence[Edit]) -> Any:
        changed: Any = value
        for edit in edits:
            changed = applied(changed, edit.steps, edit.operation, edit.operand)
        # What a door takes at all stays of its type.
        return {
            key: changed[key] if isinstance(changed.get(key), type(entry)) else entry
            for key, entry in value.items()
        }

    return Sample(groups, build)


@cache
def snapshot_sample(name: str) -> Sample:
    """A snapshot in mid-session, and the records that come then."""
    data = TRACES[name]()
    with TraceReader(data) as reader:
        mapping, seed = reader.header.profile_mapping, reader.header.seed or 0
        events = list(reader)
    engine = Engine(Profile(mapping), seed)
    half = len(events) // 2
    for event in events[:half]:
        if event.kind <= Kind.KIND_CANCEL or event.kind in (
            Kind.KIND_STIMULUS,
            Kind.KIND_LIFECYCLE,
        ):
            engine.submit(event)
    snapshot = engine.snapshot()
    head = snapshot[:24]
    value = {
        "head": head,
        "state": snapshot[24:],
        "mapping": mapping,
        "seed": seed,
        "events": tuple(events[half:]),
    }
    return _plain_sample(value, state=("state",), head=("head",), again=("state",))


@cache
def profile_sample(name: str) -> Sample:
    """A profile as plain values and flat."""
    profile = load_profile(name)
    value = {"mapping": dict(profile.mapping), "flat": profile.compile().to_bytes()}
    places = _places("mapping", value["mapping"])
    return _plain_sample(value, mapping=("mapping",), flat=("flat",), places=places)


@cache
def records_sample(name: str) -> Sample:
    """The records of a trace, and its device."""
    tree = trace_tree.parse(TRACES[name]())
    records = [
        record for number in tree.names("chunk") for record in tree.frames[number]["records"]
    ]
    value = {
        "records": records[:120],
        "base_time_ns": tree.frames[tree.names("chunk")[0]]["base_time_ns"],
        "first_index": 0,
        "packed": b"",
        "mapping": tree.frames[0]["map"].get("profile", {}).get("mapping", {}),
    }
    return _plain_sample(
        value,
        records=("records",),
        payloads=tuple(
            f"records/{place}/6" for place, record in enumerate(value["records"]) if record[6]
        ),
        options=tuple(
            f"records/{place}/7" for place, record in enumerate(value["records"]) if record[7:]
        )
        or ("records",),
        numbers=("base_time_ns", "first_index", "packed"),
    )
