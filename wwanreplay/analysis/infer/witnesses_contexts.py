"""What witnesses contexts, addresses, options, traffic and device services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wwanreplay._core import Kind
from wwanreplay.analysis.infer.seen import (
    EITHER,
    Seen,
    decoded_of,
    member,
    number,
    oid,
    one,
)
from wwanreplay.replay.proposer import Proposal


def deactivate(seen: Seen) -> Iterator[Proposal]:
    """The network took the context away."""
    if not seen.is_event:
        return
    yield one(
        "network_deactivate",
        ("witness",),
        seen.witness.port,
        ConnectionId=seen.get("ContextState.ConnectionId"),
        NwError=seen.get("ContextState.uNwError"),
    )


def voice_call(seen: Seen) -> Iterator[Proposal]:
    """A call began or ended."""
    for state in ("WwanVoiceCallStateInProgress", "WwanVoiceCallStateHangUp"):
        yield one("voice_call", EITHER, seen.witness.port, State=state)


def pco(seen: Seen) -> Iterator[Proposal]:
    """The network sent options, or will with an activation."""
    size = seen.get("PcoValue.Size")
    for connection in _connections(seen):
        yield one(
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
    connect = oid("OID_WWAN_CONNECT")
    for event in reversed(seen.situation.records[start : seen.situation.position]):
        if event.kind == Kind.KIND_SET and event.code == connect:
            decoded = decoded_of(event)
            if decoded is not None:
                told.append(decoded.get("SetContextState.ConnectionId", 0))
    yield from list(dict.fromkeys([*told, 0]))[:4]


def addresses(seen: Seen) -> Iterator[Proposal]:
    """The network gave addresses."""
    if seen.decoded is None:
        return
    if seen.witness.code == number("NDIS_STATUS_WWAN_CONTEXT_STATE"):
        yield from _address_families(seen)
        return
    state = "WwanIpAddressState."
    values: dict[str, Any] = {"Mtu": seen.get(f"{state}IPv4MTU") or seen.get(f"{state}IPv6MTU")}
    for table, name in (("IpEntries", "Address"), ("GatewayEntries", "Gateway")):
        values |= _entries(seen.decoded.get(table, None) or (), name)
    values |= _entries(seen.decoded.get("DnsEntries", None) or (), "Dns")
    for connection in _connections(seen):
        places = (*EITHER, "request")
        yield one("ip_address", places, seen.witness.port, ConnectionId=connection, **values)


def _address_families(seen: Seen) -> Iterator[Proposal]:
    """The context's IP type tells which addresses the network gave, though not their values."""
    name = member("WWAN_IP_TYPE", seen.get("ContextState.IPType"))
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
        yield one(
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


def traffic(seen: Seen) -> Iterator[Proposal]:
    """The counters have grown by what has flowed."""
    expected = seen.situation.expected
    if expected is None or seen.decoded is None or expected.code != seen.witness.code:
        return
    before = decoded_of(expected)
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
        yield one("traffic", ("request", "before"), seen.witness.port, **values)


def service_event(seen: Seen) -> Iterator[Proposal]:
    """A device service reported."""
    if seen.decoded is None:
        return
    data = bytes(seen.decoded.get("Data", b""))[: seen.get("Event.uDataSize")]
    yield one(
        "device_service_event",
        ("witness",),
        DeviceServiceGuid=seen.get("Event.DeviceServiceGuid"),
        EventID=seen.get("Event.EventID"),
        DataSize=len(data),
        Data=data,
    )


def service_data(seen: Seen) -> Iterator[Proposal]:
    """Data of a session, which may come in several parts."""
    if seen.decoded is None:
        return
    session = seen.get("ReadData.uSessionID")
    data = b""
    for event in seen.situation.records[seen.situation.position :][:64]:
        part = decoded_of(event)
        same = event.code == seen.witness.code and event.time_ns == seen.witness.time_ns
        if not same or part is None or part.get("ReadData.uSessionID", None) != session:
            break
        data += bytes(part.get("Data", b""))[: part.get("ReadData.uDataSize", 0)]
        yield one(
            "device_service_data",
            ("witness",),
            SessionId=session,
            DataSize=len(data),
            Data=data,
        )


def session_closed(seen: Seen) -> Iterator[Proposal]:
    """A write that fails although the session was open."""
    request = seen.situation.request
    decoded = decoded_of(request)
    if decoded is None:
        return
    for path in ("WriteData.uSessionID", "SessionWrite.uSessionID", "Session.uSessionID"):
        session = decoded.get(path, None)
        if session is not None:
            places = ("request", "before")
            yield one("device_service_session_closed", places, SessionId=session)
            return
