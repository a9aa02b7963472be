"""The MBIMEx version of a recording: what its messages show, and what a device is asked for."""

from __future__ import annotations

import uuid

import pytest
from live_modem import live_modem

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.devices.mbim.device import Settings
from wwanreplay.devices.pace import Pace
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import SERVICES
from wwanreplay.mbim.versions import VERSION, VERSION_MEMBER
from wwanreplay.record import record
from wwanreplay.replay.live_replay import LiveOptions, read_plan
from wwanreplay.replay.live_version import RecordedVersion, version_note
from wwanreplay.script import parse_script
from wwanreplay.trace import TraceReader

SERVICE = uuid.UUID(SERVICES[VERSION[0]].uuid).bytes
SCRIPT = 'step = [{ query = "OID_WWAN_DEVICE_CAPS" }, { query = "OID_WWAN_PIN_LIST" }]'
FULL = LiveOptions(pace=Pace(None))


def wire(message: Message) -> Event:
    is_host = not message.type & 0x80000000
    code = WireDirection.WIRE_HOST_TO_DEVICE if is_host else WireDirection.WIRE_DEVICE_TO_HOST
    return Event(Kind.KIND_WIRE, 0, code=code, payload=message.to_bytes())


def opening() -> list[Event]:
    return [
        wire(Message(messages.MBIM_OPEN_MSG, 1, 4096)),
        wire(Message(messages.MBIM_OPEN_DONE, 1)),
    ]


def agreeing(requested: int, reported: int, status: int = 0) -> list[Event]:
    made = []
    for kind, operation, version, value in (
        (messages.MBIM_COMMAND_MSG, "query", requested, 0),
        (messages.MBIM_COMMAND_DONE, "response", reported, status),
    ):
        values = {"MbimVersion": 0x0100, VERSION_MEMBER: version}
        buffer = codec.encode(*VERSION, operation, values, mbimex=0x0300)
        made.append(wire(Message(kind, 2, value, SERVICE, VERSION[1], buffer)))
    return made


def newest(*parts: list[Event]) -> int | None:
    version = RecordedVersion()
    for event in (each for part in parts for each in part):
        version.take(event)
    return version.newest


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], None),
        ([[Event(Kind.KIND_QUERY, 0, code=1, payload=b"")]], None),
        ([opening()], 0x0100),
        ([opening(), agreeing(0x0300, 0x0300)], 0x0300),
        ([opening(), agreeing(0x0300, 0x0200)], 0x0200),
        ([opening(), agreeing(0x0200, 0x0300)], 0x0200),
        ([opening(), agreeing(0x0300, 0x0300, status=2)], 0x0100),
        ([agreeing(0x0200, 0x0200)], 0x0200),  # the beginning is not there
        ([opening(), agreeing(0x0300, 0x0300), opening()], 0x0300),
        ([opening(), opening(), agreeing(0x0200, 0x0200)], 0x0200),
        ([[Event(Kind.KIND_WIRE, 0, code=1, payload=b"\3\0")]], None),
    ],
)
def test_the_newest_version_in_force_is_that_of_the_recording(parts, expected):
    assert newest(*parts) == expected


def test_two_versions_are_a_note_and_one_is_none():
    assert version_note(0x0200, 0x0200) == version_note(None, 0x0300) == []
    (note,) = version_note(0x0300, 0x0100)
    assert note.startswith("MBIMEx 1.0 is in force, 3.0 in the recording")


@pytest.mark.parametrize("mbimex", [pytest.param(0x0100, marks=pytest.mark.long), 0x0200])
def test_the_version_of_the_recording_is_requested_of_a_device(tmp_path, mbimex):
    trace, new = tmp_path / "t.wwtrace", tmp_path / "new.wwtrace"
    with live_modem() as modem:
        script = parse_script(SCRIPT, "script.toml")
        record(f"mbim:{modem.path}", script, trace, settings=Settings(mbimex=mbimex))
        plan = read_plan(trace)
        assert plan.settings.mbimex == plan.mbimex == mbimex
        result = modem.replay(trace, FULL, target=new)
        assert read_plan(new).mbimex == mbimex
        assert result.notes == []
        other = modem.replay(trace, FULL, settings=Settings(mbimex=0x0300))
    assert [note for note in other.notes if note.startswith("MBIMEx 3.0 is in force")]
    with TraceReader(new) as reader:
        heads = [look(event.payload) for event in reader if event.kind == Kind.KIND_WIRE]
    is_asked = any(head.service == SERVICE and head.cid == VERSION[1] for head in heads)
    assert is_asked == (mbimex > 0x0100)


def test_a_trace_without_messages_leaves_the_usual_version(tmp_path):
    path = tmp_path / "t.wwtrace"
    record("emulated:lte-home", parse_script(SCRIPT, "script.toml"), path)
    plan = read_plan(path)
    assert plan.mbimex is None
    assert plan.settings == Settings()
