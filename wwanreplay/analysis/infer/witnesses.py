"""The environment's variables, and the outputs that witness them.

One row a variable: its stimulus, the reports that may show it, and what it must have been for the
device to say what was recorded. A row only proposes; the search believes a proposal when the
emulated device, driven by it, says the recorded output (`wwanreplay.replay.search`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wwanreplay.analysis.infer.seen import (
    ALL,
    ANYWHERE,
    EITHER,
    Seen,
    decoded_of,
    member,
    number,
    oid,
    one,
)
from wwanreplay.analysis.infer.witnesses_contexts import (
    addresses,
    deactivate,
    pco,
    service_data,
    service_event,
    session_closed,
    traffic,
    voice_call,
)
from wwanreplay.analysis.infer.witnesses_networks import (
    cellular_class,
    coverage,
    data_class,
    deregister,
    detach,
    networks,
    roaming_text,
    signal,
)
from wwanreplay.analysis.infer.witnesses_orders import (
    latency,
    outcome,
)
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.replay.proposer import Mismatch, Proposal

Build = Callable[[Seen], Iterator[Proposal]]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment: what changes it, and which reports and fields show it."""

    name: str
    stimulus: str
    witnesses: tuple[str, ...]
    fields: tuple[str, ...]
    build: Build


def _sim(seen: Seen) -> Iterator[Proposal]:
    states = {
        "WwanReadyStateSimNotInserted": ("SimRemoved",),
        "WwanReadyStateInitialized": ("SimInserted",),
        "WwanReadyStateNotActivated": ("SimInserted",),
        "WwanReadyStateDeviceLocked": ("SimLocked", "SimInserted", "SimBlocked"),
        "WwanReadyStateBadSim": ("SimBad",),
        "WwanReadyStateFailure": ("SimFailure",),
        "WwanReadyStateOff": ("SimRemoved", "SimInserted"),
    }
    for state in states.get(member("WWAN_READY_STATE", seen.get("ReadyInfo.ReadyState")), ()):
        yield one("sim", ANYWHERE, State=state)


def _service(seen: Seen) -> Iterator[Proposal]:
    if seen.witness.code == number("NDIS_STATUS_WWAN_READY_INFO"):
        name = member("WWAN_READY_STATE", seen.get("ReadyInfo.ReadyState"))
        if name in ("WwanReadyStateInitialized", "WwanReadyStateNotActivated"):
            activated = int(name == "WwanReadyStateInitialized")
            yield one("service_activation", ANYWHERE, Activated=activated)
        return
    cause = seen.get("ServiceActivationStatus.uNwError")
    for activated in (1, 0):
        places = ("before", "request")
        yield one("service_activation", places, Activated=activated, NwError=cause)


def _emergency_mode(seen: Seen) -> Iterator[Proposal]:
    mode = seen.get("ReadyInfo.EmergencyMode", None)
    if mode is not None:
        yield one("emergency_mode", EITHER, EmergencyMode=mode)


def _hardware_radio(seen: Seen) -> Iterator[Proposal]:
    state = seen.get("RadioState.HwRadioState", None)
    if state is not None:
        yield one("hardware_radio", EITHER, State=state)


_REGISTER = "NDIS_STATUS_WWAN_REGISTER_STATE"
_PACKET = "NDIS_STATUS_WWAN_PACKET_SERVICE"
_READY = "NDIS_STATUS_WWAN_READY_INFO"
_CONTEXT = "NDIS_STATUS_WWAN_CONTEXT_STATE"
_LINK = "NDIS_STATUS_LINK_STATE"
ANY_ANSWER: Final = "any answer"

VARIABLES: Final = (
    Variable("SIM", "sim", (_READY,), ("ReadyState",), _sim),
    Variable(
        "subscription",
        "service_activation",
        (_READY, "NDIS_STATUS_WWAN_SERVICE_ACTIVATION"),
        ("ReadyState", "uNwError"),
        _service,
    ),
    Variable("emergency calls", "emergency_mode", (_READY,), ("EmergencyMode",), _emergency_mode),
    Variable(
        "radio switch",
        "hardware_radio",
        ("NDIS_STATUS_WWAN_RADIO_STATE",),
        ("HwRadioState",),
        _hardware_radio,
    ),
    Variable(
        "coverage",
        "coverage",
        (_REGISTER, "NDIS_STATUS_WWAN_VISIBLE_PROVIDERS"),
        ("RegisterState", "ProviderId", "the list"),
        coverage,
    ),
    Variable(
        "registration",
        "network_deregister",
        (_REGISTER,),
        ("RegisterState", "uNwError"),
        deregister,
    ),
    Variable("networks", "provider_change", (_REGISTER,), ("ProviderId",), networks),
    Variable("roaming text", "roaming_text", (_REGISTER,), ("RoamingText",), roaming_text),
    Variable(
        "technology", "cellular_class", (_REGISTER,), ("CurrentCellularClass",), cellular_class
    ),
    Variable(
        "data class",
        "data_class",
        (_PACKET,),
        ("AvailableDataClass", "CurrentDataClass"),
        data_class,
    ),
    Variable("signal", "signal", ("NDIS_STATUS_WWAN_SIGNAL_STATE",), ("Rssi", "ErrorRate"), signal),
    Variable(
        "contexts",
        "network_deactivate",
        (_CONTEXT,),
        ("ActivationState", "uNwError"),
        deactivate,
    ),
    Variable("attach", "network_detach", (_PACKET, _CONTEXT), ("uNwError",), detach),
    Variable("voice call", "voice_call", (_CONTEXT, _LINK), ("VoiceCallState",), voice_call),
    Variable("PCO", "pco", ("NDIS_STATUS_WWAN_PCO_STATUS",), ("PcoValue",), pco),
    Variable(
        "addresses",
        "ip_address",
        ("NDIS_STATUS_WWAN_IP_ADDRESS_STATE", _CONTEXT),
        ("the entries", "IPType"),
        addresses,
    ),
    Variable("traffic", "traffic", ("OID_GEN_STATISTICS",), ("the counters",), traffic),
    Variable(
        "device services",
        "device_service_event",
        ("NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT",),
        ("all",),
        service_event,
    ),
    Variable(
        "session data",
        "device_service_data",
        ("NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ",),
        ("all",),
        service_data,
    ),
    Variable(
        "session end",
        "device_service_session_closed",
        (
            "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE",
            "OID_WWAN_DEVICE_SERVICE_SESSION",
            "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION",
        ),
        ("the status",),
        session_closed,
    ),
    Variable("reject cause", "outcome", (ANY_ANSWER,), ("uStatus", "uNwError"), outcome),
    Variable("latency", "latency", (ANY_ANSWER,), ("the time",), latency),
)

_BY_CODE: dict[int, list[Variable]] = {}
_FOR_ANSWERS: list[Variable] = []


for _variable in VARIABLES:
    for _name in _variable.witnesses:
        if _name == ANY_ANSWER:
            _FOR_ANSWERS.append(_variable)
        else:
            _code = oid(_name) if _name.startswith("OID_") else number(_name)
            _BY_CODE.setdefault(_code, []).append(_variable)


def _prevented(situation: Mismatch) -> Iterator[Proposal]:
    """What keeps a device from saying something: no network, no card, no radio."""
    places = ("before", "earlier")
    code = situation.witness.code
    if code == number("NDIS_STATUS_WWAN_REGISTER_STATE"):
        yield one("coverage", places, Available=0, ProviderIndex=ALL)
        yield one("hardware_radio", places, State="WwanRadioOff")
    elif code == number("NDIS_STATUS_WWAN_READY_INFO"):
        for state in ("SimRemoved", "SimInserted"):
            yield one("sim", places, State=state)


class Environment:
    """Proposes what of the environment would make a device say a witness.

    `mapping` is the plain mapping of the device's profile: coverage names networks by their place.
    """

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        rows = mapping.get("providers", ())
        self.providers = tuple(str(row.get("provider_id", "")) for row in rows)

    def propose(self, situation: Mismatch) -> Iterator[Proposal]:
        """The proposals for a witness, those of its own report first."""
        if situation.absent:
            yield from _prevented(situation)
            return
        decoded = decoded_of(situation.witness)
        if situation.values is not None:
            values = dict(situation.values)
        else:
            leaves = () if decoded is None else decoded.leaves()
            values = {leaf.path: leaf.value for leaf in leaves}
        seen = Seen(situation, values, decoded, self.providers)
        for variable in (*_BY_CODE.get(situation.witness.code, ()), *_FOR_ANSWERS):
            try:
                yield from variable.build(seen)
            except (DecodeError, UsageError, KeyError, ValueError):
                continue  # what a stimulus cannot carry, no environment has said
