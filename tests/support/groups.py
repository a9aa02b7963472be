"""The two groups of a long matrix: what `make test` tries of it, and the rest.

Of a matrix that is too long for CI, the long group tries every so manieth case, and
MATRICES=whole tries all of them. Of a property `make test` tries a fifth of the examples, the long
group (EXAMPLES=whole) all.
"""

import inspect
import os
from collections.abc import Callable, Collection, Iterable
from typing import Any

import pytest

_PARAMETER = type(pytest.param())


def every(step: int) -> int:
    """Every so manieth case of a matrix is tried: 1 where the whole matrix is."""
    return 1 if os.environ.get("MATRICES") == "whole" else step


def examples(count: int) -> int:
    """How many examples of a property are tried: all, or in `make test` a fifth and 20 at least."""
    return count if os.environ.get("EXAMPLES") == "whole" else min(count, max(20, count // 5))


def sampled(
    values: Iterable[Any],
    quick: int | Collection[Any],
    ids: Callable[[Any], str] | None = None,
) -> list[Any]:
    """All values as parameters; those that are not quick are of the long group.

    `quick` are the values themselves, or how many, spread over all of them. A value that is a
    tuple is several parameters; one may also be a `pytest.param` already.
    """
    listed = list(values)
    if isinstance(quick, int):
        count = min(quick, len(listed))
        places = {number * len(listed) // count for number in range(count)}
    else:
        places = {place for place, value in enumerate(listed) if value in quick}
        assert len(places) >= len(quick), "a quick value is none of the values"
    assert places, "nothing would be tried"
    return [
        _parameter(value, () if place in places else (pytest.mark.long,), ids)
        for place, value in enumerate(listed)
    ]


def together(
    values: Iterable[Any], ids: Callable[[Any], str] = str
) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """A test that tries all values by itself, for many cases that take next to no time each.

    As parameters they would take longer to be collected and reported than to be tried. Every case
    is tried, and each that fails is reported with its value. A test of several parameters takes
    tuples.
    """
    listed = list(values)
    assert listed, "nothing would be tried"

    def decorate(test: Callable[..., None]) -> Callable[[], None]:
        is_one = len(inspect.signature(test).parameters) == 1

        def tried() -> None:
            failures = []
            for value in listed:
                try:
                    test(*((value,) if is_one else value))
                except Exception as error:
                    error.add_note(f"case: {ids(value)}")
                    failures.append(error)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(listed)} cases fail", failures)

        tried.__name__, tried.__doc__ = test.__name__, test.__doc__
        return tried

    return decorate


def _parameter(value: Any, marks: tuple[Any, ...], ids: Callable[[Any], str] | None) -> Any:
    if isinstance(value, _PARAMETER):
        return pytest.param(*value.values, marks=(*value.marks, *marks), id=value.id)
    values = value if isinstance(value, tuple) else (value,)
    return pytest.param(*values, marks=marks, id=None if ids is None else ids(value))
