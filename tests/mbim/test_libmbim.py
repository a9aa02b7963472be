"""What the codec writes, read by libmbim: another implementation of the same messages."""

import re
import uuid
from typing import Any

import libmbim
import pytest
from groups import sampled
from mbim_samples import sample_values

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.schema import Cid, Field, Format, Layout, Service
from wwanreplay.mbim.tables import STRUCTS, all_layouts

pytestmark = pytest.mark.skipif(
    libmbim.load() is None, reason=f"{libmbim.NAME} is not installed (Debian: libmbim-glib4)"
)

# Services that the library of Debian 12 cannot print.
UNKNOWN_TO_LIBMBIM = {
    "Multicarrier",
    "Intel Mutual Authentication",
    "Intel Tools",
    "Intel AT Tunnel",
    "Google",
    "Fibocom",
    "Compal",
}
# Messages that it reads as far as the header only.
UNPRINTED = {
    ("configuration", "notification"),
    ("network-denylist", "set"),
    ("network-denylist", "response"),
    ("network-denylist", "notification"),
    ("modem-logging-config", "set"),
    ("modem-logging-config", "response"),
    ("modem-logging-config", "notification"),
    ("ms-pin-ex", "query"),
    ("ms-pin-ex", "set"),
    ("ms-pin-ex", "response"),
    ("ms-network-params", "query"),
    ("ms-network-params", "response"),
    ("ms-network-params", "notification"),
    ("atds-10", "set"),
    ("command", "set"),
    ("command", "response"),
}
TYPES = {
    "query": messages.MBIM_COMMAND_MSG,
    "set": messages.MBIM_COMMAND_MSG,
    "response": messages.MBIM_COMMAND_DONE,
    "notification": messages.MBIM_INDICATE_STATUS_MSG,
}
ROWS = [
    pytest.param(*row, id=f"{row[0].nick}-{row[1].nick}-{row[2]}-{row[3].mbimex:#06x}")
    for row in all_layouts()
    if row[3].mbimex <= 0x0300 and row[3].fields and row[0].name not in UNKNOWN_TO_LIBMBIM
]
PRINTED = (Format.STRING, Format.IPV4, Format.IPV4_REF, Format.IPV6, Format.IPV6_REF, Format.UUID)


def expected_lines(layout: Layout, values: dict[str, Any]) -> list[str]:
    """Return the `name = 'value'` texts that a print of these values must have, in order."""
    lines: list[str] = []
    for field in layout.fields:
        if field.name in values:
            lines += field_lines(field, values[field.name])
    return lines


def field_lines(field: Field, value: Any) -> list[str]:
    if field.struct is not None:
        items = value if isinstance(value, list) else [value]
        inner = STRUCTS[field.struct].layout
        return [line for item in items for line in expected_lines(inner, item)]
    plain = field.format in (Format.U32, Format.U64, Format.I32) and field.type is None
    if plain or field.format in PRINTED:
        return [f"{field.name} = '{value}'"]
    if field.format is Format.TLV_STRING:
        return [f"tlv string = {value}"]
    return []


@pytest.mark.parametrize(("service", "cid", "operation", "layout"), sampled(ROWS, 30))
def test_libmbim_reads_what_we_encode(
    service: Service, cid: Cid, operation: str, layout: Layout
) -> None:
    # The library prints the first element of a counted list for each of them: give it one.
    lists = any(field.format is Format.STRUCT_LIST_REF for field in layout.fields)
    values = sample_values(layout, 7, 1 if lists else 2)
    message = messages.Message(
        TYPES[operation],
        5,
        messages.COMMAND_SET if operation == "set" else 0,
        uuid.UUID(service.uuid).bytes,
        cid.cid,
        codec.encode_layout(cid.name, layout, values),
    )
    text = libmbim.printable(message.to_bytes(), layout.mbimex)
    assert f"service      = '{service.nick}'" in text or f"service = '{service.nick}'" in text
    if "Unsupported message" in text:
        assert (cid.nick, operation) in UNPRINTED
        return
    assert f"{cid.nick}' (0x{cid.cid:08x})" in text
    place = text.index("Fields:")
    for line in expected_lines(layout, values):
        found = re.compile(re.escape(line)).search(text, place)
        assert found, f"{line!r} is not printed, or out of order, in:\n{text}"
        place = found.end()


def test_libmbim_accepts_every_kind_of_message() -> None:
    service = uuid.UUID(int=1).bytes
    for kind in messages.MessageType:
        message = messages.Message(kind, 9, 3, service, 2, b"")
        assert "transaction = 9" in libmbim.printable(message.to_bytes())


def test_libmbim_refuses_what_we_refuse() -> None:
    data = messages.Message(messages.MBIM_COMMAND_MSG, 1, 0, bytes(16), 1, b"1234").to_bytes()
    with pytest.raises(ValueError, match=r".+"):
        libmbim.printable(data[:-1])
