"""A format is what its file declares; the file is the example of docs/extending.md."""

import re
import sys

import pytest
from checkout import DOCS
from field_samples import reading
from log_samples import connect, pin, ready, spelled, wire_events, wires
from scrub_samples import events_of, trace_of

from wwanreplay.analysis.scrub import scrub_bytes, scrub_log
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.errors import PrivacyError
from wwanreplay.formats import readers, registry
from wwanreplay.formats.importer import import_logs
from wwanreplay.formats.registry import discover

PAGE = DOCS / "extending.md"
KEY = b"a key of the tests"
IMSI, ICCID, NUMBER = "262011234567890", "89490200001234567895", "+491701234567"
ACCESS, USER, PASSWORD, PIN = "corp.example", "alice.doe", "s3cret!x", "9374"
VALUES = (IMSI, ICCID, NUMBER[1:], ACCESS, USER, PASSWORD)


def example() -> str:
    """The file of the format, as the document has it."""
    return re.search(r"^```python\n(.*?)^```$", PAGE.read_text(), re.M | re.S)[1]


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Adds a file to the readers: a function of its name and its text."""

    def add(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.setattr(readers, "__path__", [*readers.__path__, str(tmp_path)])
        # What is imported here is forgotten with the test.
        monkeypatch.setitem(sys.modules, f"{readers.__name__}.{name}", None)
        del sys.modules[f"{readers.__name__}.{name}"]
        monkeypatch.setattr(registry, "FORMATS", discover())

    return add


def log_of(*messages: bytes) -> bytes:
    """A log of the made-up program."""
    lines = [
        f"10:00:0{at}.250 port3 seq={9374 + at} {'rx' if data[3] & 0x80 else 'tx'}|{data.hex()}\n"
        for at, data in enumerate(messages)
    ]
    return "".join(lines).encode()


LOG = log_of(ready(IMSI, ICCID, NUMBER), connect(ACCESS, USER, PASSWORD), pin(PIN))


def test_a_format_is_its_file(added, tmp_path):
    added("porttalk", example())
    assert registry.sniff(LOG).name == "porttalk"
    messages, counts = reading(b"what stands in front\n" * 9000 + LOG)
    assert [message.data for message in messages] == wires(LOG)
    assert (counts.complete, counts.unreadable.count, counts.unmapped.count) == (3, 0, 0)
    assert messages[1].time_ns - messages[0].time_ns == 1_000_000_000
    (tmp_path / "port.log").write_bytes(LOG)
    summary = import_logs([tmp_path / "port.log"], tmp_path / "port.wwtrace")
    assert summary.total.messages == 3
    assert len(events_of((tmp_path / "port.wwtrace").read_bytes())) >= 3


def test_a_new_format_is_scrubbed_as_it_declares(added):
    added("porttalk", example())
    log = LOG + f"{IMSI} is 7\n10:00:05.000 port3 seq=9374 rx|{PIN.encode().hex()}\n".encode()
    with pytest.raises(PrivacyError, match="Pin as ASCII in the log, line 1; "):
        scrub_log(log, KEY)  # the counter may be one
    scrubbed = scrub_log(log, KEY, allow_doubtful=True)
    assert len(scrubbed) == len(log)
    assert [value for value in VALUES for form in spelled(value) if form in scrubbed] == []
    trace, _ = scrub_bytes(trace_of(wire_events(log)), KEY)
    assert wires(scrubbed) == [event.payload for event in events_of(trace)]
    image = Identities(make_key(KEY)).text("SubscriberId", IMSI)
    assert f"{image} is 7\n".encode() in scrubbed
    # A counter that equals the PIN stays, printed bytes that are no message do not.
    before, after = (re.findall(rb"^.*\b[tr]x\|", each, re.M) for each in (log, scrubbed))
    assert before == after
    assert not scrubbed.endswith(f"rx|{PIN.encode().hex()}\n".encode())


def test_a_cut_message_of_a_new_format_is_scrubbed_as_far_as_it_goes(added):
    added("porttalk", example())
    log = log_of(connect(ACCESS, USER, PASSWORD))[:-31]
    scrubbed = scrub_log(log, KEY)
    assert reading(scrubbed)[1].incomplete.count == 1
    assert ACCESS.encode("utf-16-le").hex().encode() in log
    assert ACCESS.encode("utf-16-le").hex().encode() not in scrubbed


@pytest.mark.parametrize("declared", [True, False])
def test_bytes_printed_in_a_way_that_is_not_declared_are_refused_or_lose_their_values(
    added, declared: bool
):
    text = example().replace("[0-9A-Fa-f]*+", "[0-9A-Fa-f.]*+")
    text = text.replace(
        "data = bytes.fromhex(line[3]", 'data = bytes.fromhex(line[3].replace(".", "")'
    )
    text = text.replace("[: len(line[3]) & ~1]", "")
    added("porttalk", text if declared else re.sub(r"^ *hex_style=.*\n", "", text, flags=re.M))
    data = connect(ACCESS, USER, PASSWORD)
    log = log_of(data).replace(data.hex().encode(), data.hex(".").encode())
    assert wires(log) == [data]
    if declared:
        with pytest.raises(PrivacyError, match="nothing was written"):
            scrub_log(log, KEY)
        return
    (scrubbed,) = wires(scrub_log(log, KEY))
    assert len(scrubbed) == len(data)
    for value in (ACCESS, USER, PASSWORD):
        assert value.encode("utf-16-le") in data
        assert value.encode("utf-16-le") not in scrubbed


def test_a_counter_that_is_not_declared_is_not_kept(added):
    added("porttalk", re.sub(r"^ *kept_text=.*\n", "", example(), flags=re.M))
    assert b"seq=9374" not in scrub_log(LOG, KEY)


def test_a_name_is_declared_once(added):
    with pytest.raises(ValueError, match="declared twice: umbim"):
        added("porttalk", example().replace('"porttalk",\n', '"umbim",\n'))
