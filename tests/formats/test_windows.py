"""Values of Windows text in every way they are printed."""

import uuid

import field_samples as samples
import pytest
from windows_logs import (
    SERVICE,
    SHIFTED,
    SWAPPED,
)

from wwanreplay.formats.windows import keys_of, service_of


@pytest.mark.parametrize(
    ("printed", "shifted"), [(SERVICE, False), (SWAPPED, False), (SHIFTED, True)]
)
def test_a_service_is_known_in_every_way_it_is_printed(printed: str, shifted: bool):
    assert service_of(printed) == (samples.BASIC_CONNECT, shifted)


def test_an_unknown_service_stays_as_printed():
    unknown = uuid.UUID("12345678-9abc-def0-1234-56789abcdef0")
    assert service_of(f"{{{unknown}}}") == (unknown.bytes, False)
    assert service_of("none") == (None, False)


def test_names_are_found_where_blanks_were_lost():
    text = (
        "CommandId: \t12InBufferSize: \t116Payload: \t0x00FF RequestId: \t0x8FRequestHandle: "
        "\t0x0Type: \t1BytesUsed: \t7"
    )
    assert keys_of(text) == {
        "CommandId": "12",
        "BufferSize": "116",
        "Payload": "0x00FF",
        "RequestId": "0x8F",
        "RequestHandle": "0x0",
        "Type": "1",
        "BytesUsed": "7",
    }
