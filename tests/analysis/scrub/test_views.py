"""What counts in a view, and where it stands in the bytes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.scrub import views
from wwanreplay.analysis.scrub.views import VIEWS, Stream, gaps_of, is_alone, stream_of


@given(part=st.binary(max_size=200), times=st.integers(1, 60))
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_each_character_of_a_view_leads_to_its_place(
    view: views.View, part: bytes, times: int
) -> None:
    stream = stream_of(view, part * times)
    if stream is None:
        return
    offsets = stream.offsets(0, len(stream.text))
    assert len(offsets) == len(stream.text)
    kept = bytes(stream.source[at] for at in offsets)
    assert kept.translate(view.folds) == stream.text
    assert set(kept) <= set(view.kept)


def test_a_part_of_a_view_has_the_offsets_of_that_part() -> None:
    stream = Stream(VIEWS[0], b"1-2 " * 3000)
    assert stream.offsets(4095, 4099) == stream.offsets(0, 6000)[4095:4099]


def test_separators_of_every_kind_do_not_count() -> None:
    assert Stream(VIEWS[0], b"26 201-1 (2345)").text == b"26201" + b"12345"
    without_escapes = stream_of(VIEWS[1], b"26%202%2D01")
    assert without_escapes is not None
    assert without_escapes.text == b"26201"
    assert stream_of(VIEWS[1], b"26201") is None
    hexadecimal = stream_of(VIEWS[2], b"0x32, 0x36")
    assert hexadecimal is not None
    assert hexadecimal.text == b"3236"


def test_what_stands_between_and_beside_is_known() -> None:
    data = b"a26-20 1b"
    offsets = [1, 2, 4, 5, 7]
    assert [gap for _, gap in gaps_of(data, offsets)] == [b"-", b" "]
    assert not is_alone(data, offsets, re.compile(rb"[a-z]"))
    assert is_alone(data, offsets, re.compile(rb"\d"))
