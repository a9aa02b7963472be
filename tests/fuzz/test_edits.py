"""Edited samples: what is drawn, what it makes of a trace, and what once broke something.

The targets are those of the fuzzer, which is not needed here. Cases that are known to break still
are xfail, and fail when they do not break.
"""

import tomllib
from collections.abc import Iterator
from itertools import islice

import edits
import plain
import pytest
import samples
import trace_tree
from edited_targets import EDITED
from edits import Edit
from fuzz_seeds import recipes
from groups import sampled
from regressions import Case, case_of, case_text, cases, guarded, signature

from wwanreplay.errors import TraceError
from wwanreplay.trace import TraceReader

LIMITS = plain.Limits(plain.LIMIT_S, plain.MEMORY_MAX)
DRAWN = 4000


def drawn(target: str, count: int = DRAWN) -> Iterator[tuple[str, list[Edit]]]:
    for number in range(count):
        yield EDITED[target].drawn(plain.recipe_of(1, target, number))


def events_of(data: bytes) -> list:
    with TraceReader(data) as reader:
        assert reader.verify().sound
        return list(reader)


@pytest.mark.parametrize("name", samples.TRACES)
def test_a_tree_is_the_trace_it_was_parsed_of(name: str):
    data = samples.TRACES[name]()
    built = trace_tree.build(trace_tree.parse(data), ())
    assert events_of(built) == events_of(data)
    assert built == data or name == "packed"  # another level of compression


@pytest.mark.parametrize("name", samples.TRACES)
def test_damage_of_contents_gets_past_every_check(name: str):
    data = samples.TRACES[name]()
    tree = trace_tree.parse(data)
    chunk = tree.names("chunk")[0]
    change = [
        Edit(f"{chunk}/records/1", "delete"),
        Edit(f"{chunk}/records/0/6", "set", b"other bytes"),
        Edit(f"{chunk}/records", "copy", [0, 3]),
    ]
    before, after = events_of(data), events_of(trace_tree.build(tree, change))
    assert len(after) == len(before) + 2
    assert after[0].payload == b"other bytes"


def test_a_claim_is_edited_behind_the_repair():
    tree = trace_tree.parse(samples.TRACES["tiny"]())
    change = [Edit("1/records", "copy", [0, 3]), Edit("1/record_count", "add", 1)]
    with pytest.raises(TraceError, match="another number of records"):
        events_of(trace_tree.build(tree, change))


def test_raw_damage_is_not_repaired():
    tree = trace_tree.parse(samples.TRACES["tiny"]())
    for part, match in (("raw", "checksum|CRC"), ("packed", "records")):
        data = trace_tree.build(tree, [Edit(f"1/{part}", "splice", [8, 1, b"\x7f"])])
        with pytest.raises(TraceError, match=match):
            events_of(data)


@pytest.mark.parametrize("target", sampled(EDITED, 4))
def test_edits_are_the_same_from_their_text(target: str):
    for name, found in islice(drawn(target), 200):
        case = Case("a name", target, name, tuple(found), 'a "way"')
        assert case_of(tomllib.loads(case_text(case))["case"][0]) == case


def test_every_part_of_a_trace_is_edited():
    touched = {
        f"{samples.trace_sample(name).part(edit.steps)}"
        for name, found in drawn("edited-replay", 1000)
        for edit in found
    }
    assert touched >= {
        *("header map", "header map profile", "header map start", "chunk records", "order", "file"),
        *("chunk first_index", "chunk record_count", "chunk records_size", "chunk raw"),
        *("checkpoint snapshot", "checkpoint record_index", "attachment data", "footer map"),
        *("end footer_offset", "footer packed"),
    }


def _numbers_at(place: str, drawn_edits: Iterator[tuple[str, list[Edit]]]) -> set[int]:
    return {
        edit.operand
        for _, found in drawn_edits
        for edit in found
        if place in edit.path and edit.operation in ("set", "add") and type(edit.operand) is int
    }


@pytest.mark.parametrize(
    ("place", "low", "high"),
    sampled(
        [
            ("previous_footer", -(1 << 63), -1),
            ("next_index", 1 << 63, 1 << 64),
            ("lte_bands/", -(1 << 63), -1),
            ("commands/", 1 << 32, 1 << 64),
            ("records/", 1 << 60, 1 << 63),
        ],
        1,
    ),
)
def test_kinds_that_once_were_missed_are_drawn(place: str, low: int, high: int):
    edits = drawn("edited-replay", 2 * DRAWN)
    assert any(low <= number <= high for number in _numbers_at(place, edits))


def test_a_planted_fault_is_found_and_cut_down_to_the_edit_that_matters(monkeypatch):
    edited = EDITED["edited-show"]
    tree = samples.trace_sample("tiny")

    def verb(data: bytes) -> None:
        if any(event.code == 77 for event in events_of(data)):
            raise KeyError(77)

    fault = Edit("1/records/0/4", "set", 77)
    found = [Edit("0/map/producer", "set", "x"), fault, Edit("1/records/0/2", "add", 1)]
    case = Case("planted", "edited-show", "tiny", tuple(found), "KeyError in test")

    def way_of(shorter: Case, _: plain.Limits) -> str:
        try:
            verb(tree.build(shorter.edits))
        except KeyError:
            return "KeyError in test"
        return ""

    monkeypatch.setattr(plain, "way_of", way_of)
    assert plain.reduced(case, LIMITS).edits == (fault,)
    assert edited.names


def test_what_breaks_is_named_by_the_error_and_its_innermost_place():
    with pytest.raises(KeyError) as caught:
        EDITED["engine-codec"].sample_of("no such sample")
    assert signature(caught.value) == "KeyError in samples.py records_sample"


@pytest.mark.parametrize("target", sampled(EDITED, 4))
def test_the_seeds_are_sound(target: str):
    for recipe in list(recipes(target).values())[:4]:
        guarded(target, recipe)


@pytest.mark.parametrize("case", sampled(cases(), 2, ids=lambda case: case.name))
def test_what_once_broke_stays_sound(case: Case):
    way = plain.way_of(case, LIMITS)  # in a process of its own, because it may crash
    if not case.known:
        assert not way
        return
    assert plain.same_way(case.breaks, way), (
        f"it is mended, or breaks in another way ({way or 'not at all'}): take `known` and `breaks`"
        " out of fuzz/regressions.toml"
    )
    pytest.xfail(case.known)


def test_a_known_case_says_why_and_how():
    for case in cases():
        assert bool(case.known) == bool(case.breaks)
        assert case.name
        assert edits.edits_from_toml(tomllib.loads(case_text(case))["case"][0]["edits"])
