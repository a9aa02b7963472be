"""Parts of ties that are no plain member, structure or list: blocks of bytes, TLVs, addresses.

The same two ways as in `wwanreplay.mbim.converters`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

from wwanreplay.errors import UsageError
from wwanreplay.mbim import codec
from wwanreplay.mbim.converters import Items, Part, Reading, Source, Writing
from wwanreplay.mbim.forms import Values
from wwanreplay.mbim.reader import Reader
from wwanreplay.mbim.structures import Tree
from wwanreplay.mbim.tables import SERVICES_BY_NAME, STRUCTS, TLV_TYPES
from wwanreplay.mbim.values import ValueMap

#: Services with this number or a higher one are the device's own; Windows drives those below.
VENDORS_FROM: Final = SERVICES_BY_NAME["Proxy Control"].number
_NUMBERS: Final = {row.uuid: row.number for row in SERVICES_BY_NAME.values()}


def is_own(service: str) -> bool:
    """Return whether a service (UUID) is the device's own, for Windows to pass through."""
    return _NUMBERS.get(service, VENDORS_FROM + 1) > VENDORS_FROM


# ------------------------------------------------------------------ values of members


def octets(size: int) -> ValueMap:
    """A number that NDIS keeps as bytes, as on the wire."""
    return ValueMap(
        f"number of {size} bytes",
        lambda value: int.from_bytes(value, "little"),
        lambda value: value.to_bytes(size, "little"),
    )


UTF8: Final = ValueMap(
    "UTF-8",
    lambda value: bytes(value).decode("utf-8", "surrogatepass"),
    lambda value: str(value).encode("utf-8", "surrogatepass"),
)
#: Text that NDIS keeps as bytes.
LATIN1: Final = ValueMap(
    "Latin-1",
    lambda value: value if isinstance(value, str) else bytes(value).decode("latin-1"),
    lambda value: value,
)
#: Two status words of the card, in the low bytes of a number.
STATUS_WORDS: Final = ValueMap(
    "status words",
    lambda value: int.from_bytes(value, "little"),
    lambda value: (value & 0xFFFF).to_bytes(2, "little"),
)
HEXADECIMAL: Final = ValueMap("hexadecimal", bytes.fromhex, lambda value: value.hex().upper())


# ------------------------------------------------------------------ short messages


@dataclass(frozen=True, slots=True)
class Pdu:
    """Text of hexadecimal digits; the size counts the bytes behind the service centre's address."""

    member: str = "PduData"
    size: str = "Size"

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Write the digits and their size."""
        data = values.get(self.member)
        if data is not None:
            address = data[0] + 1 if data else 0
            tree.put(self.size, max(len(data) - address, 0))
            tree.put(self.member, HEXADECIMAL.to_wwan(data))

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Read the digits."""
        values[self.member] = HEXADECIMAL.to_mbim(source.get(self.member, ""))


# ------------------------------------------------------------------ device services


@dataclass(frozen=True, slots=True)
class OwnServices:
    """The device's own services; NDIS is not given those that Windows drives itself."""

    items: Items
    member: str = "DeviceServices"
    service: str = "DeviceServiceId"

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """List the device's own."""
        if self.member in values:
            own = [row for row in values[self.member] if is_own(row.get(self.service, ""))]
            self.items.to_ndis({self.member: own}, tree)

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """List them; the OID does not have their commands."""
        self.items.to_mbim(source, values)


@dataclass(frozen=True, slots=True)
class EventServices:
    """The device's own services whose events are wanted; only MBIM chooses them by CID."""

    member: str = "Events"
    service: str = "DeviceServiceId"

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """List each of the device's own once."""
        if self.member in values:
            wanted = [each.get(self.service, "") for each in values[self.member]]
            own = [each for each in wanted if each and is_own(each)]
            tree.tree["Elements"] = list(dict.fromkeys(own))

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Want all events of each."""
        elements = source.variable("Elements")
        values[self.member] = [{self.service: each, "Cids": []} for each in elements]


# ------------------------------------------------------------------ networks

_UNKNOWN_AREA: Final = (0, 0xFFFFFFFF)
_TRACKED: Final = 0x60  # LTE and 5G of WWAN_DATA_CLASS, which have tracking areas


@dataclass(frozen=True, slots=True)
class AreaCode:
    """One area code: the tracking area where the device is in one, else the location area."""

    path: str = "AreaCode"
    data_class: str = "DataClass"

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Choose the code that is known."""
        codes = [values.get(name) for name in ("TrackingAreaCode", "LocationAreaCode")]
        known = [code for code in codes if code is not None and code not in _UNKNOWN_AREA]
        if any(code is not None for code in codes):
            tree.put(self.path, known[0] if known else 0)

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Fill in the one, by the data class; the other becomes unknown."""
        code = source.get(self.path, 0)
        is_tracked = bool(source.get(self.data_class, 0) & _TRACKED)
        values["TrackingAreaCode"] = code if is_tracked else 0xFFFFFFFF
        values["LocationAreaCode"] = 0xFFFFFFFF if is_tracked else code


@dataclass(frozen=True, slots=True)
class Tlvs:
    """TLVs behind an MBIM message, each of which is a number or a block of NDIS."""

    numbers: tuple[tuple[str, str], ...] = ()  # TLV, path
    blocks: tuple[tuple[str, str], ...] = ()  # TLV, name of the block
    member: str = "UnnamedIes"

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put what the TLVs hold at its paths; of several the first."""
        numbers = {TLV_TYPES[name]: path for name, path in self.numbers}
        blocks = {TLV_TYPES[name]: block for name, block in self.blocks}
        for tlv in values.get(self.member) or ():
            if tlv["Type"] in numbers and len(tlv["Data"]) == 4:
                tree.put(numbers[tlv["Type"]], int.from_bytes(tlv["Data"], "little"))
            elif tlv["Type"] in blocks and tlv["Data"]:
                tree.tree.setdefault(blocks[tlv["Type"]], tlv["Data"])

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Make TLVs of what is there."""
        values[self.member] = [
            {"Type": TLV_TYPES[name], "Data": data} for name, data in self._found(source)
        ]

    def _found(self, source: Reading) -> Iterator[tuple[str, bytes]]:
        for name, path in self.numbers:
            if path in source:
                yield name, source.get(path).to_bytes(4, "little")
        for name, block in self.blocks:
            if source.variable(block):
                yield name, bytes(source.variable(block))


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells keep the form of the wire in a block: a structure, or a count and that many."""

    member: str
    block: str
    struct: str
    is_list: bool = False

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Write the block; a cell of which a log printed some members only has none."""
        value = values.get(self.member)
        if value is None:
            return
        layout = STRUCTS[self.struct].layout
        rows = value if self.is_list else [value]
        try:
            data = b"".join(codec.encode_layout(self.struct, layout, each) for each in rows)
        except UsageError:
            return
        tree.tree[self.block] = _U32.pack(len(rows)) + data if self.is_list else data

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Read the block."""
        data = bytes(source.variable(self.block))
        if not data:
            values[self.member] = [] if self.is_list else None
        elif self.is_list:
            values[self.member] = list(self._list(data))
        else:
            values[self.member] = self._read(data, 0)[0]

    def _list(self, data: bytes) -> Iterator[Values]:
        position = _U32.size
        for _ in range(min(_U32.unpack_from(data.ljust(4, b"\0"))[0], len(data))):
            value, position = self._read(data, position)
            yield value

    def _read(self, data: bytes, position: int) -> tuple[Values, int]:
        """One structure, whose data follow it and whose end is padded."""
        part = data[position:]
        value, extent = Reader(part, strict=False).read(
            self.struct, STRUCTS[self.struct].layout, 0, len(part)
        )
        return value, position + (extent + 3 & ~3)


_U32: Final = struct.Struct("<I")


# ------------------------------------------------------------------ the card

_APPLICATION: Final = struct.Struct("<II32sI256sI8s")


@dataclass(frozen=True, slots=True)
class Applications:
    """UICC applications, as structures behind the fixed part; their size follows from them."""

    member: str = "Applications"
    size: str = "AppListSize"

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Write one structure each."""
        if self.member in values:
            tree.tree.pop(tree.at + self.size, None)
            tree.tree["Data"] = b"".join(self._packed(each) for each in values[self.member])

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Read one structure each."""
        data = bytes(source.variable("Data"))
        whole = len(data) - len(data) % _APPLICATION.size
        values[self.member] = [
            self._unpacked(row) for row in _APPLICATION.iter_unpack(data[:whole])
        ]

    @staticmethod
    def _packed(row: Mapping[str, Any]) -> bytes:
        identifier = bytes(row.get("ApplicationId", b""))[:32]
        name = str(row.get("ApplicationName", "")).encode("utf-8", "surrogatepass")[:256]
        pins = bytes(row.get("PinKeyReferences", b""))[:8]
        kind = row.get("ApplicationType", 0)
        return _APPLICATION.pack(
            kind, len(identifier), identifier, len(name), name, len(pins), pins
        )

    @staticmethod
    def _unpacked(row: Iterable[Any]) -> Values:
        kind, identifier_size, identifier, name_size, name, pin_count, pins = row
        return {
            "ApplicationType": kind,
            "ApplicationId": identifier[:identifier_size],
            "ApplicationName": name[:name_size].decode("utf-8", "replace"),
            "PinKeyReferences": pins[:pin_count],
        }


def is_composed(parts: Iterable[Part], path: str) -> bool:
    """Return whether a path is a block that is put together of whole structures.

    A log that hides members does not give such a block.
    """
    blocks = {part.block for part in parts if isinstance(part, Cells)}
    return path in blocks or (
        path == "Data" and any(isinstance(part, Applications) for part in parts)
    )


# ------------------------------------------------------------------ addresses


@dataclass(frozen=True, slots=True)
class Addresses:
    """IP addresses, gateways and name servers: MBIM's lists by family, NDIS's tables of entries.

    MBIM has one gateway of each family and no prefix length of gateways and name servers.
    """

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Make entries of both families."""
        found: dict[str, list[Tree]] = {"IpEntries": [], "GatewayEntries": [], "DnsEntries": []}
        for family in ("IPv4", "IPv6"):
            for each in values.get(f"{family}Address") or ():
                entry = _entry(each[f"{family}Address"], each["OnLinkPrefixLength"])
                found["IpEntries"].append(entry)
            gateway = values.get(f"{family}Gateway")
            if gateway:
                found["GatewayEntries"].append(_entry(gateway))
            servers = values.get(f"{family}DnsServer") or ()
            found["DnsEntries"] += [_entry(each) for each in servers]
        tree.tree.update({name: entries for name, entries in found.items() if entries})

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Sort the entries by family."""
        for family in ("IPv4", "IPv6"):
            values[f"{family}Address"], values[f"{family}DnsServer"] = [], []
        for entry in source.variable("IpEntries"):
            family, address, prefix_length = _address(entry)
            element = {"OnLinkPrefixLength": prefix_length, f"{family}Address": address}
            values[f"{family}Address"].append(element)
        for entry in source.variable("GatewayEntries"):
            family, address, _ = _address(entry)
            values.setdefault(f"{family}Gateway", address)
        for entry in source.variable("DnsEntries"):
            family, address, _ = _address(entry)
            values[f"{family}DnsServer"].append(address)


def _entry(text: str, prefix_length: int | None = None) -> Tree:
    """Return a WWAN_IPADDRESS_ENTRY."""
    address = ip_address(text)
    version = f"Ipv{address.version}"
    tree: Tree = {
        "IsIpv6": int(address.version == 6),
        f"{version}.IPV{address.version}Address": address.packed,
    }
    if prefix_length is not None:
        tree[f"{version}.OnLinkPrefixLength"] = prefix_length
    return tree


def _address(entry: Source) -> tuple[str, str, int]:
    """Return (IPv4 or IPv6, address, prefix length) of a WWAN_IPADDRESS_ENTRY."""
    version = 6 if entry["IsIpv6"] else 4
    octets_of = bytes(entry[f"Ipv{version}.IPV{version}Address"])
    prefix_length = entry.get(f"Ipv{version}.OnLinkPrefixLength", 0)
    return f"IPv{version}", str(ip_address(octets_of)), prefix_length
