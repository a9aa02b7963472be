"""The profile that a trace's events tell: answers that a device of it gives as the recorded one."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from infer_samples import (
    PAIRS,
    TRACE_NAMES,
    answers,
    events_of_session,
    events_of_trace,
    requested,
    started,
)

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.analysis.infer.start import start_of
from wwanreplay.devices.buffers import encode_structure
from wwanreplay.devices.profile import load_profile, shipped_profiles
from wwanreplay.mbim.codec import encode as encode_mbim
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.encoder import encode
from wwanreplay.record import Session

STATIC = {
    PROTOCOL.oid(name).number
    for name in (
        "OID_WWAN_DRIVER_CAPS",
        "OID_WWAN_DEVICE_CAPS",
        "OID_WWAN_DEVICE_CAPS_EX",
        "OID_WWAN_HOME_PROVIDER",
        "OID_WWAN_PREFERRED_PROVIDERS",
        "OID_WWAN_PROVISIONED_CONTEXTS",
        "OID_WWAN_ENUMERATE_DEVICE_SERVICES",
        "OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS",
        "OID_GEN_SUPPORTED_LIST",
    )
}
# What DEVICE_CAPS_EX of Windows 11 tells; earlier revisions and DEVICE_CAPS tell less.
CAPS = (
    *("device_type", "cellular_class", "voice_class", "sim_class", "data_class"),
    *("gsm_band_class", "cdma_band_class", "sms_caps", "control_caps", "contexts_active_max"),
    *("device_id", "manufacturer", "model", "firmware", "auth_algo_caps"),
)


def sets_before(events: list[Event], position: int, code: int) -> bool:
    """Whether a set may have changed what a query asks for."""
    return any(event.kind == Kind.KIND_SET and event.code == code for event in events[:position])


def check_static(events: list[Event]) -> int:
    """Ask a device of the whole session's profile for what does not change."""
    profile = profile_of(events)
    seen: set[tuple[int, bytes]] = set()
    for position, query, answer in answers(events):
        decoded = decode_event(answer)
        refused = decoded is not None and decoded.get("uStatus", 0)
        if query.code not in STATIC or refused or sets_before(events, position, query.code):
            continue
        if (query.code, query.payload) in seen:
            continue
        seen.add((query.code, query.payload))
        engine = started(profile.mapping, start_of(events[position:], profile.mapping))
        said = requested(engine, query, answer.time_ns - query.time_ns)
        assert said is not None
        assert said.payload == answer.payload, PROTOCOL.oid_by_number[query.code].name
    return len(seen)


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_a_device_of_the_profile_answers_as_the_trace_tells(name: str) -> None:
    check_static(events_of_trace(name))


@pytest.mark.parametrize("profile", sorted(shipped_profiles()))
@pytest.mark.parametrize("script", sorted({script for _, script in PAIRS}))
def test_a_device_of_the_profile_answers_as_the_session_told(profile: str, script: str) -> None:
    count = check_static(events_of_session(profile, script))
    assert count >= (5 if script == "queries" else 0)


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_the_text_gives_the_same_mapping(name: str, tmp_path: Path) -> None:
    profile = profile_of(events_of_trace(name))
    file = tmp_path / "inferred.toml"
    file.write_text(profile.text, encoding="utf-8")
    loaded = load_profile(str(file))
    assert loaded.mapping == profile.mapping
    assert profile.name == "inferred"


@pytest.mark.parametrize("name", sorted(shipped_profiles()))
def test_capabilities_are_those_of_the_profile(name: str) -> None:
    recorded = load_profile(name).mapping
    found = profile_of(events_of_session(name, "queries"))
    for key in CAPS:
        assert found.mapping.get(key, 0) == recorded.get(key, 0), key
    assert found.mapping["structures"] == recorded["structures"]
    assert found.mapping["driver_major_version"] == recorded["driver_major_version"]
    assert any(witness.key == "device.model" for witness in found.witnesses)


def test_every_witness_names_an_event_that_tells_something() -> None:
    events = events_of_trace("queries")
    profile = profile_of(events)
    assert {witness.key for witness in profile.witnesses} >= {
        "device.model",
        "sim.pins",
        "home",
        "provider",
        "preferred",
        "context",
        "service",
        "structures",
    }
    for witness in profile.witnesses:
        assert events[witness.record].kind in (
            Kind.KIND_INDICATION,
            Kind.KIND_COMPLETION,
            Kind.KIND_SET,
        )
        assert witness.what


def as_fields(event: Event) -> Event:
    """The event with its payload replaced by decoded fields."""
    decoded = decode_event(event) if event.payload else None
    if decoded is None or decoded.raw is not None:
        return event
    return event.replace(payload=b"", fields={leaf.path: leaf.value for leaf in decoded})


@pytest.mark.parametrize("name", ["queries", "registration", "pin", "contexts", "two-ports"])
def test_decoded_fields_tell_as_much_as_the_bytes(name: str) -> None:
    events = events_of_trace(name)
    whole = profile_of(events).mapping
    told = profile_of([as_fields(event) for event in events]).mapping
    for key in ("home", "providers", "pins", "provisioned", "data_class", "pin1", "model"):
        assert told.get(key) == whole.get(key), key
    assert told["sim_iccid"] == whole["sim_iccid"]


def indication(name: str, values: dict, *, request_id: int = 1, elements: Sequence = ()) -> Event:
    row = PROTOCOL.indication(f"NDIS_STATUS_WWAN_{name}")
    structure = row.structs[-1]
    if elements:
        payload = encode(structure, {**values, "Elements": list(elements)})
    else:
        payload = encode_structure(structure, 2, values)
    return Event(
        Kind.KIND_INDICATION, 5, request_id=request_id, code=row.number or 0, payload=payload
    )


def request(oid: str, structure: str, values: dict, request_id: int = 1) -> Event:
    code = PROTOCOL.oid(f"OID_WWAN_{oid}").number or 0
    payload = encode_structure(structure, 2, values) if structure else b""
    kind = Kind.KIND_SET if structure else Kind.KIND_QUERY
    return Event(kind, 1, request_id=request_id, code=code, payload=payload)


def test_without_events_everything_is_assumed() -> None:
    profile = profile_of([])
    assert profile.witnesses == []
    assert profile.mapping["providers"][0]["provider_id"] == "00101"
    assert profile.mapping["completion_latency_ns"] == [0, 0]
    assert all(jitter == 0 for _, jitter in profile.mapping["latencies_ns"].values())
    assert any(line.startswith("device.control_caps") for line in profile.assumed)
    started(profile.mapping)


def test_the_first_witness_of_a_value_counts() -> None:
    first = indication("DEVICE_CAPS", {"DeviceCaps.Model": "One", "DeviceCaps.WwanDataClass": 4})
    second = indication("DEVICE_CAPS", {"DeviceCaps.Model": "Two", "DeviceCaps.WwanDataClass": 32})
    mapping = profile_of([first, second]).mapping
    assert (mapping["model"], mapping["data_class"]) == ("One", 4)
    assert profile_of([second, first]).mapping["model"] == "Two"


def test_a_failed_report_tells_nothing() -> None:
    failure = PROTOCOL.wwan_status_by_name["WWAN_STATUS_FAILURE"].number
    caps = indication("DEVICE_CAPS", {"uStatus": failure, "DeviceCaps.Model": "One"})
    assert "model" not in profile_of([caps]).mapping


def test_members_that_a_message_does_not_carry_are_left_alone() -> None:
    caps = indication("DEVICE_CAPS", {"DeviceCaps.Model": "One", "DeviceCaps.FirmwareInfo": "2"})

    def carried(code: int, structure: str) -> frozenset[str]:
        assert (code, structure) == (caps.code, "NDIS_WWAN_DEVICE_CAPS")
        return frozenset({"DeviceCaps.Model"})

    mapping = profile_of([caps], carried=carried).mapping
    assert mapping["model"] == "One"
    assert "firmware" not in mapping
    assert mapping["control_caps"] == 3


def pin(operation: int, value: str, new: str = "", request_id: int = 1, kind: int = 2) -> Event:
    values = {
        "PinAction.PinType": kind,
        "PinAction.PinOperation": operation,
        "PinAction.Pin": value,
        "PinAction.NewPin": new,
    }
    return request("PIN", "NDIS_WWAN_SET_PIN", values, request_id)


def pin_info(status: str, pin_type: int, attempts: int = 0xFFFFFFFF, request_id: int = 1) -> Event:
    number = PROTOCOL.wwan_status_by_name[f"WWAN_STATUS_{status}"].number
    values = {
        "uStatus": number,
        "PinInfo.PinType": pin_type,
        "PinInfo.AttemptsRemaining": attempts,
    }
    return indication("PIN_INFO", values, request_id=request_id)


def test_a_pin_that_is_accepted_is_the_pin() -> None:
    events = [
        *(pin(0, "1234", request_id=1), pin_info("FAILURE", 2, 2, request_id=1)),
        *(pin(0, "7531", request_id=2), pin_info("SUCCESS", 0, request_id=2)),
        *(pin(3, "7531", "8642", request_id=3), pin_info("SUCCESS", 0, request_id=3)),
        *(pin(0, "8642", request_id=4), pin_info("SUCCESS", 0, request_id=4)),
    ]
    mapping = profile_of(events).mapping
    assert (mapping["pin1"], mapping["pin1_attempts"], mapping["pin1_enabled"]) == ("7531", 3, 1)


def test_a_pin_that_is_refused_is_not_the_pin() -> None:
    events = [pin(0, "1234"), pin_info("FAILURE", 2, 4)]
    mapping = profile_of(events).mapping
    assert mapping["pin1"] != "1234"
    assert mapping["pin1_attempts"] == 5


def test_an_unblocking_key_gives_the_pin_that_follows() -> None:
    events = [pin(0, "87654321", "9876", kind=11), pin_info("SUCCESS", 0)]
    mapping = profile_of(events).mapping
    assert (mapping["puk1"], mapping["pin1"]) == ("87654321", "9876")


def test_the_recorded_pins_are_found() -> None:
    recorded = load_profile("pin-locked").mapping
    found = profile_of(events_of_trace("pin")).mapping
    for key in ("pin1", "puk1", "pin1_attempts", "puk1_attempts", "pin1_enabled", "pins"):
        named = found[key]
        if key == "pins":
            named = [pin for pin in named if pin.get("mode")]
        assert named == (recorded[key] if key != "pins" else [p for p in recorded[key] if p]), key


def test_unknown_access_strings_close_the_network() -> None:
    mapping = profile_of(events_of_trace("contexts")).mapping
    assert mapping["accepted_access_strings"] == ["internet.example", "corporate.example"]
    assert mapping["unknown_access_cause"] == 27
    assert "accepted_access_strings" not in profile_of(events_of_trace("demo")).mapping


def test_refused_oids_are_not_supported() -> None:
    mapping = profile_of(events_of_trace("cdma")).mapping
    names = {PROTOCOL.oid_by_number[oid].name for oid in mapping["unsupported"]}
    assert names == {"OID_WWAN_PIN_EX", "OID_WWAN_PREFERRED_PROVIDERS", "OID_WWAN_PCO"}
    assert profile_of(events_of_trace("failures")).mapping["unsupported"] == []


def test_the_supported_list_tells_what_is_not_supported(tmp_path: Path) -> None:
    file = tmp_path / "less.toml"
    file.write_text('extends = "lte-home"\n[device]\nunsupported = ["OID_WWAN_PIN_LIST"]\n')
    with Session(f"emulated:{file}") as session:
        session.query("OID_GEN_SUPPORTED_LIST")
        session.until_idle()
        events = list(session.events)
    # The session's events are the outputs; the query itself comes first.
    query = Event(
        Kind.KIND_QUERY, 0, request_id=1, code=PROTOCOL.oid("OID_GEN_SUPPORTED_LIST").number or 0
    )
    mapping = profile_of([query, *events]).mapping
    assert mapping["unsupported"] == [PROTOCOL.oid("OID_WWAN_PIN_LIST").number]


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
    return indication("REGISTER_STATE", values).replace(time_ns=time_ns, request_id=0)


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


def test_what_the_device_has_no_room_for_is_said() -> None:
    events = [scan(*(provider(number) for number in range(100, 130)))]
    profile = profile_of([*events, home(129)])
    assert len(profile.mapping["providers"]) == 16
    assert profile.mapping["providers"][0]["provider_id"] == "00129"
    assert any("30 are told, the device has room for 16" in line for line in profile.assumed)


def test_values_at_their_limits_are_cut_to_what_fits() -> None:
    row = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_CAPS")
    fields = {
        "uStatus": 0,
        "DeviceCaps.Model": "\U0001f600" * 40,
        "DeviceCaps.FirmwareInfo": 'quote " back \\ slash\n\x7f' + "x" * 400,
        "DeviceCaps.DeviceId": "0" * 400,
        "DeviceCaps.MaxActivatedContexts": 0xFFFFFFFF,
        "DeviceCaps.WwanDataClass": 0xFFFFFFFF,
        "DeviceCaps.WwanControlCaps": 1 << 40,
        "DeviceCaps.WwanSimClass": 77,
        "DeviceCaps.ExecutorIndex": "three",
    }
    event = Event(Kind.KIND_INDICATION, 0, request_id=1, code=row.number or 0, fields=fields)
    profile = profile_of([event])
    assert profile.mapping["contexts_active_max"] == 0xFFFFFFFF
    assert profile.mapping["data_class"] == 0xFFFFFFFF
    assert profile.mapping["device_id"] == "0" * 17
    assert profile.mapping["firmware"].startswith('quote " back \\ slash\n\x7f')
    assert any(line.startswith("device.sim_class") for line in profile.assumed)


def test_addresses_come_from_the_ip_configuration() -> None:
    code = (1 << 32) | 15
    values = {
        "SessionId": 0,
        "IPv4ConfigurationAvailable": 15,
        "IPv4Address": [{"OnLinkPrefixLength": 29, "IPv4Address": "198.51.100.9"}],
        "IPv4Gateway": "198.51.100.10",
        "IPv4DnsServer": ["198.51.100.53", "198.51.100.54"],
        "IPv4Mtu": 1430,
    }
    event = Event(
        Kind.KIND_COMPLETION,
        3,
        request_id=4,
        code=code,
        namespace=Namespace.NAMESPACE_MBIM,
        payload=encode_mbim(1, 15, "response", values),
    )
    (address,) = profile_of([event]).mapping["addresses"]
    assert address == {
        "ipv4_address": bytes([198, 51, 100, 9]),
        "ipv4_prefix_length": 29,
        "ipv4_gateway": bytes([198, 51, 100, 10]),
        "ipv4_dns": bytes([198, 51, 100, 53]),
        "mtu": 1430,
    }
    broken = event.replace(payload=event.payload[:30])
    assert profile_of([broken]).mapping["addresses"][0]["ipv4_address"] != address["ipv4_address"]


def test_the_device_attaches_by_itself_where_it_did() -> None:
    assert profile_of(events_of_trace("demo")).mapping["auto_attach"] == 1
    assert profile_of([home(1)]).mapping["auto_attach"] == 0


def test_times_of_its_own_attempts_are_those_of_the_trace() -> None:
    searching = home(1, 2, time_ns=2 * 10**9)
    mapping = profile_of([searching, home(1, time_ns=5 * 10**9)]).mapping
    assert mapping["registration_latency_ns"] == [3 * 10**9, 0]


def test_the_example_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(__file__).parent.parent
    page = (root / "docs" / "inference.md").read_text(encoding="utf-8")
    section = page.split("## Profile and start")[1]
    example = section.split("```python\n")[1].split("```")[0]
    (tmp_path / "demo.wwtrace").write_bytes((root / "traces" / "demo.wwtrace").read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "inference.md", "exec"), {})
    assert 'model = "Emulated LTE modem"' in capsys.readouterr().out
