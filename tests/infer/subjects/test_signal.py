"""The signal: an answer has it, an event shows that it was another."""

from infer_samples import HOME, mapping_of, query, report, set_request, state_before

from wwanreplay._core import Event


def signal(rssi: int, request_id: int = 0, interval_s: int = 7) -> Event:
    values = {
        "SignalState.Rssi": rssi,
        "SignalState.ErrorRate": 2,
        "SignalState.RssiInterval": interval_s,
        "SignalState.RssiThreshold": 4,
    }
    return report("SIGNAL_STATE", values, 5, request_id)


def test_an_answer_has_the_signal_of_profile_and_start() -> None:
    events = (query("SIGNAL_STATE", 1), signal(17, 1))
    mapping = mapping_of(*events)
    assert (mapping["rssi"], mapping["error_rate"], mapping["rssi_interval_s"]) == (17, 2, 7)
    assert state_before(*events)["rssi"] == 17


def test_an_event_shows_that_the_strength_was_another() -> None:
    assert state_before(signal(17))["rssi"] == 99


def test_what_a_set_made_of_the_reporting_was_otherwise_before() -> None:
    values = {"SignalIndication.RssiInterval": 1}
    request = set_request("SIGNAL_STATE", "NDIS_WWAN_SET_SIGNAL_INDICATION", values, 1)
    assert mapping_of(request, signal(17, 1))["rssi_interval_s"] == 30


def test_a_device_without_a_network_knows_the_strength_all_the_same() -> None:
    searching = HOME | {"RegistrationState.RegisterState": 1}
    events = (query("REGISTER_STATE", 1), report("REGISTER_STATE", searching, 4, 1))
    assert state_before(*events, query("SIGNAL_STATE", 2), signal(17, 2))["register_state"] == 1
