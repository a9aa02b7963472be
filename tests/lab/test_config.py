"""What a lab is to be is one line, and the same on the other side of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.lab.config import LabConfig


def test_a_configuration_is_the_same_on_the_other_side() -> None:
    config = LabConfig("5g", fault="/x", played={"match": "best"}, wait_s=None)
    assert LabConfig.from_line(config.to_line()) == config


TEXTS = st.none() | st.text(max_size=20)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "profile": TEXTS,
            "trace": TEXTS,
            "record": TEXTS,
            "force": st.booleans(),
            "seed": st.integers(0, 2**64 - 1),
            "played": st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5))),
            "control_message_max": st.integers(0, 0xFFFF),
            "modem_manager_options": st.lists(st.text(max_size=5), max_size=3),
            "wait_s": st.none() | st.floats(0.1, 3600),
            "logs": TEXTS,
        },
    )
)
def test_any_configuration_is_one_line_that_gives_it_back(values) -> None:
    config = LabConfig(**values)
    line = config.to_line()
    assert "\n" not in line
    assert LabConfig.from_line(line + "\n") == config


def test_two_configurations_share_nothing() -> None:
    one, other = LabConfig(), LabConfig()
    one.played["match"] = "best"
    one.modem_manager_options.append("--no-such")
    assert other == LabConfig()


def test_a_line_of_another_version_is_not_taken_for_one() -> None:
    line = json.dumps({"profile": "5g", "no_such": 1})
    with pytest.raises(TypeError, match="no_such"):
        LabConfig.from_line(line)
