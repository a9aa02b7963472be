"""What a trace tells of contexts, addresses, options and device services."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from uuid import UUID

from wwanreplay import _core
from wwanreplay._core import Kind, Namespace, RecordFlag
from wwanreplay.analysis.infer.draft import Draft, plain_text
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.errors import WwanReplayError
from wwanreplay.mbim.codec import decode as decode_mbim
from wwanreplay.mbim.tables import BASIC_CONNECT
from wwanreplay.protocol import PROTOCOL

CID_IP_CONFIGURATION = 15
IP_CONFIGURATION = (BASIC_CONNECT << 32) | CID_IP_CONFIGURATION
ACTIVATED, ACTIVATING, DEACTIVATED, DEACTIVATING = range(1, 5)
DEACTIVATE, ACTIVATE = 0, 1
IP_DEFAULT, IP_V4, IP_V6, IP_V4V6, IP_XLAT = range(5)

_UNKNOWN_ACCESS = PROTOCOL.wwan_status_by_name["WWAN_STATUS_INVALID_ACCESS_STRING"].number
_CONTEXT = {
    "id": "ContextId",
    "type": "ContextType",
    "access_string": "AccessString",
    "user_name": "UserName",
    "password": "Password",
    "compression": "Compression",
    "auth_type": "AuthType",
}
_CONTEXT_V2 = {
    "ip_type": "IPType",
    "roaming": "Roaming",
    "media_type": "MediaType",
    "source": "Source",
}
# The addresses of a context when none are told: those reserved for documentation.
_ADDRESS_V4 = {
    "ipv4_address": "192.0.2.17",
    "ipv4_gateway": "192.0.2.18",
    "ipv4_dns": "192.0.2.53",
    "ipv4_prefix_length": 30,
}
_ADDRESS_V6 = {
    "ipv6_address": "2001:db8:0:17::1",
    "ipv6_gateway": "2001:db8:0:17::fe",
    "ipv6_dns": "2001:db8::53",
    "ipv6_prefix_length": 64,
}


class ContextsPart:
    """Gathers what tells of contexts, of access and of addresses."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.active: dict[int, set[int]] = {}
        self.active_max: tuple[int, Reading | None] = (0, None)
        self.accepted: dict[str, Reading] = {}
        self.refused: dict[str, Reading] = {}
        self.addresses: dict[int, dict[str, Any]] = {}
        self.ip_types: dict[int, tuple[int, Reading]] = {}  # port → granted for any
        self.pco: dict[int, dict[str, Any]] = {}

    def take(self, reading: Reading) -> None:
        """Take one event."""
        name = reading.name
        if name == "NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS" and reading.succeeded:
            self._take_provisioned(reading)
        elif name == "NDIS_STATUS_WWAN_CONTEXT_STATE" and reading.is_indication:
            self._take_context(reading)
        elif name == "NDIS_STATUS_WWAN_IP_ADDRESS_STATE" and reading.is_indication:
            self._take_addresses(reading)
        elif name == "NDIS_STATUS_WWAN_PCO_STATUS" and reading.succeeded:
            self._take_pco(reading)
        elif _is_ip_configuration(reading):
            self._take_ip_configuration(reading)

    def _take_provisioned(self, reading: Reading) -> None:
        if not reading.has_list or reading.answers_set or self.draft.told("context"):
            return
        found = [self._context(item, reading) for item in reading.elements]
        if len(found) > _core.PROVISIONED_COUNT_MAX:
            self.draft.assumed.append(
                f"context: {len(found)} are told, the device has room for"
                f" {_core.PROVISIONED_COUNT_MAX}"
            )
        self.draft.tables["context"] = found[: _core.PROVISIONED_COUNT_MAX]
        self.draft.witness("context", reading)

    def _context(self, item: Any, reading: Reading) -> dict[str, Any]:
        inner = value_at(item, "basicInfo")
        inner = item if inner is None else inner
        values = {key: value_at(inner, member) for key, member in _CONTEXT.items()}
        values |= {key: value_at(item, member) for key, member in _CONTEXT_V2.items()}
        told = {
            key: value
            for key, value in values.items()
            if isinstance(value, str) or as_number(value) is not None
        }
        if as_number(value_at(item, "Enable")) is not None:
            told["disabled"] = value_at(item, "Enable") == 0
        return self.draft.fitting("context", told, f"event {reading.index}")

    def _take_context(self, reading: Reading) -> None:
        port = reading.event.port
        connection = reading.number("ContextState.ConnectionId") or 0
        state = reading.number("ContextState.ActivationState")
        order = reading.request if reading.answers_set else None
        if order is not None and order.number("SetContextState.ActivationCommand") == ACTIVATE:
            self._take_order(order, reading, state)
        if reading.status != 0:
            return
        active = self.active.setdefault(port, set())
        if state == ACTIVATED:
            active.add(connection)
            if len(active) > self.active_max[0]:
                self.active_max = (len(active), reading)
        elif state == DEACTIVATED:
            active.discard(connection)

    def _take_order(self, order: Reading, reading: Reading, state: int | None) -> None:
        access = plain_text(order.text("SetContextState.AccessString") or "")
        if reading.status == 0 and state == ACTIVATED:
            if access:
                self.accepted.setdefault(access.lower(), order)
            else:
                self.draft.tell(
                    "access",
                    "default",
                    reading.text("ContextState.AccessString") or None,
                    reading,
                )
            wanted = order.number("SetContextState.IPType")
            granted = reading.number("ContextState.IPType")
            if wanted in (None, IP_DEFAULT, IP_V4V6) and granted in (IP_V4, IP_V6, IP_V4V6):
                self.ip_types.setdefault(reading.event.port, (granted, reading))
            elif wanted == granted and granted == IP_XLAT:
                self.ip_types.setdefault(reading.event.port, (IP_V4V6, reading))
        elif reading.status == _UNKNOWN_ACCESS and access:
            self.refused.setdefault(access.lower(), order)
            self.draft.tell(
                "access", "unknown_cause", reading.number("ContextState.uNwError"), reading
            )

    # Addresses

    def _take_addresses(self, reading: Reading) -> None:
        """An NDIS_WWAN_IP_ADDRESS_STATE: tables of entries."""
        tree = reading.get("WwanIpAddressState")
        told: dict[str, Any] = {}
        for table, part in (
            ("IpEntries", "address"),
            ("GatewayEntries", "gateway"),
            ("DnsEntries", "dns"),
        ):
            entries = reading.get(table)
            for entry in entries if isinstance(entries, list) else []:
                version = 6 if value_at(entry, "IsIpv6") else 4
                path = f"Ipv{version}"
                _put_address(
                    told,
                    version,
                    part,
                    value_at(entry, f"{path}.IPV{version}Address"),
                    value_at(entry, f"{path}.OnLinkPrefixLength"),
                )
        mtu = as_number(value_at(tree, "IPv4MTU")) or as_number(value_at(tree, "IPv6MTU"))
        self._tell_address(told, mtu, reading)

    def _take_ip_configuration(self, reading: Reading) -> None:
        """An MBIM_IP_CONFIGURATION_INFO, as bytes or as fields of its members' names."""
        values: Mapping[str, Any] = reading.event.fields or {}
        if reading.event.payload:
            try:
                values = decode_mbim(
                    BASIC_CONNECT,
                    CID_IP_CONFIGURATION,
                    "response",
                    reading.event.payload,
                    strict=False,
                )
            except WwanReplayError:
                return
        told: dict[str, Any] = {}
        for version in (4, 6):
            for entry in _listed(values.get(f"IPv{version}Address")):
                if isinstance(entry, Mapping):
                    address = entry.get(f"IPv{version}Address")
                    length = entry.get("OnLinkPrefixLength")
                    _put_address(told, version, "address", address, length)
                else:
                    _put_address(told, version, "address", entry, None)
            gateway = values.get(f"IPv{version}Gateway")
            _put_address(told, version, "gateway", gateway, None)
            for entry in _listed(values.get(f"IPv{version}DnsServer")):
                _put_address(told, version, "dns", entry, None)
        mtu = as_number(values.get("IPv4Mtu")) or as_number(values.get("IPv6Mtu"))
        self._tell_address(told, mtu, reading)

    def _tell_address(self, told: dict[str, Any], mtu: int | None, reading: Reading) -> None:
        port = reading.event.port
        if not told or port in self.addresses:
            return
        if mtu is not None:
            told["mtu"] = mtu
        self.addresses[port] = self.draft.fitting("address", told, f"event {reading.index}")
        self.draft.witness(f"address {port + 1}", reading, reading.name or "IP configuration")

    def _take_pco(self, reading: Reading) -> None:
        size = reading.number("PcoValue.Size") or 0
        octets = reading.get("PcoValue.PcoData")
        if reading.event.port in self.pco or not isinstance(octets, bytes) or not size:
            return
        values = {"type": reading.number("PcoValue.Type") or 0, "octets": octets[:size].hex(" ")}
        self.pco[reading.event.port] = self.draft.fitting("pco", values, f"event {reading.index}")
        self.draft.witness(f"pco {reading.event.port + 1}", reading)

    # Ending

    def finish(self) -> None:
        """What all events together tell."""
        draft = self.draft
        count, reading = self.active_max
        limit = draft.value("device", "contexts_active_max")
        if reading is not None and count > (limit or 1):
            draft.assumed.append(
                f"device.contexts_active_max: {count} contexts of a port are active at once"
            )
            draft.tables.setdefault("device", {})["contexts_active_max"] = count
        self._finish_access()
        ports = int(draft.value("device", "port_count") or 1)
        addresses = [self._address(port) for port in range(ports)]
        if not self.addresses:
            draft.assumed.append("address: no event tells the addresses of a context")
        draft.tables["address"] = addresses
        if self.pco:
            last = min(max(self.pco), _core.PORT_COUNT_MAX - 1)
            draft.tables["pco"] = [self.pco.get(port, {}) for port in range(last + 1)]

    def _finish_access(self) -> None:
        refused = [access for access in self.refused if access not in self.accepted]
        if not refused:
            self.draft.assumed.append("access.accepted: every access string is let in")
            return
        accepted = list(self.accepted)
        contexts = self.draft.tables.get("context", [])
        if not accepted:
            stored = [str(context.get("access_string", "")).lower() for context in contexts]
            accepted = [access for access in stored if access and access not in refused]
        accepted = accepted or ["internet.example"]
        if len(accepted) > _core.PROVISIONED_COUNT_MAX:
            self.draft.assumed.append(
                f"access.accepted: {len(accepted)} are told, the device has room for"
                f" {_core.PROVISIONED_COUNT_MAX}; every access string is let in"
            )
            return
        self.draft.tell(
            "access", "accepted", accepted, self.refused[refused[0]], "an unknown access string"
        )

    def _address(self, port: int) -> dict[str, Any]:
        told = dict(self.addresses.get(port, {}))
        granted, reading = self.ip_types.get(port, (IP_V4V6, None))
        if reading is not None:
            self.draft.witness(f"address {port + 1}", reading, "the IP type that was granted")
        if told and reading is None:
            return told
        if granted in (IP_V4, IP_V4V6) and "ipv4_address" not in told:
            told |= _ADDRESS_V4
        if granted in (IP_V6, IP_V4V6) and "ipv6_address" not in told:
            told |= _ADDRESS_V6
        unwanted = {IP_V4: "ipv6_", IP_V6: "ipv4_"}.get(granted)
        if unwanted:
            told = {key: value for key, value in told.items() if not key.startswith(unwanted)}
        return told


def _is_ip_configuration(reading: Reading) -> bool:
    """Whether it tells the addresses of a context in MBIM's form."""
    event = reading.event
    told = event.code == IP_CONFIGURATION and event.namespace == Namespace.NAMESPACE_MBIM
    return told and not reading.is_request and event.status == 0


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _put_address(told: dict[str, Any], version: int, part: str, value: Any, length: Any) -> None:
    """Set an address that is not told yet; anything that is none is left alone."""
    key = f"ipv{version}_{part}"
    if key in told or not isinstance(value, str | bytes):
        return
    try:
        address: IPv4Address | IPv6Address = ip_address(value)
    except ValueError:
        return
    if address.version != version or not int(address):
        return
    told[key] = str(address)
    if part == "address" and as_number(length) is not None:
        told[f"ipv{version}_prefix_length"] = length


class ServicesPart:
    """Gathers what tells of device services."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.listed: list[str] = []
        self.services: dict[str, dict[str, Any]] = {}
        self.used: set[str] = set()

    def take(self, reading: Reading) -> None:
        """Take one event."""
        name = reading.name
        if name == "NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES" and reading.succeeded:
            self._take_list(reading)
        elif name == "NDIS_STATUS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS" and reading.succeeded:
            service = self._service(reading.get("SupportedCommands.DeviceServiceGuid"), reading)
            for command in reading.elements if service else []:
                self._command(service, command)
        elif self._is_taken(reading):
            order = reading.request
            if order is not None and order.values:
                service = self._service(order.get("Command.DeviceServiceGuid"), order)
                self._command(service, order.get("Command.CommandID"))
        elif name == "NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT" and reading.is_indication:
            self._service(reading.get("Event.DeviceServiceGuid"), reading)

    def _is_taken(self, reading: Reading) -> bool:
        """Whether this says that the device has the command that it was given.

        A provisional completion does, unless the log did not have it: then only the answer does.
        """
        if reading.name == "NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE":
            return reading.succeeded
        if reading.name != "OID_WWAN_DEVICE_SERVICE_COMMAND":
            return False
        if reading.kind != Kind.KIND_COMPLETION:
            return False
        refused = reading.event.status & 0xC0000000 == 0xC0000000
        return not refused and not reading.event.flags & RecordFlag.FLAG_INFERRED

    def _service(self, guid: Any, reading: Reading) -> dict[str, Any]:
        """The service with this GUID, noted as used; an empty one for what is no GUID."""
        try:
            name = str(UUID(bytes_le=guid)) if isinstance(guid, bytes) else str(UUID(guid))
        except (ValueError, TypeError, AttributeError):
            return {}
        self.used.add(name)
        if name not in self.services:
            self.services[name] = {"guid": name, "events": True, "commands": []}
            self.draft.witness(f"service {name}", reading)
        return self.services[name]

    def _command(self, service: dict[str, Any], command: Any) -> None:
        number = as_number(command)
        if not service or number is None or number > 0xFFFFFFFF:
            return
        commands: list[int] = service["commands"]
        if number not in commands and len(commands) < _core.SERVICE_COMMAND_COUNT_MAX:
            commands.append(number)

    def _take_list(self, reading: Reading) -> None:
        if not reading.has_list or self.listed:
            return
        for key, member in (
            ("command_data_size_max", "uMaxCommandDataSize"),
            ("session_data_size_max", "uMaxSessionDataSize"),
            ("session_count_max", "uMaxSessionCount"),
        ):
            self.draft.tell("services", key, reading.number(f"DeviceServices.{member}"), reading)
        used = set(self.used)
        for item in reading.elements:
            service = self._service(value_at(item, "DeviceServiceGuid"), reading)
            if not service:
                continue
            told = {
                "session_capability": as_number(value_at(item, "SessionCapability")),
                "session_instances_max": as_number(value_at(item, "uMaxSessionInstances")),
            }
            known = {key: value for key, value in told.items() if value is not None}
            service |= self.draft.fitting("service", known, f"event {reading.index}")
            self.listed.append(service["guid"])
        self.used = used
        self.draft.witness("service", reading)

    def finish(self) -> None:
        """What all events together tell."""
        order = [*self.listed, *(name for name in self.services if name not in self.listed)]
        if len(order) > _core.SERVICE_COUNT_MAX:
            self.draft.assumed.append(
                f"service: {len(order)} are told, the device has room for"
                f" {_core.SERVICE_COUNT_MAX}; those that are used come first"
            )
            order.sort(key=lambda name: name not in self.used)
        names = dict.fromkeys(order[: _core.SERVICE_COUNT_MAX])
        self.draft.tables["service"] = [self.services[name] for name in names]
