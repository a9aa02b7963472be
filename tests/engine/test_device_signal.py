"""SIGNAL_STATE: thresholds, intervals, and silence without a network."""

from itertools import pairwise

import pytest

from wwanreplay._core import Kind

SIGNAL = "SIGNAL_STATE"
DEFAULT = 0xFFFFFFFF
UNKNOWN = 99


def order(device, interval, threshold):
    return device.set(
        SIGNAL,
        {"SignalIndication.RssiInterval": interval, "SignalIndication.RssiThreshold": threshold},
    )


def strengths(view, outputs):
    return view.states(outputs, SIGNAL, "Rssi")


def test_the_signal_is_reported_once_the_device_is_registered(modem, view):
    assert strengths(view, modem().started) == [20]


def test_small_changes_are_silent_and_large_ones_are_reported(modem, view):
    device = modem()
    assert device.stimulus("SIGNAL", Rssi=18, ErrorRate=99) == []
    assert strengths(view, device.stimulus("SIGNAL", Rssi=17, ErrorRate=1)) == [17]
    assert device.run(600) == []


def test_events_are_five_seconds_apart(modem, view):
    device = modem()
    outputs = []
    for rssi in (10, 20, 10, 20, 10, 20, 10, 20):
        outputs += device.stimulus("SIGNAL", Rssi=rssi, ErrorRate=99)
        outputs += device.run(1)
    outputs += device.run(60)
    times = [item.event.time_ns for item in outputs]
    assert len(times) >= 2
    assert all(later - sooner >= 5_000_000_000 for sooner, later in pairwise(times))
    assert outputs[-1]["Rssi"] == 20


def test_a_change_that_went_back_is_not_reported(modem):
    device = modem()
    device.stimulus("SIGNAL", Rssi=10, ErrorRate=99)
    device.stimulus("SIGNAL", Rssi=25, ErrorRate=99)
    device.stimulus("SIGNAL", Rssi=10, ErrorRate=99)
    assert device.run(600) == []


def test_an_ordered_interval_brings_a_report_at_each_end(modem, view):
    device = modem()
    closing, _ = order(device, 30, 0)
    assert (closing["RssiInterval"], closing["RssiThreshold"]) == (30, 0)
    assert strengths(view, device.run(300)) == [20] * 10


def test_defaults_are_reported_as_absolute_values(modem):
    device = modem()
    order(device, 30, 1)
    closing, _ = order(device, DEFAULT, DEFAULT)
    assert (closing["RssiInterval"], closing["RssiThreshold"]) == (5, 3)
    assert device.run(600) == []


def test_disabled_reports_stay_away(modem):
    device = modem()
    order(device, 0, 0)
    assert device.stimulus("SIGNAL", Rssi=2, ErrorRate=99) == []
    assert device.run(600) == []
    assert device.query(SIGNAL)["Rssi"] == 2


@pytest.mark.parametrize("radio", [True, False])
def test_without_a_network_all_is_unknown_and_orders_are_kept(modem, view, radio):
    device = modem()
    if radio:
        device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    else:
        device.radio(on=False)
    device.run()
    closing, _ = order(device, 40, 2)
    for answer in (closing, device.query(SIGNAL)):
        assert answer["uStatus"] == 0
        assert (answer["Rssi"], answer["ErrorRate"]) == (UNKNOWN, UNKNOWN)
        assert (answer["RssiInterval"], answer["RssiThreshold"]) == (40, 2)
    assert device.stimulus("SIGNAL", Rssi=3, ErrorRate=99) == []
    assert device.run(600) == []
    if radio:
        device.stimulus("COVERAGE", Available=1, ProviderIndex=0)
        outputs = device.run(50)
    else:
        outputs = device.radio(on=True)[1] + device.run(40)
    assert strengths(view, outputs)[:2] == [3, 3]


def test_values_that_no_report_may_have_change_nothing(modem):
    device = modem()
    device.stimulus("SIGNAL", Rssi=32, ErrorRate=99)
    device.stimulus("SIGNAL", Rssi=2, ErrorRate=8)
    answer = device.query(SIGNAL)
    assert (answer["Rssi"], answer["ErrorRate"]) == (20, UNKNOWN)


def test_windows_11_lists_the_classes_that_have_an_rsrp(modem, view):
    device = modem(structures=3, data_class=view.lte | view.number.WWAN_DATA_CLASS_5G)
    answer = device.query(SIGNAL)
    elements = answer.fields["Elements"]
    assert [element["DataClass"] for element in elements] == [view.lte, 0x40]
    assert [element["RSRP"] for element in elements] == [56, 127]
    assert answer.event.payload[1] == 3
    assert len(answer.event.payload) == 32 + 2 * 20


def test_the_extended_set_is_taken_and_a_wrong_threshold_refused(modem, view):
    device = modem()
    payload = bytes([0x80, 2, 20, 0]) + b"".join(
        value.to_bytes(4, "little") for value in (50, 4, 0, 0)
    )
    closing, _ = device.closed(device.send(Kind.KIND_SET, SIGNAL, payload))
    assert (closing["RssiInterval"], closing["RssiThreshold"]) == (50, 4)
    wrong = payload[:8] + (32).to_bytes(4, "little") + payload[12:]
    assert device.refused(Kind.KIND_SET, SIGNAL, wrong) == view.number.NDIS_STATUS_INVALID_DATA


def test_a_failed_report_has_reported_nothing(modem, view):
    """The host does not read it, so the change must still be reported."""
    device = modem()
    device.stimulus("SIGNAL", Rssi=5, ErrorRate=99)
    device.run()
    order(device, 0, 3)
    device.stimulus("SIGNAL", Rssi=7, ErrorRate=99)
    device.outcome("SIGNAL_STATE", "WWAN_STATUS_FAILURE")
    assert device.query(SIGNAL)["uStatus"] == view.number.WWAN_STATUS_FAILURE
    assert strengths(view, device.stimulus("SIGNAL", Rssi=8, ErrorRate=99) + device.run()) == [8]
