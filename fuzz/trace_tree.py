"""A trace as a tree that can be edited, and made a trace again with everything repaired.

Frames are maps; what is claimed of something else (counts, sizes, offsets, digests, the index) is
worked out anew when the trace is built, so that damage of the contents gets past the checks. A
claim that is edited itself is edited after that. Checksums are right in any case, but for damage
of `raw` bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack
import zstandard
from edits import Edit, applied

from wwanreplay._core import Scanner, crc32c
from wwanreplay.errors import WwanReplayError
from wwanreplay.trace import frames
from wwanreplay.trace.frames import CRC_SIZE, FRAME_HEADER, FRAME_NAMES, Frame, parse_prefix

#: Of each frame: what is claimed of something else.
CLAIMS: Final[dict[str, frozenset[str]]] = {
    "header": frozenset(),
    "chunk": frozenset({"first_index", "record_count", "records_size"}),
    "checkpoint": frozenset({"record_index", "digest_state"}),
    "attachment": frozenset({"data_size"}),
    "footer": frozenset({"map"}),
    "end": frozenset({"footer_offset"}),
}
#: Edited when the frame is packed: with the checksum made right again, and without.
PACKED: Final = ("packed", "raw")
#: Of the whole file, as the first step of a path: the order of its frames, and its bytes.
ORDER: Final = "order"
FILE: Final = "file"
# A trace that is built is no larger than this; copies and repeats could make any size.
SIZE_MAX: Final = 1 << 19

_TYPES: Final = {name: number for number, name in FRAME_NAMES.items()}


@dataclass
class TraceTree:
    """The frames of a trace, as maps. A tree is not changed by what is built of it."""

    frames: list[dict[str, Any]] = field(default_factory=list)

    def names(self, name: str) -> list[int]:
        """The numbers of the frames of a type."""
        return [number for number, frame in enumerate(self.frames) if frame["frame"] == name]


def pack_records(records: Any) -> bytes:
    """Records as a chunk holds them."""
    if not isinstance(records, list):
        return frames.pack(records)
    return b"".join(map(frames.pack, records))


def unpack_records(data: bytes | memoryview) -> list[Any]:
    """The records of a chunk, as lists."""
    unpacker = msgpack.Unpacker(strict_map_key=False, max_buffer_size=1 << 26)
    unpacker.feed(data)
    return list(unpacker)


def parse(data: bytes) -> TraceTree:
    """The tree of a sound trace."""
    tree = TraceTree()
    at = 0
    while at < len(data):
        prefix = parse_prefix(data[at : at + 32])
        assert prefix is not None
        frame = Frame(prefix, at, data[at : at + prefix.size])
        tree.frames.append(_parsed(frame))
        at += prefix.size
    for node, found in zip(tree.frames, _claims(tree), strict=True):
        node.update(found)
    return tree


def _parsed(frame: Frame) -> dict[str, Any]:
    name = FRAME_NAMES[frame.prefix.type]
    node: dict[str, Any] = {"frame": name, "type": frame.prefix.type, "extra": []}
    if name == "header":
        values = frames.unpack_header(frame)
        if "start" in values:
            values["start"] = unpack_records(values["start"])
        return {**node, "version": frames.VERSION, "map": values}
    if name == "chunk":
        chunk = frames.unpack_chunk(frame)
        return {
            **node,
            "base_time_ns": chunk.base_time_ns,
            "compression": frames.COMPRESSIONS[chunk.compression],
            "records": unpack_records(chunk.records),
        }
    if name == "checkpoint":
        found = frames.unpack_checkpoint(frame)
        return {**node, "time_ns": found.time_ns, "snapshot": found.snapshot}
    if name == "attachment":
        attached = frames.unpack_attachment(frame)
        return {
            **node,
            "name": attached.name,
            "media_type": attached.media_type,
            "compression": 0,
            "data": attached.data,
        }
    return node


def _claims(tree: TraceTree) -> list[dict[str, Any]]:
    """What each frame claims when nothing is edited."""
    builder = _Builder(tree, ())
    builder.build()
    return builder.claims


def build(tree: TraceTree, edits: Sequence[Edit]) -> bytes:
    """The trace of a tree with edits; an edit that leads nowhere does nothing."""
    return _Builder(tree, edits).build()


class _Builder:
    """Packs one frame after another, knowing what stands before."""

    def __init__(self, tree: TraceTree, edits: Sequence[Edit]) -> None:
        self.tree = tree
        self.edits = edits
        self.out = bytearray()
        self.claims: list[dict[str, Any]] = [{} for _ in tree.frames]
        self.next_index = 0
        self.records = 0
        self.scanner = Scanner(codes=True)
        self.kinds: dict[int, int] = {}  # of the segments before
        self.times_ns: list[int] = []
        self.segment = -1
        self.footer_offset: int | None = None
        self.index: dict[str, list[Any]] = {}

    def build(self) -> bytes:
        order: Any = list(range(len(self.tree.frames)))
        for edit in self.edits:
            if edit.steps[0] == ORDER:
                order = applied(order, edit.steps[1:], edit.operation, edit.operand)
        if isinstance(order, list):
            for number in order:
                inside = isinstance(number, int) and 0 <= number < len(self.tree.frames)
                if inside and len(self.out) < SIZE_MAX:
                    self._frame(number)
        data: Any = bytes(self.out)
        for edit in self.edits:
            if edit.steps[0] == FILE:
                data = applied(data, edit.steps[1:], edit.operation, edit.operand)
        return data[:SIZE_MAX] if isinstance(data, bytes) else b""

    def _frame(self, number: int) -> None:
        node: Any = self.tree.frames[number]
        name = node["frame"]
        mine = [edit for edit in self.edits if edit.steps[0] == str(number)]
        claimed = CLAIMS[name]
        later = [edit for edit in mine if edit.steps[1:2] and edit.steps[1] in claimed]
        packed = [edit for edit in mine if edit.steps[1:2] and edit.steps[1] in PACKED]
        for edit in mine:
            if edit not in later and edit not in packed:
                node = applied(node, edit.steps[1:], edit.operation, edit.operand)
        if not isinstance(node, dict):
            return
        found = getattr(self, f"_claim_{name}")(node)
        self.claims[number] = found
        for edit in later:
            found = applied(found, edit.steps[1:], edit.operation, edit.operand)
        parts = getattr(self, f"_parts_{name}")(node, found)
        frame = _pack(node, name, parts)
        for edit in packed:
            root = {edit.steps[1]: frame}
            changed = applied(root, edit.steps[1:], edit.operation, edit.operand)
            frame = changed.get(edit.steps[1], b"")
            if not isinstance(frame, bytes):
                frame = b""
            if edit.steps[1] == "packed" and len(frame) > CRC_SIZE:
                frame = _with_crc(frame[:-CRC_SIZE])
        self._remember(name, node, found)
        self.out += frame

    # What each frame claims, and what it is packed of.

    def _claim_header(self, _: Any) -> dict[str, Any]:
        self.segment += 1
        self.index = {"chunks": [], "checkpoints": [], "attachments": []}
        self.kinds = self._all_kinds()
        self.times_ns += self.scanner.time_range_ns or ()
        # Codes are those of a segment, the digest is that of the file.
        self.scanner = Scanner(codes=True, digest_state=self.scanner.digest_state())
        return {}

    def _all_kinds(self) -> dict[int, int]:
        kinds = dict(self.kinds)
        for kind, count in self.scanner.kinds().items():
            kinds[kind] = kinds.get(kind, 0) + count
        return dict(sorted(kinds.items()))

    def _parts_header(self, node: Any, _: Any) -> list[Any]:
        values = node.get("map")
        if isinstance(values, dict) and isinstance(values.get("start"), list):
            values = {**values, "start": pack_records(values["start"])}
        return [values]

    def _claim_chunk(self, node: Any) -> dict[str, Any]:
        records = node.get("records")
        return {
            "first_index": self.next_index,
            "record_count": len(records) if isinstance(records, list) else 1,
            "records_size": len(pack_records(records)),
        }

    def _parts_chunk(self, node: Any, claims: Any) -> list[Any]:
        stored = pack_records(node.get("records"))
        if node.get("compression") == frames.COMPRESSION_ZSTD:
            stored = zstandard.ZstdCompressor(level=1).compress(stored)
        numbers = [claims.get("first_index"), claims.get("record_count"), node.get("base_time_ns")]
        return [*numbers, node.get("compression"), claims.get("records_size"), stored]

    def _claim_checkpoint(self, _: Any) -> dict[str, Any]:
        return {"record_index": self.next_index, "digest_state": self.scanner.digest_state()}

    def _parts_checkpoint(self, node: Any, claims: Any) -> list[Any]:
        place = [claims.get("record_index"), node.get("time_ns"), node.get("snapshot")]
        return [*place, claims.get("digest_state")]

    def _claim_attachment(self, node: Any) -> dict[str, Any]:
        data = node.get("data")
        return {"data_size": len(data) if isinstance(data, bytes) else 0}

    def _parts_attachment(self, node: Any, claims: Any) -> list[Any]:
        stored = node.get("data")
        if node.get("compression") == frames.COMPRESSION_ZSTD and isinstance(stored, bytes):
            stored = zstandard.ZstdCompressor(level=1).compress(stored)
        head = [node.get("name"), node.get("media_type"), node.get("compression")]
        return [*head, claims.get("data_size"), stored]

    def _claim_footer(self, _: Any) -> dict[str, Any]:
        times = [*self.times_ns, *(self.scanner.time_range_ns or ())]
        codes = self.scanner.codes()
        values = {
            "records": self.records,
            "next_index": self.next_index,
            "kinds": [list(each) for each in self._all_kinds().items()],
            "digest": self.scanner.digest(),
            "digest_state": self.scanner.digest_state(),
            "time_min_ns": min(times, default=None),
            "time_max_ns": max(times, default=None),
            "segment": max(self.segment, 0),
            "cut_segments": 0,
            "previous_footer": self.footer_offset,
            "checkpoints": self.index.get("checkpoints", []),
            "attachments": self.index.get("attachments", []),
        }
        if codes is not None:
            values["codes"] = [list(each) for each in codes]
            values["chunks"] = self.index.get("chunks", [])
        return {"map": values}

    def _parts_footer(self, _: Any, claims: Any) -> list[Any]:
        return [claims.get("map")]

    def _claim_end(self, _: Any) -> dict[str, Any]:
        return {"footer_offset": 0 if self.footer_offset is None else self.footer_offset}

    def _parts_end(self, _: Any, claims: Any) -> list[Any]:
        offset = claims.get("footer_offset")
        if isinstance(offset, int) and 0 <= offset < 1 << 64:
            return [_Packed(struct.pack(">BQ", 0xCF, offset))]
        return [offset]

    def _remember(self, name: str, node: Any, claims: Any) -> None:
        """Go on behind a frame: what the footer will say of it."""
        offset = len(self.out)
        if name == "chunk":
            self._count(node, offset)
        elif name == "checkpoint":
            place = [claims.get("record_index"), node.get("time_ns")]
            self.index.setdefault("checkpoints", []).append([offset, *place])
        elif name == "attachment":
            self.index.setdefault("attachments", []).append([offset, node.get("name")])
        elif name == "footer":
            self.footer_offset = offset

    def _count(self, node: Any, offset: int) -> None:
        base_time_ns = node.get("base_time_ns")
        if not isinstance(base_time_ns, int) or not -(1 << 63) <= base_time_ns < 1 << 63:
            base_time_ns = 0
        first, low_ns, high_ns, bits = self.next_index, 0, 0, b""
        try:
            self.scanner.scan(pack_records(node.get("records")), first, base_time_ns)
        except WwanReplayError:
            pass  # what stands before the place of the error is counted
        else:
            low_ns, high_ns = self.scanner.chunk_time_range_ns or (0, 0)
            bits = self.scanner.code_bits()
        count = self.scanner.next_index - first
        self.next_index += count
        self.records += count
        self.index.setdefault("chunks", []).append([offset, first, count, low_ns, high_ns, bits])


class _Packed(bytes):
    """Bytes that are an element already."""


def _with_crc(body: bytes) -> bytes:
    return body + struct.pack(">BI", 0xCE, crc32c(body))


def _pack(node: dict[str, Any], name: str, parts: list[Any]) -> bytes:
    extra = node.get("extra")
    elements = [*parts, *(extra if isinstance(extra, list) else [])]
    stored = b"".join(
        bytes(each) if isinstance(each, _Packed) else frames.pack(each) for each in elements
    )
    kind = node.get("type")
    if not isinstance(kind, int) or isinstance(kind, bool):
        kind = _TYPES[name]
    size = len(stored) + CRC_SIZE
    version = node.get("version", frames.VERSION)
    if kind == FRAME_HEADER:
        version = version & 0x7F if isinstance(version, int) else 0
        prefix = frames.OPENING + struct.pack(">BBI", version, 0xCE, size)
    else:
        prefix = struct.pack(">BBBI", 0x90 | (len(elements) + 3) & 15, kind & 0x7F, 0xCE, size)
    return _with_crc(prefix + stored)
