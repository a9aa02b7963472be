"""The shipped profiles make devices that the rules of the model allow."""

from typing import Any

import pytest
from device_host import EngineHost
from engine_walk import NUMBER, SECOND

from wwanreplay._core import Event, Kind, Profile
from wwanreplay.devices.profile import load_profile, shipped_profiles
from wwanreplay.protocol import PROTOCOL, timing
from wwanreplay.protocol.codec import Decoded, decode, decode_event
from wwanreplay.record import Session

every_profile = pytest.mark.parametrize("name", shipped_profiles())
GSM_CLASSES = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | NUMBER["WWAN_DATA_CLASS_TDSCDMA"]


class Asker(EngineHost):
    """A shipped device, with requests one after the other."""

    def __init__(self, name: str, settle_s: int = 20) -> None:
        self.mapping = load_profile(name).mapping
        super().__init__(Profile(self.mapping), settle_ns=settle_s * SECOND)

    def outputs(self, name: str, *, port: int = 0) -> list[Event]:
        return self.request(Kind.KIND_QUERY, NUMBER[name], port=port) + self.advance(300 * SECOND)

    def query(self, name: str, *, port: int = 0) -> Decoded:
        answer = [event for event in self.outputs(name, port=port) if event.request_id][-1]
        decoded = decode_event(answer)
        assert decoded is not None
        return decoded

    @property
    def is_cdma(self) -> bool:
        return bool(self.mapping["cellular_class"] == NUMBER["WwanCellularClassCdma"])

    def has(self, name: str) -> bool:
        return NUMBER[name] in self.engine.profile.supported_oids


def number(decoded: Decoded, path: str) -> int:
    return decoded.number(f"DeviceCaps.{path}")


@every_profile
def test_capabilities_are_known_and_of_one_family(name: str) -> None:
    caps = Asker(name).query("OID_WWAN_DEVICE_CAPS")
    assert number(caps, "WwanDeviceType")
    assert number(caps, "WwanCellularClass")
    assert number(caps, "WwanSimClass")
    classes = number(caps, "WwanDataClass")
    if number(caps, "WwanCellularClass") == NUMBER["WwanCellularClassGsm"]:
        assert not classes & ~GSM_CLASSES
    else:
        assert not classes & GSM_CLASSES
        assert number(caps, "WwanControlCaps") & (
            NUMBER["WWAN_CTRL_CAPS_CDMA_MOBILE_IP"] | NUMBER["WWAN_CTRL_CAPS_CDMA_SIMPLE_IP"]
        )


@every_profile
def test_one_context_may_be_active_on_a_port(name: str) -> None:
    """MaxActivatedContexts is 1: further contexts take further ports (connect.max-contexts-one)."""
    device = Asker(name)
    assert number(device.query("OID_WWAN_DEVICE_CAPS"), "MaxActivatedContexts") == 1
    if device.has("OID_WWAN_DEVICE_CAPS_EX"):
        assert number(device.query("OID_WWAN_DEVICE_CAPS_EX"), "MaxActivatedContexts") == 1


@every_profile
def test_capabilities_have_the_revision_of_the_driver_model(name: str) -> None:
    device = Asker(name)
    caps = decode("NDIS_WWAN_DRIVER_CAPS", device.outputs("OID_WWAN_DRIVER_CAPS")[0].payload)
    major = caps.number("DriverCaps.ulMajorVersion")
    assert device.query("OID_WWAN_DEVICE_CAPS").revision == major
    elements = device.query("OID_WWAN_VISIBLE_PROVIDERS")
    assert elements.number("VisibleListHeader.ElementType") == (
        NUMBER["WwanStructProvider"] if major == 1 else NUMBER["WwanStructProvider2"]
    )


@every_profile
def test_the_subscriber_is_reported_as_the_ready_state_requires(name: str) -> None:
    device = Asker(name)
    ready = device.query("OID_WWAN_READY_INFO")
    state = ready.number("ReadyInfo.ReadyState")
    card = ready["ReadyInfo.SimIccId"]
    assert not card or 15 <= len(card) <= 20
    if state == NUMBER["WwanReadyStateInitialized"]:
        assert ready["ReadyInfo.SubscriberId"]
    else:
        assert ready.number("ReadyInfo.TNListHeader.ElementCount") == 0
    if not device.is_cdma:
        assert ready.number("ReadyInfo.CdmaShortMsgSize") == 0
        locked = NUMBER["WwanReadyStateDeviceLocked"]
        assert card or state not in (NUMBER["WwanReadyStateInitialized"], locked)


@every_profile
def test_the_ready_state_goes_out_from_off_by_events(name: str) -> None:
    device = Asker(name, settle_s=0)
    assert device.events == []
    early = device.engine.copy()
    query = Event(Kind.KIND_QUERY, 0, code=NUMBER["OID_WWAN_READY_INFO"], request_id=1)
    early.submit(query)
    early.advance(100_000_000)
    answer = decode_event(early.drain()[-1])
    assert answer is not None
    assert answer.number("ReadyInfo.ReadyState") == NUMBER["WwanReadyStateOff"]
    device.engine.advance(20 * SECOND)
    reports = [
        decode_event(event)
        for event in device.engine.drain()
        if event.code == NUMBER["NDIS_STATUS_WWAN_READY_INFO"]
    ]
    assert len(reports) == 1
    assert reports[0] is not None
    expected = {
        "no-sim": "WwanReadyStateSimNotInserted",
        "pin-locked": "WwanReadyStateDeviceLocked",
        "service-not-activated": "WwanReadyStateNotActivated",
    }.get(name, "WwanReadyStateInitialized")
    assert reports[0].number("ReadyInfo.ReadyState") == NUMBER[expected]


@every_profile
def test_the_home_provider_is_reported_in_full_once_initialized(name: str) -> None:
    device = Asker(name)
    home = device.query("OID_WWAN_HOME_PROVIDER")
    if home.number("uStatus"):
        assert name in ("no-sim", "pin-locked")
        return
    path = "Provider" if home.name == "NDIS_WWAN_HOME_PROVIDER" else "Provider.Provider"
    assert home.number(f"{path}.ProviderState") & NUMBER["WWAN_PROVIDER_STATE_HOME"]
    assert home[f"{path}.ProviderId"]
    assert home[f"{path}.ProviderName"] or not device.is_cdma


@every_profile
def test_operations_end_within_the_documented_times(name: str) -> None:
    """time.best-worst, with the most that jitter can add."""
    mapping = load_profile(name).mapping
    completion_ns = sum(mapping["completion_latency_ns"])
    for table in ("latencies_ns", "query_latencies_ns"):
        for oid, latency_ns in mapping[table].items():
            limits = timing.limits_of(PROTOCOL.oid_by_number[oid].name)
            worst_ns = min(limit.worst_ns for limit in limits)
            assert completion_ns + sum(latency_ns) <= worst_ns, oid


@every_profile
def test_pins_of_the_list_have_lengths_that_are_allowed(name: str) -> None:
    pins = Asker(name).query("OID_WWAN_PIN_LIST")
    if name == "no-sim":
        assert pins.number("uStatus") == NUMBER["WWAN_STATUS_SIM_NOT_INSERTED"]
        return
    assert pins.number("uStatus") == 0, "also while a PIN is asked for"
    for leaf in pins.leaves():
        if leaf.path.endswith("PinLengthMax"):
            assert leaf.value <= 16 or leaf.value == 0xFFFFFFFF


@every_profile
def test_a_change_of_5_db_is_reported_by_default(name: str) -> None:
    """signal.default-threshold: RssiThreshold counts steps of 2 dB."""
    device = Asker(name)
    report = device.query("OID_WWAN_SIGNAL_STATE")
    assert report.number("SignalState.RssiThreshold") == 3
    if report.number("SignalState.Rssi") == 99:
        return
    for rssi, reported in ((8, True), (10, False), (11, True)):
        payload = rssi.to_bytes(4, "little") + (99).to_bytes(4, "little")
        stimulus: dict[str, Any] = {"code": NUMBER["STIMULUS_SIGNAL"], "payload": payload}
        device.engine.submit(Event(Kind.KIND_STIMULUS, device.engine.now_ns, **stimulus))
        device.engine.advance(device.engine.now_ns + 100 * SECOND)
        assert len(device.engine.drain()) == reported


def test_both_ports_report_one_device() -> None:
    """multi.same-state: what concerns modem and SIM is the same on every port."""
    device = Asker("two-ports")
    for name in ("READY_INFO", "RADIO_STATE", "REGISTER_STATE", "PACKET_SERVICE", "SIGNAL_STATE"):
        first, second = (device.query(f"OID_WWAN_{name}", port=port).data for port in (0, 1))
        assert first == second


def test_cdma_has_no_preferred_providers_to_offer() -> None:
    """preferred.not-supported."""
    device = Asker("cdma")
    assert not device.has("OID_WWAN_PREFERRED_PROVIDERS")
    (refusal,) = device.outputs("OID_WWAN_PREFERRED_PROVIDERS")
    assert refusal.status == NUMBER["NDIS_STATUS_NOT_SUPPORTED"]


# Capability → the OIDs that serve it.
SERVED_BY = {
    ("WwanSmsCaps", 0xFFFFFFFF): ("OID_WWAN_SMS_READ", "OID_WWAN_SMS_SEND"),
    ("WwanAuthAlgoCaps", 0xFFFFFFFF): ("OID_WWAN_AUTH_CHALLENGE",),
    ("WwanControlCaps", NUMBER["WWAN_CTRL_CAPS_USSD"]): ("OID_WWAN_USSD",),
    ("WwanControlCaps", NUMBER["WWAN_CTRL_CAPS_MODEL_MULTI_CARRIER"]): (
        "OID_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",
    ),
    ("WwanControlCaps", NUMBER["WWAN_CTRL_CAPS_ESIM"]): ("OID_WWAN_UICC_APP_LIST",),
}


@every_profile
def test_capabilities_say_what_is_served(name: str) -> None:
    """What OIDs stand for is claimed only where the device has them (sms.none-error)."""
    device = Asker(name)
    reports = [device.query("OID_WWAN_DEVICE_CAPS")]
    if device.has("OID_WWAN_DEVICE_CAPS_EX"):
        reports.append(device.query("OID_WWAN_DEVICE_CAPS_EX"))
    for caps in reports:
        for (path, bits), oids in SERVED_BY.items():
            claimed = caps.get(f"DeviceCaps.{path}", 0) & bits
            assert not claimed or all(device.has(oid) for oid in oids), path


@every_profile
def test_a_device_that_gets_locked_is_unlocked_by_its_pin(name: str) -> None:
    with Session(name) as session:
        session.run("20s")
        session.stimulus("SIM", {"State": "SimLocked"})
        session.run("5s")
        assert _ready(session) == NUMBER["WwanReadyStateDeviceLocked"]
        is_old = NUMBER["OID_WWAN_PIN_EX"] not in Asker(name).engine.profile.supported_oids
        session.set(
            "OID_WWAN_PIN" if is_old else "OID_WWAN_PIN_EX",
            {
                "PinAction.PinType": "WwanPinTypePin1",
                "PinAction.PinOperation": "WwanPinOperationEnter",
                "PinAction.Pin": "1234",
            },
        )
        session.run("20s")
        assert _ready(session) != NUMBER["WwanReadyStateDeviceLocked"]


def _ready(session: Session) -> int:
    """The ready state reported last."""
    code = NUMBER["NDIS_STATUS_WWAN_READY_INFO"]
    decoded = decode_event([event for event in session.events if event.code == code][-1])
    assert decoded is not None
    return decoded.number("ReadyInfo.ReadyState")
