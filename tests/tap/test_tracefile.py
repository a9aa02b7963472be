"""One file of a tap: times from its beginning, causes by what the file has, personal values out."""

import os
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from proxy_client import query
from scripted_modem import done

from wwanreplay._core import Event, Kind, Lifecycle, WireDirection
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import parse_message
from wwanreplay.mbim.tables import MBIMEX_1_0
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.tap.items import Happened, Note, Transfer
from wwanreplay.tap.tracefile import TraceFile
from wwanreplay.trace import TraceReader
from wwanreplay.trace.notes import NoteCode

SECOND = 1_000_000_000
START_NS, EPOCH_NS = 50 * SECOND, 1_700_000_000 * SECOND
COMMAND = query(1, 3)
ANSWER = done(parse_message(COMMAND), buffer=bytes.fromhex("0100000001000000"))


def opened(folder: Path, name: str = "t.wwtrace", **options: Any) -> TraceFile:
    values = {"mbimex": MBIMEX_1_0, "notes": [], **options}
    return TraceFile(str(folder / name), {"way": "tap"}, START_NS, EPOCH_NS, **values)


def command(time_ns: int, serial: int = 0) -> Transfer:
    return Transfer(time_ns, serial, COMMAND, from_host=True, client=1, whole=COMMAND)


def answer(time_ns: int, serial: int = 1) -> Transfer:
    return Transfer(time_ns, serial, ANSWER, from_host=False, client=1, whole=ANSWER)


def events_of(file: TraceFile) -> list[Event]:
    with TraceReader(file.path) as reader:
        assert reader.footer is not None
        return list(reader.events())


def test_a_message_is_its_transfer_and_what_the_class_driver_makes_of_it(tmp_path: Path) -> None:
    file = opened(tmp_path)
    file.put(command(START_NS + 5))
    assert file.driver.unanswered
    file.put(answer(START_NS + 9))
    assert not file.driver.unanswered
    file.close(START_NS + 20)
    events = events_of(file)
    wires = [event for event in events if event.kind == Kind.KIND_WIRE]
    assert [(each.payload, each.client, each.time_ns) for each in wires] == [
        (COMMAND, 1, 5),
        (ANSWER, 1, 9),
    ]
    assert [each.code for each in wires] == [
        WireDirection.WIRE_HOST_TO_DEVICE,
        WireDirection.WIRE_DEVICE_TO_HOST,
    ]
    (request,) = [event for event in events if event.kind in REQUESTS]
    assert request.cause == wires[0].index
    (completion,) = [event for event in events if event.kind == Kind.KIND_COMPLETION]
    assert completion.cause == request.index
    (report,) = [event for event in events if event.kind == Kind.KIND_INDICATION]
    assert report.cause == wires[1].index
    assert (events[0].kind, events[-1].kind) == (Kind.KIND_CLOCK, Kind.KIND_CLOCK)
    assert int.from_bytes(events[0].payload, "little") == EPOCH_NS
    assert events[-1].time_ns == 20


@given(st.lists(st.integers(-10, 10), max_size=20))
def test_times_never_go_back_whatever_comes(tmp_path_factory, steps: list[int]) -> None:
    file = opened(tmp_path_factory.mktemp("times"))
    time_ns = START_NS
    for step in steps:
        time_ns += step
        file.put(Note(time_ns, "x"))
    file.close(time_ns)
    times = [event.time_ns for event in events_of(file)]
    assert times == sorted(times)
    assert len(times) == file.records == len(steps) + 2


def test_a_message_is_not_whole_before_its_last_transfer(tmp_path: Path) -> None:
    file = opened(tmp_path)
    whole = query(1, 3, bytes(300))
    parts = list(split(whole, 128))
    for serial, part in enumerate(parts):
        assert file.is_inside_message is (serial > 0)
        ends = part is parts[-1]
        file.put(Transfer(START_NS, serial, part, True, 1, whole if ends else None))
    assert not file.is_inside_message
    file.close(START_NS)
    events = events_of(file)
    wires = [event.index for event in events if event.kind == Kind.KIND_WIRE]
    assert len(wires) == len(parts) > 2
    assert [event.cause for event in events if event.kind in REQUESTS] == [wires[-1]]


def test_a_note_names_its_transfer_or_says_that_it_is_of_an_earlier_file(tmp_path: Path) -> None:
    file = opened(tmp_path)
    file.put(answer(START_NS, serial=7))
    file.put(Note(START_NS, "not read", NoteCode.UNREAD, serial=7))
    file.put(Note(START_NS, "not read", NoteCode.UNREAD, serial=6))
    file.close(START_NS)
    events = events_of(file)
    here, before = [e for e in events if e.kind == Kind.KIND_NOTE and b"not read" in e.payload]
    assert (here.code, events[here.cause].payload) == (NoteCode.UNREAD, ANSWER)
    assert (before.code, before.cause) == (NoteCode.TEXT, None)
    assert before.payload == b"not read (of a message before this file)"


def test_a_note_names_the_record_of_the_file_before(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.put(answer(START_NS, serial=7))
    first.close(START_NS)
    (wire,) = [event.index for event in events_of(first) if event.kind == Kind.KIND_WIRE]
    second = opened(tmp_path, "second.wwtrace", before=first)
    second.put(Note(START_NS, "not read", NoteCode.UNREAD, serial=7))
    second.close(START_NS)
    (note,) = [event for event in events_of(second) if event.kind == Kind.KIND_NOTE]
    assert note.code == NoteCode.TEXT
    assert note.payload.decode() == f"not read (record {wire} of {Path(first.path).name})"


def test_a_note_may_be_any_text(tmp_path: Path) -> None:
    file = opened(tmp_path)
    file.put(Note(START_NS, "a name \udcff that is no UTF-8"))
    file.close(START_NS)
    (note,) = [event for event in events_of(file) if event.kind == Kind.KIND_NOTE]
    assert note.payload.decode() == "a name ? that is no UTF-8"


def test_what_is_no_message_is_an_event_of_its_own(tmp_path: Path) -> None:
    file = opened(tmp_path)
    removal = Event(Kind.KIND_LIFECYCLE, 0, code=Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    file.put(Happened(START_NS + 3, removal))
    file.close(START_NS + 5)
    (event,) = [event for event in events_of(file) if event.kind == Kind.KIND_LIFECYCLE]
    assert (event.code, event.time_ns) == (removal.code, 3)


def test_with_a_transformation_nothing_is_on_the_disk_before_the_end(tmp_path: Path) -> None:
    seen = []

    def transform(trace: bytes) -> bytes:
        seen.append(trace)
        return trace

    file = opened(tmp_path, transform=transform)
    file.put(command(START_NS))
    file.poll()
    assert (tmp_path / "t.wwtrace.part").read_bytes() == b""
    file.close(START_NS)
    assert os.listdir(tmp_path) == ["t.wwtrace"]
    assert (tmp_path / "t.wwtrace").read_bytes() == seen[0]


def test_what_there_is_of_a_file_that_cannot_be_ended_is_kept_transformed(tmp_path: Path) -> None:
    file = opened(tmp_path, transform=lambda _trace: b"transformed")
    file.put(command(START_NS))
    file.end_early(OSError("the disk"))
    assert os.listdir(tmp_path) == ["t.wwtrace.part"]
    assert (tmp_path / "t.wwtrace.part").read_bytes() == b"transformed"
