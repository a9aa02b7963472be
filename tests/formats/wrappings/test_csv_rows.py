"""A table of lines: cells become a line again, whatever stands beside them."""

import csv
import io

import pytest
from field_samples import SESSION, mbim, reading
from wrapped_logs import LOGS

from wwanreplay.formats.wrappings.csv_rows import WRAPPING


def exported(text: str, divider: str, before: list[str]) -> str:
    """The lines of a log as a viewer of logs exports them."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=divider, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for number, line in enumerate(text.splitlines()):
        table.writerow([*(cell.format(number) for cell in before), line])
    return out.getvalue()


@pytest.mark.parametrize("divider", [",", ";", "\t"])
@pytest.mark.parametrize("before", [["{}"], ["{}", "journal"], []], ids=["number", "two", "none"])
@pytest.mark.parametrize("log", ["libmbim", "umbim", "xxd", "hex", "kernel"])
def test_every_message_of_an_exported_log_is_read(
    log: str, divider: str, before: list[str]
) -> None:
    if not before and divider != ",":
        return  # one cell in a row has no divider
    text = exported(LOGS[log], divider, before or ["{}"])
    messages, counts = reading(text)
    assert mbim(messages) == list(SESSION)
    assert counts.unreadable.count == 0


def test_the_time_of_a_row_stays() -> None:
    rows = "".join(
        f'"2026-11-26 10:00:0{number}","sending (16): {SESSION[0].hex(" ")}"\n'
        for number in range(2)
    )
    messages, _ = reading(rows)
    times = [message.time_ns or 0 for message in messages]
    assert times[1] - times[0] == 10**9


def test_a_table_behind_another_log_is_read_too() -> None:
    messages, _ = reading(LOGS["libmbim"] + exported(LOGS["umbim"], ",", ["{}"]))
    assert mbim(messages) == [*SESSION, *SESSION]


def test_lines_that_are_no_rows_stay() -> None:
    line = b'he said "sending (16): 01"'
    assert [text for _, text in WRAPPING.unwrapper().feed(1, line)] == [line]
    assert not WRAPPING.detect(LOGS["strace"].encode())
    assert not WRAPPING.detect(b'static const uint8_t a[] = {0x01, 0x02, "x"};\n' * 3)
