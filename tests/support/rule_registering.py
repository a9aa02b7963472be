"""Sessions of registration for the rules' tests: devices, what hosts and networks do to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rule_faults import Fault
from rule_scenarios import HOME, LTE, PARTNER, ROAMING, Host, Scenario, pack, profile, run, shows

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check import check
from wwanreplay.analysis.check.fields import number

STATE = "NDIS_STATUS_WWAN_REGISTER_STATE"
RADIO = "NDIS_STATUS_WWAN_RADIO_STATE"
READY = "NDIS_STATUS_WWAN_READY_INFO"
PACKET = "NDIS_STATUS_WWAN_PACKET_SERVICE"
REGISTER_STATE = "RegistrationState.RegisterState"
REGISTER_MODE = "RegistrationState.RegisterMode"
PROVIDER_ID = "RegistrationState.ProviderId"
PROVIDER_NAME = "RegistrationState.ProviderName"
ROAMING_TEXT = "RegistrationState.RoamingText"
NW_ERROR = "RegistrationState.uNwError"
CELLULAR_CLASS = "RegistrationState.CurrentCellularClass"
PREFERRED_CLASSES = "RegistrationState.PreferredDataClasses"
CURRENT_CLASS = "PacketService.CurrentDataClass"

DEREGISTERED = {REGISTER_STATE: number.WwanRegisterStateDeregistered}
SEARCHING = {REGISTER_STATE: number.WwanRegisterStateSearching}
AT_HOME = {REGISTER_STATE: number.WwanRegisterStateHome}
AS_ROAMER = {REGISTER_STATE: number.WwanRegisterStateRoaming}
AS_PARTNER = {REGISTER_STATE: number.WwanRegisterStatePartner}
DENIED = {REGISTER_STATE: number.WwanRegisterStateDenied}
MANUAL = {REGISTER_MODE: number.WwanRegisterModeManual}
AUTOMATIC = {REGISTER_MODE: number.WwanRegisterModeAutomatic}

ALL_PROVIDERS = 0xFFFFFFFF
FORBIDDEN = {
    "provider_id": "20899",
    "provider_name": "Closed Net",
    "kind": 3,
    "data_class": number.WWAN_DATA_CLASS_LTE,
    "provider_state": number.WWAN_PROVIDER_STATE_FORBIDDEN,
}
EMERGENCY = {**ROAMING, "emergency_only": 1}
REJECTING = {**ROAMING, "reject_cause": 13}

AWAY = profile(providers=[ROAMING, PARTNER])
ROAMING_ONLY = profile(providers=[ROAMING])
CLOSED = profile(providers=[HOME, ROAMING, FORBIDDEN])
EMERGENCY_ONLY = profile(providers=[EMERGENCY])
REJECTED = profile(providers=[REJECTING])
WINDOWS_11 = profile(structures=3)
MANUAL_AT_START = profile(register_mode=2)
NOBODY = profile(providers=[])

_EVDO = number.WWAN_DATA_CLASS_1XEVDO | number.WWAN_DATA_CLASS_1XRTT
_CARRIER = {
    "provider_id": "00331",
    "provider_name": "Carrier",
    "data_class": _EVDO,
    "cellular_class": number.WwanCellularClassCdma,
    "provider_state": number.WWAN_PROVIDER_STATE_HOME,
}
CDMA = profile(
    structures=1,
    cellular_class=number.WwanCellularClassCdma,
    cellular_class_list=1 << number.WwanCellularClassCdma,
    data_class=_EVDO,
    control_caps=number.WWAN_CTRL_CAPS_HW_RADIO_SWITCH | number.WWAN_CTRL_CAPS_CDMA_SIMPLE_IP,
    registration_flags=number.WWAN_REG_FLAGS_NO_MANUAL_REG,
    home=_CARRIER,
    providers=[_CARRIER],
)
MULTI_MODE = profile(
    cellular_class_list=(1 << number.WwanCellularClassCdma) | (1 << number.WwanCellularClassGsm),
    data_class=LTE["data_class"] | _EVDO,
    providers=[HOME, _CARRIER],
)


def proves(
    rule_id: str,
    scenario: Scenario,
    *faults: Fault | list[Fault],
    mapping: Mapping[str, Any] = LTE,
    times: int = 1,
) -> None:
    """What `shows` shows, and that the sound device's session breaks no rule at all."""
    assert check(run(scenario, mapping)) == []
    shows(rule_id, scenario, *faults, mapping=mapping, times=times)


def scan(host: Host, **options: Any) -> None:
    """Look for all visible networks."""
    payload = pack("NDIS_WWAN_GET_VISIBLE_PROVIDERS", VisibleProviders__Action=0)
    host.query("OID_WWAN_VISIBLE_PROVIDERS", payload, wait_s=30, **options)


def ask(host: Host, **options: Any) -> None:
    """Ask for the registration."""
    host.query("OID_WWAN_REGISTER_STATE", **options)


def coverage_of(host: Host, available: bool, index: int = ALL_PROVIDERS, **options: Any) -> None:
    """Bring a network, or all, into reach or out of it."""
    host.stimulus("coverage", Available=available, ProviderIndex=index, **options)


def thrown_out(host: Host, cause: int, *, denied: bool = False, retry: bool = False) -> None:
    """Let the network deregister the device."""
    host.stimulus("network_deregister", NwError=cause, Denied=denied, Retry=retry, wait_s=5)


def forced(host: Host, status: int, cause: int = 0, count: int = 1) -> None:
    """Order how the next operations of registration end."""
    host.stimulus(
        "outcome",
        Operation=number.OID_WWAN_REGISTER_STATE,
        uStatus=status,
        NwError=cause,
        Count=count,
    )


def power(host: Host, on: bool) -> None:
    """Put the device to sleep, or wake it."""
    state = number.NdisDeviceStateD0 if on else number.NdisDeviceStateD3
    host.set("OID_PNP_SET_POWER", int(state).to_bytes(4, "little"), wait_s=5)


def provider(
    host: Host, action: int, identity: str, name: str = "", state: int = 0, **options: Any
) -> None:
    """Let a network appear or change (1), or go (0)."""
    host.stimulus(
        "provider_change",
        Action=action,
        Provider__Provider__ProviderId=identity,
        Provider__Provider__ProviderName=name,
        Provider__Provider__ProviderState=state,
        Provider__Provider__WwanDataClass=number.WWAN_DATA_CLASS_LTE,
        Provider__WwanCellularClass=number.WwanCellularClassGsm,
        **options,
    )


def prefer(host: Host, *entries: tuple[str, int]) -> None:
    """Set the list of preferred (and forbidden) providers."""
    tail = b"".join(
        pack("WWAN_PROVIDER2", Provider__ProviderId=identity, Provider__ProviderState=state)
        for identity, state in entries
    )
    payload = pack(
        "NDIS_WWAN_SET_PREFERRED_PROVIDERS",
        tail=tail,
        PreferredListHeader__ElementType=number.WwanStructProvider2,
        PreferredListHeader__ElementCount=len(entries),
    )
    host.set("OID_WWAN_PREFERRED_PROVIDERS", payload)


# Sessions


def at_home(host: Host) -> None:
    """Power-up, queries of everything that names the network, both modes."""
    ask(host)
    host.wait(3)
    host.query("OID_WWAN_DEVICE_CAPS")
    host.query("OID_WWAN_HOME_PROVIDER")
    scan(host)
    ask(host)
    host.register("Manual", "26201", wait_s=5)
    ask(host)
    host.register("Automatic", "20801", wait_s=5)
    ask(host)
    host.wait(60)


def abroad(host: Host) -> None:
    """Partner and roaming networks, chosen by the device and by the host."""
    host.wait(3)
    host.query("OID_WWAN_HOME_PROVIDER")
    ask(host)
    host.register("Manual", "20801", wait_s=5)
    ask(host)
    host.register("Manual", "22801", wait_s=5)
    ask(host)
    host.register("Manual", "22801", wait_s=5)
    host.register("Automatic", wait_s=5)
    host.stimulus("roaming_text", RoamingText="Welcome")
    ask(host)


def coverage_lost_and_found(host: Host) -> None:
    """All networks go and come back, in both modes."""
    host.wait(3)
    host.query("OID_WWAN_RADIO_STATE")
    ask(host)
    coverage_of(host, False, wait_s=60)
    ask(host)
    coverage_of(host, True, wait_s=60)
    ask(host)
    host.register("Manual", "26201", wait_s=5)
    coverage_of(host, False, wait_s=60)
    ask(host)
    coverage_of(host, True, wait_s=0.2)
    ask(host, wait_s=60)
    ask(host)


def radio_off_and_on(host: Host) -> None:
    """Both modes set while the radio is off, with either switch."""
    host.wait(3)
    host.query("OID_WWAN_RADIO_STATE")
    host.radio(on=False, wait_s=5)
    ask(host)
    host.register("Manual", "26201", wait_s=5)
    ask(host)
    host.radio(on=True, wait_s=0.2)
    ask(host, wait_s=60)
    ask(host)
    host.stimulus("hardware_radio", State=0, wait_s=5)
    host.register("Automatic", wait_s=5)
    ask(host)
    host.stimulus("hardware_radio", State=1, wait_s=60)
    ask(host)


def nothing_in_reach(host: Host) -> None:
    """The radio comes on where no network is, in both modes."""
    host.wait(3)
    host.query("OID_WWAN_RADIO_STATE")
    for action in ("Manual", "Automatic"):
        host.radio(on=False, wait_s=5)
        host.register(action, "26201", wait_s=5)
        host.radio(on=True, wait_s=60)
        ask(host)


def failed_choices(host: Host) -> None:
    """Manual sets for networks that are not there, forbidden, or refuse."""
    host.wait(3)
    ask(host)
    scan(host)
    host.register("Manual", "99999", wait_s=60)
    ask(host)
    host.register("Automatic", wait_s=5)
    host.register("Manual", "20899", wait_s=5)
    ask(host)
    host.register("Automatic", wait_s=5)
    prefer(host, ("20801", number.WWAN_PROVIDER_STATE_FORBIDDEN))
    host.register("Manual", "20801", wait_s=5)
    prefer(host)
    host.register("Automatic", wait_s=5)
    forced(host, number.WWAN_STATUS_FAILURE, 11)
    host.register("Automatic", wait_s=5)
    ask(host)


def network_orders(host: Host) -> None:
    """The network deregisters, denies, lets the device try again."""
    host.wait(3)
    ask(host)
    thrown_out(host, 11)
    ask(host)
    host.register("Automatic", wait_s=5)
    thrown_out(host, 3, denied=True)
    ask(host, wait_s=20)
    host.register("Automatic", wait_s=20)
    thrown_out(host, 15, retry=True)
    ask(host)
    thrown_out(host, 12, denied=True, retry=True)
    host.wait(20)
    ask(host)


def emergency(host: Host) -> None:
    """Only a network for emergency calls is there."""
    host.wait(20)
    ask(host)
    host.query("OID_WWAN_READY_INFO")
    host.register("Automatic", wait_s=20)
    host.register("Manual", "20801", wait_s=20)
    coverage_of(host, False, wait_s=20)
    coverage_of(host, True, wait_s=20)
    ask(host)


def rejection(host: Host) -> None:
    """The only network rejects the subscriber with a cause."""
    host.wait(5)
    ask(host)
    host.register("Automatic", wait_s=5)
    host.register("Manual", "20801", wait_s=5)
    ask(host)


def power_cycles(host: Host) -> None:
    """Sleep, halt and removal, with the manual mode in force."""
    host.wait(3)
    ask(host)
    host.register("Manual", "26201", wait_s=5)
    ask(host)
    power(host, on=False)
    power(host, on=True)
    ask(host)
    host.lifecycle(Lifecycle.LIFECYCLE_HALT)
    host.lifecycle(Lifecycle.LIFECYCLE_INITIALIZE, wait_s=5)
    ask(host)
    host.lifecycle(Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    host.lifecycle(Lifecycle.LIFECYCLE_ARRIVAL, wait_s=5)
    host.query("OID_WWAN_RADIO_STATE")
    host.radio(on=False, wait_s=5)
    host.radio(on=True, wait_s=5)
    ask(host)
    host.register("Automatic", wait_s=5)
    power(host, on=False)
    power(host, on=True)
    ask(host)


def slow_set(host: Host) -> None:
    """A set that takes its time, and queries meanwhile."""
    host.wait(3)
    host.query("OID_WWAN_RADIO_STATE")
    thrown_out(host, 11)
    ask(host)
    host.stimulus(
        "latency",
        Operation=number.OID_WWAN_REGISTER_STATE,
        Count=1,
        DelayNs=4_000_000_000,
        CompletionDelayNs=0xFFFFFFFFFFFFFFFF,
        wait_s=0,
    )
    host.register("Manual", "26201", wait_s=1)
    ask(host, wait_s=10)
    ask(host)


def data_classes(host: Host) -> None:
    """Sets with and without a data class, of which some are not to be had."""
    host.wait(5)
    ask(host)
    host.query("OID_WWAN_PACKET_SERVICE")
    host.register("Automatic", data_class=number.WWAN_DATA_CLASS_UMTS, wait_s=5)
    host.query("OID_WWAN_PACKET_SERVICE")
    host.register("Automatic", wait_s=5)
    ask(host)
    host.register("Automatic", data_class=number.WWAN_DATA_CLASS_LTE, wait_s=5)
    host.query("OID_WWAN_PACKET_SERVICE")
    host.register("Manual", "26201", data_class=number.WWAN_DATA_CLASS_EDGE, wait_s=5)
    host.query("OID_WWAN_PACKET_SERVICE")
    ask(host)
    host.register("Automatic", data_class=number.WWAN_DATA_CLASS_UMTS, wait_s=5)
    ask(host)


def technologies(host: Host) -> None:
    """A multi-mode device goes over to CDMA and back."""
    host.wait(5)
    ask(host)
    host.stimulus("cellular_class", CurrentCellularClass=number.WwanCellularClassCdma, wait_s=10)
    ask(host)
    host.register("Manual", "00331", wait_s=5)
    ask(host)
    host.stimulus("cellular_class", CurrentCellularClass=number.WwanCellularClassGsm, wait_s=10)
    ask(host)


def carrier(host: Host) -> None:
    """A CDMA device in and out of coverage, and set to the manual mode."""
    host.wait(5)
    host.query("OID_WWAN_DEVICE_CAPS")
    host.query("OID_WWAN_HOME_PROVIDER")
    ask(host)
    host.register("Automatic", wait_s=5)
    host.register("Manual", "00331", wait_s=5)
    ask(host)
    coverage_of(host, False, wait_s=60)
    ask(host)
    coverage_of(host, True, wait_s=60)
    ask(host)
    host.radio(on=False, wait_s=5)
    host.register("Manual", "00331", wait_s=5)
    host.radio(on=True, wait_s=60)
    ask(host)


def subscriber(host: Host) -> None:
    """Sets while the SIM is away."""
    host.wait(3)
    host.stimulus("sim", State=0, wait_s=5)
    ask(host)
    host.register("Manual", "26201", wait_s=5)
    host.register("Automatic", wait_s=5)
    ask(host)
    host.stimulus("sim", State=1, wait_s=10)
    ask(host)


def busy(host: Host) -> None:
    """A device that does not change its mode while a context is active."""
    host.wait(5)
    host.register("Automatic", wait_s=5)
    host.connect(1, wait_s=5)
    ask(host)
    forced(host, number.WWAN_STATUS_BUSY)
    host.register("Manual", "20801", wait_s=5)
    ask(host)
    forced(host, number.WWAN_STATUS_FAILURE, 17)
    host.register("Manual", "26201", wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.connect(1, activate=False, wait_s=5)
    host.register("Manual", "20801", wait_s=5)
    ask(host)
