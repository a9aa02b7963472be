"""The addresses that the network gives to contexts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

from wwanreplay._core import Kind, Namespace
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.evidence import (
    AT_OR_BEFORE,
    Evidence,
    Proposal,
    decoded_of,
    member,
    oid,
    proposal,
)
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.analysis.infer.states import ACTIVATED
from wwanreplay.analysis.infer.subject import (
    NAMELESS,
    Parts,
    ProfilePart,
    Subject,
    Variable,
    observes,
    reports,
)
from wwanreplay.analysis.infer.subjects.contexts import ACTIVATE
from wwanreplay.analysis.infer.subjects.packet_service import CONTEXT_STATE
from wwanreplay.errors import WwanReplayError
from wwanreplay.mbim.codec import decode as decode_mbim
from wwanreplay.mbim.tables import BASIC_CONNECT
from wwanreplay.protocol import PROTOCOL

ADDRESS_STATE: Final = "NDIS_STATUS_WWAN_IP_ADDRESS_STATE"
_CID_IP_CONFIGURATION: Final = 15
_IP_CONFIGURATION: Final = (BASIC_CONNECT << 32) | _CID_IP_CONFIGURATION
_CONNECT: Final = oid("OID_WWAN_CONNECT")
#: Contexts of a port that are tried, those that the host named last.
_CONNECTIONS_MAX: Final = 4

IP_DEFAULT, IP_V4, IP_V6, IP_V4V6, IP_XLAT = (
    PROTOCOL.number_of("WWAN_IP_TYPE", f"WwanIPType{name}")
    for name in ("Default", "IPv4", "IPv6", "Ipv4v6", "Xlat")
)
# The addresses of a context when nothing shows any: those reserved for documentation.
_ADDRESS_V4: Final = {
    "ipv4_address": "192.0.2.17",
    "ipv4_gateway": "192.0.2.18",
    "ipv4_dns": "192.0.2.53",
    "ipv4_prefix_length": 30,
}
_ADDRESS_V6: Final = {
    "ipv6_address": "2001:db8:0:17::1",
    "ipv6_gateway": "2001:db8:0:17::fe",
    "ipv6_dns": "2001:db8::53",
    "ipv6_prefix_length": 64,
}
# Table of an address state → what its entries are.
_TABLES: Final = {"IpEntries": "address", "GatewayEntries": "gateway", "DnsEntries": "dns"}


class AddressesProfilePart(ProfilePart):
    """The addresses of each port, and the families that were granted."""

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._addresses: dict[int, dict[str, Any]] = {}
        self._granted: dict[int, tuple[int, Reading]] = {}  # IP types by port

    @observes(CONTEXT_STATE)
    def _observe_context(self, reading: Reading) -> None:
        """The IP type that an activation for any type was granted."""
        request = reading.request if reading.answers_set else None
        if request is None or not reading.succeeded:
            return
        if request.number("SetContextState.ActivationCommand") != ACTIVATE:
            return
        if reading.number("ContextState.ActivationState") != ACTIVATED:
            return
        wanted = request.number("SetContextState.IPType")
        granted = reading.number("ContextState.IPType")
        if wanted in (None, IP_DEFAULT, IP_V4V6) and granted in (IP_V4, IP_V6, IP_V4V6):
            self._granted.setdefault(reading.event.port, (granted, reading))
        elif wanted == granted == IP_XLAT:
            self._granted.setdefault(reading.event.port, (IP_V4V6, reading))

    @observes(ADDRESS_STATE, of=reports)
    def _observe_state(self, reading: Reading) -> None:
        """An NDIS_WWAN_IP_ADDRESS_STATE: tables of entries."""
        found: dict[str, Any] = {}
        for table, part in _TABLES.items():
            for entry in _listed(reading.get(table)):
                version = 6 if value_at(entry, "IsIpv6") else 4
                path = f"Ipv{version}"
                address = value_at(entry, f"{path}.IPV{version}Address")
                length = value_at(entry, f"{path}.OnLinkPrefixLength")
                _put_address(found, version, part, address, length)
        tree = reading.get("WwanIpAddressState")
        mtu = as_number(value_at(tree, "IPv4MTU")) or as_number(value_at(tree, "IPv6MTU"))
        self._add(found, mtu, reading)

    @observes(NAMELESS)
    def _observe_configuration(self, reading: Reading) -> None:
        """An MBIM_IP_CONFIGURATION_INFO, as bytes or as fields of its members' names."""
        event = reading.event
        if event.namespace != Namespace.NAMESPACE_MBIM or event.code != _IP_CONFIGURATION:
            return
        if reading.is_request or event.status:
            return
        values: Mapping[str, Any] = event.fields or {}
        if event.payload:
            code = (BASIC_CONNECT, _CID_IP_CONFIGURATION)
            try:
                values = decode_mbim(*code, "response", event.payload, strict=False)
            except WwanReplayError:
                return
        found: dict[str, Any] = {}
        for version in (4, 6):
            for entry in _listed(values.get(f"IPv{version}Address")):
                address, length = entry, None
                if isinstance(entry, Mapping):
                    address = entry.get(f"IPv{version}Address")
                    length = entry.get("OnLinkPrefixLength")
                _put_address(found, version, "address", address, length)
            _put_address(found, version, "gateway", values.get(f"IPv{version}Gateway"), None)
            for entry in _listed(values.get(f"IPv{version}DnsServer")):
                _put_address(found, version, "dns", entry, None)
        mtu = as_number(values.get("IPv4Mtu")) or as_number(values.get("IPv6Mtu"))
        self._add(found, mtu, reading)

    def _add(self, found: dict[str, Any], mtu: int | None, reading: Reading) -> None:
        port = reading.event.port
        if not found or port in self._addresses:
            return
        if mtu is not None:
            found["mtu"] = mtu
        self._addresses[port] = self.draft.fitting("address", found, f"event {reading.index}")
        self.draft.note(f"address {port + 1}", reading, reading.name or "IP configuration")

    def complete(self) -> None:
        """Set the addresses of all ports."""
        draft = self.draft
        ports = int(draft.value("device", "port_count") or 1)
        addresses = [self._address(port) for port in range(ports)]
        if not self._addresses:
            draft.assumed.append("address: no event tells the addresses of a context")
        draft.tables["address"] = addresses

    def _address(self, port: int) -> dict[str, Any]:
        """The addresses of a port, of the families that were granted."""
        found = dict(self._addresses.get(port, {}))
        granted, reading = self._granted.get(port, (IP_V4V6, None))
        if reading is not None:
            self.draft.note(f"address {port + 1}", reading, "the IP type that was granted")
        if found and reading is None:
            return found
        if granted in (IP_V4, IP_V4V6) and "ipv4_address" not in found:
            found |= _ADDRESS_V4
        if granted in (IP_V6, IP_V4V6) and "ipv6_address" not in found:
            found |= _ADDRESS_V6
        unwanted = {IP_V4: "ipv6_", IP_V6: "ipv4_"}.get(granted)
        if unwanted:
            found = {key: value for key, value in found.items() if not key.startswith(unwanted)}
        return found


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _put_address(found: dict[str, Any], version: int, part: str, value: Any, length: Any) -> None:
    """Set an address that is not known yet; anything that is none is left alone."""
    key = f"ipv{version}_{part}"
    if key in found or not isinstance(value, str | bytes):
        return
    try:
        address: IPv4Address | IPv6Address = ip_address(value)
    except ValueError:
        return
    if address.version != version or not int(address):
        return
    found[key] = str(address)
    if part == "address" and as_number(length) is not None:
        found[f"ipv{version}_prefix_length"] = length


# Stimuli


def connections(evidence: Evidence) -> Iterator[int]:
    """The ConnectionIds of the contexts that the host set last, then 0."""
    found: list[int] = []
    for event in reversed(evidence.behind()):
        if event.kind == Kind.KIND_SET and event.code == _CONNECT:
            decoded = decoded_of(event)
            if decoded is not None:
                found.append(decoded.get("SetContextState.ConnectionId", 0))
    yield from list(dict.fromkeys([*found, 0]))[:_CONNECTIONS_MAX]


def _addresses(evidence: Evidence) -> Iterator[Proposal]:
    """The network gave addresses."""
    decoded = evidence.decoded
    if decoded is None:
        return
    if evidence.is_a(CONTEXT_STATE):
        yield from _address_families(evidence)
        return
    state = "WwanIpAddressState."
    mtu = evidence.get(f"{state}IPv4MTU") or evidence.get(f"{state}IPv6MTU")
    values: dict[str, Any] = {"Mtu": mtu}
    for table, part in _TABLES.items():
        values |= _entries(decoded.get(table, None) or (), part.capitalize())
    for connection in connections(evidence):
        places = (*AT_OR_BEFORE, "request")
        yield proposal("ip_address", places, evidence.port, ConnectionId=connection, **values)


def _address_families(evidence: Evidence) -> Iterator[Proposal]:
    """The context's IP type has the families of the addresses, though not their values."""
    name = member("WWAN_IP_TYPE", evidence.get("ContextState.IPType"))
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
        values |= {"ConnectionId": evidence.get("ContextState.ConnectionId"), "Mtu": 1500}
        yield proposal("ip_address", ("before", "request"), evidence.port, **values)


def _entries(entries: Any, name: str) -> dict[str, Any]:
    """The first entry of each family of a table, as members of the stimulus."""
    values: dict[str, Any] = {}
    for entry in entries:
        family = "IPv6" if entry["IsIpv6"] else "IPv4"
        inner = "Ipv6" if entry["IsIpv6"] else "Ipv4"
        octets = bytes(entry[f"{inner}.IPV{family[3]}Address"])
        values.setdefault(f"{family}{name}", octets)
        if name == "Address":
            values.setdefault(f"{family}PrefixLength", entry[f"{inner}.OnLinkPrefixLength"])
    return values


SUBJECT: Final = Subject(
    "addresses",
    120,
    profile=AddressesProfilePart,
    variables=(Variable("addresses", "ip_address", (ADDRESS_STATE, CONTEXT_STATE), _addresses),),
    tables=("address",),
)
