"""A set of numbers of records is one, in a bit for each."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.recordset import RecordSet

NUMBERS = st.integers(0, 100_000)


@given(added=st.lists(NUMBERS), asked=st.lists(NUMBERS))
def test_a_set_contains_the_numbers_that_were_added_and_no_others(added, asked):
    numbers, expected = RecordSet(), set()
    for number in added:
        assert numbers.add(number) == (number not in expected)
        expected.add(number)
    assert len(numbers) == len(expected)
    for number in [*added, *asked]:
        assert (number in numbers) == (number in expected)
    rank = numbers.ranks()
    for number in [*added, *asked]:
        assert rank(number) == sum(each < number for each in expected)
    assert None not in numbers
    assert -1 not in numbers
