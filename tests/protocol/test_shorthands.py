"""Shorthands: what an operator brings about, and how a device shows it."""

import pytest

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.shorthands import SHORTHANDS, find_shorthand
from wwanreplay.protocol.structs import STRUCTS

ROWS = list(SHORTHANDS.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_shorthand_names_a_stimulus_with_its_fields(row) -> None:
    stimulus = PROTOCOL.stimulus(row.stimulus)
    fields = {field.name for field in STRUCTS[stimulus.struct].layout("L1").fields}
    assert {name for name, _ in row.values} <= fields


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_shorthand_is_shown_by_an_indication_with_the_member(row) -> None:
    assert PROTOCOL.indication(f"NDIS_STATUS_WWAN_{row.indication}").number == row.code
    assert bool(row.path) == bool(row.signs)
    for sign in row.signs:
        assert row.is_shown_by(row.code, {row.path: sign})
    assert row.is_shown_by(row.code, {}) == (not row.path)
    assert not row.is_shown_by(row.code + 1, {row.path: next(iter(row.signs), 0)})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_stimulus_of_a_shorthand_finds_it_again(row) -> None:
    found = find_shorthand(row.stimulus, dict(row.values))
    assert found is not None
    assert found.stimulus == row.stimulus
    assert found.fits(row.stimulus, dict(row.values))


def test_names_are_unique() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
