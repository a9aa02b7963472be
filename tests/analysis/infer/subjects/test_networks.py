"""The networks: those of the first scan, and those that were registered with."""

from infer_samples import report

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.protocol import PROTOCOL


def provider(number: int, state: int = 8, name: str = "") -> dict:
    return {
        "Provider.ProviderId": f"{number:05}",
        "Provider.ProviderName": name or f"Net {number}",
        "Provider.ProviderState": state,
        "Rssi": 10,
        "ErrorRate": 99,
        "WwanCellularClass": 1,
    }


def scan(*elements: dict) -> Event:
    row = PROTOCOL.indication("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS")
    fields = {"uStatus": 0}
    for position, element in enumerate(elements):
        fields |= {f"Elements[{position}].{path}": value for path, value in element.items()}
    return Event(Kind.KIND_INDICATION, 5, request_id=1, code=row.number or 0, fields=fields)


def home(number: int, state: int = 3, *, time_ns: int = 9, text: str = "") -> Event:
    values = {
        "RegistrationState.RegisterState": state,
        "RegistrationState.RegisterMode": 1,
        "RegistrationState.ProviderId": f"{number:05}",
        "RegistrationState.ProviderName": f"Net {number}",
        "RegistrationState.RoamingText": text,
    }
    return report("REGISTER_STATE", values, time_ns)


def test_networks_are_those_of_the_first_scan_and_those_registered_with() -> None:
    events = [scan(provider(1, 9), provider(2)), home(1), home(7, 5, text="Abroad")]
    mapping = profile_of(events).mapping
    assert [(p["provider_id"], p["kind"]) for p in mapping["providers"]] == [
        ("00001", 1),
        ("00002", 3),
        ("00007", 2),
    ]
    assert mapping["providers"][2]["roaming_text"] == "Abroad"
    assert mapping["providers"][2]["visible"] == 0
    assert mapping["home"]["provider_id"] == "00001"


def test_what_the_device_has_no_room_for_is_reported() -> None:
    events = [scan(*(provider(number) for number in range(100, 130)))]
    profile = profile_of([*events, home(129)])
    assert len(profile.mapping["providers"]) == 16
    assert profile.mapping["providers"][0]["provider_id"] == "00129"
    assert any("30 are reported, the device has room for 16" in line for line in profile.assumed)


def test_a_preferred_network_reported_as_roaming_shows_a_driver_that_names_no_partners() -> None:
    scanned = scan(provider(1, 9), provider(7, 12))
    assert profile_of([scanned, home(7, 4)]).mapping["names_partners"] == 0
    assert profile_of([home(7, 4), scanned]).mapping["names_partners"] == 0
    assert "names_partners" not in profile_of([scanned, home(7, 5)]).mapping
    assert "names_partners" not in profile_of([scanned, home(1), home(2, 4)]).mapping
