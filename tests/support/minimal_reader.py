"""A reader of traces written from docs/trace-format.md alone, with msgpack and zstandard.

Nothing of wwanreplay is used. It says of a file what the conformance files say.

It favours being read beside the specification over speed, and holds the whole file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import msgpack  # type: ignore[import-untyped]
import zstandard

OPENING = bytes.fromhex("9601a97777616e7472616365")
MIB = 1 << 20
SIZES = {1: 4 * MIB, 5: 16 * MIB, 6: 21}
ELEMENTS = {1: 6, 2: 9, 3: 7, 4: 8, 5: 4, 6: 4}
NAMESPACES = {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 2, 7: 3, 8: 5}
KEYS = {1: "handle", 2: "capacity", 3: "bytes", 4: "client", 5: "cause", 6: "source", 8: "fields"}
WIDTHS = {0: 32, 1: 64, 2: 32, 3: 32, 4: 32, 5: 63, 7: 32}
MASK = 2**64 - 1


class BadError(Exception):
    """What stands here is not right."""


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


TABLE = _table()


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


# Section 5.


class Digest:
    """The digest over completions and indications."""

    def __init__(self) -> None:
        self.lanes = [
            0x243F6A8885A308D3,
            0x13198A2E03707344,
            0xA4093822299F31D0,
            0x082EFA98EC4E6C89,
        ]
        self.count = 0

    def stripe(self, data: bytes) -> None:
        for i, word in enumerate(struct.unpack("<4Q", data)):
            lane = (self.lanes[i] ^ word) * 0x9E3779B97F4A7C15 & MASK
            self.lanes[i] = lane << 29 & MASK | lane >> 35

    def add(self, r: dict[str, Any]) -> None:
        payload = bytes.fromhex(r["payload"])
        head = struct.pack(
            "<IIqIIQQQIIQ",
            r["kind"], r["namespace"], r["time_ns"], r["port"], r["status"], r["request_id"],
            r.get("handle", 0), r["code"], r.get("bytes", 0), len(payload), self.count,
        )  # fmt: skip
        padded = head + payload + bytes(-len(payload) % 32)
        for start in range(0, len(padded), 32):
            self.stripe(padded[start : start + 32])
        self.count += 1

    def value(self) -> str:
        def mix(x: int) -> int:
            for _ in range(2):
                x = ((x ^ x >> 32) * 0xD6E8FEB86659FD93) & MASK
            return x ^ x >> 32

        a, b, c, d = self.lanes
        low = mix(a + mix(b + mix(c + mix(d + self.count & MASK) & MASK) & MASK) & MASK)
        high = mix(d + mix(c + mix(b + mix(a ^ 0x9E3779B97F4A7C15) & MASK) & MASK) & MASK)
        return struct.pack("<QQ", low, high).hex()


# Section 2.


@dataclass
class Prefix:
    """The head of a frame."""

    kind: int
    elements: int
    body: int
    size: int
    version: int


class Reader:
    """One lenient reading, which also notes where a strict one would have stopped."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.stops_at: int | None = None
        self.headers: list[Any] = []
        self.records: list[dict[str, Any]] = []
        self.digest = Digest()
        self.checkpoints: list[Any] = []
        self.attachments: list[Any] = []
        self.skipped = dict.fromkeys(("frames", "elements", "records", "keys"), 0)
        self.lost: list[list[Any]] = []
        self.open_losses: list[list[Any]] = []
        self.next_index = 0
        self.present = 0
        self.kinds: dict[int, int] = {}
        self.unchecked = 0
        self.is_open = False
        self.footer: tuple[int, dict[Any, Any]] | None = None
        self.footer_is_right = True
        self.segments = 0
        self.is_cut = False
        self.last_record: dict[str, Any] | None = None

    def prefix(self, at: int) -> Prefix | None:
        d = self.data[at : at + 18]
        if len(d) < 7 or not 0x93 <= d[0] <= 0x9F or not 1 <= d[1] <= 127:
            return None
        body, version = 7, 1
        if d[1] == 1:
            if len(d) < 18 or d[:12] != OPENING:
                return None
            body, version = 18, d[12]
        if d[body - 5] != 0xCE:
            return None
        size = body + int.from_bytes(d[body - 4 : body], "big")
        if not body + 5 <= size <= SIZES.get(d[1], 65 * MIB):
            return None
        return Prefix(d[1], d[0] & 15, body, size, version)

    def is_frame(self, at: int) -> bool:
        p = self.prefix(at)
        if p is None or at + p.size > len(self.data):
            return False
        crc = b"\xce" + crc32c(self.data[at : at + p.size - 5]).to_bytes(4, "big")
        return self.data[at + p.size - 5 : at + p.size] == crc

    def may_begin(self, at: int) -> bool:
        rest = self.data[at:]
        if len(rest) >= 18:
            return False
        form = OPENING + b"\1\xce" if rest[1:2] == b"\1" else rest[:2] + b"\xce"
        return 0x93 <= rest[0] <= 0x9F and form[: len(rest)] == rest[: len(form)]

    def known_places(self) -> list[int] | None:
        """Places that the footers name from the end on; None where there is no footer."""
        end = len(self.data) - 21
        if end < 0 or not self.is_frame(end) or self.data[end + 1] != 6:
            return None
        at, found, first = int.from_bytes(self.data[end + 8 : end + 16], "big"), [], True
        while at is not None and self.is_frame(at) and self.data[at + 1] == 5:
            try:
                footer = self.unpack_footer(at)
            except BadError:
                break
            first = False
            rows = [*footer.get("chunks", ()), *footer["checkpoints"], *footer["attachments"]]
            found += [at, *(row[0] for row in rows)]
            before = footer["previous_footer"]
            at = before if before is not None and before < at else None
        return None if first else sorted(found)

    # Section 8.

    def read(self) -> dict[str, Any]:
        known = self.known_places()
        end, at = len(self.data), 0
        if known is None:
            kept = len(self.data.rstrip(b"\0"))
            zeros_from = min(end, -(-kept // 512) * 512)
            end = zeros_from if end - zeros_from >= 512 else end
            self.data = self.data[:end]
        refused = False
        while at < end:
            if self.is_frame(at):
                p = self.prefix(at)
                assert p is not None
                try:
                    self.take(p, at)
                except VersionError:
                    refused = True
                    break
                except BadError:
                    self.damage(at, at + p.size, at)
                at += p.size
                continue
            p = self.prefix(at)
            reaches_past = at + p.size > end if p is not None else self.may_begin(at)
            rest = self.data[at:]
            if known is None and len(rest) < 512 and not any(rest):
                break
            behind = self.behind(p, at, known or [])
            if reaches_past and known is None and behind == end:
                self.torn(p, at)
                break
            self.damage(at, behind, at)
            at = behind
        if refused or not self.segments:
            return {"verdict": "refused", "stops_at": 0}
        return self.result()

    def behind(self, p: Prefix | None, at: int, known: list[int]) -> int:
        """Where to go on behind a frame that is not right."""
        end = len(self.data)
        if p is not None and at + p.size <= end:
            after = at + p.size
            if after == end or self.is_frame(after):
                return after
        for place in known:
            if place > at and self.is_frame(place):
                return place
        if p is not None and p.kind == 4:
            return end
        return next((place for place in range(at + 1, end) if self.is_frame(place)), end)

    def damage(self, start: int, end: int, frame: int, records: int | None = None) -> None:
        if self.stops_at is None:
            self.stops_at = frame
        loss = [start, end, records]
        self.lost.append(loss)
        if records is None:
            self.open_losses.append(loss)

    def settle(self, missing: int) -> None:
        """How many records the losses so far cost is known now."""
        for place, loss in enumerate(self.open_losses):
            loss[2] = 0 if place else missing
        self.open_losses = []

    def torn(self, p: Prefix | None, at: int) -> None:
        self.is_cut = True
        if p is None or p.kind != 2 or not self.is_open or self.footer is not None:
            return
        try:
            self.torn_chunk(p, at)
        except BadError:
            return

    def torn_chunk(self, p: Prefix, at: int) -> None:
        # The head of the buffer and what is there of it, by hand: a MessagePack library waits for
        # the rest.
        stop = min(len(self.data), at + p.size - 5)
        part = self.data[at + p.body : stop]
        unpacker = msgpack.Unpacker()
        unpacker.feed(part)
        try:
            head = [unpacker.unpack() for _ in range(5)]
        except Exception as error:
            raise BadError from error
        left = part[unpacker.tell() :]
        width = {0xC4: 1, 0xC5: 2, 0xC6: 4}.get(left[0] if left else 0, 0)
        if not width or len(left) < 1 + width:
            raise BadError
        size = int.from_bytes(left[1 : 1 + width], "big")
        stored = left[1 + width :][:size]
        first, count, base_ns, compression, records_size = self.chunk_head(head)
        hole = first - self.next_index
        if hole < 0 or (hole and not self.open_losses and not self.explains(hole)):
            raise BadError
        crc = b"\xce" + crc32c(self.data[at : at + p.size - 5]).to_bytes(4, "big")
        if not crc.startswith(self.data[at + p.size - 5 :]):
            raise BadError
        if compression == 0 and size != records_size:
            raise BadError
        records = stored if compression == 0 else self.inflated(stored, records_size, whole=False)
        found, broken = self.unpack_records(records, first, base_ns, count)
        if broken is not None and broken != "short":
            raise BadError
        self.unchecked = len(found)
        if found:
            self.keep(first, found)

    # Section 3.

    def elements(self, p: Prefix, at: int) -> list[Any]:
        """The elements between size and CRC."""
        if p.elements < ELEMENTS.get(p.kind, 3):
            raise BadError
        unpacker = msgpack.Unpacker(strict_map_key=False, max_buffer_size=0)
        unpacker.feed(self.data[at + p.body : at + p.size - 5])
        fixed = 5 if p.kind == 1 else 3
        try:
            found = [unpacker.unpack() for _ in range(p.elements - fixed)]
        except Exception as error:
            raise BadError from error
        if unpacker.tell() != p.size - 5 - p.body:
            raise BadError
        self.skipped["elements"] += p.elements - ELEMENTS[p.kind]
        return found

    def take(self, p: Prefix, at: int) -> None:
        if p.kind == 1:
            if p.version != 1:
                raise VersionError
            (values, *_) = self.elements(p, at)
            if self.is_open:
                self.is_cut = True
            self.headers.append(plain(values))
            self.is_open, self.footer = True, None
            self.segments += 1
            return
        if not self.is_open:
            if self.stops_at is None:
                self.stops_at = at  # a frame outside any segment
            self.is_open = True
            self.segments += 1
        if p.kind == 2:
            self.chunk(p, at)
        elif p.kind == 3:
            index, time_ns, snapshot, state, *_ = self.elements(p, at)
            if len(state) != 40 or index < self.next_index:
                raise BadError
            self.checkpoints.append([index, time_ns, snapshot.hex(), state.hex()])
        elif p.kind == 4:
            name, media, compression, size, stored, *_ = self.elements(p, at)
            if compression not in (0, 1) or size > 64 * MIB:
                raise BadError
            data = self.inflated(stored, size) if compression else stored
            if len(data) != size:
                raise BadError
            self.attachments.append([name, media, data.hex()])
        elif p.kind == 5:
            self.take_footer(at)
        elif p.kind == 6:
            (offset, *_) = self.elements(p, at)
            right = self.footer is not None and self.footer[0] == offset
            if not right and not self.lost:
                raise BadError
            self.is_open, self.footer = False, None
        else:
            self.skipped["frames"] += 1

    def chunk_head(self, head: list[Any]) -> list[int]:
        if any(type(each) is not int for each in head):
            raise BadError
        first, count, base_ns, compression, size = head
        if compression not in (0, 1) or count < 1 or size > 64 * MIB or first < 0:
            raise BadError
        if first + count >= 2**63 or not -(2**63) <= base_ns < 2**63 or size < 3 * count:
            raise BadError
        return head

    def inflated(self, stored: bytes, size: int, *, whole: bool = True) -> bytes:
        try:
            if zstandard.frame_content_size(stored) != size:
                raise BadError
            reader = zstandard.ZstdDecompressor().stream_reader(stored)
            data: bytes = reader.read(size)
            if whole and (len(data) != size or reader.read(1)):
                raise BadError
        except zstandard.ZstdError as error:
            raise BadError from error
        return data

    def chunk(self, p: Prefix, at: int) -> None:
        *head, stored = self.elements(p, at)[:6]
        first, count, base_ns, compression, size = self.chunk_head(head)
        if type(stored) is not bytes or first < self.next_index:
            raise BadError
        records = self.inflated(stored, size) if compression else stored
        if len(records) != size:
            raise BadError
        hole = first - self.next_index
        if hole and not self.open_losses and not self.explains(hole):
            self.damage(at, at, at, hole)
        self.settle(hole)
        found, broken = self.unpack_records(records, first, base_ns, count)
        self.keep(first, found)
        self.next_index = first + count
        if broken is not None or self.counted != count:
            self.damage(at, at + p.size, at, count - self.counted)

    def keep(self, first: int, found: list[dict[str, Any]]) -> None:
        self.records += [each for each in found if each["kind"] in range(1, 13)]
        for each in found:
            self.present += 1
            if each["kind"] in (5, 6):
                self.digest.add(each)
            if each["kind"] in range(1, 13):
                self.kinds[each["kind"]] = self.kinds.get(each["kind"], 0) + 1
        self.last_record = found[-1] if found else None
        self.next_index = first + len(found)

    def explains(self, hole: int) -> bool:
        last = self.last_record
        return last is not None and last["kind"] == 11 and last["code"] == hole + 1

    def unpack_footer(self, at: int) -> dict[Any, Any]:
        p = self.prefix(at)
        assert p is not None
        before = dict(self.skipped)
        (values, *_) = self.elements(p, at)
        self.skipped = before
        for name in ("records", "next_index", "segment", "cut_segments"):
            if not 0 <= values[name] < 2**63:
                raise BadError
        return dict(values)

    def take_footer(self, at: int) -> None:
        footer = self.unpack_footer(at)
        missing = footer["next_index"] - self.next_index
        if missing < 0:
            raise BadError
        if self.open_losses:
            self.settle(missing)
        elif missing and not self.explains(missing):
            self.damage(at, at, at, missing)
        self.next_index += missing
        self.footer = at, footer
        kinds = dict(footer["kinds"])
        right = footer["records"] == self.present and kinds == self.kinds
        if not right or footer["digest"].hex() != self.digest.value():
            self.footer_is_right = False

    # Section 4.

    def unpack_records(
        self, data: bytes, first: int, base_ns: int, count: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """The records, and what ends them before the end: "short" where bytes are missing."""
        unpacker = msgpack.Unpacker(strict_map_key=False, max_buffer_size=0)
        unpacker.feed(data)
        found: list[dict[str, Any]] = []
        self.counted, time_ns, at = 0, base_ns, 0
        while at < len(data):
            if self.counted == count:
                return found, "more"
            try:
                values = unpacker.unpack()
            except msgpack.OutOfData:
                return found, "short"
            except Exception:
                return found, "malformed"
            at = unpacker.tell()
            try:
                time_ns = number(time_ns + self.delta(values), -(2**63), 2**63 - 1)
                record = self.record(values, first + self.counted, time_ns)
            except BadError:
                return found, "malformed"
            self.counted += 1
            found.append(record)
        return found, None

    def delta(self, values: Any) -> int:
        if type(values) is not list or len(values) < 2 or depth(values) > 32:
            raise BadError
        number(values[0], 0, 127)
        return number(values[1], -(2**63), 2**63 - 1)

    def record(self, values: list[Any], index: int, time_ns: int) -> dict[str, Any]:
        kind = values[0]
        if kind not in range(1, 13):
            self.skipped["records"] += 1
            return {"kind": kind, "index": index, "code": 0}
        if len(values) < 7:
            raise BadError
        port, request_id, code, status, payload = values[2:7]
        keys = values[7] if len(values) > 7 else {}
        if type(payload) is not bytes or type(keys) is not dict or len(payload) > 16 * MIB:
            raise BadError
        self.skipped["elements"] += max(0, len(values) - 8)
        found: dict[str, Any] = {
            "index": index,
            "kind": kind,
            "time_ns": time_ns,
            "port": number(port, 0, 2**32 - 1),
            "request_id": number(request_id, 0, MASK),
            "namespace": keys.get(0, NAMESPACES.get(kind, 0)),
            "code": number(code, 0, MASK),
            "status": number(status, 0, 2**32 - 1),
            "payload": payload.hex(),
        }
        for key, value in keys.items():
            if key in WIDTHS:
                number(value, 0, 2 ** WIDTHS[key] - 1)
            if key in KEYS:
                found[KEYS[key]] = plain(value)
            elif key == 7 and value:
                found["flags"] = value
            elif key not in (0, 7):
                self.skipped["keys"] += 1
        return found

    def result(self) -> dict[str, Any]:
        cut = self.is_cut or self.is_open or bool(self.open_losses)
        damaged = bool(self.lost) or not self.footer_is_right
        return {
            "verdict": "damaged" if damaged else "cut off" if cut else "whole",
            "stops_at": self.stops_at,
            "headers": self.headers,
            "records": self.records,
            "unchecked": self.unchecked,
            "digest": self.digest.value(),
            "footer_is_right": self.footer_is_right,
            "checkpoints": self.checkpoints,
            "attachments": self.attachments,
            "skipped": self.skipped,
            "lost": self.lost,
        }


class VersionError(Exception):
    """A header of another version."""


def number(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise BadError
    return value


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def plain(value: Any) -> Any:
    """A value in JSON: bytes as {"hex": …}."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def read(data: bytes) -> dict[str, Any]:
    """What a conformance file's JSON says of it, without `shows` and `section`."""
    return Reader(data).read()
