"""The environment's variables, and the outputs that witness them.

One row a variable: its stimulus, the reports that may show it, and what it must have been for the
device to say what was recorded. A row only proposes; the search believes a proposal when the
emulated device, driven by it, says the recorded output (`wwanreplay.replay.search`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, decode_event, encode
from wwanreplay.replay.search import ASSIGNMENT_COST, STIMULUS_COST, Proposal, Situation

ALL: Final = 0xFFFFFFFF
SUCCESS: Final = 0
INDICATION_REQUIRED: Final = 0x40230001
ABORTED: Final = PROTOCOL.status("NDIS_STATUS_REQUEST_ABORTED").number
#: Networks that are tried one by one when coverage may have changed.
PROVIDERS_MAX: Final = 8
#: Latency of an operation that does not end by itself.
UNFINISHED_NS: Final = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness, read: its fields by path; and the networks of the profile, in their order."""

    situation: Situation
    values: dict[str, Any]
    decoded: Decoded | None
    providers: tuple[str, ...] = ()

    @property
    def witness(self) -> Event:
        """The recorded output."""
        return self.situation.witness

    @property
    def is_event(self) -> bool:
        """Whether nobody asked for it."""
        return self.witness.kind == Kind.KIND_INDICATION and not self.witness.request_id

    def get(self, path: str, default: Any = 0) -> Any:
        """A field; the default where the record does not have it."""
        return self.values.get(path, default)


Build = Callable[[Seen], Iterator[Proposal]]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment: what changes it, and which reports and fields show it."""

    name: str
    stimulus: str
    witnesses: tuple[str, ...]
    fields: tuple[str, ...]
    build: Build


def stimulus(name: str, port: int = 0, **values: Any) -> Event:
    """A stimulus of the tables; its time is set where it is placed."""
    row = PROTOCOL.stimulus(name)
    payload = encode(row.struct, values)
    return Event(Kind.KIND_STIMULUS, 0, port=port, code=row.number, payload=payload)


def _provider_change(**values: Any) -> Event:
    """A network that appears or changes, or with the id alone goes."""
    inner = ("ProviderId", "ProviderName", "ProviderState", "WwanDataClass")
    provider = {name: values.pop(name) for name in inner if name in values}
    action = 0 if len(provider) == 1 else 1
    tree = {"Provider": provider, **values}
    return stimulus("provider_change", Action=action, Provider=tree)


def _one(
    name: str, places: tuple[str, ...] = ("witness",), port: int = 0, **values: Any
) -> Proposal:
    cost = ASSIGNMENT_COST if name in ASSIGNED else STIMULUS_COST
    return Proposal((stimulus(name, port, **values),), places, cost)


#: What the network chooses for each activation.
ASSIGNED: Final = frozenset({"ip_address", "pco"})


EITHER: Final = ("witness", "before", "earlier")
ANYWHERE: Final = ("witness", "delayed", "before", "earlier")

# ---------------------------------------------------------------------------- subscriber, radio


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
    for state in states.get(_member("WWAN_READY_STATE", seen.get("ReadyInfo.ReadyState")), ()):
        yield _one("sim", ANYWHERE, State=state)


def _service(seen: Seen) -> Iterator[Proposal]:
    if seen.witness.code == _number("NDIS_STATUS_WWAN_READY_INFO"):
        name = _member("WWAN_READY_STATE", seen.get("ReadyInfo.ReadyState"))
        if name in ("WwanReadyStateInitialized", "WwanReadyStateNotActivated"):
            activated = int(name == "WwanReadyStateInitialized")
            yield _one("service_activation", ANYWHERE, Activated=activated)
        return
    cause = seen.get("ServiceActivationStatus.uNwError")
    for activated in (1, 0):
        places = ("before", "request")
        yield _one("service_activation", places, Activated=activated, NwError=cause)


def _emergency_mode(seen: Seen) -> Iterator[Proposal]:
    mode = seen.get("ReadyInfo.EmergencyMode", None)
    if mode is not None:
        yield _one("emergency_mode", EITHER, EmergencyMode=mode)


def _hardware_radio(seen: Seen) -> Iterator[Proposal]:
    state = seen.get("RadioState.HwRadioState", None)
    if state is not None:
        yield _one("hardware_radio", EITHER, State=state)


# ------------------------------------------------------------------------------- registration


def _coverage(seen: Seen) -> Iterator[Proposal]:
    """A network, or all, came or went."""
    if seen.witness.code == _number("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS"):
        yield from _visible(seen)
        return
    places = _places(seen)
    present = places.get(str(seen.situation.hypothesis.engine.state().get("provider") or ""))
    yield _one("coverage", ANYWHERE, Available=0, ProviderIndex=ALL)
    if present is not None:
        yield _one("coverage", ("witness",), Available=0, ProviderIndex=present)
    yield _one("coverage", ANYWHERE, Available=1, ProviderIndex=ALL)
    for index in list(places.values())[:PROVIDERS_MAX]:
        yield _one("coverage", ("witness", "before"), Available=1, ProviderIndex=index)
        if index != present:
            yield _one("coverage", ("before",), Available=0, ProviderIndex=index)


def _visible(seen: Seen) -> Iterator[Proposal]:
    """What a scan shows and the device would not: networks that came, changed or went."""
    listed = list(seen.decoded.get("Elements", ())) if seen.decoded is not None else []
    said = seen.situation.expected
    is_scan = said is not None and said.code == seen.witness.code
    expected = _decoded(said) if is_scan else None
    known = list(expected.get("Elements", ())) if expected is not None else []
    ours = {_name_of(element): element for element in known}
    theirs = {_name_of(element): element for element in listed}
    places = _places(seen)
    changes: list[Event] = []
    for name, element in theirs.items():
        if name in ours and _network(ours[name]) == _network(element):
            continue
        if name not in ours and name in places:
            changes.append(stimulus("coverage", Available=1, ProviderIndex=places[name]))
        else:
            changes.append(_provider_change(**_network(element)))
    for name in ours:
        if name not in theirs:
            place = places.get(name, PROVIDERS_MAX)
            changes.append(stimulus("coverage", Available=0, ProviderIndex=place))
    if changes:
        yield Proposal(tuple(changes[:PROVIDERS_MAX]), ("before", "request"))
    for name in ours:
        if name not in theirs:
            remove = _provider_change(ProviderId=name)
            yield Proposal((remove,), ("before", "request"))


def _name_of(element: Any) -> str:
    return str(element[_provider_path(element) + "ProviderId"])


def _places(seen: Seen) -> dict[str, int]:
    """The place of each network in the device's list: the profile's, then those that came."""
    names = list(seen.providers)
    row = PROTOCOL.stimulus("provider_change")
    for placed in seen.situation.hypothesis.stimuli:
        if placed.event.code == row.number:
            decoded = _decoded(placed.event)
            name = "" if decoded is None else str(decoded.get("Provider.Provider.ProviderId", ""))
            if name and name not in names:
                names.append(name)
    return {name: place for place, name in enumerate(names)}


def _provider_path(element: Any) -> str:
    return "Provider." if "Provider.ProviderId" in element else ""


def _network(element: Any) -> dict[str, Any]:
    inner = _provider_path(element)
    values = {
        name: element[inner + name]
        for name in ("ProviderId", "ProviderName", "ProviderState", "WwanDataClass")
    }
    for name in ("WwanCellularClass", "Rssi", "ErrorRate"):
        if name in element:
            values[name] = element[name]
    return values


def _deregister(seen: Seen) -> Iterator[Proposal]:
    state = _member("WWAN_REGISTER_STATE", seen.get("RegistrationState.RegisterState"))
    if state not in ("WwanRegisterStateDeregistered", "WwanRegisterStateDenied"):
        return
    if seen.situation.values is not None and seen.is_event:
        # A modem of the field may tell of these before it tells of their cause.
        yield _one("sim", ("witness",), State="SimRemoved")
        yield _one("hardware_radio", ("witness",), State="WwanRadioOff")
    cause = seen.get("RegistrationState.uNwError")
    denied = int(state == "WwanRegisterStateDenied")
    for retry in (0, 1):
        order = stimulus("network_deregister", NwError=cause, Denied=denied, Retry=retry)
        # A network that throws a device out says why.
        yield Proposal((order,), ("witness",), STIMULUS_COST + (not cause))


def _networks(seen: Seen) -> Iterator[Proposal]:
    """A network that nobody knew appeared, or one that was used went."""
    state = _member("WWAN_REGISTER_STATE", seen.get("RegistrationState.RegisterState"))
    present = str(seen.situation.hypothesis.engine.state().get("provider") or "")
    if present:
        yield Proposal((_provider_change(ProviderId=present),), ("witness",))
    searching = state == "WwanRegisterStateSearching"
    values = _registered_next(seen) if searching else dict(seen.values)
    name = values.get("RegistrationState.ProviderId", "")
    if not name:
        return
    known = _scanned(seen, name)
    if not known:
        preferred = values.get("RegistrationState.RegisterState") == _partner()
        states = ("WWAN_PROVIDER_STATE_VISIBLE", "WWAN_PROVIDER_STATE_PREFERRED")
        known = {
            "ProviderId": name,
            "ProviderName": values.get("RegistrationState.ProviderName", ""),
            "ProviderState": "|".join(states[: 1 + preferred]),
            "WwanDataClass": _available_next(seen),
            "WwanCellularClass": values.get("RegistrationState.CurrentCellularClass") or 1,
            "Rssi": 20,
        }
    yield Proposal((_provider_change(**known),), ANYWHERE)


def _partner() -> int:
    return PROTOCOL.number_of("WWAN_REGISTER_STATE", "WwanRegisterStatePartner")


def _later(seen: Seen, code: int, count: int) -> Iterator[Decoded]:
    """Reports of one kind among the records that follow."""
    start = seen.situation.position
    for event in seen.situation.records[start : start + count]:
        if event.kind == Kind.KIND_INDICATION and event.code == code:
            decoded = _decoded(event)
            if decoded is not None:
                yield decoded


def _registered_next(seen: Seen) -> dict[str, Any]:
    """The fields of the next report of a registration."""
    for decoded in _later(seen, _number("NDIS_STATUS_WWAN_REGISTER_STATE"), 24):
        if decoded.get("RegistrationState.ProviderId", ""):
            return {leaf.path: leaf.value for leaf in decoded.leaves()}
    return {}


def _available_next(seen: Seen) -> int:
    """The data classes that the next report of packet service offers."""
    for decoded in _later(seen, _number("NDIS_STATUS_WWAN_PACKET_SERVICE"), 24):
        found = decoded.get("PacketService.AvailableDataClass", 0)
        if found:
            return int(found)
    return 0x20


def _current_next(seen: Seen) -> int:
    """The data classes that a report of packet service says are in use next."""
    for decoded in _later(seen, _number("NDIS_STATUS_WWAN_PACKET_SERVICE"), 24):
        found = decoded.get("PacketService.CurrentDataClass", 0)
        if found:
            return int(found)
    return 0


def _scanned(seen: Seen, name: str) -> dict[str, Any]:
    """What the next scan that shows a network says of it."""
    for decoded in _later(seen, _number("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS"), 400):
        for element in decoded.get("Elements", ()):
            if _name_of(element) == name:
                return _network(element)
    return {}


def _roaming_text(seen: Seen) -> Iterator[Proposal]:
    text = seen.get("RegistrationState.RoamingText", "")
    state = _member("WWAN_REGISTER_STATE", seen.get("RegistrationState.RegisterState"))
    if text or state in ("WwanRegisterStateRoaming", "WwanRegisterStatePartner"):
        yield _one("roaming_text", EITHER, RoamingText=text)


def _cellular_class(seen: Seen) -> Iterator[Proposal]:
    value = seen.get("RegistrationState.CurrentCellularClass")
    if value:
        yield _one("cellular_class", EITHER, CurrentCellularClass=value)
    else:
        for value in (1, 2):
            yield _one("cellular_class", EITHER, CurrentCellularClass=value)


# ------------------------------------------------------------------- packet service and signal


def _detach(seen: Seen) -> Iterator[Proposal]:
    cause = seen.get("PacketService.uNwError") or seen.get("ContextState.uNwError")
    yield _one("network_detach", ("witness",), NwError=cause)


def _data_class(seen: Seen) -> Iterator[Proposal]:
    available = seen.get("PacketService.AvailableDataClass")
    current = seen.get("PacketService.CurrentDataClass")
    # A log of MBIM messages does not tell what is on offer. A device that is not attached shows
    # only that; what it uses comes later.
    for each in dict.fromkeys((current, current or _current_next(seen))):
        offer = available or each
        if offer:
            yield _one("data_class", EITHER, AvailableDataClass=offer, CurrentDataClass=each)


def _signal(seen: Seen) -> Iterator[Proposal]:
    rssi = seen.get("SignalState.Rssi", None)
    if rssi is not None:
        rate = seen.get("SignalState.ErrorRate")
        yield _one("signal", ("witness", "before", "delayed"), Rssi=rssi, ErrorRate=rate)


# ---------------------------------------------------------------------------------- contexts


def _deactivate(seen: Seen) -> Iterator[Proposal]:
    if not seen.is_event:
        return
    yield _one(
        "network_deactivate",
        ("witness",),
        seen.witness.port,
        ConnectionId=seen.get("ContextState.ConnectionId"),
        NwError=seen.get("ContextState.uNwError"),
    )


def _voice_call(seen: Seen) -> Iterator[Proposal]:
    for state in ("WwanVoiceCallStateInProgress", "WwanVoiceCallStateHangUp"):
        yield _one("voice_call", EITHER, seen.witness.port, State=state)


def _pco(seen: Seen) -> Iterator[Proposal]:
    size = seen.get("PcoValue.Size")
    for connection in _connections(seen):
        yield _one(
            "pco",
            (*EITHER, "request"),
            seen.witness.port,
            ConnectionId=connection,
            Size=size,
            Type=seen.get("PcoValue.Type"),
            PcoData=bytes(seen.get("PcoValue.PcoData", b""))[:256],
        )


def _connections(seen: Seen) -> Iterator[int]:
    """Contexts of the witness's port that the host has asked for, the last first, then 0."""
    told: list[int] = []
    start = max(seen.situation.position - 400, 0)
    connect = _oid("OID_WWAN_CONNECT")
    for event in reversed(seen.situation.records[start : seen.situation.position]):
        if event.kind == Kind.KIND_SET and event.code == connect:
            decoded = _decoded(event)
            if decoded is not None:
                told.append(decoded.get("SetContextState.ConnectionId", 0))
    yield from list(dict.fromkeys([*told, 0]))[:4]


def _addresses(seen: Seen) -> Iterator[Proposal]:
    if seen.decoded is None:
        return
    if seen.witness.code == _number("NDIS_STATUS_WWAN_CONTEXT_STATE"):
        yield from _address_families(seen)
        return
    state = "WwanIpAddressState."
    values: dict[str, Any] = {"Mtu": seen.get(f"{state}IPv4MTU") or seen.get(f"{state}IPv6MTU")}
    for table, name in (("IpEntries", "Address"), ("GatewayEntries", "Gateway")):
        values |= _entries(seen.decoded.get(table, None) or (), name)
    values |= _entries(seen.decoded.get("DnsEntries", None) or (), "Dns")
    for connection in _connections(seen):
        places = (*EITHER, "request")
        yield _one("ip_address", places, seen.witness.port, ConnectionId=connection, **values)


def _address_families(seen: Seen) -> Iterator[Proposal]:
    """The context's IP type tells which addresses the network gave, though not their values."""
    name = _member("WWAN_IP_TYPE", seen.get("ContextState.IPType"))
    families: dict[str, dict[str, Any]] = {
        "IPv4": {"IPv4Address": bytes([192, 0, 2, 1]), "IPv4PrefixLength": 30},
        "IPv6": {
            "IPv6Address": bytes.fromhex("20010db8" + "00" * 11 + "01"),
            "IPv6PrefixLength": 64,
        },
    }
    wanted = {"WwanIPTypeIPv4": ("IPv4",), "WwanIPTypeIPv6": ("IPv6",)}.get(
        name, ("IPv4", "IPv6") if "v4v6" in name else ()
    )
    values = {key: value for family in wanted for key, value in families[family].items()}
    if values:
        connection = seen.get("ContextState.ConnectionId")
        places = ("before", "request")
        yield _one(
            "ip_address", places, seen.witness.port, ConnectionId=connection, Mtu=1500, **values
        )


def _entries(entries: Any, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for entry in entries:
        family = "IPv6" if entry["IsIpv6"] else "IPv4"
        inner = "Ipv6" if entry["IsIpv6"] else "Ipv4"
        octets = bytes(entry[f"{inner}.IPV{family[3]}Address"])
        values.setdefault(f"{family}{name}", octets)
        if name == "Address":
            values.setdefault(f"{family}PrefixLength", entry[f"{inner}.OnLinkPrefixLength"])
    return values


def _traffic(seen: Seen) -> Iterator[Proposal]:
    """The counters have grown by what has flowed."""
    expected = seen.situation.expected
    if expected is None or seen.decoded is None or expected.code != seen.witness.code:
        return
    before = _decoded(expected)
    if before is None:
        return
    sums = {
        "InOctets": ("ifHCInOctets", "ifHCInUcastOctets"),
        "InPackets": ("ifHCInUcastPkts",),
        "OutOctets": ("ifHCOutOctets", "ifHCOutUcastOctets"),
        "OutPackets": ("ifHCOutUcastPkts",),
        "InErrors": ("ifInErrors",),
        "OutErrors": ("ifOutErrors",),
        "InDiscards": ("ifInDiscards",),
        "OutDiscards": ("ifOutDiscards",),
    }
    values = {}
    for name, paths in sums.items():
        grown = [seen.get(path) - before.get(path, 0) for path in paths if path in seen.values]
        if any(amount < 0 for amount in grown):
            return
        values[name] = max(grown, default=0)
    if any(values.values()):
        yield _one("traffic", ("request", "before"), seen.witness.port, **values)


# ---------------------------------------------------------------------------- device services


def _service_event(seen: Seen) -> Iterator[Proposal]:
    if seen.decoded is None:
        return
    data = bytes(seen.decoded.get("Data", b""))[: seen.get("Event.uDataSize")]
    yield _one(
        "device_service_event",
        ("witness",),
        DeviceServiceGuid=seen.get("Event.DeviceServiceGuid"),
        EventID=seen.get("Event.EventID"),
        DataSize=len(data),
        Data=data,
    )


def _service_data(seen: Seen) -> Iterator[Proposal]:
    """Data of a session, which may come in several parts."""
    if seen.decoded is None:
        return
    session = seen.get("ReadData.uSessionID")
    data = b""
    for event in seen.situation.records[seen.situation.position :][:64]:
        part = _decoded(event)
        same = event.code == seen.witness.code and event.time_ns == seen.witness.time_ns
        if not same or part is None or part.get("ReadData.uSessionID", None) != session:
            break
        data += bytes(part.get("Data", b""))[: part.get("ReadData.uDataSize", 0)]
        yield _one(
            "device_service_data",
            ("witness",),
            SessionId=session,
            DataSize=len(data),
            Data=data,
        )


def _session_closed(seen: Seen) -> Iterator[Proposal]:
    """A write that fails although the session was open."""
    request = seen.situation.request
    decoded = _decoded(request)
    if decoded is None:
        return
    for path in ("WriteData.uSessionID", "SessionWrite.uSessionID", "Session.uSessionID"):
        session = decoded.get(path, None)
        if session is not None:
            places = ("request", "before")
            yield _one("device_service_session_closed", places, SessionId=session)
            return


# ------------------------------------------------------------------------- orders for operations

#: Operations that the network, the card or the air takes part in: their latency is its.
TAKEN_PART_IN: Final = frozenset(
    {
        "OID_WWAN_CONNECT",
        "OID_WWAN_PACKET_SERVICE",
        "OID_WWAN_PIN",
        "OID_WWAN_PIN_EX",
        "OID_WWAN_RADIO_STATE",
        "OID_WWAN_REGISTER_STATE",
        "OID_WWAN_SERVICE_ACTIVATION",
        "OID_WWAN_VISIBLE_PROVIDERS",
    }
)


#: Operations that the network may refuse.
NETWORK_ENDS: Final = frozenset(
    {
        "OID_WWAN_CONNECT",
        "OID_WWAN_PACKET_SERVICE",
        "OID_WWAN_REGISTER_STATE",
        "OID_WWAN_SERVICE_ACTIVATION",
        "OID_WWAN_VISIBLE_PROVIDERS",
    }
)


def _outcome(seen: Seen) -> Iterator[Proposal]:
    """An operation that the network ended otherwise."""
    request = seen.situation.request
    if seen.witness.kind != Kind.KIND_INDICATION:
        return
    cause = next((value for path, value in seen.values.items() if path.endswith("uNwError")), 0)
    if request is not None:
        row = PROTOCOL.oid_by_number.get(request.code)
        if row is None or row.name not in NETWORK_ENDS or not seen.get("uStatus"):
            return
        if request.kind == Kind.KIND_QUERY and row.name != "OID_WWAN_VISIBLE_PROVIDERS":
            return
        status = seen.get("uStatus")
        operations = [request.code]
    elif seen.witness.code == _number("NDIS_STATUS_WWAN_REGISTER_STATE"):
        # An attempt of the device's own that was refused.
        status, operations = 0x80004005, [_oid("OID_WWAN_REGISTER_STATE")]
    elif seen.witness.code == _number("NDIS_STATUS_WWAN_PACKET_SERVICE"):
        status, operations = 0x80004005, [_oid("OID_WWAN_PACKET_SERVICE")]
    else:
        return
    for operation in operations:
        statuses = [status] if request is not None else _failures()
        for code in statuses:
            yield _one(
                "outcome",
                ("before", "request"),
                Operation=operation,
                uStatus=code,
                NwError=cause,
                Count=1,
            )


def _failures() -> list[int]:
    return [PROTOCOL.status("WWAN_STATUS_FAILURE").number]


def _latency(seen: Seen) -> Iterator[Proposal]:
    """An operation that took another time; of all operations when the device answers by itself."""
    request, witness = seen.situation.request, seen.witness
    if request is None or witness.status not in (0, INDICATION_REQUIRED, ABORTED):
        return
    expected = seen.situation.expected
    if expected is None or expected.kind != Kind.KIND_COMPLETION:
        return  # whatever is slow is so from the beginning
    provisional, answer = _transaction(seen)
    if provisional is None:
        return
    if provisional.status == ABORTED:
        # It was cancelled before its completion, which was to come later.
        waited_ns = provisional.time_ns - request.time_ns
        yield _one(
            "latency",
            ("request",),
            Operation=request.code,
            Count=1,
            DelayNs=UNFINISHED_NS,
            CompletionDelayNs=waited_ns + 1_000_000,
        )
        return
    completion_ns = provisional.time_ns - request.time_ns
    delay_ns = answer.time_ns - provisional.time_ns if answer is not None else None
    row = PROTOCOL.oid_by_number.get(request.code)
    known = row is not None and row.name in TAKEN_PART_IN and request.kind != Kind.KIND_QUERY
    scan = row is not None and row.name == "OID_WWAN_VISIBLE_PROVIDERS"
    # An operation that something else ended, or whose end is not in the recording, took longer.
    delays_ns = [delay_ns, UNFINISHED_NS] if delay_ns is not None else [UNFINISHED_NS]
    operation, count = (request.code, 1) if known or scan else (0, ALL)
    for each_ns in delays_ns:
        yield _one(
            "latency",
            ("request",) if operation else ("request", "burst"),
            Operation=operation,
            Count=count,
            DelayNs=each_ns,
            CompletionDelayNs=completion_ns,
        )


def _transaction(seen: Seen) -> tuple[Event | None, Event | None]:
    """The provisional completion and the answer of the witness's request, where recorded."""
    situation = seen.situation
    request = situation.request
    assert request is not None
    provisional: Event | None = None
    for event in situation.records[max(situation.position - 400, 0) :][:2000]:
        if event.request_id != request.request_id or event.port != request.port:
            continue
        if event.time_ns < request.time_ns:
            continue
        if event.kind == Kind.KIND_COMPLETION and provisional is None:
            if event.status not in (INDICATION_REQUIRED, ABORTED):
                return None, None
            provisional = event
        elif event.kind == Kind.KIND_INDICATION:
            return provisional, event
    return provisional, None


# ------------------------------------------------------------------------------------- table

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
        _coverage,
    ),
    Variable(
        "registration",
        "network_deregister",
        (_REGISTER,),
        ("RegisterState", "uNwError"),
        _deregister,
    ),
    Variable("networks", "provider_change", (_REGISTER,), ("ProviderId",), _networks),
    Variable("roaming text", "roaming_text", (_REGISTER,), ("RoamingText",), _roaming_text),
    Variable(
        "technology", "cellular_class", (_REGISTER,), ("CurrentCellularClass",), _cellular_class
    ),
    Variable(
        "data class",
        "data_class",
        (_PACKET,),
        ("AvailableDataClass", "CurrentDataClass"),
        _data_class,
    ),
    Variable(
        "signal", "signal", ("NDIS_STATUS_WWAN_SIGNAL_STATE",), ("Rssi", "ErrorRate"), _signal
    ),
    Variable(
        "contexts",
        "network_deactivate",
        (_CONTEXT,),
        ("ActivationState", "uNwError"),
        _deactivate,
    ),
    Variable("attach", "network_detach", (_PACKET, _CONTEXT), ("uNwError",), _detach),
    Variable("voice call", "voice_call", (_CONTEXT, _LINK), ("VoiceCallState",), _voice_call),
    Variable("PCO", "pco", ("NDIS_STATUS_WWAN_PCO_STATUS",), ("PcoValue",), _pco),
    Variable(
        "addresses",
        "ip_address",
        ("NDIS_STATUS_WWAN_IP_ADDRESS_STATE", _CONTEXT),
        ("the entries", "IPType"),
        _addresses,
    ),
    Variable("traffic", "traffic", ("OID_GEN_STATISTICS",), ("the counters",), _traffic),
    Variable(
        "device services",
        "device_service_event",
        ("NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT",),
        ("all",),
        _service_event,
    ),
    Variable(
        "session data",
        "device_service_data",
        ("NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ",),
        ("all",),
        _service_data,
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
        _session_closed,
    ),
    Variable("reject cause", "outcome", (ANY_ANSWER,), ("uStatus", "uNwError"), _outcome),
    Variable("latency", "latency", (ANY_ANSWER,), ("the time",), _latency),
)

_BY_CODE: dict[int, list[Variable]] = {}
_FOR_ANSWERS: list[Variable] = []


def _number(name: str) -> int:
    return PROTOCOL.indication(name).number


def _oid(name: str) -> int:
    return PROTOCOL.oid(name).number or 0


for _variable in VARIABLES:
    for _name in _variable.witnesses:
        if _name == ANY_ANSWER:
            _FOR_ANSWERS.append(_variable)
        else:
            _code = _oid(_name) if _name.startswith("OID_") else _number(_name)
            _BY_CODE.setdefault(_code, []).append(_variable)


def _prevented(situation: Situation) -> Iterator[Proposal]:
    """What keeps a device from saying something: no network, no card, no radio."""
    places = ("before", "earlier")
    code = situation.witness.code
    if code == _number("NDIS_STATUS_WWAN_REGISTER_STATE"):
        yield _one("coverage", places, Available=0, ProviderIndex=ALL)
        yield _one("hardware_radio", places, State="WwanRadioOff")
    elif code == _number("NDIS_STATUS_WWAN_READY_INFO"):
        for state in ("SimRemoved", "SimInserted"):
            yield _one("sim", places, State=state)


class Environment:
    """Proposes what of the environment would make a device say a witness.

    `mapping` is the plain mapping of the device's profile: coverage names networks by their place.
    """

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        rows = mapping.get("providers", ())
        self.providers = tuple(str(row.get("provider_id", "")) for row in rows)

    def propose(self, situation: Situation) -> Iterator[Proposal]:
        """The proposals for a witness, those of its own report first."""
        if situation.absent:
            yield from _prevented(situation)
            return
        decoded = _decoded(situation.witness)
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


def _decoded(event: Event | None) -> Decoded | None:
    """The fields of an event, or None."""
    if event is None:
        return None
    try:
        decoded = decode_event(event)
    except DecodeError:
        return None
    return None if decoded is None or decoded.raw is not None else decoded


def _member(enum: str, value: Any) -> str:
    return PROTOCOL.text_of(enum, value) if isinstance(value, int) else ""
