"""Plans of layouts: what is compiled once, unions and variable parts."""

import pytest
from protocol_samples import CASES, each_layout

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.decoded import list_header
from wwanreplay.protocol.plan import is_below, plan_of, scalar_layout
from wwanreplay.protocol.schema import Field, ListTail


def test_every_list_header_has_a_list():
    for struct, layout_id, _ in CASES:
        for path in plan_of(struct.name, layout_id).indices:
            if path.endswith("Header.ElementCount") and struct.name.startswith("NDIS_"):
                assert isinstance(struct.tail, ListTail), struct.name
                assert list_header(plan_of(struct.name, layout_id), struct.tail)


@each_layout
def test_a_plan_reads_every_leaf_where_its_layout_has_it(case):
    struct, layout_id, _ = case
    plan = plan_of(struct.name, layout_id)
    assert plan is plan_of(struct.name, layout_id)
    assert list(plan.indices) == [leaf.path for leaf in plan.flat.leaves]
    assert len(plan.compiled.unpack(bytes(plan.flat.size), 0)) == len(plan.indices)


@each_layout
def test_a_selector_stands_in_front_of_the_union_it_selects(case):
    struct, layout_id, _ = case
    plan = plan_of(struct.name, layout_id)
    for index, pairs in plan.cases.items():
        for selector, number in pairs:
            assert plan.flat.leaves[selector].offset < plan.flat.leaves[index].offset
            assert isinstance(number, int)
    for union in plan.unions:
        assert plan.flat.leaves[union.selector].offset < union.offset
        assert union.offset + union.size <= plan.flat.size
        assert len(union.numbers) > 1


def test_unions_are_there_with_the_numbers_of_their_cases():
    (union,) = plan_of("WWAN_AUTH_CHALLENGE", "L1").unions
    names = ("WwanAuthSim", "WwanAuthAka", "WwanAuthAkaPrime")
    assert union.path == "u"
    assert union.numbers == {PROTOCOL.number_of("WWAN_AUTH_METHOD", name) for name in names}


def test_a_declared_element_that_the_variable_part_replaces_is_hidden():
    hidden = 0
    for struct, layout_id, _ in CASES:
        plan = plan_of(struct.name, layout_id)
        at = getattr(struct.tail, "at", "")
        for index in plan.hidden:
            path = plan.flat.leaves[index].path
            starts = [at, *(start for _, start in getattr(struct.tail, "older", ()) if start)]
            assert any(is_below(path, start) for start in starts if start), path
        hidden += bool(plan.hidden)
    assert hidden > 5


@pytest.mark.parametrize(
    ("path", "below"),
    [("A", True), ("A.B", True), ("A[0].B", True), ("AB", False), ("B.A", False), ("", False)],
)
def test_a_path_is_below_a_group_at_the_end_of_its_name(path, below):
    assert is_below(path, "A") is below


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field("E", "u32"), 0xDEADBEEF),
        (Field("E", "wchar16", count=4), "abc"),
        (Field("E", "guid"), "c08a26dd-7718-4382-8482-6e0d583c4d0e"),
    ],
)
def test_an_element_that_is_no_structure_has_a_layout_of_one_leaf(field, value):
    compiled = scalar_layout("NDIS_TEST", field)
    octets = bytearray(24)
    compiled.store(octets, 4, 0, value)
    assert compiled.load(bytes(octets), 4, 0) == value
    assert octets[:4] == bytes(4)
