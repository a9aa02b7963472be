"""A table of recent values: as good as a dictionary that forgets the oldest."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Recent


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=400), st.integers(1, 20))
def test_of_recent_values_the_last_that_were_set_stay(changes, count):
    """Also where some are taken, and all forgotten, between."""
    recent, model = Recent(count), {}
    for value, (key, choice) in enumerate(changes):
        if choice == 0:
            assert recent.pop(key, None) == model.pop(key, None)
        elif choice == 1 and key == 0:
            recent.clear()
            model.clear()
        else:
            recent[key] = value
            model.pop(key, None)
            model[key] = value
            if len(model) > count:
                del model[next(iter(model))]
        assert list(recent.items()) == list(model.items())


def test_of_many_values_the_last_stay_while_the_table_grows_and_shrinks():
    recent = Recent(1000)
    for number in range(10_000):
        recent[number] = None
        if number % 3 == 0:
            recent.pop(number - 500, None)
    assert list(recent)[-3:] == [9997, 9998, 9999]
    assert len(recent) <= 1000
