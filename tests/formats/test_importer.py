"""Logs to traces: what the header states, devices, second reports, and what is refused."""

import gzip
import hashlib
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import field_samples as samples
import pytest
from import_samples import (
    HEADER,
    RADIO_REQUEST,
    SmallDriver,
    etw,
    radio,
    radio_command,
    read,
    run,
    wires,
)

from wwanreplay.errors import InputError, UsageError
from wwanreplay.formats import duplicates, importer
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE
from wwanreplay.trace import TraceReader

# ------------------------------------------------------------------ records of one session


def test_the_header_says_where_the_trace_comes_from(tmp_path: Path):
    log = samples.old_libmbim(samples.OPEN).encode()
    packed = gzip.compress(log)
    run(tmp_path, packed, names=("bug.log.gz",))
    with TraceReader(tmp_path / "out.wwtrace") as reader:
        header = reader.header
    assert header.comparison == "field"
    assert header.interface == "mbim"
    assert header.device == {"names": ["/dev/cdc-wdm4"]}
    assert header.source == {
        "files": [
            {
                "name": "bug.log.gz",
                "format": "libmbim",
                "sha256": hashlib.sha256(packed).hexdigest(),
                "size": len(packed),
            }
        ]
    }


def test_the_same_log_makes_the_same_bytes(tmp_path: Path):
    log = samples.old_libmbim(radio(2))
    run(tmp_path, log)
    first = (tmp_path / "out.wwtrace").read_bytes()
    run(tmp_path, log, force=True)
    assert (tmp_path / "out.wwtrace").read_bytes() == first


def test_members_of_an_archive_are_named_within_it(tmp_path: Path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/one.log", samples.old_libmbim(samples.OPEN))
    events, summary = run(tmp_path, packed.getvalue(), names=("logs.zip",))
    assert events[0].source["log"] == "logs.zip/a/one.log"
    assert summary.logs[0].log == "logs.zip/a/one.log"


# ------------------------------------------------------------------ devices


def test_each_device_gets_a_trace(tmp_path: Path):
    log = samples.old_libmbim(samples.OPEN, device="cdc-wdm0")
    log += samples.old_libmbim(radio(2), device="cdc-wdm1")
    log += samples.old_libmbim(samples.OPEN_DONE, device="cdc-wdm0")
    events, summary = run(tmp_path, log)
    assert wires(events) == [samples.OPEN, samples.OPEN_DONE]
    assert wires(read(tmp_path / "out-2.wwtrace")) == [radio(2)]
    assert [session.device for session in summary.sessions] == ["/dev/cdc-wdm0", "/dev/cdc-wdm1"]
    assert [session.tally.messages for session in summary.sessions] == [2, 1]
    assert summary.total.messages == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "0.log",
        "out-2.wwtrace",
        "out.wwtrace",
    ]


@pytest.mark.parametrize("name", ["/dev/cdc-wdm1", "cdc-wdm1"])
def test_one_device_can_be_picked(tmp_path: Path, name: str):
    log = samples.old_libmbim(samples.OPEN, device="cdc-wdm0")
    log += samples.old_libmbim(radio(2), device="cdc-wdm1")
    events, summary = run(tmp_path, log, device=name)
    assert wires(events) == [radio(2)]
    assert (summary.total.messages, summary.passed_over) == (1, 1)
    assert not (tmp_path / "out-2.wwtrace").exists()


def test_a_device_that_is_not_there_is_reported_with_those_that_are(tmp_path: Path):
    with pytest.raises(UsageError, match=r"no message of a device x; there are /dev/cdc-wdm4"):
        run(tmp_path, samples.old_libmbim(samples.OPEN), device="x")
    assert not (tmp_path / "out.wwtrace").exists()


def test_a_second_trace_does_not_overwrite_either(tmp_path: Path):
    (tmp_path / "out-2.wwtrace").write_bytes(b"mine")
    log = samples.old_libmbim(samples.OPEN, device="cdc-wdm0")
    log += samples.old_libmbim(radio(2), device="cdc-wdm1")
    with pytest.raises(UsageError, match=r"out-2\.wwtrace: exists already"):
        run(tmp_path, log)
    assert (tmp_path / "out-2.wwtrace").read_bytes() == b"mine"
    assert not (tmp_path / "out.wwtrace").exists()
    run(tmp_path, log, force=True)
    assert wires(read(tmp_path / "out-2.wwtrace")) == [radio(2)]


# ------------------------------------------------------------------ several logs of one session


def test_a_message_in_two_logs_is_one_message(tmp_path: Path):
    program = samples.old_libmbim(samples.OPEN, "26  Jul 2022, 05:24:07")
    program += samples.old_libmbim(radio(2), "26  Jul 2022, 05:24:08")
    program += samples.old_libmbim(radio(2, MBIM_COMMAND_DONE), "26  Jul 2022, 05:24:08")
    bus = "".join(
        f"ffff {time} S Co:2:005:0 s 21 00 0000 0000 0010 {len(data)} = {words(data)}\n"
        for time, data in ((570383665, samples.OPEN), (571383665, radio(2)))
    )
    events, summary = run(tmp_path, program, bus)
    assert wires(events) == [samples.OPEN, radio(2), radio(2, MBIM_COMMAND_DONE)]
    assert summary.total.duplicates == 2
    assert summary.total.requests == 1
    assert [session.names for session in summary.sessions] == [["/dev/cdc-wdm4"]]
    # The finer clock counts.
    assert events[1].time_ns == 1_000_000_000


def words(data: bytes) -> str:
    """As usbmon prints bytes: at most 32, in groups of four."""
    shown = data[:32].hex()
    return " ".join(shown[at : at + 8] for at in range(0, len(shown), 8))


def test_a_message_sent_twice_is_two_messages(tmp_path: Path):
    log = samples.old_libmbim(samples.SIGNAL) * 2
    events, summary = run(tmp_path, log, log)
    assert wires(events) == [samples.SIGNAL] * 2
    assert summary.total.duplicates == 2


def test_many_equal_messages_are_paired_one_by_one(tmp_path: Path):
    log = samples.old_libmbim(samples.SIGNAL) * 300
    _, summary = run(tmp_path, log, log)
    assert (summary.total.messages, summary.total.duplicates) == (300, 300)


def test_what_waits_for_its_second_report_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(duplicates, "WAITING_SIZE_MAX", 5_000)
    log = "".join(samples.old_libmbim(radio(number)) for number in range(50))
    _, summary = run(tmp_path, log, log)
    # A message is let go before its second report, which stands in the second log, comes.
    assert (summary.total.messages, summary.total.duplicates) == (100, 0)
    monkeypatch.undo()
    _, summary = run(tmp_path, log, log, force=True)
    assert (summary.total.messages, summary.total.duplicates) == (50, 50)


def test_devices_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importer, "DEVICES_MAX", 2)
    log = "".join(samples.old_libmbim(samples.OPEN, device=f"cdc-wdm{n}") for n in range(4))
    _, summary = run(tmp_path, log)
    assert len(summary.sessions) == 2
    assert (summary.total.messages, summary.total.dropped.count) == (2, 2)


def test_the_fuller_report_stays(tmp_path: Path):
    cut = samples.new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED, "26 Jul 2022, 05:24:07")
    whole = samples.old_libmbim(samples.RADIO_DONE, device="cdc-wdm0")
    for logs in ((cut, whole), (whole, cut)):
        events, summary = run(tmp_path, *logs, force=True)
        assert wires(events) == [samples.RADIO_DONE]
        assert (summary.total.complete, summary.total.incomplete.count) == (1, 0)
        assert summary.total.duplicates == 1


# ------------------------------------------------------------------ what is refused


def test_a_log_without_a_message_makes_no_trace(tmp_path: Path):
    log = re.escape(str(tmp_path / "0.log"))
    with pytest.raises(InputError, match=rf"^{log}: holds no message \(read as libmbim, 1 other"):
        run(tmp_path, ">>>>>> RAW:\n>>>>>>   length = 0\n>>>>>>   data = \n")
    assert [path.name for path in tmp_path.iterdir()] == ["0.log"]


@pytest.mark.parametrize("log", [b"", b"nothing of interest\n" * 100, bytes(1000)])
def test_what_is_no_log_makes_no_trace(tmp_path: Path, log: bytes):
    with pytest.raises(InputError, match=r"0\.log: is (?:no log of a known format|empty)"):
        run(tmp_path, log)
    assert [path.name for path in tmp_path.iterdir()] == ["0.log"]


def test_a_missing_log_makes_no_trace(tmp_path: Path):
    with pytest.raises(InputError, match="nowhere: cannot be read: No such file"):
        import_logs([tmp_path / "nowhere"], tmp_path / "out.wwtrace", make_driver=SmallDriver)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(tmp_path: Path):
    out = tmp_path / "out.wwtrace"
    out.write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"out\.wwtrace: exists already; --force overwrites it"):
        run(tmp_path, samples.old_libmbim(samples.OPEN))
    assert out.read_bytes() == b"mine"


def test_a_failure_afterwards_leaves_nothing(tmp_path: Path):
    def after(path: Path) -> None:
        assert path.exists()
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        run(tmp_path, samples.old_libmbim(samples.OPEN), after=after)
    assert [path.name for path in tmp_path.iterdir()] == ["0.log"]


def test_what_comes_after_may_change_the_trace_and_is_reported(tmp_path: Path):
    seen = []

    def after(path: Path) -> dict[str, Any]:
        seen.append(read(path))
        return {"stimuli": 3}

    events, summary = run(tmp_path, samples.old_libmbim(samples.OPEN), after=after)
    assert seen == [events]
    assert summary.as_json()["sessions"][0]["inferred"] == {"stimuli": 3}


def test_windows_messages_are_imported_whatever_is_damaged_around_them(tmp_path: Path):
    log = etw(RADIO_REQUEST)[:40] + "\n" + etw(HEADER)[:60] + "\n" + radio_command(55)
    events, summary = run(tmp_path, log)
    assert len(wires(events)) == 1
    assert summary.total.complete == 1
