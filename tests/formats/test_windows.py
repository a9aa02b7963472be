"""Values of Windows text in every way they are printed."""

from wwanreplay.formats.windows import keys_of


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
