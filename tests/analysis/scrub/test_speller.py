"""Hits do not overlap, leave spans alone, and keep the length of bytes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.speller import Speller

IMSI = "262011234567890"
IDENTITIES = Identities(make_key(b"a key of the tests"))
IMAGE = IDENTITIES.text("SubscriberId", IMSI).encode()
SPELLER = Speller(IDENTITIES)
PIECES = st.lists(
    st.sampled_from([IMSI.encode(), b"26 201 1234567890", b" ", b"x", b"262", b"\xff"]), max_size=6
).map(b"".join)


@given(data=PIECES)
def test_hits_are_apart_and_what_is_replaced_has_the_same_length(data: bytes) -> None:
    hits = SPELLER.hits(data)
    assert all(one.end <= two.offset for one, two in pairwise(hits))
    assert len(SPELLER.replaced(data)) == len(data)
    assert not SPELLER.hits(SPELLER.replaced(data)) or not hits


def test_nothing_is_replaced_in_a_span_that_is_left_alone() -> None:
    data = b"a " + IMSI.encode() + b" b " + IMSI.encode() + b" c"
    second = data.rindex(IMSI.encode())
    assert SPELLER.replaced(data, [(second, second + 15)]) == (
        b"a " + IMAGE + b" b " + IMSI.encode() + b" c"
    )


def test_a_text_is_replaced_too() -> None:
    assert SPELLER.replaced_text(f"IMSI {IMSI}.") == f"IMSI {IMAGE.decode()}."
