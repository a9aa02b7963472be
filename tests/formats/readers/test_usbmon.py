"""usbmon's text."""

import field_samples as samples
from field_samples import mbim, read, reading
from printed_logs import USBMON_NOISE as NOISE
from printed_logs import usbmon_received as received
from printed_logs import usbmon_sent as sent

from wwanreplay.formats.base import Clock, Direction, MessageKind


def test_messages_are_whole_up_to_32_bytes():
    log = NOISE + sent(samples.OPEN, 570383665) + received(samples.RADIO_DONE, 570387674)
    messages, counts = reading(log + received(samples.OPEN_DONE, 570387999))
    assert mbim(messages) == [samples.OPEN, samples.RADIO_DONE[:32], samples.OPEN_DONE]
    found = [message for message in messages if message.kind is MessageKind.MBIM]
    assert [message.incomplete for message in found] == [False, True, False]
    assert found[1].length == 56
    assert found[0].device == found[1].device == "usb:2:5"
    assert (found[0].time_ns, found[0].clock) == (570_383_665_000, Clock.RELATIVE)
    assert found[1].direction is Direction.DEVICE_TO_HOST
    assert counts.notes == 2
    assert counts.records == 3 + 2 + 3 + 3


def test_answers_are_known_without_their_request():
    messages = read(received(samples.OPEN_DONE, 1, requested=False) + NOISE)
    assert mbim(messages) == [samples.OPEN_DONE]


def test_interfaces_and_addresses_are_devices():
    log = (
        sent(samples.OPEN, 1) + sent(samples.OPEN, 2, "006") + sent(samples.OPEN, 3, "006", "0002")
    )
    assert [message.device for message in read(log)] == [
        "usb:2:5",
        "usb:2:6",
        "usb:2:6 interface 2",
    ]


def test_the_clock_goes_on_after_4096_seconds():
    messages = read(sent(samples.OPEN, 4_095_999_990) + sent(samples.CLOSE, 15))
    assert messages[1].time_ns - messages[0].time_ns == 25_000


def test_a_command_that_was_not_taken_is_noted():
    log = sent(samples.OPEN, 1).replace("C Co:2:005:0 0 16 >", "C Co:2:005:0 -32 0")
    assert read(log)[1].text == "sending failed with status -32"


def test_damaged_lines_are_counted():
    log = (
        sent(samples.OPEN, 1) + "ffff8d53856d4a80 9 C Ci:2:005:0 0 16 = 01zz0080\n" + "x C Ci: y\n"
    )
    messages, counts = reading(log)
    assert mbim(messages) == [samples.OPEN]
    assert counts.unreadable.count == 2


def test_requests_of_other_classes_are_no_mbim():
    log = sent(b"AT+CGMI\r\n".ljust(16), 1) + sent(samples.OPEN, 2)
    messages, counts = reading(log)
    assert mbim(messages) == [samples.OPEN]
    assert counts.unmapped.count == 1
