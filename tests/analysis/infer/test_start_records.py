"""Records of a start are of the structures that the device has, and no event of its own."""

import pytest

from wwanreplay._core import Engine, Kind, RecordWriter
from wwanreplay.analysis.infer.start_records import REQUEST_ID, StartRecords
from wwanreplay.devices.profile import load_profile
from wwanreplay.protocol.codec import decode_event
from wwanreplay.replay.start import apply_start

RADIO = "NDIS_STATUS_WWAN_RADIO_STATE"
OFF = {"uStatus": 0, "RadioState.HwRadioState": 1, "RadioState.SwRadioState": 0}


@pytest.mark.parametrize("structures", [1, 2])
def test_a_report_has_the_members_that_its_structure_has(structures):
    made = StartRecords({"structures": structures}).report(RADIO, {**OFF, "No.Such": 1}, port=1)
    assert (made.kind, made.request_id, made.port) == (Kind.KIND_INDICATION, REQUEST_ID, 1)
    decoded = decode_event(made)
    assert decoded.get("RadioState.HwRadioState") == 1
    assert decoded.get("RadioState.SwRadioState") == 0


def test_a_device_is_where_a_report_of_a_start_has_it():
    engine = Engine(load_profile("lte-home").compile(), 0)
    writer = RecordWriter()
    writer.append(StartRecords({}).report(RADIO, OFF))
    before = engine.state()
    apply_start(engine, writer.take()[0])
    assert before != engine.state()
    assert engine.drain() == []


def test_stimuli_and_sets_stand_at_the_beginning():
    make = StartRecords({})
    stimulus = make.stimulus("signal", {"Rssi": 7})
    assert decode_event(stimulus).get("Rssi") == 7
    order = make.set_request("OID_WWAN_RADIO_STATE", b"1234")
    completion = make.completion(order.code, b"")
    assert (order.kind, order.capacity) == (Kind.KIND_SET, 4)
    assert (completion.request_id, completion.status) == (order.request_id, 0)
    events = (stimulus, order, completion, make.lifecycle(1))
    assert {event.time_ns for event in events} == {0}
