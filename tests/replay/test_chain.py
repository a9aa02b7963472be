"""Chains: as good as lists, and what is made of one leaves it as it is."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.replay.chain import Chain


def chain_of(items):
    chain = Chain()
    for item in items:
        chain = chain.add(item)
    return chain


@given(st.lists(st.integers()), st.integers(0, 5))
def test_a_chain_holds_its_items_in_order(items, count):
    chain = chain_of(items)
    assert list(chain) == items
    assert list(chain.newest_first()) == items[::-1]
    assert len(chain) == len(items)
    assert list(chain.without_last(count)) == items[: max(len(items) - count, 0)]


@given(st.lists(st.integers()), st.lists(st.integers()), st.lists(st.integers()))
def test_chains_share_what_they_were_made_from(shared, one, other):
    begin = chain_of(shared)
    left, right = begin, begin
    for item in one:
        left = left.add(item)
    for item in other:
        right = right.add(item)
    assert left.parting(right) == [*one[:1], *other[:1]]
    assert left.parting(left) == []


def test_a_long_chain_is_let_go_without_recursion():
    assert len(chain_of(range(200_000))) == 200_000
