"""Messages of which a log prints members and no byte: how show and explain print them."""

import pytest
from verbs import run

from wwanreplay.mbim.header import Head
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.presentation import describe, title_of
from wwanreplay.mbim.rows.framing import MessageType

BLOCK = """\
[13 Nov 2026, 19:26:06] [Debug] [/dev/wwan0mbim0] received message (translated)...
>>>>>> Header:
>>>>>>   length      = 96
>>>>>>   type        = command-done (0x80000003)
>>>>>>   transaction = 4
>>>>>> Fragment header:
>>>>>>   total   = 1
>>>>>>   current = 0
>>>>>> Contents:
>>>>>>   status error = 'None' (0x00000000)
>>>>>>   service      = 'basic-connect' (a289cc33-bcbb-8b4f-b6b0-133ec2aae6df)
>>>>>>   cid          = 'packet-statistics' (0x00000014)
>>>>>> Fields:
>>>>>>   InErrors = '7'
"""


@pytest.fixture
def shown(tmp_path):
    def make(text):
        (tmp_path / "a.log").write_text(text)
        run("import", tmp_path / "a.log", "-o", tmp_path / "a.wwtrace", "--force")
        return run("show", tmp_path / "a.wwtrace").stdout

    return make


def test_a_message_is_named_by_its_printed_header(shown):
    title = "wire MBIM_COMMAND_DONE 4 MBIM_CID_PACKET_STATISTICS MBIM_STATUS_SUCCESS"
    assert f"{title}, 48 of 96 bytes  [incomplete]" in shown(BLOCK)


@pytest.mark.parametrize("line", ["total ", "service ", "status error "])
def test_a_header_of_which_a_word_is_not_printed_is_not_made_up(shown, line):
    lines = [each for each in BLOCK.splitlines(keepends=True) if line not in each]
    text = shown("".join(lines))
    assert " of 96 bytes" not in text
    assert "wire device to host, 0 bytes  [incomplete]" in text


def test_what_is_known_in_part_only_is_explained_as_that(shown, tmp_path):
    shown(BLOCK)
    page = run("explain", tmp_path / "a.log").stdout
    assert "1 message, of 1 only a part" in page
    assert "messages are in the log in part only" in page


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (MessageType.MBIM_OPEN_DONE, 2, "MBIM_OPEN_DONE 1 MBIM_STATUS_FAILURE"),
        (MessageType.MBIM_CLOSE_DONE, 2, "MBIM_CLOSE_DONE 1 MBIM_STATUS_FAILURE"),
        (
            MessageType.MBIM_FUNCTION_ERROR_MSG,
            8,
            "MBIM_FUNCTION_ERROR_MSG 1 MBIM_ERROR_MAX_TRANSFER",
        ),
        (MessageType.MBIM_OPEN_MSG, 512, "MBIM_OPEN_MSG 1 MaxControlTransfer 512"),
        (MessageType.MBIM_CLOSE_MSG, 0, "MBIM_CLOSE_MSG 1"),
    ],
)
def test_a_short_message_is_printed_with_its_number(kind, value, text):
    assert describe(Message(kind, 1, value).to_bytes())[0] == text
    assert title_of(Head(kind, transaction_id=1, value=value)) == text
    assert title_of(Head(kind)) == kind.name
