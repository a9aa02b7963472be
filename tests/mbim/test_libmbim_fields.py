"""Every field against libmbim: its parsers read what we write, we write what its builders write."""

import uuid
from typing import Any

import libmbim
import libmbim_calls as calls
import pytest
from groups import sampled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mbim_strategies import values_of
from mbim_tlvs import sample_tlv

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.forms import padding
from wwanreplay.mbim.schema import Cid, Field, Format, Layout, Service
from wwanreplay.mbim.tables import all_layouts

pytestmark = pytest.mark.skipif(
    libmbim.load() is None, reason=f"{libmbim.NAME} is not installed (Debian: libmbim-glib4)"
)

ENDINGS = {
    "query": "query_new",
    "set": "set_new",
    "response": "response_parse",
    "notification": "notification_parse",
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
    if calls.function(row[0], row[1], row[3], ENDINGS[row[2]]) is not None
]
PARSED = [row for row in ROWS if row.values[2] in ("response", "notification")]
BUILT = [row for row in ROWS if row.values[2] in ("query", "set")]


#: Of a counted list with texts the library reads the first element as often as the count says.
LISTED_MAX = 1
#: Bytes at the end of a list element, which the library reads on to the end of the message.
TO_THE_END = "TerminalCapabilityData"


def encoded(service: Service, cid: Cid, operation: str, buffer: bytes) -> bytes:
    return messages.Message(
        TYPES[operation],
        1,
        messages.COMMAND_SET if operation == "set" else 0,
        uuid.UUID(service.uuid).bytes,
        cid.cid,
        buffer,
    ).to_bytes()


def absent_as_empty(field: Field, values: dict[str, Any]) -> Any:
    """Return a value; a list that is absent is an empty one for libmbim."""
    value = values.get(field.name)
    if field.format is Format.U64 and field.type is not None:
        return value & 0xFFFFFFFF  # its enumerations have 32 bits
    return [] if value is None and field.format in calls.STRUCT_ARRAYS else value


def plain(value: Any) -> Any:
    """Return values without what only we have: the content beside the data of a TLV."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: plain(item) for key, item in value.items() if key != "Content"}


def test_the_library_has_functions_for_most_layouts() -> None:
    # Debian 12: 1.28. A newer one has more.
    assert len(PARSED) >= 126
    assert len(BUILT) >= 118


def test_its_helpers_read_the_contents_of_tlvs_as_we_do() -> None:
    for name, read in (
        ("WCHAR_STR", calls.text_of_tlv),
        ("UINT16_TBL", calls.numbers_of_tlv),
        ("WAKE_COMMAND", calls.wake_command_of_tlv),
        ("WAKE_PACKET", calls.wake_packet_of_tlv),
    ):
        item = sample_tlv(name)
        assert read(item["Data"]) == item["Content"], name


@pytest.mark.parametrize(("service", "cid", "operation", "layout"), sampled(PARSED, 6))
def test_its_parser_reads_every_field_as_we_do(
    service: Service, cid: Cid, operation: str, layout: Layout
) -> None:
    call = calls.function(service, cid, layout, ENDINGS[operation])

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        database=None,
    )
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        values = data.draw(values_of(layout, list_max=LISTED_MAX))
        buffer = codec.encode_layout(cid.name, layout, values)
        ours = plain(codec.decode_layout(cid.name, layout, buffer))
        theirs = calls.parse(call, layout, encoded(service, cid, operation, buffer))
        for mine, their in zip(
            ours.get("TerminalCapability", ()), theirs.get("TerminalCapability", ()), strict=True
        ):
            their[TO_THE_END] = their[TO_THE_END][: len(mine[TO_THE_END])]
        assert theirs == {field.name: absent_as_empty(field, ours) for field in layout.fields}

    run()


@pytest.mark.parametrize(("service", "cid", "operation", "layout"), sampled(BUILT, 8))
def test_its_builder_writes_the_bytes_that_we_write(
    service: Service, cid: Cid, operation: str, layout: Layout
) -> None:
    call = calls.function(service, cid, layout, ENDINGS[operation])

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        database=None,
    )
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        values = data.draw(values_of(layout, list_max=LISTED_MAX))
        buffer = codec.encode_layout(cid.name, layout, values)
        ours = codec.decode_layout(cid.name, layout, buffer)
        theirs = calls.build(call, layout, ours)
        message = messages.parse_message(theirs, from_host=True)
        assert message.cid == cid.cid
        assert message.service == uuid.UUID(service.uuid).bytes
        # Bytes at the end of a message it pads too.
        padded = buffer + bytes(padding(len(buffer)))
        assert message.buffer.hex() in (buffer.hex(), padded.hex())

    run()
