"""Whatever the value, however it is written, wherever it stands: a scrub removes it or refuses."""

from collections.abc import Callable

import pytest
from groups import every, sampled
from scrub_lines import LINES, ORDINARY, line_fate
from scrub_matrix import EXEMPT, LEFT, STRETCHED, VALUES, Value, fate, fates, writings
from scrub_places import place_fate, places

from wwanreplay.analysis.scrub.logs import scrub_log_bytes

# In `make test` every ninth, from another one for each value.
_STEP = 9


def unexplained(value: Value, found: list[tuple[str, str]]) -> list[str]:
    return [name for name, what in found if what == LEFT and (value.name, name) not in EXEMPT]


@pytest.mark.parametrize("value", VALUES, ids=[value.name for value in VALUES])
def test_no_writing_of_a_known_value_is_left_in_a_log(value: Value) -> None:
    some = writings(value)[VALUES.index(value) % _STEP :: _STEP]
    found = [(writing.name, what) for writing, what in fates(value, some)]
    assert unexplained(value, found) == []


@pytest.mark.long
@pytest.mark.parametrize("value", VALUES, ids=[value.name for value in VALUES])
def test_no_writing_by_itself_is_left(value: Value) -> None:
    found = [(writing.name, fate(value, writing)) for writing in list(writings(value))[:: every(3)]]
    assert unexplained(value, found) == []


def some_places(value: Value, step: int) -> list[tuple[str, Callable[[], bytes]]]:
    return list(places(value))[VALUES.index(value) % step :: step]


@pytest.mark.parametrize(
    "value", sampled([(value,) for value in VALUES], 4, ids=lambda value: value[0].name)
)
def test_no_place_of_a_trace_keeps_a_known_value(value: Value) -> None:
    found = [(name, place_fate(value, make)) for name, make in some_places(value, _STEP)]
    assert unexplained(value, found) == []


@pytest.mark.long
@pytest.mark.parametrize("value", VALUES, ids=[value.name for value in VALUES])
def test_no_place_at_all_keeps_it(value: Value) -> None:
    found = [(name, place_fate(value, make)) for name, make in some_places(value, every(3))]
    assert unexplained(value, found) == []


@pytest.mark.parametrize(("line", "values"), LINES, ids=[line[:40] for line, _ in LINES])
def test_a_line_that_nothing_else_explains_loses_its_values(
    line: str, values: tuple[str, ...]
) -> None:
    assert line_fate(line, values) != LEFT


def test_what_is_exempt_is_left_indeed() -> None:
    """An exemption that is not needed any more would hide the next fault."""
    pin = next(value for value in VALUES if value.name == "PIN")
    of_pin = [name for value, name in EXEMPT if value == pin.name]
    rows = [writing for writing in writings(pin) if writing.name in of_pin]
    assert {fate(pin, writing) for writing in rows} == {LEFT}


def test_ordinary_lines_stay_to_the_byte() -> None:
    text = "".join(f"{line}\n" for line in ORDINARY).encode()
    assert scrub_log_bytes(text, STRETCHED)[0] == text


def test_ordinary_lines_stay_beside_values_that_are_replaced() -> None:
    """Short values, too: a place that may hold one is named, and nothing is changed there."""
    known = b'AT+CPIN="9374"\nimsi: 262011234567890\nmsisdn: +4917612345678\n'
    text = "".join(f"{line}\n" for line in ORDINARY).encode()
    out, report = scrub_log_bytes(known + text, STRETCHED)
    assert out.endswith(text)
    assert report.doubtful == []
