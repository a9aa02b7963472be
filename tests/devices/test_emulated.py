"""The emulated device: a pure function of profile, seed and inputs."""

import io

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.devices.emulated import EmulatedDevice, device_of_trace, profile_of_trace
from wwanreplay.devices.profile import load_profile, shipped_profiles
from wwanreplay.errors import InputError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number


def query(time_ns, request_id):
    return Event(Kind.KIND_QUERY, time_ns, code=RADIO, request_id=request_id, capacity=4096)


def test_a_trace_without_a_profile_makes_no_device():
    with pytest.raises(InputError, match="carries no profile"):
        device_of_trace(TraceHeader())


@pytest.mark.parametrize("name", sorted(shipped_profiles()))
def test_the_same_profile_seed_and_inputs_give_the_same_outputs(name):
    made = []
    for _ in range(2):
        device = EmulatedDevice(load_profile(name), 5)
        device.submit(query(10**9, 1))
        device.advance(20 * 10**9)
        made.append((device.drain(), device.snapshot(), device.state()))
    assert made[0] == made[1]
    assert made[0][0]


@pytest.mark.parametrize("name", sorted(shipped_profiles()))
def test_its_description_makes_it_again_by_way_of_a_header(name):
    device = EmulatedDevice(load_profile(name), 5)
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(**device.describe())):
        pass
    again = device_of_trace(TraceReader(out.getvalue()).header)
    assert again.engine.same_state(device.engine)
    assert (again.engine.seed, again.structures) == (5, device.structures)
    assert again.engine.profile.to_bytes() == device.engine.profile.to_bytes()
    assert again.describe() == device.describe()


def test_a_profile_without_a_name_is_called_recorded_and_seed_0_is_usual():
    mapping = EmulatedDevice(load_profile("5g")).describe()["profile_mapping"]
    device = device_of_trace(TraceHeader(profile_mapping=mapping))
    assert (device.profile.name, device.engine.seed) == ("recorded", 0)


def test_a_profile_that_the_engine_does_not_take_is_an_input_error():
    mapping = EmulatedDevice(load_profile("5g")).describe()["profile_mapping"]
    with pytest.raises(InputError) as caught:
        profile_of_trace(TraceHeader(profile_mapping={**mapping, "structures": "none"}))
    assert "\n" not in str(caught.value)


def test_another_state_is_another_snapshot_and_time_is_moved_by_hand():
    device = EmulatedDevice(load_profile("lte-home"))
    first = device.snapshot()
    due_ns = device.next_due_ns
    assert due_ns is not None
    device.wait(due_ns)
    assert device.now_ns == due_ns
    assert device.snapshot() != first
    assert device.notes() == []
