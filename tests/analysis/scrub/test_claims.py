"""Pieces of text that hold bytes: which is taken, and how a transfer lies over operations."""

import re

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.scrub.claims import Stream, Taken, around
from wwanreplay.analysis.scrub.texts import Span
from wwanreplay.analysis.scrub.transfers import Transfer
from wwanreplay.formats.declaration import EscapedBytes

ESCAPED = EscapedBytes(
    lambda _: True,
    re.compile(r"([rw]) ((?:\\x..)*)"),
    "r",
    re.compile(r"\\x.."),
    lambda text: bytes.fromhex(text.replace("\\x", "")),
    lambda data: "".join(f"\\x{byte:02x}" for byte in data),
)
SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 9)), unique_by=lambda span: span[0], max_size=8
)


@given(SPANS, st.integers(0, 60), st.integers(1, 9))
def test_a_span_overlaps_what_shares_a_character_with_it(spans, start, size):
    taken, characters = Taken(), set()
    for first, length in spans:
        if characters.isdisjoint(range(first, first + length)):
            taken.add(first, first + length)
            characters.update(range(first, first + length))
    assert taken.overlaps(start, start + size) == (
        not characters.isdisjoint(range(start, start + size))
    )


@given(st.lists(st.binary(min_size=1, max_size=5), min_size=1, max_size=5), st.data())
def test_the_claims_of_a_transfer_hold_its_bytes_in_order(parts, data):
    text, stream, places = "", Stream(ESCAPED), []
    for part in parts:
        text += "w "
        places.append((len(text), len(text) + 4 * len(part)))
        text += ESCAPED.escape(part)
    for start, end in places:
        stream.add(text, start, end)
    whole = b"".join(parts)
    assert bytes(stream.data) == whole
    at = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(at + 1, len(whole)))
    transfer = Transfer(1, whole[at:end])
    claims = list(stream.claims(transfer, at))
    assert b"".join(ESCAPED.unescape(text[one.start : one.end]) for one in claims) == whole[at:end]
    firsts = [0]
    for one in claims:
        firsts.append(firsts[-1] + (one.end - one.start) // 4)
    assert [one.first_digit for one in claims] == firsts[:-1]


def test_a_span_around_another_is_seen_and_those_before_are_passed():
    spans = [Span(0, 3, "a"), Span(5, 9, "b"), Span(12, 15, "c")]
    assert around(spans, 0, 6, 8) == (True, 1)
    assert around(spans, 0, 6, 10) == (False, 1)
    assert around(spans, 1, 9, 10) == (False, 2)
    assert around(spans, 2, 20, 21) == (False, 3)
