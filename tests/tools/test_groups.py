"""How the tests are divided: many cases in one test, examples of properties."""

import pytest
from groups import examples, together


def test_every_case_is_tried_and_each_that_fails_is_named():
    tried = []

    @together(range(6), lambda value: f"number {value}")
    def is_even(value):
        tried.append(value)
        assert value % 2 == 0

    with pytest.raises(ExceptionGroup, match="3 of 6 cases fail") as caught:
        is_even()
    assert tried == [*range(6)]
    assert [note for error in caught.value.exceptions for note in error.__notes__] == [
        *("case: number 1", "case: number 3", "case: number 5")
    ]


def test_a_case_of_several_values_is_a_tuple():
    @together([(1, 2), (3, 3)])
    def differ(one, other):
        assert one != other

    with pytest.raises(ExceptionGroup, match="1 of 2"):
        differ()


def test_a_test_of_no_case_is_refused():
    with pytest.raises(AssertionError, match="nothing would be tried"):
        together([])


def test_the_long_group_tries_all_examples(monkeypatch):
    monkeypatch.delenv("EXAMPLES", raising=False)
    assert [examples(count) for count in (8, 20, 100, 300)] == [8, 20, 20, 60]
    monkeypatch.setenv("EXAMPLES", "whole")
    assert [examples(count) for count in (8, 20, 100, 300)] == [8, 20, 100, 300]
