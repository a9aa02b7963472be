"""Blanks that a page or a word processor has put in are plain ones again."""

import pytest
from field_samples import SESSION, mbim, reading
from wrapped_logs import LOGS

from wwanreplay.formats.wrappings.blanks import WRAPPING


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2007", " \u200b", "\ufeff "])
def test_messages_times_and_device_are_those_of_the_plain_log(log: str, blank: str) -> None:
    plain, _ = reading(LOGS[log])
    messages, counts = reading(LOGS[log].replace(" ", blank))
    assert mbim(messages) == list(SESSION)
    assert counts.unreadable.count == 0
    shown = [(each.time_ns, each.clock, each.device, each.place.number) for each in messages]
    assert shown == [(each.time_ns, each.clock, each.device, each.place.number) for each in plain]


def test_a_log_without_them_is_left_as_it_is() -> None:
    assert not any(WRAPPING.detect(log.encode()) for log in LOGS.values())
