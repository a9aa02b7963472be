"""The ranges of a profile's values: the engine takes what is documented and nothing beside it."""

import re

import pytest
from hostile_values import changed, listed, places

from wwanreplay._core import Profile
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.profile_rows import CONTEXT, PROVIDER
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.profile_ranges import PROFILE_NUMBERS, PROFILE_SIZES
from wwanreplay.protocol.schema import FlagSet

SINGLE = sorted(set(PROFILE_NUMBERS) - {"latency_ns", "supported", "unsupported"})


@pytest.mark.parametrize("name", SINGLE)
def test_the_engine_takes_the_documented_range_and_nothing_beside_it(name):
    within = PROFILE_NUMBERS[name]
    mapping = listed(load_profile("5g").mapping)
    mapping["provisioned"][0] |= {row.into: 0 for row in CONTEXT.values() if row.into == name}
    mapping["home"] |= {row.into: 0 for row in PROVIDER.values() if row.into == name}
    home = next((path for path in places(mapping) if path[-1] == name), (name,))
    as_list = name in ("lte_bands", "nr_bands", "commands")
    for low, high in within.spans:
        for value in (low, high):
            Profile(changed(mapping, home, [value] if as_list else value))
        for value in (low - 1, high + 1):
            if value not in within:
                with pytest.raises(UsageError, match=re.escape(f"{value} is not {within.text}")):
                    Profile(changed(mapping, home, [value] if as_list else value))


TEXTS = (
    *["custom_data_class", "custom_band_class", "device_id", "manufacturer", "model", "firmware"],
    *[
        "subscriber_id",
        "sim_iccid",
        "pin1",
        "puk1",
        "pin2",
        "default_access_string",
        "user_name",
        "password",
    ],
)


@pytest.mark.parametrize("name", TEXTS)
def test_the_engine_has_room_for_the_longest_text(name):
    longest = "x" * PROFILE_SIZES[name]
    Profile({name: longest})
    with pytest.raises(UsageError, match=f"{name}: has {len(longest) + 1} characters, at most"):
        Profile({name: longest + "x"})


@pytest.mark.parametrize("name", ["provider_id", "provider_name", "roaming_text"])
def test_the_engine_has_room_for_the_longest_text_of_a_provider(name):
    longest = "x" * PROFILE_SIZES[name]
    Profile({"home": {name: longest}})
    with pytest.raises(UsageError, match=rf"home\.{name}: has {len(longest) + 1} characters"):
        Profile({"home": {name: longest + "x"}})


@pytest.mark.parametrize("name", [name for name, row in PROFILE_NUMBERS.items() if row.values])
def test_a_range_of_an_enumeration_takes_its_members(name):
    within = PROFILE_NUMBERS[name]
    row = PROTOCOL.enum_by_name.get(within.values)
    if row is None:  # a mask of the members of an enumeration
        row = PROTOCOL.enum(within.values.removesuffix("_MASK"))
        assert within.highest + 1 == 1 << within.highest.bit_length()
    elif not isinstance(row, FlagSet):
        assert all(member.number in within for member in row.members if not member.bound)


def test_lists_have_a_size_and_their_numbers_a_range():
    assert set(PROFILE_NUMBERS) & set(PROFILE_SIZES) == {
        "lte_bands",
        "nr_bands",
        "supported",
        "unsupported",
    }
    assert all(size > 0 for size in PROFILE_SIZES.values())
