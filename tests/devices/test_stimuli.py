"""The names of stimuli: which there are, what one means, and what its fields may be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay.devices.stimuli import fields_text, find_stimulus, stimulus_names
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.shorthands import SHORTHANDS
from wwanreplay.protocol.tables import full_name

PLACE = ValuePlace("a.toml", "step 3")


def test_a_name_means_one_thing() -> None:
    assert len(set(stimulus_names())) == len(stimulus_names())
    assert set(SHORTHANDS) < set(stimulus_names())


@pytest.mark.parametrize("name", stimulus_names())
def test_every_name_leads_to_a_stimulus_whose_fields_can_be_listed(name: str) -> None:
    stimulus, values = find_stimulus(name, {}, PLACE)
    listed = fields_text(PROTOCOL.stimulus(stimulus).name)
    assert listed
    assert all(f"{field} (" in listed for field in values)


def test_fields_that_are_given_come_before_those_of_a_shorthand() -> None:
    stimulus, own = find_stimulus("coverage-lost", {}, PLACE)
    assert (stimulus, own) == ("coverage", {"Available": 0})
    given = {"ProviderIndex": 2, "Other": 1}
    assert find_stimulus("coverage-lost", given, PLACE) == (stimulus, {**own, **given})
    assert find_stimulus("coverage-lost", {"Available": 1}, PLACE)[1] == {"Available": 1}
    assert find_stimulus("coverage", given, PLACE) == ("coverage", given)


def test_what_is_given_is_not_changed() -> None:
    given = {"ProviderIndex": 2}
    _, values = find_stimulus("coverage", given, PLACE)
    values["Available"] = 1
    assert given == {"ProviderIndex": 2}


@settings(max_examples=25)  # what is like a name is looked for in all of them
@given(st.text(max_size=60))
def test_another_name_is_one_line_with_its_place(name: str) -> None:
    if full_name(name, stimulus_names()) or name.strip()[:1].isdigit():
        return  # a number is one of the table
    with pytest.raises(UsageError) as raised:
        find_stimulus(name, {}, PLACE)
    assert str(raised.value).startswith("a.toml: step 3: no stimulus is called ")


def test_the_names_most_like_a_wrong_one_are_named() -> None:
    with pytest.raises(UsageError, match="no stimulus is called signl; near: signal"):
        find_stimulus("signl", {}, PLACE)


@pytest.mark.parametrize(
    ("stimulus", "text"),
    [
        ("signal", "Rssi (0 to 31 or 99)"),
        ("latency", 'DelayNs (a duration such as "15ms", or 0 to '),
        ("ip_address", "IPv4Address (an address, or hexadecimal)"),
        ("device_service_data", "Data (bytes in hexadecimal)"),
        ("device_service_event", "DeviceServiceGuid (a GUID)"),
        ("roaming_text", "RoamingText (text)"),
    ],
)
def test_what_a_field_may_be_is_a_few_words(stimulus: str, text: str) -> None:
    assert text in fields_text(stimulus)


def test_the_elements_of_an_array_are_named_once() -> None:
    listed = fields_text("lte_attach")
    assert "[0]" in listed
    assert "[1]" not in listed
