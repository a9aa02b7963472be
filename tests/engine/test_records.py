"""Records: round trips, exact bytes, strict bounds."""

from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay import _core
from wwanreplay._core import Event, Kind, Namespace, RecordReader, RecordWriter, Scanner
from wwanreplay.errors import LimitError, TraceError, UsageError

U32 = st.integers(0, (1 << 32) - 1)
U64 = st.integers(0, (1 << 64) - 1)
TIMES = st.integers(-(1 << 62), (1 << 62) - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
EVENTS = st.builds(
    Event,
    st.integers(1, 12),
    TIMES,
    port=U32,
    request_id=U64,
    code=U64,
    status=U32,
    payload=st.binary(max_size=300),
    namespace=st.none() | st.integers(1, 9),
    handle=st.none() | U64,
    capacity=st.none() | U32,
    bytes=st.none() | U32,
    client=st.none() | U32,
    cause=st.none() | st.integers(0, (1 << 63) - 1),
    source=VALUES,
    flags=st.integers(0, 15),
    fields=st.none() | st.dictionaries(st.text(max_size=4), VALUES, max_size=3),
)


def packed(events: list[Event]) -> tuple[bytes, int]:
    """The records of one chunk and its base time."""
    writer = RecordWriter()
    for event in events:
        writer.append(event)
    chunk = writer.take()
    return (b"", 0) if chunk is None else (chunk[0], chunk[3])


@given(st.lists(EVENTS, max_size=8))
def test_events_survive_the_round_trip(events: list[Event]) -> None:
    records, base_time_ns = packed(events)
    read = list(RecordReader(records, 100, base_time_ns, record_count=len(events)))
    assert read == events
    assert [event.index for event in read] == [100 + i for i in range(len(events))]
    for mine, its in zip(events, read, strict=True):
        for name in ("kind", "namespace", "handle", "bytes", "cause", "source", "flags", "fields"):
            assert getattr(mine, name) == getattr(its, name)


@pytest.mark.long
@given(st.lists(EVENTS, max_size=8))
def test_a_plain_library_reads_and_writes_the_same_bytes(events: list[Event]) -> None:
    records, base_time_ns = packed(events)
    unpacker = msgpack.Unpacker(strict_map_key=False)
    unpacker.feed(records)
    walked = list(unpacker)
    assert len(walked) == len(events)
    time_ns = base_time_ns
    for event, record in zip(events, walked, strict=True):
        time_ns += record[1]
        head = [event.kind, event.port, event.request_id, event.code, event.status, event.payload]
        assert [record[0], *record[2:7]] == head
        assert time_ns == event.time_ns
    assert b"".join(map(msgpack.packb, walked)) == records  # shortest form, like the library's


def outcome_of(records: bytes, base_time_ns: int) -> tuple[list[Event], Any]:
    """The events of packed records with all they have, and the error behind them."""
    reader = RecordReader(records, 7, base_time_ns, offset=0)
    read: list[Event] = []
    try:
        read.extend(reader)
    except TraceError as error:
        return read, (error.reason, error.offset)
    return read, (reader.unknown_kinds, reader.unknown_keys, reader.extra_elements)


# Where little memory follows, each element is held against the end; where much does, it is not.
@given(EVENTS, st.lists(st.tuples(st.integers(0, 120), st.integers(0, 255)), max_size=3))
def test_a_record_is_the_same_whatever_stands_behind_it(
    event: Event, changes: list[tuple[int, int]]
) -> None:
    record, base_time_ns = packed([event])
    changed = bytearray(record)
    for place, value in changes:
        changed[place % len(changed)] = value
    alone, error = outcome_of(bytes(changed), base_time_ns)
    behind, _ = packed([Event(Kind.KIND_NOTE, 0, payload=bytes(400))])
    followed, its_error = outcome_of(bytes(changed) + behind, base_time_ns)
    if len(alone) == 1 and len(error) == 3:
        assert repr(followed[0]) == repr(alone[0])
        for name in ("handle", "capacity", "bytes", "client", "cause", "source", "flags", "fields"):
            assert getattr(followed[0], name) == getattr(alone[0], name)
        assert its_error == error
    elif not alone and len(error) == 2 and "end" not in error[0]:  # not of an unknown kind
        assert not followed
        assert its_error == error


def test_record_is_exactly_these_bytes() -> None:
    first = Event(Kind.KIND_QUERY, 1000, code=0x0E010100, request_id=7, handle=3, capacity=260)
    second = Event(
        Kind.KIND_COMPLETION, 999, code=0x0E010100, request_id=7, status=0x40230001,
        payload=b"\x01\x02", bytes=2, cause=0,
    )  # fmt: skip
    records, base_time_ns = packed([first, second])
    assert base_time_ns == 1000
    assert records.hex(" ") == (
        "98 01 00 00 07 ce 0e 01 01 00 00 c4 00 82 01 03 02 cd 01 04 "
        "98 05 ff 00 07 ce 0e 01 01 00 ce 40 23 00 01 c4 02 01 02 82 03 02 05 00"
    )


@pytest.mark.parametrize(
    ("kind", "namespace"),
    [
        (Kind.KIND_QUERY, Namespace.NAMESPACE_OID),
        (Kind.KIND_COMPLETION, Namespace.NAMESPACE_OID),
        (Kind.KIND_INDICATION, Namespace.NAMESPACE_NDIS_STATUS),
        (Kind.KIND_STIMULUS, Namespace.NAMESPACE_STIMULUS),
        (Kind.KIND_LIFECYCLE, Namespace.NAMESPACE_LIFECYCLE),
        (Kind.KIND_NOTE, Namespace.NAMESPACE_DEFAULT),
    ],
)
def test_namespace_is_the_kinds_own_and_then_not_written(kind: Kind, namespace: Namespace) -> None:
    event = Event(kind, 0)
    assert event.namespace is namespace
    assert packed([event])[0][0] == 0x97
    assert event == Event(kind, 0, namespace=namespace)


def test_events_do_not_change() -> None:
    event = Event(Kind.KIND_SET, 5, payload=bytearray(b"abc"))
    with pytest.raises(AttributeError):
        event.port = 3  # type: ignore[misc]
    with pytest.raises(UsageError, match="replace"):
        event.__init__(Kind.KIND_SET, 6)
    assert event.payload == b"abc"
    assert event.replace(port=3).port == 3
    assert event.port == 0


def test_replace_keeps_all_but_the_change() -> None:
    event = Event(
        Kind.KIND_SET, 5, port=1, request_id=2, code=3, payload=b"p", handle=4, capacity=5, bytes=6,
        client=7, cause=8, source=[1, 2], flags=4, fields={"a": 1}, index=9,
    )  # fmt: skip
    assert event.replace() == event
    assert event.replace().index == 9
    assert event.replace(source=None).source is None
    assert event.replace(source=None).fields == {"a": 1}
    assert event.replace(kind=Kind.KIND_INDICATION).namespace is Namespace.NAMESPACE_NDIS_STATUS
    assert event.replace(handle=None).handle is None
    assert event.replace(handle=None) != event


def test_equality_is_of_all_but_the_index() -> None:
    event = Event(Kind.KIND_SET, 5, handle=0)
    assert event == Event(Kind.KIND_SET, 5, handle=0, index=4)
    assert hash(event) == hash(Event(Kind.KIND_SET, 5, handle=0, index=4))
    assert event != Event(Kind.KIND_SET, 5)
    assert event != 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": 0}, {"kind": 13}, {"kind": "set"}, {"time_ns": 1 << 63}, {"time_ns": 1.5},
        {"port": -1}, {"port": 1 << 32}, {"code": 1 << 64}, {"status": -1}, {"payload": "text"},
        {"payload": 5}, {"cause": -1}, {"handle": "x"}, {"fields": {"a": object()}},
        {"source": 1 << 64}, {"flags": None},
    ],
)  # fmt: skip
def test_a_wrong_attribute_is_a_usage_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Event(**{"kind": Kind.KIND_SET, "time_ns": 0} | wrong)


def test_limits_of_an_event() -> None:
    with pytest.raises(LimitError, match="payload"):
        Event(Kind.KIND_SET, 0, payload=bytes(_core.PAYLOAD_SIZE_MAX + 1))
    with pytest.raises(LimitError, match="source and fields"):
        Event(Kind.KIND_SET, 0, source=bytes(600_000))
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    with pytest.raises(UsageError, match="nested"):
        Event(Kind.KIND_SET, 0, source=deep)


HEAD = [2, 0, 0, 1, 0x0E010100, 0]


def test_unknown_things_are_stepped_over_and_counted() -> None:
    records = b"".join(
        map(
            msgpack.packb,
            [
                [*HEAD, b"a", {1: 5, 77: [1, {"x": 2}], "text": 3, -4: b"z", 8: {"f": 1}}],
                [99, 5, {"anything": [1, 2]}],
                [*HEAD, b"b", {}, "extra", [1, 2, 3]],
                [200, 1],
            ],
        )
    )
    reader = RecordReader(records, 0, 100, record_count=4)
    first, second = list(reader)
    assert (first.handle, first.fields, first.index, first.time_ns) == (5, {"f": 1}, 0, 100)
    assert (second.payload, second.index, second.time_ns) == (b"b", 2, 105)
    assert (reader.unknown_kinds, reader.unknown_keys, reader.extra_elements) == (2, 3, 2)
    scanner = Scanner()
    scanner.scan(records, 0, 100, record_count=4)
    assert (scanner.unknown_kinds, scanner.unknown_keys, scanner.extra_elements) == (2, 3, 2)
    assert scanner.next_index == reader.next_index == 4


def test_unknown_keys_stay_when_an_event_is_written_again() -> None:
    records = msgpack.packb([*HEAD, b"a", {77: [1], 1: 5, "text": 3, 6: 12}])
    (event,) = RecordReader(records)
    again = msgpack.unpackb(packed([event])[0], strict_map_key=False)
    assert again[7] == {1: 5, 6: 12, 77: [1], "text": 3}
    changed = msgpack.unpackb(packed([event.replace(handle=6)])[0], strict_map_key=False)
    assert changed[7] == {1: 6, 6: 12, 77: [1], "text": 3}


def test_integers_of_any_form_are_read() -> None:
    wide = "98 cc02 d300000000000000ff cf0000000000000001 d101ff cf000000000e010100 ce00000000"
    data = bytes.fromhex(wide + "c600000001 61 df00000001 d001 cf0000000000000003")
    (event,) = RecordReader(data)
    assert (event.time_ns, event.port, event.request_id, event.code) == (255, 1, 511, 0x0E010100)
    assert (event.payload, event.handle) == (b"a", 3)


def deep_list(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


BAD = {
    "wrong type of a record": (b"\x05", "wrong type"),
    "too few elements for any kind": (b"\x91\x01", "too few elements"),
    "too few elements": (msgpack.packb([2, 0, 0, 1, 2, 3]), "too few elements"),
    "port too large": (msgpack.packb([2, 0, 1 << 32, 1, 2, 3, b""]), "outside its range"),
    "negative id": (msgpack.packb([2, 0, 0, -1, 2, 3, b""]), "outside its range"),
    "kind too large": (msgpack.packb([1 << 32, 0, 0, 1, 2, 3, b""]), "outside its range"),
    "time as text": (msgpack.packb([2, "0", 0, 1, 2, 3, b""]), "wrong type"),
    "time over 63 bits": (msgpack.packb([2, 1 << 63, 0, 1, 2, 3, b""]), "outside its range"),
    "text as payload": (msgpack.packb([*HEAD, "text"]), "wrong type"),
    "payload behind the end": (msgpack.packb([*HEAD, b"abc"])[:-1], "ends behind"),
    "absurd payload": (msgpack.packb([*HEAD, b""])[:-2] + b"\xc6\xff\xff\xff\xff", "ends behind"),
    "map is a list": (msgpack.packb([*HEAD, b"", [1]]), "wrong type"),
    "absurd map": (b"\x98" + b"\x02\0\0\0\0\0\xc4\0\xdf\xff\xff\xff\xff", "ends behind"),
    "key twice": (b"\x98\x02\0\0\0\0\0\xc4\0\x82\x01\x05\x01\x05", "twice"),
    "fields not a map": (msgpack.packb([*HEAD, b"", {8: 1}]), "wrong type"),
    "cause over 63 bits": (msgpack.packb([*HEAD, b"", {5: 1 << 63}]), "outside its range"),
    "nested too deep": (b"\x98\x02\0\0\0\0\0\xc4\0\x81\x06" + deep_list(40), "nested deeper"),
    "unknown kind nested too deep": (b"\x93\x70\x00" + deep_list(10_000), "nested deeper"),
    "absurd element": (b"\x93\x70\x00\xdd\xff\xff\xff\xff", "ends behind"),
    "never used byte": (b"\x93\x70\x00\xc1", "wrong type"),
    "large map": (msgpack.packb([*HEAD, b"", {6: bytes(1 << 20)}]), "optional map is larger"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_record_is_an_error_with_its_place(name: str) -> None:
    data, reason = BAD[name]
    good = msgpack.packb([*HEAD, b"good"])
    reader = RecordReader(good + data, 10, path="x.wwtrace", offset=1000)
    assert next(reader).index == 10
    with pytest.raises(TraceError, match=reason) as caught:
        next(reader)
    assert caught.value.path == "x.wwtrace"
    offset = caught.value.offset
    assert offset is not None
    assert 1000 + len(good) <= offset <= 1000 + len(good) + len(data)
    assert "record 11" in str(caught.value)
    with pytest.raises(TraceError, match=reason):
        Scanner().scan(good + data)
    writer = RecordWriter()
    copied, why = writer.adopt(good + data, 0, 0)
    assert copied == 1
    assert why is not None


def test_time_must_not_overflow() -> None:
    records = msgpack.packb([2, (1 << 63) - 1, 0, 0, 0, 0, b""])
    assert next(RecordReader(records)).time_ns == (1 << 63) - 1
    with pytest.raises(TraceError, match="64 bits"):
        next(RecordReader(records, 0, 1))
    writer = RecordWriter()
    writer.append(Event(Kind.KIND_SET, -(1 << 63)))
    with pytest.raises(UsageError, match="64 bits"):
        writer.append(Event(Kind.KIND_SET, (1 << 63) - 1))


@pytest.mark.parametrize("claimed", [1, 3])
def test_another_number_of_records_is_an_error(claimed: int) -> None:
    records, _ = packed([Event(Kind.KIND_SET, 0)] * 2)
    with pytest.raises(TraceError, match="number of records"):
        list(RecordReader(records, record_count=claimed))
    with pytest.raises(TraceError, match="number of records"):
        Scanner().scan(records, record_count=claimed)


def test_records_cut_at_every_byte_are_errors() -> None:
    event = Event(Kind.KIND_SET, 300, code=1 << 40, payload=b"x" * 300, handle=5, source=[1, "a"])
    records, base_time_ns = packed([event])
    for size in range(1, len(records)):
        with pytest.raises(TraceError, match="ends behind"):
            list(RecordReader(records[:size], 0, base_time_ns))


@given(st.binary(max_size=200))
def test_random_bytes_never_do_more_than_raise(data: bytes) -> None:
    try:
        events = list(RecordReader(data))
    except TraceError:
        return
    assert all(event.payload is not None and isinstance(event.kind, Kind) for event in events)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 24, 100, 4096, 4097])
def test_events_that_share_a_payload_have_the_payloads_of_their_records(size: int) -> None:
    payloads = [bytes(size)]
    for at in range(size):
        changed = bytearray(size)
        changed[at] = 1
        payloads.append(bytes(changed))
    payloads = payloads[:300] * 2
    writer = RecordWriter(0)
    for payload in payloads:
        writer.append(Event(Kind.KIND_QUERY, 0, payload=payload))
    taken = writer.take()
    assert taken is not None
    assert [event.payload for event in RecordReader(taken[0])] == payloads


def test_writer_keeps_counts_codes_and_digest() -> None:
    writer = RecordWriter(5)
    digest = _core.Digest()
    for i in range(700):
        event = Event(Kind.KIND_COMPLETION, i, code=i % 600, payload=b"x")
        assert writer.append(event) == 5 + i
        digest.update(event)
    assert writer.kinds() == {5: 700}
    assert writer.codes() == [(1, code) for code in range(600)]
    assert writer.digest() == digest.digest()
    assert writer.time_range_ns is None
    chunk = writer.take()
    assert chunk is not None
    assert chunk[1:6] == (5, 700, 0, 0, 699)
    assert chunk[6] == b"\xff" * 75
    writer.append(Event(Kind.KIND_SET, -3, code=599))
    second = writer.take()
    assert second is not None
    assert second[1:6] == (705, 1, -3, -3, -3)
    assert second[6] == bytes(74) + b"\x80"
    assert writer.time_range_ns == (-3, 699)
    assert writer.take() is None


def test_adopted_records_stay_as_they_are() -> None:
    records = msgpack.packb([99, 5, "unknown"]) + msgpack.packb([5, 1, 0, 0, 7, 0, b"x", {}, 1])
    writer = RecordWriter(3)
    assert writer.adopt(records, 10, 100) == (2, None)
    chunk = writer.take()
    assert chunk is not None
    assert chunk[:4] == (records, 10, 2, 100)
    assert writer.next_index == 12
    assert writer.kinds() == {5: 1}
    with pytest.raises(UsageError, match="forwards"):
        writer.adopt(records, 5, 0)


def test_check_value_bounds_what_a_library_would_build() -> None:
    assert _core.check_value(msgpack.packb({"a": [1, 2]}), 5) is None
    assert _core.check_value(msgpack.packb({"a": [1, 2]}), 4) is not None
    assert _core.check_value(b"", 5) is not None
    assert _core.check_value(b"\x01\x02", 5) == "there are bytes behind the value"
    assert "nested" in str(_core.check_value(deep_list(33), 100))
    assert _core.check_value(deep_list(32), 100) is None


@given(VALUES)
def test_check_value_accepts_whatever_the_library_packs(value: Any) -> None:
    assert _core.check_value(msgpack.packb(value), 10_000) is None


PLAIN = st.fixed_dictionaries(
    {},
    optional={
        "time_ns": TIMES,
        "request_id": U64,
        "payload": st.binary(max_size=40),
        "cause": st.none() | st.integers(0, (1 << 63) - 1),
        "flags": st.integers(0, 15),
        "index": st.none() | st.integers(0, 1 << 40),
    },
)


@given(EVENTS, PLAIN)
def test_a_copy_with_a_few_changes_is_that_of_the_long_way(event: Event, changes: dict) -> None:
    short = event.replace(**changes)
    # A change of the port takes the long way.
    long = event.replace(port=event.port, **changes)
    assert (short, short.index) == (long, long.index)
    assert packed([short]) == packed([long])
    assert event.replace() == event


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_ns": 1 << 63}, {"time_ns": 1.5}, {"payload": "text"}, {"payload": 5},
        {"cause": -1}, {"cause": "x"}, {"flags": None}, {"flags": -1}, {"request_id": 1 << 64},
        {"index": "x"},
    ],
)  # fmt: skip
def test_a_wrong_change_is_a_usage_error_and_leaves_the_event(wrong: dict[str, Any]) -> None:
    event = Event(Kind.KIND_SET, 5, payload=b"p", cause=3, index=4)
    with pytest.raises(UsageError):
        event.replace(**wrong)
    assert (event, event.index) == (Event(Kind.KIND_SET, 5, payload=b"p", cause=3), 4)


@pytest.mark.parametrize("source", [None, {"log": "a.log", "number": 7}, {}])
@pytest.mark.parametrize("kept", [{}, {"source": {"log": "b"}}, {"fields": {"a": 1}, "client": 3}])
def test_a_copy_with_another_source_is_the_event_made_anew(kept, source):
    event = Event(Kind.KIND_SET, 5, code=1, payload=b"abc", handle=9, index=4, **kept)
    copy = event.replace(source=source, time_ns=8, cause=2, flags=1)
    made = {**kept, "source": source, "time_ns": 8, "cause": 2, "flags": 1}
    anew = Event(Kind.KIND_SET, code=1, payload=b"abc", handle=9, index=4, **made)
    assert copy == anew
    assert (copy.source, copy.fields, copy.index) == (anew.source, anew.fields, 4)
    writers = [RecordWriter(), RecordWriter()]
    for writer, each in zip(writers, (copy, anew), strict=True):
        writer.append(each.replace(index=None))
    assert writers[0].take() == writers[1].take()
