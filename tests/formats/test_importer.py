"""Logs to traces: records, times, causes, devices, second reports, and honest counts."""

import gzip
import hashlib
import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import field_samples as samples
import pytest
from import_samples import CONNECT, INDICATION_REQUIRED, RADIO_STATE, SmallDriver

from wwanreplay._core import Event, Kind, RecordFlag, WireDirection
from wwanreplay.errors import InputError, UsageError
from wwanreplay.formats import duplicates, import_session, importer
from wwanreplay.formats.import_summary import NUMBERS, ImportSummary
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_COMMAND_MSG, Message
from wwanreplay.protocol.codec import decode_event
from wwanreplay.trace import TraceReader

HOST, DEVICE = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST
INEXACT, INCOMPLETE = RecordFlag.FLAG_TIME_INEXACT, RecordFlag.FLAG_INCOMPLETE


def run(
    folder: Path, *logs: bytes | str, names: tuple[str, ...] = (), **options: Any
) -> tuple[list[Event], ImportSummary]:
    """Import logs; the events of the first trace and the summary."""
    paths = []
    for number, log in enumerate(logs):
        path = folder / (names[number] if names else f"{number}.log")
        path.write_bytes(log.encode() if isinstance(log, str) else log)
        paths.append(path)
    out = folder / "out.wwtrace"
    summary = import_logs(paths, out, make_driver=SmallDriver, **options)
    return read(out), summary


def read(path: Path) -> list[Event]:
    with TraceReader(path) as reader:
        return list(reader.events())


def wires(events: list[Event]) -> list[bytes]:
    return [event.payload for event in events if event.kind == Kind.KIND_WIRE]


def radio(number: int, kind: int = MBIM_COMMAND_MSG, value: int = 0) -> bytes:
    return Message(kind, number, value, samples.BASIC_CONNECT, 3, struct.pack("<I", 1)).to_bytes()


# ------------------------------------------------------------------ records of one session


def test_events_follow_the_wire_record_they_are_made_of(tmp_path: Path):
    log = samples.old_libmbim(samples.OPEN) + samples.old_libmbim(radio(2))
    log += samples.old_libmbim(radio(2, MBIM_COMMAND_DONE))
    events, summary = run(tmp_path, log)
    assert [event.kind for event in events] == [
        Kind.KIND_WIRE,
        Kind.KIND_WIRE,
        Kind.KIND_QUERY,
        Kind.KIND_COMPLETION,
        Kind.KIND_WIRE,
        Kind.KIND_INDICATION,
        Kind.KIND_CLOCK,
    ]
    assert wires(events) == [samples.OPEN, radio(2), radio(2, MBIM_COMMAND_DONE)]
    assert [event.code for event in events if event.kind == Kind.KIND_WIRE] == [HOST, HOST, DEVICE]
    query, completion, indication = events[2], events[3], events[5]
    assert (query.code, query.request_id, query.cause) == (RADIO_STATE, 2, 1)
    assert (completion.cause, completion.status) == (2, INDICATION_REQUIRED)
    assert completion.flags & RecordFlag.FLAG_INFERRED
    assert (indication.cause, indication.request_id) == (4, 2)
    assert summary.total.numbers() == {
        "messages": 3,
        "complete": 3,
        "incomplete": 0,
        "events": 3,
        "requests": 1,
        "completions": 1,
        "indications": 1,
        "notes": 0,
        "duplicates": 0,
        "unmapped": 0,
        "unreadable": 0,
        "dropped": 0,
        "problems": 0,
    }


def test_every_record_knows_its_place(tmp_path: Path):
    events, _ = run(tmp_path, samples.old_libmbim(samples.OPEN) + samples.old_libmbim(radio(2)))
    assert [event.source for event in events[:-1]] == [
        {"log": "0.log", "unit": "line", "number": 1},
        {"log": "0.log", "unit": "line", "number": 6},
        {"log": "0.log", "unit": "line", "number": 6},
        {"log": "0.log", "unit": "line", "number": 6},
    ]


def test_times_are_those_of_the_log_and_always_grow(tmp_path: Path):
    stamps = ("05:24:07", "05:24:07", "05:24:09", "05:24:08", "05:24:10")
    log = "".join(samples.old_libmbim(samples.OPEN, f"26  Jul 2022, {stamp}") for stamp in stamps)
    events, summary = run(tmp_path, log)
    assert [(event.time_ns, event.flags) for event in events[:-1]] == [
        (0, 0),
        (1_000, INEXACT),
        (2_000_000_000, 0),
        (2_000_001_000, INEXACT),
        (3_000_000_000, 0),
    ]
    assert summary.sessions[0].duration_ns == 3_000_000_000
    with TraceReader(tmp_path / "out.wwtrace") as reader:
        clock = reader.header.clock
    assert clock["kind"] == "local"
    assert clock["epoch_ns"] == 1_658_813_047_000_000_000
    assert clock["step_ns"] == 1_000_000_000


def test_a_log_without_times_gets_steps_that_say_so(tmp_path: Path):
    log = f"sending (16): {samples.OPEN.hex(' ')}\nreading (16): {samples.OPEN_DONE.hex(' ')}\n"
    events, _ = run(tmp_path, log)
    assert [(event.time_ns, event.flags) for event in events[:-1]] == [
        (0, INEXACT),
        (1_000_000, INEXACT),
    ]
    with TraceReader(tmp_path / "out.wwtrace") as reader:
        assert reader.header.clock == {"kind": "none"}


def test_times_that_no_trace_can_hold_are_no_times(tmp_path: Path):
    log = samples.old_libmbim(samples.OPEN) + samples.old_libmbim(
        samples.OPEN_DONE, "26  Jul 9999, 05:24:07"
    )
    events, _ = run(tmp_path, log)
    assert (events[1].time_ns, events[1].flags) == (1_000, INEXACT)


def test_a_cut_message_keeps_its_bytes_and_its_fields(tmp_path: Path):
    log = samples.new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED)
    events, summary = run(tmp_path, log)
    wire, indication = events[:2]
    assert wire.payload == samples.RADIO_DONE[:12]
    assert wire.flags & INCOMPLETE
    assert indication.flags & INCOMPLETE
    assert indication.payload == b""
    assert indication.fields is not None
    assert indication.fields["Fields.HwRadioState"] == "on"
    assert summary.total.incomplete.count == 1
    assert summary.total.places()["incomplete"] == [
        {
            "log": "0.log",
            "unit": "line",
            "number": 1,
            "reason": "12 of 56 bytes are in the log",
        }
    ]


def test_each_fragment_is_a_wire_record_where_it_stands(tmp_path: Path):
    whole = Message(MBIM_COMMAND_DONE, 3, 0, samples.BASIC_CONNECT, 3, bytes(range(200))).to_bytes()
    parts = split(whole, 64)
    assert len(parts) > 2
    # A message of the host between two fragments of the device
    log = samples.old_libmbim(parts[0], "26  Jul 2022, 05:24:01")
    log += samples.old_libmbim(samples.OPEN, "26  Jul 2022, 05:24:02")
    log += "".join(samples.old_libmbim(part, "26  Jul 2022, 05:24:03") for part in parts[1:])
    events, summary = run(tmp_path, log)
    assert wires(events) == [parts[0], samples.OPEN, *parts[1:]]
    indication = events[-2]
    assert indication.kind == Kind.KIND_INDICATION
    assert indication.cause == len(parts)
    assert events[len(parts)].payload == parts[-1]
    assert events[0].time_ns == 0
    assert events[1].time_ns == 1_000_000_000
    assert summary.total.messages == 2


def test_a_lone_fragment_is_kept_and_counted(tmp_path: Path):
    whole = Message(MBIM_COMMAND_DONE, 3, 0, samples.BASIC_CONNECT, 3, bytes(range(200))).to_bytes()
    last = split(whole, 64)[-1]
    events, summary = run(tmp_path, samples.old_libmbim(last))
    assert wires(events) == [last]
    assert summary.total.incomplete.count == 1
    assert summary.total.events == 0


def test_messages_to_the_proxy_reach_no_modem(tmp_path: Path):
    proxy = Message(MBIM_COMMAND_MSG, 1, 1, samples.PROXY, 1, b"\0" * 12).to_bytes()
    events, summary = run(tmp_path, samples.old_libmbim(proxy) + samples.old_libmbim(radio(2)))
    assert wires(events) == [radio(2)]
    assert summary.total.messages == 1
    assert summary.total.unmapped.count == 1
    assert "mbim-proxy" in summary.total.unmapped.first[0][1]


def test_notes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(import_session, "SAME_NOTES_MAX", 2)
    monkeypatch.setattr(import_session, "NOTES_MAX", 3)
    note = "[26  Jul 2022, 05:24:07] [Debug] [/dev/cdc-wdm4] number of consecutive timeouts: {}\n"
    log = "".join(note.format(number) for number in (1, 1, 1, 2, 3)) + samples.old_libmbim(
        samples.OPEN
    )
    events, summary = run(tmp_path, log)
    notes = [event.payload for event in events if event.kind == Kind.KIND_NOTE]
    assert notes == [
        b"number of consecutive timeouts: 1",
        b"number of consecutive timeouts: 1",
        b"number of consecutive timeouts: 2",
    ]
    assert (summary.total.notes, summary.total.dropped.count) == (3, 2)


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
    # All have one time: each has gone on when its second report comes behind the whole first log.
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
    with pytest.raises(InputError, match=r"0\.log: holds no message \(read as libmbim\)"):
        run(tmp_path, ">>>>>> RAW:\n>>>>>>   length = 0\n>>>>>>   data = \n")
    assert [path.name for path in tmp_path.iterdir()] == ["0.log"]


@pytest.mark.parametrize("log", [b"", b"nothing of interest\n" * 100, bytes(1000)])
def test_what_is_no_log_makes_no_trace(tmp_path: Path, log: bytes):
    with pytest.raises(InputError, match=r"0\.log: is no log of a known format"):
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


# ------------------------------------------------------------------ Windows text

SERVICE = "{33cc89a2-bbbc-4f8b-b6b0-133ec2aae6df}"
SHIFTED = "{00000281-cc33-a289-bbbc-4f8bb6b0133e}"
BUFFER = bytes(range(24))
COMMAND = Message(MBIM_COMMAND_MSG, 55, 1, samples.BASIC_CONNECT, 12, BUFFER).to_bytes()
REQUEST = (
    "Instance: \t1 Request: \t0xFFFF OID: \t0xE01010C OID name: \tOID_WWAN_CONNECT "
    "RequestId: \t0x8F RequestHandle: \t0x5 Type: \t1 "
)
HEADER = (
    f"Instance: \t1 MessageType: \t0x3 MessageLength: \t{len(COMMAND)} MessageTransactionId: "
    f"\t55 TotalFragments: \t1 CurrentFragment: \t0 ServiceId: \t{SERVICE} CID: "
    f"\t12 CommandType: \t1 InfoLength: \t{len(BUFFER)}"
)
PAYLOAD = (
    f"CallerRequestId: \t0x8F DriverRequestId: \t0 ServiceId: \t{SHIFTED} CommandName: "
    f"\tBASIC_CONNECT CommandId: \t12InBufferSize: \t{len(BUFFER)}Payload: "
    f"\t0x{BUFFER.hex().upper()}"
)
LATER = "The request will be completed later by NDIS status indication."
DONE = (
    f"Instance: \t1 MessageType: \t0x80000003 MessageLength: \t48 MessageTransactionId: \t55 "
    f"TotalFragments: \t1 CurrentFragment: \t0 ServiceId: \t{SERVICE} CID: \t12 Status: \t5 "
    "InfoLength: \t0"
)


def etw(text: str, time: str = "25:16.1") -> str:
    return f'TraceLog\tMicrosoft-Windows-wmbclass\t{time}\t"{text}"\n'


def wpp(text: str, time: str = "118", thread: str = "6C6C.0824") -> str:
    return f"  1619 [5]{thread}::01/09/2020-10:57:17.{time} {text}\n"


def test_a_request_and_its_message_are_one_request(tmp_path: Path):
    log = etw(REQUEST + "InformationLength: \t1260")
    log += etw(
        "Instance: \t1 Request: \t0xFFFF Status: \tThe operation that was requested is"
        " pending completion."
    )
    log += etw(PAYLOAD) + etw(HEADER) + etw(PAYLOAD + " NdisStatus: \tSTATUS_SUCCESS")
    log += etw(REQUEST + f"BytesUsed: \t1260 BytesNeeded: \t0 Status: \t{LATER}")
    log += etw(DONE, "25:17.1")
    events, summary = run(tmp_path, log)
    assert [event.kind for event in events] == [
        Kind.KIND_WIRE,
        Kind.KIND_SET,
        Kind.KIND_COMPLETION,
        Kind.KIND_WIRE,
        Kind.KIND_INDICATION,
        Kind.KIND_CLOCK,
    ]
    wire, request, completion, _, indication, _ = events
    assert wire.payload == COMMAND
    assert (request.code, request.request_id, request.handle) == (CONNECT, 0x8F, 5)
    assert (request.capacity, request.payload, request.cause) == (1260, BUFFER, 0)
    assert request.source["number"] == 1
    assert wire.source["number"] == 4
    assert (completion.status, completion.request_id) == (INDICATION_REQUIRED, 0x8F)
    assert (completion.cause, completion.bytes, completion.flags & INCOMPLETE) == (1, 1260, 0)
    assert (indication.request_id, indication.cause) == (0x8F, 3)
    assert summary.total.requests == 1
    assert summary.total.unmapped.count == 0


def test_a_request_without_its_message_has_numbers_only(tmp_path: Path):
    log = etw(REQUEST + "InformationLength: \t1260")
    log += etw(REQUEST + "BytesUsed: \t0 BytesNeeded: \t0 Status: \t0xC00000BB")
    events, _ = run(tmp_path, log)
    request, completion, _ = events
    assert (request.kind, request.code, request.request_id) == (Kind.KIND_SET, CONNECT, 0x8F)
    assert request.payload == b""
    assert request.flags & INCOMPLETE
    assert (completion.status, completion.cause) == (0xC00000BB, 0)
    with TraceReader(tmp_path / "out.wwtrace") as reader:
        assert reader.header.interface == "windows-text"


def test_a_status_that_nobody_knows_completes_nothing(tmp_path: Path):
    log = etw(REQUEST) + etw(REQUEST + "BytesUsed: \t0 Status: \tSomething of its own.")
    events, summary = run(tmp_path, log)
    assert Kind.KIND_COMPLETION not in {event.kind for event in events}
    assert "Something of its own" in summary.total.unmapped.first[0][1]


def test_the_service_and_the_driver_tell_of_one_request(tmp_path: Path):
    log = (
        "e 04-01 12:39:12.798 P4912 T8420 Windows Mobile Broadband Class Driver Event Provider "
        "[1] Miniport Request called Request=0xFFFFE3862EFF4A80, OID=0xE010149, OID "
        "name=OID_WWAN_MPDP RequestId=0x10F, RequestHandle=0x0, Type=1, InformationLength=32 "
        "0                    Info Windows Mobile Broadband Class Driver Event Provider\n"
        "w 04-01 12:39:12.798 P4912 T8420 mbbcx         [ReqMgr][ReqId=0x04ad] Request created "
        "for OID_WWAN_MPDP [RequestContext=0xFFFFE386247597F0 OidRequest=0xFFFFE3862EFF4A80] "
        "SET=0x00000001(TRUE) MbbReqMgrCreateRequest requestmanager_cpp702 "
        "TRACE_LEVEL_INFORMATION\n"
    )
    events, summary = run(tmp_path, log)
    assert [event.kind for event in events] == [Kind.KIND_SET, Kind.KIND_CLOCK]
    assert (events[0].code, events[0].request_id, events[0].capacity) == (0xE010149, 0x10F, 32)
    assert summary.total.duplicates == 1


def test_names_become_paths_and_numbers(tmp_path: Path):
    log = wpp("[WwanDimCommon]QUERY OID_WWAN_READY_INFO (e010102), RequestId 11, Status 340001")
    log += wpp("[WwanDimCommon]    StatusCode    : NDIS_STATUS_WWAN_READY_INFO (0x40041001)", "120")
    log += wpp("[WwanDimCommon]    ReadyState  : WwanReadyStateInitialized (0x1)", "120")
    log += wpp("[WwanDimCommon]    Colour  : blue", "120")
    events, summary = run(tmp_path, log)
    query, completion, indication, _ = events
    assert (query.kind, query.code, query.request_id) == (Kind.KIND_QUERY, 0xE010102, 0x11)
    assert (completion.status, completion.cause) == (INDICATION_REQUIRED, 0)
    assert indication.code == 0x40041001
    assert indication.fields == {
        "ReadyInfo.ReadyState": 1,
        "text.Colour": "blue",
        "text.RequestId": "not printed; the one open request that it ends",
    }
    assert indication.request_id == 0x11
    assert indication.flags & INCOMPLETE
    assert summary.total.numbers()["events"] == 3


def test_an_indication_that_may_end_several_requests_ends_none(tmp_path: Path):
    log = "".join(
        wpp(
            f"[WwanDimCommon]QUERY OID_WWAN_READY_INFO (e010102), RequestId {number}, Status 340001"
        )
        for number in (11, 12)
    )
    log += wpp("[WwanDimCommon]    StatusCode    : NDIS_STATUS_WWAN_READY_INFO (0x40041001)", "120")
    events, _ = run(tmp_path, log)
    (indication,) = (event for event in events if event.kind == Kind.KIND_INDICATION)
    assert indication.request_id == 0


def test_a_call_of_the_service_is_a_request(tmp_path: Path):
    guid = "{7971731f-33f9-4f1a-9718-087c12e64c5d}"
    log = wpp(
        "[Microsoft-Windows-WWAN-SVC-EVENTS][Request=0x6C] Sent SET PinAction, "
        f"Type=2(WwanPinTypePin1), Operation=0(WwanPinOperationEnter), miniport={guid}, "
        "ErrorCode=3407873(WIN=Completed later.)"
    )
    log += wpp(
        "[Microsoft-Windows-WWAN-SVC-EVENTS]WWAN Service event: [Info] x: Event "
        "Source=WwanNotificationSourceMsm, Code=WwanMsmEventTypePinActionComplete"
    )
    events, summary = run(tmp_path, log)
    request, completion, note, _ = events
    assert (request.kind, request.code, request.request_id) == (Kind.KIND_SET, 0xE010121, 0x6C)
    assert request.fields == {"PinAction.PinType": 2, "PinAction.PinOperation": 0}
    assert completion.status == INDICATION_REQUIRED
    assert b"WwanMsmEventTypePinActionComplete" in note.payload
    assert summary.sessions[0].device == guid


def test_instance_and_interface_are_names_of_one_device(tmp_path: Path):
    guid = "{7971731f-33f9-4f1a-9718-087c12e64c5d}"
    log = etw(
        f"[Request=0x6C] Sent SET RadioState, miniport={guid}, ErrorCode=0(WIN=Success)"
    ).replace("wmbclass", "WWAN-SVC-EVENTS")
    log += etw(DONE)
    events, summary = run(tmp_path, log)
    assert summary.sessions[0].names == [guid, "instance 1"]
    assert len(summary.sessions) == 1
    assert events[0].code == RADIO_STATE


# ------------------------------------------------------------------ the summary


def test_the_summary_counts_everything_and_names_places(tmp_path: Path):
    log = samples.old_libmbim(samples.OPEN, device="cdc-wdm0")
    log += samples.new_libmbim(samples.RADIO_DONE)
    log += ">>>>>> RAW:\n>>>>>>   data = zz\n"
    _, summary = run(tmp_path, log)
    made = json.loads(json.dumps(summary.as_json()))
    assert set(NUMBERS) <= made.keys()
    assert made["unreadable"] == 2
    (session,) = made["sessions"]
    assert {name: session[name] for name in NUMBERS} == {name: made[name] for name in NUMBERS}
    assert session["places"]["unreadable"][0]["number"] == 11
    assert made["logs"][0]["format"] == "libmbim"
    text = "\n".join(summary.lines())
    assert "2 messages: 1 complete, 1 incomplete" in text
    assert "incomplete 0.log:line 6: 12 of 56 bytes are in the log" in text


def radio_command(number: int, buffer: bytes = b"\1\0\0\0") -> str:
    """The two lines of the class driver for a set of the radio state."""
    data = Message(MBIM_COMMAND_MSG, number, 1, samples.BASIC_CONNECT, 3, buffer).to_bytes()
    payload = PAYLOAD.replace("\t12InBufferSize", "\t3InBufferSize").replace("\t24P", "\t4P")
    payload = payload.replace(BUFFER.hex().upper(), buffer.hex().upper())
    header = HEADER.replace("\t12 ", "\t3 ").replace("\t55", f"\t{number}")
    header = header.replace(f"\t{len(COMMAND)} ", f"\t{len(data)} ").replace("InfoLength: \t24", "")
    return etw(payload) + etw(header + "InfoLength: \t4")


RADIO_REQUEST = REQUEST.replace("E01010C", "E010103").replace("CONNECT", "RADIO_STATE")


def test_a_second_command_for_a_request_is_no_second_request(tmp_path: Path):
    log = etw(RADIO_REQUEST) + radio_command(55) + radio_command(56)
    log += etw(RADIO_REQUEST + f"BytesUsed: \t8 BytesNeeded: \t0 Status: \t{LATER}")
    events, summary = run(tmp_path, log)
    assert len(wires(events)) == 2
    assert [event.kind for event in events if event.kind != Kind.KIND_WIRE] == [
        Kind.KIND_SET,
        Kind.KIND_COMPLETION,
        Kind.KIND_CLOCK,
    ]
    assert summary.total.requests == 1


def test_a_command_whose_request_is_not_in_the_log_has_its_id(tmp_path: Path):
    events, _ = run(tmp_path, radio_command(55))
    request, completion = events[1:3]
    assert (request.kind, request.code, request.request_id) == (Kind.KIND_SET, RADIO_STATE, 0x8F)
    assert (completion.kind, completion.request_id, completion.cause) == (
        Kind.KIND_COMPLETION,
        0x8F,
        1,
    )


def test_a_command_of_the_driver_itself_is_its_own_request(tmp_path: Path):
    log = radio_command(0x8F).replace("0x8F", "0x0") + etw(RADIO_REQUEST) + radio_command(0x90)
    # An id that a line has named is not given to the driver's own command again.
    log += radio_command(0x8F).replace("0x8F", "0x0")
    events, _ = run(tmp_path, log)
    requests = [event for event in events if event.kind == Kind.KIND_SET]
    assert [request.request_id for request in requests] == [0x8F, 0x8F, 0x8F + (1 << 32)]


def test_the_real_driver_fills_the_request_that_the_line_names(tmp_path: Path):
    log = tmp_path / "bug.log"
    log.write_text(etw(RADIO_REQUEST + "InformationLength: \t8") + radio_command(55))
    import_logs([log], tmp_path / "out")
    wire, request, _ = read(tmp_path / "out")
    decoded = decode_event(request)
    assert decoded is not None
    assert decoded["RadioAction"] == 1
    assert (request.request_id, request.handle, request.capacity) == (0x8F, 5, 8)
    assert (request.cause, wire.kind) == (0, Kind.KIND_WIRE)


def test_a_request_that_the_driver_refuses_at_once_is_completed(tmp_path: Path):
    log = etw(REQUEST) + etw(
        "Instance: \t1 Request: \t0xFFFF Status: \tThe request is not supported."
    )
    log += etw(REQUEST + "BytesUsed: \t0 Status: \tThe request is not supported.")
    events, summary = run(tmp_path, log)
    assert [event.kind for event in events] == [
        Kind.KIND_SET,
        Kind.KIND_COMPLETION,
        Kind.KIND_CLOCK,
    ]
    assert events[1].status == 0xC00000BB
    assert summary.total.duplicates == 1


def test_windows_messages_are_imported_whatever_is_damaged_around_them(tmp_path: Path):
    log = etw(RADIO_REQUEST)[:40] + "\n" + etw(HEADER)[:60] + "\n" + radio_command(55)
    events, summary = run(tmp_path, log)
    assert len(wires(events)) == 1
    assert summary.total.complete == 1
