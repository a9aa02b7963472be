"""A real modem as a device: what it is sent, what becomes of what it says, and when it goes."""

from __future__ import annotations

import os
import threading
import time

import pytest
from mbim_host import served

from wwanreplay._core import Event, Kind, Lifecycle, RecordFlag, WireDirection
from wwanreplay.analysis.infer import infer_file
from wwanreplay.devices.mbim.channel import DeviceGoneError
from wwanreplay.devices.mbim.device import MbimDevice, Settings
from wwanreplay.devices.opening import open_device
from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import Message, parse_message
from wwanreplay.mbim.tables import BASIC_CONNECT, EXTENSIONS
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.record import Session, record
from wwanreplay.replay import replay
from wwanreplay.script import parse_script
from wwanreplay.trace import TraceReader
from wwanreplay.trace.notes import NoteCode

from .conftest import done, indication, listed_services, radio_state, usual, uuid_of

RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
QUICK = {"open_s": 2.0, "try_s": 2.0, "look_s": 0.02}


@pytest.fixture
def device_of(modem_of):
    """A real device on scripted modems, one after another as it comes back."""
    devices = []

    def make(*answers, options=None, **settings):
        made = [modem_of(answer, **(options or {})) for answer in answers or (usual,)]
        waiting = list(made)

        def opened():
            if not waiting:
                raise DeviceGoneError("/dev/test-modem: it is away")
            return waiting.pop(0)[0]

        device = MbimDevice(opened, {"names": ["test"]}, Settings(**{**QUICK, **settings}))
        devices.append(device)
        return device, *(modem for _, modem in made)

    yield make
    for device in devices:
        device.close()


def texts(events):
    return [event.payload.decode() for event in events if event.kind == Kind.KIND_NOTE]


def of_kind(events, *kinds):
    return [event for event in events if event.kind in kinds]


def until(session, fits, seconds=5.0):
    """Let a session run until an output fits."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        session.run("5ms")
        found = [event for event in session.events if fits(event)]
        if found:
            return found[0]
    raise AssertionError("it did not come")


# ------------------------------------------------------------------ requests and answers


def test_nothing_is_sent_before_the_session_begins(device_of):
    device, modem = device_of()
    time.sleep(0.02)
    assert modem.heard == []
    device.start()
    assert modem.heard[0].type == messages.MBIM_OPEN_MSG


def test_a_request_goes_out_under_its_own_number_and_comes_back_as_an_indication(device_of):
    device, modem = device_of()
    with Session(device) as session:
        request_id = session.query("OID_WWAN_RADIO_STATE")
        session.until_idle()
        (answer,) = of_kind(session.events[2:], Kind.KIND_INDICATION)
    assert (3, request_id) in modem.commands()
    assert answer.request_id == request_id
    assert decode_event(answer)["RadioState.SwRadioState"] == 1


def test_each_event_names_the_transfer_that_it_is_of(device_of):
    device, _ = device_of()
    session = Session(device)
    session.query("OID_WWAN_RADIO_STATE")
    session.until_idle()
    events = recorded(session)
    for event in of_kind(events, Kind.KIND_QUERY, Kind.KIND_INDICATION):
        wire = events[event.cause]
        assert wire.kind == Kind.KIND_WIRE
        expected = WireDirection.WIRE_DEVICE_TO_HOST
        if event.kind == Kind.KIND_QUERY:
            expected = WireDirection.WIRE_HOST_TO_DEVICE
        assert wire.code == expected
        assert look(wire.payload).transaction_id == event.request_id
    for event in of_kind(events, Kind.KIND_COMPLETION):
        assert events[event.cause].request_id == event.request_id
        assert event.flags & RecordFlag.FLAG_INFERRED


def recorded(session):
    with TraceReader(session.trace()) as reader:
        return list(reader.events())


def test_times_never_go_back(device_of):
    device, modem = device_of()
    session = Session(device)
    for number in range(20):
        modem.say(indication(3, radio_state(number % 2)))
        session.query("OID_WWAN_RADIO_STATE")
        session.run("1ms")
    session.until_idle()
    times = [event.time_ns for event in recorded(session)]
    assert times == sorted(times)


def test_what_mbim_has_no_command_for_is_left_out_and_noted(device_of):
    device, modem = device_of()
    session = Session(device)
    session.query("OID_GEN_LINK_STATE")
    session.stimulus("signal", {"Rssi": 3})
    session.power("NdisDeviceStateD3")
    session.lifecycle("halt")
    assert session.left_out == [
        "query OID_GEN_LINK_STATE: MBIM has no command for it",
        "stimulus signal: left to the operator",
        "set OID_PNP_SET_POWER: MBIM has no command for it",
        "lifecycle halt: left to the operator",
    ]
    assert session.until_idle() == []
    events = recorded(session)
    assert set(session.left_out) <= set(texts(events))
    kinds = (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE, Kind.KIND_SET)
    assert of_kind(events, *kinds) == []
    assert [cid for cid, _ in modem.commands()] == [16]


def test_requests_that_are_given_directly_and_have_no_command_are_refused(device_of):
    device, _ = device_of()
    device.start()
    device.drain()
    code = PROTOCOL.oid("OID_GEN_LINK_STATE").number
    device.submit(Event(Kind.KIND_QUERY, device.now_ns, request_id=4, code=code))
    (refusal,) = of_kind(device.drain(), Kind.KIND_COMPLETION)
    assert refusal.status == PROTOCOL.status("NDIS_STATUS_NOT_SUPPORTED").number
    assert refusal.flags & RecordFlag.FLAG_INFERRED


def test_a_guarded_command_is_not_sent_without_its_word(device_of):
    device, modem = device_of()
    session = Session(device)
    values = {"PinAction.PinType": 2, "PinAction.Pin": "1234"}
    with pytest.raises(UsageError, match="--allow-send pin sends it"):
        session.set("OID_WWAN_PIN_EX", values)
    session.until_idle()
    assert 4 not in [cid for cid, _ in modem.commands()]
    session.close()


def test_a_guarded_command_is_sent_with_its_word(device_of):
    device, modem = device_of(allow_send=("pin",))
    with Session(device) as session:
        session.set("OID_WWAN_PIN_EX", {"PinAction.PinType": 2, "PinAction.Pin": "1234"})
        session.until_idle()
    assert 4 in [cid for cid, _ in modem.commands()]


def test_an_event_of_the_device_is_an_unsolicited_indication(device_of):
    device, modem = device_of()
    with Session(device) as session:
        modem.say(indication(3, radio_state(0)))
        event = until(
            session, lambda each: each.kind == Kind.KIND_INDICATION and not each.request_id
        )
    assert decode_event(event)["RadioState.HwRadioState"] == 0


def test_a_request_without_an_answer_is_given_up_and_noted(device_of, monkeypatch):
    monkeypatch.setattr("wwanreplay.devices.mbim.session.answer_s_of", lambda _message: 0.02)
    device, modem = device_of(lambda message: [] if message.cid == 3 else usual(message))
    session = Session(device)
    session.query("OID_WWAN_RADIO_STATE", request_id=7)
    session.until_idle()
    modem.say(done(Message(0, 7, 0, uuid_of(BASIC_CONNECT), 3), 0, radio_state()))
    until(session, lambda each: each.request_id == 7 and each.kind == Kind.KIND_INDICATION)
    found = texts(recorded(session))
    assert any("no answer to MBIM_CID_RADIO_STATE (transaction 7)" in text for text in found)
    assert "not answered: RequestId 7" in found
    assert any("a late answer to MBIM_CID_RADIO_STATE (transaction 7)" in text for text in found)


def test_a_cancelled_request_is_reported_to_the_device(device_of):
    device, modem = device_of(lambda message: [] if message.cid == 3 else usual(message))
    with Session(device) as session:
        request_id = session.query("OID_WWAN_RADIO_STATE")
        session.cancel(request_id)
        session.until_idle()
    errors = [each for each in modem.heard if each.type == messages.MBIM_HOST_ERROR_MSG]
    assert [each.transaction_id for each in errors] == [request_id]


def test_a_function_that_says_it_is_closed_is_opened_again(device_of):
    device, modem = device_of()
    with Session(device) as session:
        modem.say(messages.function_error(0, "MBIM_ERROR_NOT_OPENED"))
        deadline = time.monotonic() + 5
        while device.state()["is_open"] and time.monotonic() < deadline:
            session.run("5ms")
        session.query("OID_WWAN_RADIO_STATE")
        answers = of_kind(session.until_idle(), Kind.KIND_INDICATION)
    assert len(answers) == 1
    opens = [each for each in modem.heard if each.type == messages.MBIM_OPEN_MSG]
    assert len(opens) == 2


@pytest.mark.parametrize("lists", [False, True])
def test_a_version_is_agreed_on_where_the_device_lists_the_command(device_of, lists):
    def versioned(message):
        key = (message.service, message.cid)
        if message.type == messages.MBIM_COMMAND_MSG and message.cid == 16:
            return [done(message, 0, listed_services(version=lists))]
        if message.type == messages.MBIM_COMMAND_MSG and key == (uuid_of(EXTENSIONS), 15):
            values = {"MbimVersion": 0x0100, "MbimExtendedVersion": 0x0200}
            return [
                done(message, 0, codec.encode(EXTENSIONS, 15, "response", values, mbimex=0x0300))
            ]
        return usual(message)

    device, modem = device_of(versioned)
    device.start()
    asked = [each for each in modem.heard if each.cid == 15]
    assert len(asked) == lists
    assert device.mbimex == (0x0200 if lists else 0x0100)
    if lists:
        values = codec.decode(EXTENSIONS, 15, "query", asked[0].buffer, mbimex=0x0300)
        assert values["MbimExtendedVersion"] == 0x0300


def test_the_close_at_the_end_is_recorded(device_of):
    device, modem = device_of()
    session = Session(device)
    wires = of_kind(recorded(session), Kind.KIND_WIRE)
    assert look(wires[-1].payload).type == messages.MBIM_CLOSE_DONE
    assert modem.heard[-1].type == messages.MBIM_CLOSE_MSG


def test_a_session_that_ends_by_an_error_closes_the_function(device_of):
    device, modem = device_of()
    with pytest.raises(RuntimeError), Session(device):
        raise RuntimeError("the caller's own")
    assert modem.heard[-1].type == messages.MBIM_CLOSE_MSG


def test_the_clock_is_anchored_to_wall_time(device_of):
    device, _ = device_of()
    before_ns = time.time_ns()
    session = Session(device)
    with TraceReader(session.trace()) as reader:
        clock, anchors = reader.header.clock, of_kind(reader.events(), Kind.KIND_CLOCK)
    assert clock["kind"] == "boottime"
    assert abs(clock["epoch_ns"] - before_ns) < 60 * 10**9
    wall_ns = int.from_bytes(anchors[0].payload, "little", signed=True)
    assert abs(wall_ns - clock["epoch_ns"] - anchors[0].time_ns) < 10**9


# ------------------------------------------------------------------ going and coming back


def test_a_device_that_is_taken_away_and_returns_goes_on(device_of):
    device, first, second = device_of(usual, usual)
    session = Session(device)
    first.peer.shutdown(2)
    gone = until(session, lambda each: each.kind == Kind.KIND_LIFECYCLE)
    assert gone.code == Lifecycle.LIFECYCLE_SURPRISE_REMOVAL
    until(session, lambda each: each.code == Lifecycle.LIFECYCLE_ARRIVAL)
    session.query("OID_WWAN_RADIO_STATE")
    assert len(of_kind(session.until_idle(), Kind.KIND_INDICATION)) == 1
    assert second.heard[0].type == messages.MBIM_OPEN_MSG
    found = texts(recorded(session))
    assert any("the device is gone" in text for text in found)


def test_what_was_outstanding_when_it_went_is_not_waited_for(device_of):
    device, first, _ = device_of(lambda message: [] if message.cid == 3 else usual(message), usual)
    session = Session(device)
    session.query("OID_WWAN_RADIO_STATE")
    first.peer.shutdown(2)
    session.until_idle("5s")
    assert session.outstanding == []
    found = texts(recorded(session))
    assert any(text.endswith("; 1 requests are not answered") for text in found)


def test_a_request_to_a_device_that_is_away_is_refused(device_of):
    device, modem = device_of()
    session = Session(device)
    modem.peer.shutdown(2)
    until(session, lambda each: each.kind == Kind.KIND_LIFECYCLE)
    session.query("OID_WWAN_RADIO_STATE")
    (refusal,) = of_kind(session.until_idle(), Kind.KIND_COMPLETION) or of_kind(
        session.events[-1:], Kind.KIND_COMPLETION
    )
    assert refusal.status == PROTOCOL.status("NDIS_STATUS_ADAPTER_REMOVED").number
    session.end_early()


def test_a_device_that_stays_away_is_an_error(device_of):
    device, modem = device_of(return_s=0.05)
    session = Session(device)
    modem.peer.shutdown(2)
    with pytest.raises(DeviceError, match="it has been away for"):
        session.run("10s")
    session.end_early()


# ------------------------------------------------------------------ against the served modem

SCRIPT = parse_script(
    """
    step = [
        { query = "OID_WWAN_DEVICE_CAPS" },
        { query = "OID_WWAN_READY_INFO" },
        { query = "OID_WWAN_REGISTER_STATE" },
        { after = 0, query = "OID_WWAN_PACKET_SERVICE" },
        { after = 0, query = "OID_WWAN_SIGNAL_STATE" },
        { set = "OID_WWAN_CONNECT", values = { ActivationCommand = 1, AccessString = "internet" } },
        { query = "OID_WWAN_CONNECT" },
        { set = "OID_WWAN_RADIO_STATE", values = { RadioAction = 0 } },
        { query = "OID_WWAN_REGISTER_STATE" },
        { stimulus = "coverage", values = { Available = 0 } },
    ]
    linger = "50ms"
    """,
    "real",
)


def test_a_recording_of_a_modem_replays_without_a_fault(tmp_path):
    path = tmp_path / "real.wwtrace"
    with served("lte-home") as modem:
        recording = record(f"mbim:{modem.path}", SCRIPT, path)
    assert recording.unanswered == 0
    assert recording.left_out == ["real.toml: step 10: stimulus coverage: left to the operator"]
    infer_file(path)
    result = replay(path)
    assert result.is_field
    assert str(result.verdict) == "no fault", result.divergences
    assert result.counts["compared"] >= 8


def test_the_host_and_the_device_have_the_same_transfers(tmp_path):
    path = tmp_path / "real.wwtrace"
    with served("lte-home", bridge_options={"control_transfer_max": 64}) as modem:
        record(f"mbim:{modem.path}", SCRIPT, path)
        theirs = [
            (each.code, each.payload)
            for each in modem.recording.events
            if each.kind == Kind.KIND_WIRE
        ]
    with TraceReader(path) as reader:
        ours = [(each.code, each.payload) for each in of_kind(reader.events(), Kind.KIND_WIRE)]
    for direction in WireDirection:
        assert [each for each in ours if each[0] == direction] == [
            each for each in theirs if each[0] == direction
        ]
    assert any(look(data).total and look(data).total > 1 for _, data in ours)


def test_a_script_is_checked_before_the_device_is_touched(tmp_path):
    pin = parse_script('step = [ { set = "OID_WWAN_PIN_EX", values = { PinType = 2 } } ]', "pin")
    with pytest.raises(UsageError, match=r"pin\.toml: step 1: set MBIM_CID_PIN"):
        record("mbim:/nowhere", pin, tmp_path / "x.wwtrace")
    assert list(tmp_path.iterdir()) == []


def test_a_modem_that_is_not_there_leaves_no_file(tmp_path):
    with pytest.raises(DeviceError, match="No such file"):
        record("mbim:/nowhere", SCRIPT, tmp_path / "x.wwtrace")
    assert list(tmp_path.iterdir()) == []


def test_a_modem_comes_back_at_the_same_link(tmp_path):
    link = tmp_path / "modem"
    with served("lte-home", link):
        device = open_device(f"mbim:{link}", settings=Settings(**QUICK))
        session = Session(device)
        session.query("OID_WWAN_RADIO_STATE")
        session.until_idle()
    until(session, lambda each: each.kind == Kind.KIND_LIFECYCLE)
    assert device.is_away
    with served("lte-home", link):
        until(session, lambda each: each.code == Lifecycle.LIFECYCLE_ARRIVAL)
        session.query("OID_WWAN_RADIO_STATE")
        assert len(of_kind(session.until_idle(), Kind.KIND_INDICATION)) == 1
        session.close()


def test_what_the_operator_does_not_do_is_missed(device_of, tmp_path):
    from wwanreplay.devices.mbim.operator import Operator

    device, _ = device_of()
    operator = Operator(("signal-changed",), 0.02)
    script = parse_script(
        'step = [ { stimulus = "signal", values = { Rssi = 3 } } ]\nlinger = 0', "s"
    )
    recording = record(device, script, tmp_path / "x.wwtrace", operator=operator)
    assert recording.missed == ["s.toml: step 1: signal-changed did not come"]


def test_a_socket_carries_a_session_as_a_pty_does(tmp_path):
    """Bytes from a socket, in pieces of every size, are the same session."""
    import socket

    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()

        def serve():
            peer, _ = listening.accept()
            with peer:
                while data := peer.recv(4096):
                    for answer in usual(parse_message(data)):
                        for octet in answer:
                            peer.sendall(bytes((octet,)))

        thread = threading.Thread(target=serve)
        thread.start()
        with Session(open_device(f"mbim:{path}", settings=Settings(**QUICK))) as session:
            session.query("OID_WWAN_RADIO_STATE")
            assert len(of_kind(session.until_idle(), Kind.KIND_INDICATION)) == 1
        thread.join()
    os.unlink(path)


def test_notes_are_for_readers(device_of):
    device, modem = device_of()
    session = Session(device)
    modem.peer.sendall(b"abc")
    session.run("50ms")
    notes = of_kind(recorded(session), Kind.KIND_NOTE)
    assert {note.code for note in notes} == {NoteCode.TEXT}
    assert any("3 bytes that are no message" in text for text in texts(notes))
