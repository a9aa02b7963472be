"""Joined lines are parted before each headline, with what stands before it."""

import pytest
from field_samples import OPEN, OPEN_DONE, mbim, old_libmbim, reading
from format_logs import LOGS

from wwanreplay.formats.wrappings.joined import WRAPPING


def parts(line: str) -> list[str]:
    return [text.decode().strip() for _, text in WRAPPING.unwrapper().feed(1, line.encode())]


def test_times_levels_and_devices_go_with_their_message() -> None:
    first, second = (" ".join(old_libmbim(data).split()) for data in (OPEN, OPEN_DONE))
    assert WRAPPING.detect(f"{first} {second}".encode())
    assert parts(f"{first} {second}") == [first, second]


def test_a_line_of_syslog_stays_whole() -> None:
    head = "Nov 26 10:00:00 host ModemManager[12]: <debug> [1606.1] [/dev/cdc-wdm0] "
    line = f"{head}sent message... <<<<<< RAW: {head}received message... >>>>>> RAW:"
    assert parts(line) == [
        f"{head}sent message... <<<<<< RAW:",
        f"{head}received message... >>>>>> RAW:",
    ]


def test_one_message_in_a_line_is_not_joined() -> None:
    assert not WRAPPING.detect(" ".join(old_libmbim(OPEN).split()).encode())
    assert not WRAPPING.detect(old_libmbim(OPEN).encode() + old_libmbim(OPEN_DONE).encode())


def test_lines_of_a_message_with_a_prefix_each_are_parted() -> None:
    head = "Nov 26 10:00:00 host ModemManager[12]: "
    lines = old_libmbim(OPEN).splitlines() + old_libmbim(OPEN_DONE).splitlines()
    joined = " ".join(f"{head}{line}" for line in lines if line)
    messages, counts = reading(joined)
    assert mbim(messages) == [OPEN, OPEN_DONE]
    assert counts.unreadable.count == 0


@pytest.mark.parametrize("name", ["usbmon", "routeros"])
def test_lines_with_marks_of_their_own_are_parted(name: str) -> None:
    log = LOGS[name][0].decode()
    whole, _ = reading(log)
    messages, counts = reading(" ".join(log.splitlines()))
    assert mbim(messages) == mbim(whole)
    assert [message.time_ns for message in messages] == [message.time_ns for message in whole]
    assert counts.unreadable.count == 0
