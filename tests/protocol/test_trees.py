"""Dotted paths put into nested dictionaries and lists."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.protocol.trees import put

NAMES = st.from_regex(r"[A-Z][a-z]{0,3}", fullmatch=True)


@given(st.lists(st.tuples(NAMES, st.one_of(st.none(), st.integers(0, 5))), min_size=1, max_size=4))
def test_a_value_is_found_again_by_its_path(steps):
    *parents, (last, _) = steps
    path = [name if place is None else f"{name}[{place}]" for name, place in parents]
    tree: dict = {}
    put(tree, ".".join([*path, last]), 7)
    for name, place in parents:
        tree = tree[name] if place is None else tree[name][place]
    assert tree == {last: 7}


def test_entries_of_a_list_of_numbers_are_appended_in_order():
    tree: dict = {}
    for position, value in enumerate((3, 1, 2)):
        put(tree, f"Elements[{position}]", value)
    assert tree == {"Elements": [3, 1, 2]}


def test_what_is_there_stays():
    tree = {"A": {"B": 1}}
    put(tree, "A.C", 2)
    assert tree == {"A": {"B": 1, "C": 2}}
