"""The sample logs of real programs: each says what the modem recorded, in every form."""

import gzip
import lzma
import re
import shutil
import subprocess
import sys

import pytest
import sample_logs as samples
from export_samples import needs_tshark, tshark
from groups import sampled
from sample_logs import BEHIND_PROXY, CAPTURES, DIRECT, LOGS, PROXY_LOGS, RECORDINGS

from wwanreplay._core import Kind
from wwanreplay.formats.base import Clock, LogMessage
from wwanreplay.formats.transfers import head_of
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_COMMAND_MSG, MBIM_INDICATE_STATUS_MSG
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader

SIZE_MAX = 400_000
MALFORMED = "_ws.malformed || _ws.expert.severity >= 0x600000"
DEVICE_SERVICE_SUBSCRIBE_LIST = 19
COMMANDS = (MBIM_COMMAND_MSG, MBIM_COMMAND_DONE)
HEAD_MEMBERS = ("type", "transaction_id", "service", "cid", "value")

every_log = pytest.mark.parametrize("name", LOGS)
every_recording = pytest.mark.parametrize("name", RECORDINGS)


# ------------------------------------------------------------------ what is there


def test_every_session_is_there_and_described():
    run = subprocess.run(
        [sys.executable, "tools/make_logs.py", "--list"],
        cwd=samples.FOLDER.parent,
        env={"PYTHONPATH": str(samples.FOLDER.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(run.stdout.split()) == {*RECORDINGS, *CAPTURES}
    assert set(RECORDINGS) <= set(LOGS)
    assert {"modem-manager", "mbimcli-queries", "mbimcli-fault-late"} <= set(LOGS)
    described = (samples.FOLDER / "README.md").read_text()
    assert [name for name in (*RECORDINGS, *CAPTURES) if f"`{name}`" not in described] == []
    assert sum(path.stat().st_size for path in samples.FOLDER.iterdir()) < SIZE_MAX


@every_log
def test_a_log_has_nothing_of_the_machine_that_made_it(name: str):
    text = samples.text_of(name)
    assert re.findall(r"/(?:home|tmp|root|work|var|Users)/", text) == []
    assert set(re.findall(r"ModemManager[\[:](\d+)", text)) <= {"612"}
    days = {stamp[:11] for stamp in re.findall(r"^\[(\d\d \w{3} \d{4}), ", text, re.MULTILINE)}
    assert days <= {"02 Mar 2026"}
    seconds = [int(stamp) for stamp in re.findall(r"> \[(\d{10})\.\d{6}\]", text)]
    assert all(0 <= second - 1_772_442_000 < 600 for second in seconds)


@every_log
def test_a_log_is_read_without_anything_unreadable(name: str):
    messages, counts = samples.messages_of(name)
    assert len(messages) >= 18 or "fault" in name
    assert counts.messages == counts.complete + counts.incomplete.count
    for trouble in (counts.unreadable, counts.dropped, counts.unmapped):
        assert trouble.first == []


# ------------------------------------------------------------------ against the recordings


def is_short(name: str) -> bool:
    """Whether libmbim printed twelve bytes and a translation."""
    return "..." in samples.text_of(name).split("data   =", 1)[1].splitlines()[0]


@pytest.mark.parametrize("name", [*DIRECT, *PROXY_LOGS])
def test_what_the_wire_held_is_in_the_log(name: str):
    messages, counts = samples.messages_of(name)
    recorded = samples.recorded_transfers(PROXY_LOGS.get(name, name))
    logged = samples.transfers(messages)
    if not is_short(name):
        assert counts.incomplete.count == 0
        assert logged == recorded
        return
    for way, sent in recorded.items():
        # Of a message in fragments only the first is recognised by its head.
        firsts = [data for data in sent if look(data).current in (None, 0)]
        mine = [message for message in messages if message.direction is way]
        for message, data in zip(mine, firsts, strict=True):
            piece = (message.fragments or (message.data,))[0]
            assert len(piece) >= 12
            assert data.startswith(piece)
            head, expected = head_of(message), look(data)
            for member in HEAD_MEMBERS:
                if getattr(head, member) is not None:
                    assert getattr(head, member) == getattr(expected, member)
            if expected.service is not None:
                assert None not in (head.service, head.cid, head.type, head.transaction_id)


def kept_by_proxy(message: LogMessage) -> bool:
    """Whether mbim-proxy hands a message on: it opens, closes and subscribes by itself."""
    head = head_of(message)
    if head.type == MBIM_INDICATE_STATUS_MSG:
        return True
    return head.type in COMMANDS and head.cid != DEVICE_SERVICE_SUBSCRIBE_LIST


def without_transaction(message: LogMessage) -> tuple[object, ...]:
    head = head_of(message)._replace(transaction_id=0, length=None, buffer_length=None)
    data = message.data if message.complete else None
    return head, None if data is None else data[12:]


@pytest.mark.parametrize("name", BEHIND_PROXY)
def test_what_a_program_sent_behind_the_proxy_reached_the_modem(name: str):
    ours = [each for each in samples.messages_of(name)[0] if kept_by_proxy(each)]
    proxy = [each for each in samples.messages_of(f"{name}-proxy")[0] if kept_by_proxy(each)]
    assert len(ours) >= 20
    bare = not is_short(name)
    for way in (samples.SENT, samples.RECEIVED):
        mine = [without_transaction(each) for each in ours if each.direction is way]
        wire = [without_transaction(each) for each in proxy if each.direction is way]
        if not bare:
            mine, wire = [head for head, _ in mine], [head for head, _ in wire]
            wire = [head._replace(total=1, current=0) for head in wire]
        # In the same order, apart from what the proxy asks for itself.
        rest = iter(wire)
        assert [each for each in mine if each not in rest] == []


@every_recording
def test_a_recording_replays_to_the_byte_unless_it_has_a_fault(name: str):
    result = replay(samples.trace_of(name))
    with TraceReader(samples.trace_of(name)) as reader:
        notes = sum(event.kind == Kind.KIND_NOTE for event in reader.events())
    assert result.equal == ("fault" not in name)
    assert (notes > 0) == ("fault" in name)


def test_a_late_answer_comes_while_another_is_awaited():
    text = samples.text_of("mbimcli-fault-late")
    assert "number of consecutive timeouts: 1" in text
    messages, _ = samples.messages_of("mbimcli-fault-late")
    transactions = [head.transaction_id for head in samples.heads(messages, samples.RECEIVED)]
    assert transactions[:3] == [1, 2, 20]


@pytest.mark.parametrize(
    ("name", "clock"),
    [
        ("mbimcli-queries", Clock.LOCAL),
        ("modem-manager", Clock.UTC),
        ("modem-manager-roaming", Clock.RELATIVE),
    ],
)
def test_times_are_those_of_the_recording(name: str, clock: Clock):
    messages, _ = samples.messages_of(name)
    assert {message.clock for message in messages} == {clock}
    stamps = [message.time_ns for message in messages]
    assert stamps == sorted(stamps)
    wire = samples.wire_of(name)
    lasted = (wire[-1].time_ns - wire[0].time_ns) / 1e9
    # The program starts earlier than the proxy opens, and may close what the proxy does not.
    assert (stamps[-1] - stamps[0]) / 1e9 == pytest.approx(lasted, abs=3)


@pytest.mark.parametrize("profile", ["", "-personal", "-pin", "-roaming", "-5g-fragments"])
def test_modem_manager_connects(profile: str):
    text = samples.text_of(f"modem-manager{profile}")
    assert "state changed (connecting -> connected)" in text
    assert "state changed (disabling -> disabled)" in text


def test_modem_manager_sees_the_context_go():
    text = samples.text_of("modem-manager-fault-context")
    assert "state changed (connected -> registered)" in text


# ------------------------------------------------------------------ other dresses

LOG_FORMS = {
    "rsyslog": samples.rsyslog,
    "journal-json": samples.journal_json,
    "journal-text": samples.journal_text,
    "windows-ends": samples.windows_ends,
    "gz": lambda text: gzip.compress(text.encode()),
    "xz": lambda text: lzma.compress(text.encode()),
    "zip": lambda text: samples.zipped(text.encode()),
    "gz-in-zip": lambda text: samples.zipped(gzip.compress(text.encode())),
    "utf-16": lambda text: text.encode("utf-16"),
}
DRESSED = (
    "mbimcli-pin",
    "mbimcli-fragments",
    "mbimcli-queries-short",
    "modem-manager",
    "modem-manager-personal",
    "modem-manager-5g-fragments-proxy",
)


def content(message: LogMessage) -> tuple[object, ...]:
    """What a message says, apart from where and when."""
    return message.direction, message.data, message.length, message.fields, message.fragments


@pytest.mark.parametrize("form", LOG_FORMS)
@pytest.mark.parametrize("name", sampled(DRESSED, 1))
def test_another_form_of_a_log_is_read_the_same(name: str, form: str):
    log = LOG_FORMS[form](samples.text_of(name))
    messages, counts = samples.read_log(log)
    plain, plain_counts = samples.messages_of(name)
    assert [content(message) for message in messages] == [content(message) for message in plain]
    assert counts.unreadable.first == counts.dropped.first == counts.unmapped.first == []
    assert counts.incomplete.count == plain_counts.incomplete.count


@pytest.mark.parametrize("name", ["mbimcli-pin", "mbimcli-fragments", "modem-manager-personal"])
def test_the_older_generation_says_the_same(name: str):
    messages, counts = samples.read_log(samples.older(samples.text_of(name)))
    plain, _ = samples.messages_of(name)
    assert [content(message) for message in messages] == [content(message) for message in plain]
    assert counts.incomplete.count == counts.unreadable.count == 0


@pytest.mark.parametrize("name", ["mbimcli-5g", "mbimcli-queries", "mbimcli-queries-short"])
def test_lines_that_openwrt_cuts_are_incomplete_and_nothing_is_made_up(name: str):
    log = samples.openwrt(samples.text_of(name))
    messages, counts = samples.read_log(log)
    plain, plain_counts = samples.messages_of(name)
    assert len(messages) == len(plain)
    for message, whole in zip(messages, plain, strict=True):
        assert message.direction is whole.direction
        assert message.length == whole.length
        assert whole.data.startswith(message.data)
        assert message.incomplete == (len(message.data) < whole.length)
        head, known = head_of(message), head_of(whole)
        assert (head.transaction_id, head.service, head.cid) == (
            known.transaction_id,
            known.service,
            known.cid,
        )
    assert counts.incomplete.count > plain_counts.incomplete.count or "short" in name
    assert counts.unreadable.first == counts.unmapped.first == []


# ------------------------------------------------------------------ captures


def recording_of(capture: str) -> str:
    return capture.removesuffix("-usb").removesuffix("-user")


@pytest.mark.parametrize("name", CAPTURES)
def test_a_capture_holds_the_recorded_transfers_at_their_times(name: str):
    messages, counts = samples.read_log(CAPTURES[name])
    wire = samples.wire_of(recording_of(name))
    found = [piece for each in messages for piece in each.fragments or (each.data,)]
    # A joined message comes with its last fragment: sorted by direction both ways.
    assert samples.transfers(messages) == samples.recorded_transfers(recording_of(name))
    assert len(found) == len(wire)
    assert counts.incomplete.count == counts.unreadable.count == counts.unmapped.count == 0
    assert messages[0].time_ns == wire[0].time_ns


@needs_tshark
@pytest.mark.parametrize("name", sampled(CAPTURES, 1))
def test_tshark_dissects_each_message_of_a_capture(name: str):
    path = str(CAPTURES[name])
    dissected = tshark(path, "-Y", "mbim.control.header.message_type")
    assert len(dissected) == len(samples.wire_of(recording_of(name)))
    assert tshark(path, "-Y", MALFORMED) == []


@needs_tshark
@pytest.mark.parametrize("name", [name for name in CAPTURES if name.endswith("-usb")])
def test_a_capture_of_a_bus_begins_with_the_descriptors(name: str):
    first = tshark(str(CAPTURES[name]), "-c", "6")
    assert "DEVICE" in first[0]
    assert "CONFIGURATION" in first[2]
    assert "SET CONFIGURATION" in first[4]


# ------------------------------------------------------------------ made anew

needs_mbimcli = pytest.mark.skipif(
    shutil.which("mbimcli") is None, reason="mbimcli is not installed (Debian: libmbim-utils)"
)


@pytest.mark.long
@needs_mbimcli
def test_a_log_made_anew_says_the_same(tmp_path):
    root = samples.FOLDER.parent
    name = "mbimcli-fault-registration"
    subprocess.run(
        [sys.executable, "tools/make_logs.py", str(tmp_path), "--only", name],
        cwd=root,
        check=True,
        timeout=60,
        stdout=subprocess.DEVNULL,
    )
    made = (tmp_path / LOGS[name].name).read_text()
    kept = samples.text_of(name)
    seconds = re.compile(r"^\[\d\d \w{3} \d{4}, \d\d:\d\d:\d\d\]", re.MULTILINE)
    assert seconds.sub("[]", made) == seconds.sub("[]", kept)
    assert seconds.search(made)[0] == seconds.search(kept)[0]
