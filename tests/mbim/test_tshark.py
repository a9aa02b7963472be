"""Every field against tshark: the value it shows at each place, under the name it has for it."""

import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from export_samples import needs_tshark
from groups import sampled
from mbim_leaves import Leaf, leaves
from mbim_samples import sample_values
from mbim_tlvs import SAMPLES, sample_tlv
from mbim_tshark import Dissection, Shown, dissect, names_agree

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.schema import Cid, Field, Format, Layout, Service
from wwanreplay.mbim.tables import SERVICES, STRUCTS, TLV_TYPES, all_layouts, find_cid, find_layout

pytestmark = needs_tshark

VERSIONS = (0x0100, 0x0200, 0x0300, 0x0400)
TYPES = {
    "query": messages.MBIM_COMMAND_MSG,
    "set": messages.MBIM_COMMAND_MSG,
    "response": messages.MBIM_COMMAND_DONE,
    "notification": messages.MBIM_INDICATE_STATUS_MSG,
}
#: TLVs that tshark reads to their end; the others have tests of their own.
COMMON_TLVS = ("PCO", "SINGLE_NSSAI", "ALLOWED_NSSAI", "WCHAR_STR", "UINT16_TBL")

#: What tshark 4.0 does not dissect, or reads in another way: command, operations, paths, why.
EXTENSIONS = "ms-basic-connect-extensions"
UICC = "ms-uicc-low-level-access"
LIMITS = (
    ("basic-connect connect", "query", "", "a query without a body for it"),
    ("basic-connect service-activation", "response", ".Buffer", "the vendor's bytes"),
    ("basic-connect ip-configuration", "query", "", "a query without a body for it"),
    ("basic-connect emergency-mode", "set", "", "unexpected: MBIM 1.0 has no such set"),
    ("sms read", "response notification", ".CdmaMessages", "takes the timestamp for ASCII"),
    ("ms-sar config", "set response", ".BackoffState", "a name of its own for bits"),
    ("ms-sar transmission-status", "set response notification", "", "not dissected"),
    (
        f"{EXTENSIONS} provisioned-contexts",
        "response notification",
        ".ProvisionedContextsCount",
        "shown under the name of another field",
    ),
    (f"{EXTENSIONS} network-denylist", "set response notification", "", "reads the count at 0"),
    (f"{EXTENSIONS} base-stations-info", "response", ".CdmaCells", "reads 8 bytes of 4"),
    (f"{EXTENSIONS} ms-network-params", "query", "", "has the query of MBIMEx 4.0 only"),
    (f"{UICC} atr", "response", ".atr", "shown as what follows"),
    (f"{UICC} file-status", "query", "", "a query without a body for it"),
    (f"{UICC} read-binary", "query", ".LocalPin", "takes the PIN for UTF-8"),
    (f"{UICC} read-record", "query", ".LocalPin", "takes the PIN for UTF-8"),
)
#: Commands that it only shows the header of.
UNKNOWN = frozenset(
    {
        f"{EXTENSIONS} lte-attach-configuration",
        f"{EXTENSIONS} lte-attach-info",
        f"{EXTENSIONS} pco",
        f"{EXTENSIONS} location-info-status",
        f"{EXTENSIONS} modem-logging-config",
        f"{EXTENSIONS} ms-pin-ex",
        "ms-voice-extensions nitz",
        "proxy-control configuration",
        "proxy-control version",
        "qdu update-session",
        "qdu file-open",
        "qdu file-write",
        "qdu quectel-reboot",
        "qdu quectel-read-version",
        "qdu command",
        "quectel radio-state",
        "intel-firmware-update modem-reboot",
        "intel-thermal-rf rfim",
        "intel-mutual-authentication fcc-lock",
        "intel-tools trace-config",
        "intel-at-tunnel at-command",
        "google carrier-lock",
        "fibocom at-command",
        "compal at-command",
    }
)


def fitted(layout: Layout, values: dict[str, Any]) -> dict[str, Any]:
    """Return sample values that tshark reads: ASCII where text is UTF-8, common TLVs only."""
    out = dict(values)
    for field in layout.fields:
        if field.name in out:
            out[field.name] = _fitted(field, out[field.name])
    return out


def _fitted(field: Field, value: Any) -> Any:
    if field.format is Format.TLV_LIST:
        return [sample_tlv(name) for name in COMMON_TLVS]
    if field.encoding == "utf-8" and isinstance(value, str):
        return value.replace("Ä", "A")
    if field.struct is None or value is None:
        return value
    inner = STRUCTS[field.struct].layout
    if isinstance(value, list):
        return [fitted(inner, item) for item in value]
    return fitted(inner, value)


def message(service: Service, cid: Cid, operation: str, buffer: bytes, number: int) -> bytes:
    kind = messages.COMMAND_SET if operation == "set" else messages.COMMAND_QUERY
    value = kind if operation in ("query", "set") else 0
    uuid_bytes = uuid.UUID(service.uuid).bytes
    return Message(TYPES[operation], number, value, uuid_bytes, cid.cid, buffer).to_bytes()


def rows(mbimex: int) -> Iterator[tuple[Service, Cid, str, Layout]]:
    """Yield the layouts in force at a version."""
    for service, cid, operation, layout in all_layouts():
        if find_layout(service.number, cid.cid, operation, mbimex) is layout and layout.fields:
            yield service, cid, operation, layout


Read = tuple[str, str, int, bytes, list[Leaf], Dissection]


@cache
def readings(mbimex: int, salt: int, folder: Path) -> list[Read]:
    """Return for every layout what we wrote and what tshark made of it."""
    sent: list[bytes] = []
    kept: list[tuple[int, str, str, int, bytes, list[Leaf]]] = []
    for service, cid, operation, layout in rows(mbimex):
        number = len(sent) + 1
        if operation == "response":
            requested = "query" if cid.query else "set"
            request = find_layout(service.number, cid.cid, requested, mbimex)
            values = {} if request is None else fitted(request, sample_values(request, salt))
            buffer = codec.encode_layout("", request, values) if request else b""
            sent.append(message(service, cid, requested, buffer, number))
        buffer = codec.encode_layout("", layout, fitted(layout, sample_values(layout, salt)))
        data = message(service, cid, operation, buffer, number)
        place = (f"{service.nick} {cid.nick}", operation, layout.mbimex)
        kept.append((len(sent), *place, data, leaves(layout, buffer)))
        sent.append(data)
    found = dissect(sent, mbimex, folder / f"{mbimex}-{salt}.pcapng")
    assert len(found) == len(sent)
    return [(*row, found[at]) for at, *row in kept]  # type: ignore[misc]


def matched(leaf: Leaf, data: bytes, found: Dissection) -> Shown | str:
    """Return the field that shows a value of ours under its name, or what is wrong."""
    head = len(data) - int.from_bytes(data[4:8], "little")
    head += 44 if data[:4] == b"\7\0\0\x80" else 48
    place = (head + leaf.offset, leaf.size)
    raw = data[place[0] : sum(place)]
    there = [shown for shown in found.fields if (shown.offset, shown.size) == place]
    if not there:
        return "not shown"
    right = [shown for shown in there if shown.holds(raw, leaf.value)]
    if not right:
        return f"{leaf.value!r} is shown as {[(row.name, row.value) for row in there]}"
    for shown in right:
        if names_agree(leaf.path, shown.name):
            return shown
    return f"is called {[row.name for row in right]}"


def limit_of(command: str, operation: str, path: str) -> str | None:
    """Return why tshark does not show a value as we read it, or None."""
    if command in UNKNOWN:
        return "not dissected"
    for name, operations, prefix, reason in LIMITS:
        if name == command and operation in operations.split() and path.startswith(prefix):
            return reason
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("captures")


CASES = [
    pytest.param(
        mbimex,
        index,
        id=f"{row[0].nick}-{row[1].nick}-{row[2]}-{row[3].mbimex:#06x}-in-{mbimex:#06x}",
    )
    for mbimex in VERSIONS
    for index, row in enumerate(rows(mbimex))
]


@pytest.mark.long
@pytest.mark.parametrize(("mbimex", "index"), CASES)
def test_tshark_shows_every_value_at_its_place(folder: Path, mbimex: int, index: int) -> None:
    for salt in (7, 100):
        command, operation, _, data, ours, found = readings(mbimex, salt, folder)[index]
        limited = False
        for leaf in ours:
            what = matched(leaf, data, found)
            if isinstance(what, str):
                assert limit_of(command, operation, leaf.path), f"{leaf.path} {what}"
                limited = True
        # The samples hold no real commands of ETSI TS 102 223.
        assert limited or not found.complaints or command == "stk terminal-response"


@pytest.mark.long
def test_most_values_are_compared(folder: Path) -> None:
    """Three attach configurations are always sent; nothing but their count is dissected."""
    total = compared = 0
    seen: set[tuple[str, str, int]] = set()
    for mbimex in VERSIONS:
        for command, operation, version, data, ours, found in readings(mbimex, 7, folder):
            if (command, operation, version) in seen:
                continue
            seen.add((command, operation, version))
            shown = {leaf: not isinstance(matched(leaf, data, found), str) for leaf in ours}
            if command == f"{EXTENSIONS} lte-attach-configuration":
                elements = [leaf for leaf in ours if ".Configurations[" in leaf.path]
                assert not any(shown.pop(leaf) for leaf in elements)
            total += len(shown)
            compared += sum(shown.values())
    assert len(seen) > 240
    assert compared / total > 0.85


LADN_TEXT = "0a00 00 02 06000000 6c0061006e00 0000 02 01 0100 0100 03000000"
# It takes the name in LADN for a TLV at any version; wwan-go reads octets in MBIMEx 3.0. And it
# reads as many codes as a list of consecutive ones counts, where the list holds the first only.
TLV_CASES = [
    *((name, text, 0x0400) for name, text, _ in SAMPLES if name != "LADN"),
    ("TAI", "02 02 0100 0100 05000000 0200 0380 06000000", 0x0400),
    ("TAI", "01 0100 0180 01 07000000", 0x0300),
    ("LADN", LADN_TEXT, 0x0400),
]
TLV_LIMITS = (
    ("PRECFG_DFLT_CFG_NSSAI", "[1].AccessType", "reads one list only"),
    ("ROUTE_SELECTION_DESCRIPTORS", "", "not dissected"),
    ("TRAFFIC_PARAMETERS", "Components[8].TypeOfService", "shows both bytes as one"),
)


def tlv_message(name: str, data: bytes, number: int) -> tuple[bytes, bytes, list[Leaf]]:
    """Return a query, its answer with one TLV, and the answer's values."""
    layout = find_layout(11, 18, "response", 0x0300)
    cid = find_cid(11, 18)
    assert layout is not None
    assert cid is not None
    item = {"Type": TLV_TYPES[name], "Data": data}
    buffer = codec.encode_layout("", layout, {"UnnamedIes": [item]})
    query = message(SERVICES[11], cid, "query", b"", number)
    return query, message(SERVICES[11], cid, "response", buffer, number), leaves(layout, buffer)


@cache
def tlv_readings(mbimex: int, folder: Path) -> list[Dissection]:
    sent: list[bytes] = []
    for name, text, version in TLV_CASES:
        if version == mbimex:
            sent += tlv_message(name, bytes.fromhex(text), len(sent) + 1)[:2]
    return dissect(sent, mbimex, folder / f"tlv-{mbimex}.pcapng")[1::2]


@pytest.mark.parametrize("index", sampled(range(len(TLV_CASES)), 6))
def test_tshark_shows_what_a_tlv_holds(folder: Path, index: int) -> None:
    name, text, mbimex = TLV_CASES[index]
    before = [case for case in TLV_CASES[:index] if case[2] == mbimex]
    found = tlv_readings(mbimex, folder)[len(before)]
    _, sent, ours = tlv_message(name, bytes.fromhex(text), 1)
    for leaf in ours:
        what = matched(leaf, sent, found)
        limited = any(
            name == limit and leaf.path.startswith(f".UnnamedIes.{TLV_TYPES[name]}.{path}")
            for limit, path, _ in TLV_LIMITS
        )
        assert not isinstance(what, str) or limited, f"{leaf.path} {what}"
    assert not found.complaints
