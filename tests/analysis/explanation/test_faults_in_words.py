"""The page words faults on the wire with the line of the log, and contradicts nothing."""

from wwanreplay.analysis.explanation import explain_files
from wwanreplay.mbim.messages import (
    MBIM_COMMAND_DONE,
    MBIM_COMMAND_MSG,
    MBIM_OPEN_DONE,
    MBIM_OPEN_MSG,
    Message,
)

BASIC_CONNECT = bytes.fromhex("a289cc33bcbb8b4fb6b0133ec2aae6df")
DEVICE_CAPS, RADIO_STATE = 1, 3
OPENED = ((0, Message(MBIM_OPEN_MSG, 1, 4096)), (0, Message(MBIM_OPEN_DONE, 1, 0)))


def query(number, cid):
    return Message(MBIM_COMMAND_MSG, number, 0, BASIC_CONNECT, cid)


def radio_is_on(number):
    on = (1).to_bytes(4, "little") * 2
    return Message(MBIM_COMMAND_DONE, number, 0, BASIC_CONNECT, RADIO_STATE, on)


def page_of(tmp_path, *sent):
    """The page of a log with these messages at these seconds, five lines each."""
    lines = []
    for second, message in sent:
        data = message.to_bytes()
        is_sent = message.type in (MBIM_OPEN_MSG, MBIM_COMMAND_MSG)
        sign, word = ("<<<<<<", "Sent") if is_sent else (">>>>>>", "Received")
        time = f"10:{second // 60:02}:{second % 60:02}"
        lines += [
            f"[26 Nov 2026, {time}] [Debug] [/dev/cdc-wdm0] {word} message...",
            f"{sign} RAW:",
            f"{sign}   length = {len(data)}",
            f"{sign}   data   = {data.hex(':').upper()}",
            "",
        ]
    log = tmp_path / "a.log"
    log.write_text("\n".join(lines))
    (page,) = explain_files([str(log)])
    return " ".join(str(page).split())


def test_a_command_without_an_answer_is_named_with_its_line_and_the_rule_once(tmp_path):
    before, behind = (
        ((second, query(number, RADIO_STATE)), (second, radio_is_on(number)))
        for second, number in ((1, 2), (230, 4))
    )
    page = page_of(tmp_path, *OPENED, *before, (2, query(3, DEVICE_CAPS)), *behind)
    text = "transaction 3, query of DEVICE_CAPS, was never answered (line 21)."
    assert f"fault on the wire: {text} Rule request.answered." in page
    assert page.count("request.answered") == 1


def test_a_session_with_a_fault_is_not_stated_to_be_without_anything(tmp_path):
    page = page_of(tmp_path, *OPENED, (1, Message(MBIM_OPEN_DONE, 1, 0)))
    assert "What stands out nothing beyond the faults below" in page
    assert "nothing stands out" in page_of(tmp_path, *OPENED)
