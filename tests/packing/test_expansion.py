"""What a packed log may become: bytes, ratio, layers and members, each with its name."""

import pytest

from wwanreplay.errors import LimitError
from wwanreplay.packing.expansion import (
    EXPANDED_SIZE_MAX,
    LAYERS_MAX,
    MEMBERS_MAX,
    RATIO_FREE_SIZE,
    RATIO_MAX,
    Expansion,
)


def test_bytes_add_up_to_the_limit_and_not_above():
    expansion = Expansion(size_max=100)
    expansion.add("log", 60)
    expansion.add("log", 40)
    with pytest.raises(LimitError, match=r"^log: bytes unpacked .*: 101 exceeds the limit of 100$"):
        expansion.add("log", 1)


def test_without_a_choice_the_usual_limit_holds():
    assert Expansion().size_max == EXPANDED_SIZE_MAX
    assert Expansion(usual_size_max=7).size_max == 7
    assert Expansion(9, usual_size_max=7).size_max == 9


def test_a_little_may_be_packed_as_tightly_as_it_likes():
    expansion = Expansion()
    expansion.take(1)
    expansion.add("log", RATIO_FREE_SIZE)
    with pytest.raises(LimitError, match="packed 400 times at most"):
        expansion.add("log", 1)


def test_much_may_be_packed_so_tightly_and_no_tighter():
    expansion = Expansion()
    packed = RATIO_FREE_SIZE // RATIO_MAX + 1000
    expansion.take(packed)
    expansion.add("log", packed * RATIO_MAX)
    with pytest.raises(LimitError, match=f"the limit of {packed * RATIO_MAX}$"):
        expansion.add("log", 1)


def test_who_names_a_size_is_given_no_ratio():
    expansion = Expansion(size_max=2 * RATIO_FREE_SIZE)
    expansion.take(1)
    expansion.add("log", 2 * RATIO_FREE_SIZE)


def test_what_a_member_states_is_refused_before_it_is_unpacked():
    expansion = Expansion(size_max=100)
    expansion.add("zip", 60)
    expansion.expect("member", 40, 4)
    with pytest.raises(LimitError, match=r"^member: "):
        expansion.expect("member", 41, 4)
    assert expansion.size == 60


def test_members_of_all_archives_count_together():
    expansion = Expansion()
    expansion.add_members("a", MEMBERS_MAX - 1)
    expansion.add_members("b", 1)
    with pytest.raises(LimitError, match=r"^c: members of the archive"):
        expansion.add_members("c", 1)


def test_packings_inside_packings_have_an_end():
    expansion = Expansion()
    for layer in range(LAYERS_MAX):
        expansion.enter("log", layer)
    with pytest.raises(LimitError, match="layers of packing"):
        expansion.enter("log", LAYERS_MAX)
