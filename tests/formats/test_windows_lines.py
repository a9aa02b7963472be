"""Events of several lines: where one ends, what belongs to it, and how long it may be."""

import io
import re

import pytest

from wwanreplay.formats.base import Clock
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.windows_lines import (
    EVENT_LINES_MAX,
    PrintedEvent,
    WindowsLines,
    has_trigger,
)

BEGINS = re.compile(r"(?P<time>\d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) (?P<text>.*)")
REQUEST = "OID: 0xE010103 OID name: OID_WWAN_RADIO_STATE RequestId: 0x{} InformationLength: 8"


class Printed:
    """Reads a text; `texts` are those of its events."""

    def __init__(self, log: str) -> None:
        self.texts: list[str] = []
        source = LogSource("x.log", io.BytesIO(log.encode()))
        self.reader = WindowsLines(source, BEGINS, self._event_of)
        self.messages = list(self.reader)

    def _event_of(self, line: re.Match[str], text: str) -> PrintedEvent | None:
        self.texts.append(text)
        return PrintedEvent("wmbclass", text, "1") if "RequestId" in text else None


def line(text: str, second: int = 17) -> str:
    return f"2020-01-09 10:57:{second}.118 {text}\n"


def test_the_lines_below_a_first_line_belong_to_its_event():
    log = line("Request:") + REQUEST.format(11) + "\n\n  last\n" + line(REQUEST.format(12))
    printed = Printed(log)
    assert printed.texts == [f"Request:\n{REQUEST.format(11)}\n\n  last", REQUEST.format(12)]
    assert [message.event.request_id for message in printed.messages] == [0x11, 0x12]


def test_an_event_has_the_place_and_the_time_of_its_first_line():
    printed = Printed("what stands in front\n" + line("Request:") + REQUEST.format(11) + "\n")
    (message,) = printed.messages
    assert str(message.place) == "x.log:line 2"
    assert message.clock is Clock.LOCAL
    assert message.time_ns % 1_000_000_000 == 118_000_000


def test_lines_before_the_first_event_belong_to_none():
    printed = Printed(REQUEST.format(11) + "\n" + line(REQUEST.format(12)))
    assert printed.texts == [REQUEST.format(12)]
    assert printed.reader.counts.records == 2


def test_what_is_not_about_wwan_yields_nothing():
    printed = Printed(line("OID_: nothing") + line("Service Ids") + line(REQUEST.format(12)))
    assert [message.place.number for message in printed.messages] == [3]


def test_an_event_takes_lines_up_to_its_limit():
    printed = Printed(line(REQUEST.format(11)) + "more\n" * (2 * EVENT_LINES_MAX))
    assert printed.texts[0].count("\n") == EVENT_LINES_MAX - 1
    assert len(printed.messages) == 1


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("SET OID_WWAN_PIN", True),
        ("[Request=0x6C] Sent SET PinAction", True),
        ("Service Id: {a289cc33", True),
        ("oid_wwan_pin", False),
        ("Sent SET PinAction", False),
        ("", False),
    ],
)
def test_a_text_about_wwan_has_a_trigger(text: str, has: bool):
    assert has_trigger(f"before {text} behind") is has
