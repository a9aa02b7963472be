"""CRC-32C and the digest: known values, and all implementations equal."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay import _core
from wwanreplay._core import Digest, Event, Kind
from wwanreplay.errors import UsageError

# RFC 3720, appendix B.4, and the usual check value.
KNOWN = [
    (b"123456789", 0xE3069283),
    (bytes(32), 0x8A9136AA),
    (b"\xff" * 32, 0x62A8AB43),
    (bytes(range(32)), 0x46DD794E),
    (bytes(reversed(range(32))), 0x113FDB5C),
    (b"", 0),
]

LANES = 2 * 3 * 4096 + 2 * 3 * 256


@pytest.mark.parametrize("implementation", _core.crc32c_implementations())
@pytest.mark.parametrize(("data", "crc"), KNOWN)
def test_crc_is_the_published_value(implementation: str, data: bytes, crc: int) -> None:
    assert _core.crc32c_by(implementation, data) == crc
    assert _core.crc32c(data) == crc


def test_implementations_agree_at_every_length_and_alignment() -> None:
    data = bytes((i * 37 + i // 251) & 255 for i in range(LANES + 64))
    lengths = [
        *range(70),
        255,
        256,
        *range(505, 525),
        767,
        768,
        769,
        775,
        1536,
        12287,
        12288,
        12289,
        LANES,
    ]
    for start in range(9):
        for length in lengths:
            piece = memoryview(data)[start : start + length]
            crcs = {_core.crc32c_by(name, piece) for name in _core.crc32c_implementations()}
            assert crcs == {_core.crc32c(piece)}


@given(st.binary(max_size=3000), st.integers(0, 3000))
def test_crc_goes_on_from_a_part(data: bytes, cut: int) -> None:
    for name in _core.crc32c_implementations():
        first = _core.crc32c_by(name, data[:cut])
        assert _core.crc32c_by(name, data[cut:], first) == _core.crc32c(data)


def test_unknown_implementation_is_refused() -> None:
    with pytest.raises(UsageError, match="'table'"):
        _core.crc32c_by("table", b"")


# An independent digest, written from docs/trace-format.md section 5.

MASK = (1 << 64) - 1
FACTOR = 0x9E3779B97F4A7C15


def mix(x: int) -> int:
    for _ in range(2):
        x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93 & MASK
    return x ^ (x >> 32)


def plain_digest(events: list[Event]) -> bytes:
    lanes = [0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89]
    count = 0
    for event in events:
        if event.kind not in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION):
            continue
        words = [
            event.kind | event.namespace << 32,
            event.time_ns & MASK,
            event.port | event.status << 32,
            event.request_id,
            event.handle or 0,
            event.code,
            (event.bytes or 0) | len(event.payload) << 32,
            count,
        ]
        head = b"".join(word.to_bytes(8, "little") for word in words)
        data = head + event.payload + bytes(-len(event.payload) % 32)
        for at in range(0, len(data), 8):
            lane = lanes[at // 8 % 4]
            lane = (lane ^ int.from_bytes(data[at : at + 8], "little")) * FACTOR & MASK
            lanes[at // 8 % 4] = (lane << 29 | lane >> 35) & MASK
        count += 1
    a, b, c, d = lanes
    low = mix(a + mix(b + mix(c + mix(d + count & MASK) & MASK) & MASK) & MASK)
    high = mix(d + mix(c + mix(b + mix(a ^ FACTOR) & MASK) & MASK) & MASK)
    return low.to_bytes(8, "little") + high.to_bytes(8, "little")


outputs = st.lists(
    st.builds(
        Event,
        st.sampled_from([Kind.KIND_SET, Kind.KIND_COMPLETION, Kind.KIND_INDICATION]),
        st.integers(-(1 << 63), (1 << 63) - 1),
        port=st.integers(0, (1 << 32) - 1),
        request_id=st.integers(0, MASK),
        code=st.integers(0, MASK),
        status=st.integers(0, (1 << 32) - 1),
        handle=st.none() | st.integers(0, MASK),
        bytes=st.none() | st.integers(0, (1 << 32) - 1),
        payload=st.binary(max_size=100),
    ),
    max_size=6,
)


@given(outputs)
def test_digest_is_the_specified_one(events: list[Event]) -> None:
    digest = Digest()
    for event in events:
        digest.update(event)
    assert digest.digest() == plain_digest(events)


@given(outputs, st.integers(0, 6))
def test_digest_goes_on_from_a_state(events: list[Event], cut: int) -> None:
    first = Digest()
    for event in events[:cut]:
        first.update(event)
    second = Digest(first.state())
    for event in events[cut:]:
        second.update(event)
    assert second.digest() == plain_digest(events)
    assert second.hexdigest() == second.digest().hex()


def test_digest_changes_with_each_field() -> None:
    event = Event(Kind.KIND_INDICATION, 5, code=7, payload=b"payload")
    changes: list[dict[str, Any]] = [
        {},
        {"kind": Kind.KIND_COMPLETION},
        {"namespace": 4},
        {"time_ns": 6},
        {"port": 1},
        {"status": 1},
        {"request_id": 1},
        {"handle": 1},
        {"code": 8},
        {"bytes": 1},
        {"payload": b"payloae"},
        {"payload": b"payload\0"},
        {"payload": b""},
    ]
    digests = set()
    for change in changes:
        digest = Digest()
        digest.update(event.replace(**change))
        digests.add(digest.digest())
    assert len(digests) == len(changes)


@pytest.mark.parametrize(
    "change", [{"client": 1}, {"cause": 1}, {"flags": 3}, {"source": 9}, {"fields": {"a": 1}}]
)
def test_digest_does_not_see_what_is_not_output(change: dict[str, Any]) -> None:
    event = Event(Kind.KIND_INDICATION, 5, code=7)
    first, second = Digest(), Digest()
    first.update(event)
    second.update(event.replace(**change))
    assert first.digest() == second.digest()


def test_digest_sees_the_order() -> None:
    events = [Event(Kind.KIND_INDICATION, 5, code=code) for code in (1, 2)]
    assert plain_digest(events) != plain_digest(events[::-1])
    swapped = Digest()
    for event in events[::-1]:
        swapped.update(event)
    assert swapped.digest() == plain_digest(events[::-1])


def test_state_of_another_size_is_refused() -> None:
    with pytest.raises(UsageError, match="40 bytes"):
        Digest(bytes(39))
