"""The bridge of an emulated device: its services, ports and OIDs are those of the profile."""

import pytest

from wwanreplay._core import Profile
from wwanreplay.errors import InputError
from wwanreplay.mbim.profile_bridge import bridge_of


def test_the_bridge_of_a_profile_knows_its_services_and_ports() -> None:
    bridge = bridge_of(
        {"port_count": 2, "services": [{"guid": bytes(range(16)), "commands": [1, 2]}]}
    )
    assert bridge.port_count == 2
    assert bridge.services == {"03020100-0504-0706-0809-0a0b0c0d0e0f": (1, 2)}
    assert bridge_of({}).services == {}
    assert bridge_of({}).oids is None
    assert bridge.oids == frozenset(Profile({"port_count": 2}).supported_oids)


def test_what_is_no_profile_makes_no_bridge() -> None:
    with pytest.raises(InputError, match="the device's profile: port_count: 9"):
        bridge_of({"port_count": 9})
