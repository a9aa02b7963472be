"""Hex dumps in the ways people make them."""

import shutil
import subprocess

import field_samples as samples
import pytest
from field_samples import SESSION, mbim, read, reading
from printed_logs import dumped

from wwanreplay.formats.base import Direction
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, Message


@pytest.mark.parametrize(
    "text",
    [
        dumped(samples.RADIO_DONE),
        dumped(samples.RADIO_DONE, "{offset:08x}  {pairs}  |{text}|", 1),
        dumped(samples.RADIO_DONE, "{offset:04x}   {pairs}   {text}", 1),
        dumped(samples.RADIO_DONE, "{pairs}", 4),
        samples.RADIO_DONE.hex(),
        samples.RADIO_DONE.hex().upper(),
        samples.RADIO_DONE.hex(" "),
        samples.RADIO_DONE.hex(":"),
        samples.RADIO_DONE.hex("-"),
        "rx: " + samples.RADIO_DONE.hex(" "),
        "got 56 bytes <" + samples.RADIO_DONE.hex(" ") + ">",
        "{ " + ", ".join(f"0x{byte:02x}" for byte in samples.RADIO_DONE) + " }",
        "\n".join(
            ", ".join(f"0x{byte:02X}" for byte in samples.RADIO_DONE[at : at + 8]) + ","
            for at in range(0, 56, 8)
        ),
        "1.500000000 < " + samples.RADIO_DONE.hex(" "),
    ],
)
def test_a_message_in_any_dump(text: str):
    (message,) = read("some words\n" + text + "\nother words\n", "hexdump")
    assert message.data == samples.RADIO_DONE
    assert message.complete
    assert message.direction is Direction.DEVICE_TO_HOST
    assert message.place.number == 2


#: Programs that print bytes, in each way that was seen in a report.
TOOLS = [
    ["xxd"],
    ["hexdump", "-C"],
    ["hexdump"],
    ["od", "-x"],
    ["od", "-A", "x", "-t", "x1"],
    ["xxd", "-i"],
]


@pytest.mark.parametrize("tool", TOOLS, ids=" ".join)
def test_dumps_of_real_tools(tool: list[str]):
    if shutil.which(tool[0]) is None:
        pytest.skip(f"{tool[0]} is not installed")
    data = samples.OPEN + samples.LONG_DONE + samples.SIGNAL
    run = subprocess.run(tool, input=data, capture_output=True, check=True)
    text = run.stdout.decode()
    assert mbim(read(text)) == [samples.OPEN, samples.LONG_DONE, samples.SIGNAL]


@pytest.mark.parametrize("tool", [["hexdump", "-C"], ["hexdump"], ["od", "-x"]], ids=" ".join)
@pytest.mark.parametrize("zeros", [16, 48, 300])
def test_rows_that_are_left_out_as_equal_are_read(tool: list[str], zeros: int):
    if shutil.which(tool[0]) is None:
        pytest.skip(f"{tool[0]} is not installed")
    long = Message(MBIM_COMMAND_DONE, 9, 0, bytes(range(16)), 3, bytes(zeros) + b"\1").to_bytes()
    data = samples.OPEN + long + samples.SIGNAL
    run = subprocess.run(tool, input=data, capture_output=True, check=True)
    assert mbim(read(run.stdout.decode())) == [samples.OPEN, long, samples.SIGNAL]


def test_messages_in_a_row_and_a_dump_that_ends_early():
    log = samples.OPEN.hex(" ") + "\n" + samples.RADIO_QUERY.hex(" ") + "\n\n"
    log += "the answer\n" + dumped(samples.LONG_DONE)[:300] + "\n\nthen\n" + samples.CLOSE.hex()
    messages, counts = reading(log)
    assert [message.complete for message in messages] == [True, True, False, True]
    assert messages[2].length == len(samples.LONG_DONE)
    assert counts.incomplete.count == 1


def test_hex_of_other_things_is_no_message():
    log = "00000000: 7f45 4c46 0201 0100 0000 0000 0000 0000  .ELF............\n" * 3
    messages, _ = reading(log + samples.OPEN.hex(" ") + "\n")
    assert mbim(messages) == [samples.OPEN]


@pytest.mark.parametrize("prefix", ["", "Nov 26 10:00:01 host /bsd: ", "[ 12.345678] ", "> "])
def test_decimal_offsets_are_no_data(prefix):
    rows = [samples.RADIO_DONE[at : at + 16] for at in range(0, len(samples.RADIO_DONE), 16)]
    text = "umb0: got response\n" + "".join(
        f"{prefix}{16 * at:4d}:   {row.hex(' ')}\n" for at, row in enumerate(rows)
    )
    messages, counts = reading(text * 2)
    assert mbim(messages) == [samples.RADIO_DONE] * 2
    assert counts.unreadable.count == 0


def test_the_dump_of_a_kernel_has_a_prefix():
    rows = [samples.RADIO_DONE[at : at + 16] for at in range(0, len(samples.RADIO_DONE), 16)]
    text = "".join(
        f"[  12.345678] cdc_mbim 1-2:1.0: data: {16 * at:08x}: {row.hex(' ')}  ................\n"
        for at, row in enumerate(rows)
    )
    assert mbim(reading(text)[0]) == [samples.RADIO_DONE]


@pytest.mark.parametrize("mask", ["xx", "XX", "**", "??", "__"])
def test_a_masked_byte_ends_a_message_and_is_counted(mask):
    text = samples.RADIO_DONE.hex(" ")
    masked = f"{text[: 3 * 40]}{mask}{text[3 * 40 + 2 :]}"
    messages, counts = reading(f"{masked}\n\n{text}\n")
    assert [message.incomplete for message in messages] == [True, False]
    assert messages[0].data == samples.RADIO_DONE[:40]
    assert counts.incomplete.first[0][1] == "40 of 56 bytes are in the dump, then one is masked"


def rows_of(data: bytes) -> list[str]:
    return dumped(data).splitlines()


@pytest.mark.parametrize("separator", ["\t", "\xa0", " ", ":", "-", ""])
def test_bytes_may_be_parted_by_what_a_page_makes_of_blanks(separator: str) -> None:
    log = "\n".join(separator.join(f"{octet:02x}" for octet in data) for data in SESSION)
    assert mbim(read(log)) == [*SESSION]


@pytest.mark.parametrize("lacking", [1, 2, 5])
def test_bytes_that_a_line_lacks_are_not_taken_from_the_next_message(lacking: int) -> None:
    lines = [data.hex(" ") for data in SESSION]
    lines[1] = SESSION[1][:-lacking].hex(" ")
    messages = read("\n".join(lines))
    assert mbim(messages) == [SESSION[0], SESSION[1][:-lacking], *SESSION[2:]]
    assert [message.incomplete for message in messages].count(True) == 1


def test_a_byte_that_is_cut_in_two_ends_its_message() -> None:
    lines = [data.hex(" ") for data in SESSION]
    lines[1] = lines[1][:-1]
    messages = read("\n".join(lines))
    assert mbim(messages) == [SESSION[0], SESSION[1][:-1], *SESSION[2:]]
    assert messages[1].reason.endswith("then half of one")


def test_a_masked_byte_in_a_header_is_counted() -> None:
    lines = [data.hex(" ") for data in SESSION]
    lines[2] = f"{lines[2][:3]}xx{lines[2][5:]}"
    messages, counts = reading("\n".join(lines))
    assert mbim(messages) == [*SESSION[:2], *SESSION[3:]]
    assert counts.unreadable.count == 1


def test_rows_that_are_missing_are_not_closed_over() -> None:
    long = next(data for data in SESSION if len(data) > 48)
    rows = rows_of(long)
    log = "\n".join([*rows[:1], *rows[2:]]) + "\n" + "".join(map(dumped, SESSION))
    messages = read(log)
    assert mbim(messages) == [long[:16], *SESSION]
    assert messages[0].reason.endswith("then rows are missing")


def test_words_of_32_bits_are_read_in_the_order_of_their_bytes() -> None:
    words = [
        " ".join(
            f"0x{int.from_bytes(data[at : at + 4], 'little'):08x}" for at in range(0, len(data), 4)
        )
        for data in SESSION
        if len(data) % 4 == 0
    ]
    assert mbim(read("\n".join(words))) == [data for data in SESSION if len(data) % 4 == 0]
    as_they_stand = [
        " ".join(f"0x{data[at : at + 4].hex()}" for at in range(0, len(data), 4))
        for data in SESSION
    ]
    assert mbim(read("\n".join(as_they_stand))) == [*SESSION]


@pytest.mark.parametrize("size", range(49, 56))
@pytest.mark.parametrize(
    "tool", [["xxd", "-e"], ["xxd", "-e", "-g2"], ["hexdump"], ["od", "-A", "x", "-t", "x2"]]
)
def test_the_last_word_of_a_message_may_be_a_part_of_one(tool: list[str], size: int) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"{tool[0]} is not installed")
    data = bytearray(samples.RADIO_DONE[:48] + bytes(range(65, 73)))[:size]
    data[4], data[44] = size, size - 48
    dump = subprocess.run(tool, input=bytes(data), capture_output=True, check=True).stdout
    messages, counts = reading(dump + b"\nand more\n")
    assert mbim(messages) == [bytes(data)]
    assert counts.unreadable.count == 0


@pytest.mark.parametrize(
    "rows",
    [
        "00000010: 00000000 33cc89a2 4f8bbbbc 3e13b0b6\n00000020: dfe6aac2 0000000b 00000000\n",
        "[   12.000001] 00000010: 00000000 33cc89a2 4f8bbbbc 3e13b0b6\n",
        "00000000 33cc89a2 4f8bbbbc 3e13b0b6\ndfe6aac2 0000000b 00000000 00000000\n",
        "0x00000000 0x33cc89a2 0x4f8bbbbc 0x3e13b0b6\n0xdfe6aac2 0x0000000b 0x00000000\n",
        "00000010: 0000 0000 a289 cc33 bcbb 8b4f b6b0 133e  .......3...O...>\n",
        "0000010 0000 0000 89a2 33cc bbbc 4f8b b0b6 3e13\n",
        "00000010  00 00 00 00 a2 89 cc 33  bc bb 8b 4f b6 b0 13 3e  |.......3...O...>|\n",
    ],
)
def test_rows_that_begin_no_message_are_counted(rows: str) -> None:
    message = samples.OPEN.hex(" ") + "\n\n"
    messages, counts = reading(message + rows + "\n" + message)
    assert mbim(messages) == [samples.OPEN, samples.OPEN]
    assert [(place.number, why) for place, why in counts.unreadable.first] == [
        (3, "rows of bytes that begin no message")
    ]
