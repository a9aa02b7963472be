"""Numbers of the protocol that more than one subject compares."""

from __future__ import annotations

from typing import Final

from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.protocol import PROTOCOL


def _member(enumeration: str, name: str) -> int:
    return PROTOCOL.number_of(enumeration, name)


def wwan_status(name: str) -> int:
    """The number of a WWAN_STATUS by its name without that prefix."""
    return PROTOCOL.wwan_status_by_name[f"WWAN_STATUS_{name}"].number


def ndis_status(name: str) -> int:
    """The number of an NDIS_STATUS by its name without that prefix."""
    return PROTOCOL.ndis_status_by_name[f"NDIS_STATUS_{name}"].number & 0xFFFFFFFF


FAILURE: Final = wwan_status("FAILURE")

READY_OFF: Final = _member("WWAN_READY_STATE", "WwanReadyStateOff")
READY_INITIALIZED: Final = _member("WWAN_READY_STATE", "WwanReadyStateInitialized")
READY_SIM_NOT_INSERTED: Final = _member("WWAN_READY_STATE", "WwanReadyStateSimNotInserted")
READY_BAD_SIM: Final = _member("WWAN_READY_STATE", "WwanReadyStateBadSim")
READY_FAILURE: Final = _member("WWAN_READY_STATE", "WwanReadyStateFailure")
READY_NOT_ACTIVATED: Final = _member("WWAN_READY_STATE", "WwanReadyStateNotActivated")
READY_DEVICE_LOCKED: Final = _member("WWAN_READY_STATE", "WwanReadyStateDeviceLocked")

RADIO_OFF: Final = _member("WWAN_RADIO", "WwanRadioOff")
RADIO_ON: Final = _member("WWAN_RADIO", "WwanRadioOn")

DEREGISTERED: Final = _member("WWAN_REGISTER_STATE", "WwanRegisterStateDeregistered")
SEARCHING: Final = _member("WWAN_REGISTER_STATE", "WwanRegisterStateSearching")
HOME: Final = _member("WWAN_REGISTER_STATE", "WwanRegisterStateHome")
ROAMING: Final = _member("WWAN_REGISTER_STATE", "WwanRegisterStateRoaming")
PARTNER: Final = _member("WWAN_REGISTER_STATE", "WwanRegisterStatePartner")
DENIED: Final = _member("WWAN_REGISTER_STATE", "WwanRegisterStateDenied")
REGISTERED: Final = (HOME, ROAMING, PARTNER)

AUTOMATIC: Final = _member("WWAN_REGISTER_MODE", "WwanRegisterModeAutomatic")
MANUAL: Final = _member("WWAN_REGISTER_MODE", "WwanRegisterModeManual")

ATTACHING: Final = _member("WWAN_PACKET_SERVICE_STATE", "WwanPacketServiceStateAttaching")
ATTACHED: Final = _member("WWAN_PACKET_SERVICE_STATE", "WwanPacketServiceStateAttached")
DETACHING: Final = _member("WWAN_PACKET_SERVICE_STATE", "WwanPacketServiceStateDetaching")
DETACHED: Final = _member("WWAN_PACKET_SERVICE_STATE", "WwanPacketServiceStateDetached")

ACTIVATED: Final = _member("WWAN_ACTIVATION_STATE", "WwanActivationStateActivated")
DEACTIVATED: Final = _member("WWAN_ACTIVATION_STATE", "WwanActivationStateDeactivated")
DEACTIVATING: Final = _member("WWAN_ACTIVATION_STATE", "WwanActivationStateDeactivating")

#: Strength and error rate that are not known.
UNKNOWN: Final = 99
RSSI_MAX: Final = 31

SECOND_NS: Final = 10**9
#: No latency of a profile is longer.
LATENCY_NS_MAX: Final = 10**15


def register_state_of(reading: Reading) -> int:
    """The register state of a successful report of registration, else 0."""
    if not reading.succeeded:
        return 0
    state = reading.number("RegistrationState.RegisterState") or 0
    return state if DEREGISTERED <= state <= DENIED else 0
