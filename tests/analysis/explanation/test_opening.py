"""What is explained: traces, packed traces, and logs of every kind."""

import lzma
import re

import pytest
from checkout import ROOT
from explained_sessions import CONNECTED, session_bytes, session_log

from wwanreplay.analysis.explanation import explain_files
from wwanreplay.errors import InputError

OPEN_REFUSED = """[26 Nov 2026, 10:00:00] [Debug] [/dev/cdc-wdm0] Sent message...
<<<<<< RAW:
<<<<<<   length = 16
<<<<<<   data   = 01:00:00:00:10:00:00:00:01:00:00:00:00:10:00:00

[26 Nov 2026, 10:00:00] [Debug] [/dev/cdc-wdm0] Received message...
>>>>>> RAW:
>>>>>>   length = 16
>>>>>>   data   = 04:00:00:80:10:00:00:00:01:00:00:00:08:00:00:00
"""


def test_a_log_is_imported_on_the_way_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    log = tmp_path / "bug.log"
    log.write_text(OPEN_REFUSED)
    (found,) = explain_files([str(log)])
    assert [each.cause.id for each in found.causes] == ["open-size"]
    assert found.causes[0].evidence[0].step.place.text == "line 6"
    assert found.exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bug.log", "scratch"]


def test_a_trace_and_a_packed_one_say_the_same(tmp_path):
    trace, packed = tmp_path / "a.wwtrace", tmp_path / "a.wwtrace.xz"
    trace.write_bytes(session_bytes(CONNECTED))
    packed.write_bytes(lzma.compress(trace.read_bytes()))
    first, second = explain_files([str(trace), str(packed)])
    assert first.facts == second.facts
    assert first.changes == second.changes


def test_a_trace_that_was_recorded_here_is_compared_exactly():
    (found,) = explain_files([str(ROOT / "traces" / "demo.wwtrace")])
    assert (found.judged.faults, found.judged.unjudged, found.exit_code) == ([], [], 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"<<<<<< QMUX:\n<<<<<<   length = 12\n", "QMI"),
        (b"AT+CPIN?\nOK\nAT+CGDCONT?\n", "AT commands"),
        (b"ModemManager[1]: <info>  [modem0] state changed\n", "ModemManager"),
        (b"nothing at all", "no log of a known format"),
    ],
)
def test_what_is_no_log_for_us_is_named_with_what_to_do(tmp_path, text, words):
    log = tmp_path / "other.log"
    log.write_bytes(text)
    with pytest.raises(InputError, match=words) as caught:
        list(explain_files([str(log)]))
    assert caught.value.exit_code == 3


def test_a_file_that_is_not_there_and_a_damaged_trace_are_unreadable(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        list(explain_files([str(tmp_path / "absent.log")]))
    damaged = tmp_path / "damaged.wwtrace"
    damaged.write_bytes(session_bytes(CONNECTED)[:30])
    with pytest.raises(InputError):
        list(explain_files([str(damaged)]))


def test_a_clock_that_is_set_back_is_remarked(tmp_path):
    log = tmp_path / "bug.log"
    log.write_text(session_log(CONNECTED) + "\n" + OPEN_REFUSED.replace("2026", "2021"))
    (found,) = explain_files([str(log)])
    (remark,) = found.remarks
    assert re.match(r"the clock goes back at line \d+ by \d+\.000 s; no time is known", remark)


def test_a_message_of_an_unknown_type_is_not_lost_without_a_word(tmp_path):
    log = tmp_path / "bug.log"
    unknown = OPEN_REFUSED.rpartition("\n\n")[2].replace("04:00:00:80", "09:00:00:80")
    log.write_text(session_log(CONNECTED) + "\n" + unknown)
    (found,) = explain_files([str(log)])
    (remark,) = found.remarks
    assert remark.endswith(": data that are no MBIM message")
