"""RouterOS: rows of four groups of four bytes."""

import field_samples as samples
import pytest
from field_samples import mbim, read, reading
from printed_logs import ROUTEROS
from printed_logs import routeros_rows as rows

from wwanreplay.formats.base import Clock, Direction


@pytest.mark.parametrize(
    ("start", "clock"),
    [
        (ROUTEROS, Clock.LOCAL),
        ("04:31:13 lte,packet,raw lte1 ", Clock.DAY),
        ("lte,packet,raw lte1 ", Clock.NONE),
        ("Apr 11 04:31:13 router lte,packet,raw lte1 ", Clock.YEAR),
    ],
)
def test_messages_with_and_without_a_mark(start: str, clock: Clock):
    log = rows(samples.RADIO_QUERY, start, "wdm <<< send #21")
    log += rows(samples.RADIO_DONE, start, "wdm >>> recv #0") + rows(samples.ODD_DONE, start)
    messages = read(log)
    assert mbim(messages) == [samples.RADIO_QUERY, samples.RADIO_DONE, samples.ODD_DONE]
    assert {message.clock for message in messages} == {clock}
    assert messages[0].direction is Direction.HOST_TO_DEVICE
    assert messages[0].place.number == 2
    assert {message.device for message in messages} == {"lte1"}


@pytest.mark.parametrize("own_line", [True, False])
def test_status_data_repeat_the_information_buffer(own_line: bool):
    buffer = samples.LONG_DONE[48:]
    repeated = rows(buffer, ROUTEROS)
    if own_line:
        repeated = f"{ROUTEROS}mbim: status data:\n" + repeated
    else:
        repeated = repeated.replace("mbim: ", "mbim: status data: ", 1)
    log = (
        rows(samples.LONG_DONE, ROUTEROS, "wdm >>> recv #0")
        + repeated
        + rows(samples.SIGNAL, ROUTEROS)
    )
    messages, counts = reading(log)
    assert mbim(messages) == [samples.LONG_DONE, samples.SIGNAL]
    assert counts.unreadable.count == 0


def test_interfaces_are_distinguished_though_their_rows_mix():
    one = rows(samples.RADIO_QUERY, ROUTEROS).splitlines()
    two = rows(samples.RADIO_DONE, ROUTEROS.replace("lte1", "lte2")).splitlines()
    mixed = "\n".join(line for pair in zip(one, two, strict=False) for line in pair)
    messages = read(mixed + "\n" + two[-1] + "\n")
    assert {message.device: message.data for message in messages} == {
        "lte1": samples.RADIO_QUERY,
        "lte2": samples.RADIO_DONE,
    }


def test_a_message_that_is_cut_is_incomplete():
    log = "\n".join(rows(samples.LONG_DONE, ROUTEROS).splitlines()[:3]) + "\n"
    log += rows(samples.SIGNAL, ROUTEROS, "wdm >>> recv #0")
    messages = read(log)
    assert [message.incomplete for message in messages] == [True, False]
    assert messages[0].data == samples.LONG_DONE[:48]
    assert messages[0].length == len(samples.LONG_DONE)


def test_rows_before_the_first_message_are_counted():
    messages, counts = reading(rows(bytes(range(64, 96)), ROUTEROS) + rows(samples.OPEN, ROUTEROS))
    assert mbim(messages) == [samples.OPEN]
    assert counts.unreadable.count == 2
