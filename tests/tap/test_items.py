"""What a tap hands to its recordings takes the memory that it is counted with."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.tap.items import ITEM_SIZE, Happened, Note, Transfer, size_of


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_a_longer_transfer_counts_more_by_its_bytes(one: bytes, other: bytes) -> None:
    sizes = [size_of(Transfer(0, 0, data, from_host=True)) for data in (one, other)]
    assert sizes[0] - sizes[1] == len(one) - len(other)


def test_a_message_is_counted_once_though_its_last_transfer_has_all_of_it() -> None:
    whole = bytes(100)
    alone = Transfer(0, 0, whole[:50], from_host=True)
    last = Transfer(0, 1, whole[50:], from_host=True, whole=whole)
    assert size_of(alone) + size_of(last) == 2 * ITEM_SIZE + len(whole)


def test_nothing_is_free() -> None:
    event = Event(Kind.KIND_LIFECYCLE, 0)
    for item in (Transfer(0, 0, b"", from_host=False), Note(0, ""), Happened(0, event)):
        assert size_of(item) == ITEM_SIZE
    assert size_of(Note(0, "text")) == ITEM_SIZE + 4
