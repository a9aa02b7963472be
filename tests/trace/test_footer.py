"""Footers: all of one comes back, and every value of a wrong type or range is named."""

import itertools
from dataclasses import fields
from typing import Any

import pytest
from groups import together
from hypothesis import given
from hypothesis import strategies as st
from trace_samples import frame

from wwanreplay.errors import TraceError
from wwanreplay.trace import Footer
from wwanreplay.trace.footer import KnownFooters, unpack_footer
from wwanreplay.trace.frames import DIGEST_STATE_SIZE, ChunkEntry, Frame, pack_footer, parse_prefix

counts = st.integers(0, (1 << 63) - 1)
times = st.integers(-(1 << 63), (1 << 63) - 1)
codes = st.tuples(st.integers(0, (1 << 32) - 1), st.integers(0, (1 << 64) - 1))
footers = st.builds(
    Footer,
    records=counts,
    next_index=counts,
    kinds=st.dictionaries(counts, counts, max_size=4),
    digest=st.sampled_from([b"", bytes(range(16))]),
    digest_state=st.sampled_from([b"", bytes(range(DIGEST_STATE_SIZE))]),
    time_min_ns=st.none() | times,
    time_max_ns=st.none() | times,
    segment=counts,
    cut_segments=counts,
    previous_footer=st.none() | counts,
    codes=st.lists(codes, max_size=4),
    chunks=st.lists(
        st.builds(ChunkEntry, counts, counts, counts, times, times, st.binary(max_size=3)),
        max_size=4,
    ),
    checkpoints=st.lists(st.tuples(counts, counts, times), max_size=4),
    attachments=st.lists(st.tuples(counts, st.text(max_size=9)), max_size=4),
    offset=st.just(100),
)


def read(data: bytes) -> Footer:
    prefix = parse_prefix(data)
    assert prefix is not None
    return unpack_footer(Frame(prefix, 100, data))


@given(footers)
def test_a_footer_comes_back_whole(footer: Footer) -> None:
    assert read(pack_footer(footer)) == footer


def test_an_empty_footer_is_the_default_one_and_unknown_keys_are_kept() -> None:
    assert read(frame(5, {})) == Footer(offset=100)
    assert read(frame(5, {"weather": [1, 2], 7: None})).extra == {"weather": [1, 2], 7: None}


@pytest.mark.long
def test_an_index_over_the_limit_is_left_out_and_the_counts_stay() -> None:
    many = [ChunkEntry(at, at, 1, 0, 0, b"") for at in range(200_000)]
    footer = Footer(records=200_000, next_index=200_000, codes=[], chunks=many)
    again = read(pack_footer(footer))
    assert (again.records, again.chunks, again.codes) == (200_000, None, None)


NAMES = [each.name for each in fields(Footer) if each.name not in ("extra", "offset")]


@together(itertools.product(NAMES, ("text", True, {}, 1.5, 1 << 63)))
def test_no_value_of_another_type_or_range_is_taken(name: str, value: Any) -> None:
    with pytest.raises(TraceError, match=f"footer frame: its {name} is ") as caught:
        read(frame(5, {name: value}))
    assert caught.value.offset is not None


@pytest.mark.parametrize("name", NAMES)
def test_only_a_time_is_negative(name: str) -> None:
    data = frame(5, {name: -1})
    if name in ("time_min_ns", "time_max_ns"):
        assert getattr(read(data), name) == -1
    else:
        with pytest.raises(TraceError, match=f"its {name} is "):
            read(data)


@pytest.mark.parametrize("name", NAMES)
def test_nil_stands_for_what_is_not_known_and_for_nothing_else(name: str) -> None:
    data = frame(5, {name: None})
    if name in ("time_min_ns", "time_max_ns", "previous_footer"):
        assert read(data) == Footer(offset=100)
    else:
        with pytest.raises(TraceError, match=f"its {name} is a NoneType"):
            read(data)


ENTRIES: dict[str, list[Any]] = {
    "kinds": [1, 2],
    "codes": [1, 1 << 63],
    "chunks": [20, 0, 1, -5, 5, b"\1"],
    "checkpoints": [20, 3, -5],
    "attachments": [20, "note.txt"],
}


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_is_as_long_as_it_should_be_and_may_be_longer_later(name: str) -> None:
    entry = ENTRIES[name]
    assert read(frame(5, {name: [[*entry, "later"]]})) == read(frame(5, {name: [entry]}))
    for wrong in (entry[:-1], [], 7, {}):
        with pytest.raises(TraceError, match=f"an entry of {name} is not what it should be"):
            read(frame(5, {name: [entry, wrong]}))


@pytest.mark.parametrize(
    ("name", "place"),
    [(name, place) for name, entry in ENTRIES.items() for place in range(len(entry))],
)
def test_a_wrong_value_in_an_entry_is_named_by_its_place(name: str, place: int) -> None:
    wrong = list(ENTRIES[name])
    wrong[place] = None
    with pytest.raises(TraceError, match=rf"its {name}\[1\]\[{place}\] is a NoneType"):
        read(frame(5, {name: [ENTRIES[name], wrong]}))


def test_an_equal_frame_gives_the_footer_that_is_known_and_another_one_its_own():
    known = KnownFooters()
    first, second = (
        Frame(prefix, 100, data)
        for data in (pack_footer(Footer(records=1)), pack_footer(Footer(records=2)))
        if (prefix := parse_prefix(data)) is not None
    )
    footer = known.unpack(first)
    assert footer == unpack_footer(first)
    assert known.unpack(Frame(first.prefix, 100, bytes(first.data))) is footer
    assert known.unpack(first._replace(offset=101)).offset == 101
    assert known.unpack(second).records == 2
    assert known.unpack(first) == footer


def test_a_row_may_have_more_than_this_version_knows():
    data = frame(5, {"codes": [[1, 2, 3], [4, 5]], "kinds": [[1, 2, 9]]})
    prefix = parse_prefix(data)
    assert prefix is not None
    footer = unpack_footer(Frame(prefix, 0, data))
    assert footer.codes == [(1, 2), (4, 5)]
    assert footer.kinds == {1: 2}
