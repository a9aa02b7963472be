"""The recorded device: the device side of a trace, played back."""

import io

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.devices.opening import open_device
from wwanreplay.devices.recorded import RecordedDevice
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.record import Session, record
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceHeader, TraceReader

SCRIPTS = shipped_scripts()
SIGNAL = PROTOCOL.oid("OID_WWAN_SIGNAL_STATE").number


def recording(script="demo"):
    target = io.BytesIO()
    summary = record(f"emulated:{SCRIPTS[script].profile}", script, target)
    return target.getvalue(), summary


def device_of(trace):
    reader = TraceReader(io.BytesIO(trace))
    return RecordedDevice(reader.events(), reader.header)


@pytest.mark.parametrize("script", sorted(SCRIPTS))
def test_the_same_script_gets_the_same_answers(script):
    trace, before = recording(script)
    target = io.BytesIO()
    after = record(device_of(trace), script, target)
    assert after.digest == before.digest
    assert target.getvalue() != b""


def test_a_request_is_answered_at_its_recorded_distance_with_its_own_ids():
    trace, _ = recording()
    session = Session(device_of(trace))
    session.run("1s")
    session.query("OID_WWAN_DEVICE_CAPS", request_id=900, handle=901)
    completion, indication = (event for event in session.until_idle() if event.request_id)
    recorded = [event for event in TraceReader(io.BytesIO(trace)) if event.request_id == 2]
    asked = next(event for event in session.events if event.request_id == 900)
    assert completion.time_ns - asked.time_ns == 0
    assert indication.time_ns - 10**9 == recorded[2].time_ns - recorded[0].time_ns
    assert (indication.request_id, indication.handle) == (900, 901)
    assert indication.payload == recorded[2].payload


def test_a_request_of_the_same_buffer_is_preferred():
    trace, _ = recording("two-ports")
    session = Session(device_of(trace))
    session.run("6s")
    session.query("OID_WWAN_CONNECT", port=1)
    session.until_idle()
    answers = [event for event in session.events if event.request_id]
    assert {event.port for event in answers} == {1}


def test_what_was_not_recorded_is_refused():
    trace, _ = recording()
    device = device_of(trace)
    session = Session(device)
    session.query("OID_WWAN_PIN_LIST")
    (completion,) = session.events
    assert PROTOCOL.ndis_status_by_number[completion.status].name == "NDIS_STATUS_NOT_SUPPORTED"
    assert device.unmatched == 1
    assert device.state()["requests_unmatched"] == 1


def test_each_recorded_request_is_used_once():
    trace, _ = recording()
    session = Session(device_of(trace))
    for _ in range(2):
        session.query("OID_WWAN_DRIVER_CAPS")
    assert [event.status for event in session.events] == [0, 0xC00000BB]


def test_unsolicited_events_come_at_their_times():
    trace, _ = recording()
    session = Session(device_of(trace))
    session.run("4s")
    recorded = [
        event.replace(index=None)
        for event in TraceReader(io.BytesIO(trace))
        if event.kind == Kind.KIND_INDICATION
        and not event.request_id
        and event.time_ns <= 4 * 10**9
    ]
    assert [event.replace(index=None) for event in session.events] == recorded


def test_time_does_not_go_back_and_outputs_are_no_inputs():
    device = device_of(recording()[0])
    device.advance(5)
    with pytest.raises(UsageError, match="time cannot go back from 5 ns to 4 ns"):
        device.advance(4)
    with pytest.raises(UsageError, match="takes no KIND_INDICATION"):
        device.submit(Event(Kind.KIND_INDICATION, 6))


def test_a_missing_or_broken_file_is_an_input_error(tmp_path):
    with pytest.raises(TraceError, match="No such file"):
        open_device(f"trace:{tmp_path / 'none.wwtrace'}")
    (tmp_path / "bad.wwtrace").write_bytes(b"not a trace at all")
    with pytest.raises(TraceError, match="not a wwanreplay trace"):
        open_device(f"trace:{tmp_path / 'bad.wwtrace'}")


@pytest.mark.parametrize("structures", [None, {}, b"\xff", 2**64 - 1, "3", True, [1]])
def test_a_header_that_names_no_known_structures_is_read_as_windows_10(structures):
    header = TraceHeader(profile_mapping={"structures": structures})
    assert RecordedDevice([], header).structures in (1, 2)
