"""What a host would have said: the MBIM command of an OID request.

The bridge makes OID requests of a host's commands; this is the way back, for sessions that were
recorded without messages. The pairs are those of `wwanreplay.mbim.commands` and of
docs/mbim-mapping.md. What the OID does not say and the command needs is the same each time: a
context is one for the internet, a list of providers has no signal strength.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim import values as maps
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.commands import DEVICE_SERVICES, SUBSCRIBE_LIST
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS, EXTENSIONS, SERVICES, split_code
from wwanreplay.mbim.values import ValueMap
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, decode_event

Member = tuple[str, str, ValueMap | None]
BuildSet = Callable[[Decoded], Values]
#: What a query carries: the decoded input, None without one, and the session.
BuildQuery = Callable[[Decoded | None, int], Values]


@dataclass(frozen=True, slots=True)
class Saying:
    """How the requests of one OID are said in MBIM; None: such a request has no command."""

    service: int
    cid: int
    query: BuildQuery | None = None
    set: BuildSet | None = None


def command_of(event: Event, transaction_id: int, session: int = 0) -> Message | None:
    """Return the COMMAND that a host sends for a query or set, or None when MBIM has none.

    `session` is the SessionId of a query that needs one. A payload that cannot be read, or whose
    values no command carries, has no command.
    """
    if event.kind not in (Kind.KIND_QUERY, Kind.KIND_SET):
        return None
    is_set = event.kind == Kind.KIND_SET
    kind = messages.COMMAND_SET if is_set else messages.COMMAND_QUERY
    if event.namespace == Namespace.NAMESPACE_MBIM:
        number, cid = split_code(event.code)
        service = SERVICES.get(number)
        if service is None:
            return None
        wire = uuid.UUID(service.uuid).bytes
        return Message(messages.MBIM_COMMAND_MSG, transaction_id, kind, wire, cid, event.payload)
    row = PROTOCOL.oid_by_number.get(event.code)
    if row is None:
        return None
    try:
        decoded = decode_event(event)
        if decoded is not None and decoded.raw is not None:
            return None
        if row.name == "OID_WWAN_DEVICE_SERVICE_COMMAND":
            return None if decoded is None else _service_command(decoded, transaction_id, kind)
        saying = SAYINGS.get(row.name)
        if saying is None:
            return None
        return _said(saying, decoded, is_set, transaction_id, session)
    except (DecodeError, UsageError, KeyError):
        return None


def _said(
    saying: Saying, decoded: Decoded | None, is_set: bool, transaction_id: int, session: int
) -> Message | None:
    if is_set:
        if saying.set is None or decoded is None:
            return None
        values = saying.set(decoded)
    else:
        if saying.query is None:
            return None
        values = saying.query(decoded, session)
    operation = "set" if is_set else "query"
    buffer = codec.encode(saying.service, saying.cid, operation, values)
    return Message(
        messages.MBIM_COMMAND_MSG,
        transaction_id,
        messages.COMMAND_SET if is_set else messages.COMMAND_QUERY,
        uuid.UUID(SERVICES[saying.service].uuid).bytes,
        saying.cid,
        buffer,
    )


def _service_command(decoded: Decoded, transaction_id: int, kind: int) -> Message:
    """Return a command of the device's own services, whose data go as they are."""
    size = decoded["Command.uDataSize"]
    return Message(
        messages.MBIM_COMMAND_MSG,
        transaction_id,
        kind,
        uuid.UUID(decoded["Command.DeviceServiceGuid"]).bytes,
        decoded["Command.CommandID"],
        bytes(decoded.get("Data", b""))[:size],
    )


# ------------------------------------------------------------------ values of sets


def _picked(*rows: Member) -> BuildSet:
    """Return a builder that takes MBIM members from NDIS paths; what a revision lacks is zero."""

    def build(decoded: Decoded) -> Values:
        return {
            mbim: decoded.get(path, 0) if kind is None else kind.to_mbim(decoded.get(path, 0))
            for mbim, path, kind in rows
        }

    return build


def _provider(source: Any, prefix: str = "") -> Values:
    """Return an MbimProvider of a WWAN_PROVIDER or, with signal strength, a WWAN_PROVIDER2."""
    second = f"{prefix}Provider.ProviderId" in source
    inner = f"{prefix}Provider." if second else prefix
    return {
        "ProviderId": source[f"{inner}ProviderId"],
        "ProviderState": source[f"{inner}ProviderState"],
        "ProviderName": source[f"{inner}ProviderName"],
        "CellularClass": source[f"{prefix}WwanCellularClass"] if second else 1,
        "Rssi": source[f"{prefix}Rssi"] if second else maps.SIGNAL_UNKNOWN,
        "ErrorRate": source[f"{prefix}ErrorRate"] if second else maps.SIGNAL_UNKNOWN,
    }


def _home_provider(decoded: Decoded) -> Values:
    return {"Provider": _provider(decoded, "HomeProvider.")}


def _preferred_providers(decoded: Decoded) -> Values:
    return {"Providers": [_provider(each) for each in decoded.get("Elements", ())]}


def _signal_indication(decoded: Decoded) -> Values:
    built = _picked(
        ("SignalStrengthInterval", "SignalIndication.RssiInterval", None),
        ("RssiThreshold", "SignalIndication.RssiThreshold", None),
    )(decoded)
    return {**built, "ErrorRateThreshold": 0}


_CONTEXT_STATE = _picked(
    ("SessionId", "SetContextState.ConnectionId", None),
    ("ActivationCommand", "SetContextState.ActivationCommand", None),
    ("AccessString", "SetContextState.AccessString", None),
    ("UserName", "SetContextState.UserName", None),
    ("Password", "SetContextState.Password", None),
    ("Compression", "SetContextState.Compression", None),
    ("AuthProtocol", "SetContextState.AuthType", maps.AUTH_PROTOCOL),
    ("IpType", "SetContextState.IPType", maps.IP_TYPE),
)


def _context_state(decoded: Decoded) -> Values:
    return {**_CONTEXT_STATE(decoded), "ContextType": maps.CONTEXT_TYPE_INTERNET}


def _subscription(decoded: Decoded) -> Values:
    services = decoded.get("Elements", ())
    return {"Events": [{"DeviceServiceId": _plain_uuid(each), "Cids": []} for each in services]}


def _stream(decoded: Decoded) -> Values:
    return {
        "DeviceServiceId": _plain_uuid(decoded["Session.DeviceServiceGuid"]),
        "DssSessionId": decoded["Session.uSessionID"],
        "DssLinkState": maps.DSS_LINK_STATE.to_mbim(decoded["Session.State"]),
    }


def _plain_uuid(text: str) -> str:
    return str(uuid.UUID(text))


# ------------------------------------------------------------------ values of queries


def _nothing(_decoded: Decoded | None, _session: int) -> Values:
    return {}


def _scan(decoded: Decoded | None, _session: int) -> Values:
    return {"Action": 0 if decoded is None else decoded["VisibleProviders.Action"]}


def _of_session(_decoded: Decoded | None, session: int) -> Values:
    return {"SessionId": session, "ContextType": maps.CONTEXT_TYPE_NONE}


def _pco_of_session(_decoded: Decoded | None, session: int) -> Values:
    return {"PcoValue": {"SessionId": session}}


_PIN = _picked(
    ("PinType", "PinAction.PinType", None),
    ("PinOperation", "PinAction.PinOperation", None),
    ("Pin", "PinAction.Pin", None),
    ("NewPin", "PinAction.NewPin", None),
)

SAYINGS: dict[str, Saying] = {
    "OID_WWAN_DEVICE_CAPS": Saying(BASIC_CONNECT, 1, _nothing),
    "OID_WWAN_READY_INFO": Saying(BASIC_CONNECT, 2, _nothing),
    "OID_WWAN_RADIO_STATE": Saying(
        BASIC_CONNECT, 3, _nothing, _picked(("RadioState", "RadioAction", None))
    ),
    "OID_WWAN_PIN": Saying(BASIC_CONNECT, 4, _nothing, _PIN),
    "OID_WWAN_PIN_EX": Saying(BASIC_CONNECT, 4, _nothing, _PIN),
    "OID_WWAN_PIN_LIST": Saying(BASIC_CONNECT, 5, _nothing),
    "OID_WWAN_HOME_PROVIDER": Saying(BASIC_CONNECT, 6, _nothing, _home_provider),
    "OID_WWAN_PREFERRED_PROVIDERS": Saying(BASIC_CONNECT, 7, _nothing, _preferred_providers),
    "OID_WWAN_VISIBLE_PROVIDERS": Saying(BASIC_CONNECT, 8, _scan),
    "OID_WWAN_REGISTER_STATE": Saying(
        BASIC_CONNECT,
        9,
        _nothing,
        _picked(
            ("ProviderId", "SetRegisterState.ProviderId", None),
            ("RegisterAction", "SetRegisterState.RegisterAction", None),
            ("DataClass", "SetRegisterState.WwanDataClass", maps.DATA_CLASS),
        ),
    ),
    "OID_WWAN_PACKET_SERVICE": Saying(
        BASIC_CONNECT, 10, _nothing, _picked(("PacketServiceAction", "PacketServiceAction", None))
    ),
    "OID_WWAN_SIGNAL_STATE": Saying(BASIC_CONNECT, 11, _nothing, _signal_indication),
    "OID_WWAN_CONNECT": Saying(BASIC_CONNECT, 12, _of_session, _context_state),
    "OID_WWAN_PROVISIONED_CONTEXTS": Saying(
        BASIC_CONNECT,
        13,
        _nothing,
        _picked(
            ("ContextId", "ProvisionedContext.ContextId", None),
            ("ContextType", "ProvisionedContext.ContextType", maps.CONTEXT_TYPE),
            ("AccessString", "ProvisionedContext.AccessString", None),
            ("UserName", "ProvisionedContext.UserName", None),
            ("Password", "ProvisionedContext.Password", None),
            ("Compression", "ProvisionedContext.Compression", None),
            ("AuthProtocol", "ProvisionedContext.AuthType", maps.AUTH_PROTOCOL),
            ("ProviderId", "ProvisionedContext.ProviderId", None),
        ),
    ),
    "OID_WWAN_SERVICE_ACTIVATION": Saying(
        BASIC_CONNECT, 14, set=lambda decoded: {"Buffer": bytes(decoded.get("Data", b""))}
    ),
    "OID_WWAN_ENUMERATE_DEVICE_SERVICES": Saying(*DEVICE_SERVICES, _nothing),
    "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS": Saying(*SUBSCRIBE_LIST, set=_subscription),
    "OID_WWAN_DEVICE_CAPS_EX": Saying(EXTENSIONS, 6, _nothing),
    "OID_WWAN_PCO": Saying(EXTENSIONS, 9, _pco_of_session),
    "OID_WWAN_DEVICE_SERVICE_SESSION": Saying(DSS, 1, set=_stream),
}
