"""Messages built from events: those of the recorded session, nothing else, and counted."""

import io
from collections import Counter

import pytest
from export_samples import (
    ASKED,
    SECOND,
    SHOWN,
    events_of,
    exported,
    script_trace,
    trace_of,
    wire_of,
    wire_trace,
)
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Lifecycle, RecordFlag, WireDirection
from wwanreplay.errors import UsageError
from wwanreplay.formats import export_transfers
from wwanreplay.formats.export_transfers import MessageBuilder, survey_of, transfers
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import Joiner
from wwanreplay.mbim.messages import parse_header, parse_message
from wwanreplay.mbim.transactions import OUTSTANDING_MAX
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.trace import TraceReader

BUILT = ExportOptions(show_personal=True, messages="built")
RECORDED = ExportOptions(show_personal=True, messages="recorded")
RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
RADIO_SAID = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
REQUIRED = PROTOCOL.status("NDIS_STATUS_INDICATION_REQUIRED").number
ON = encode("NDIS_WWAN_RADIO_STATE", {"RadioState": {"HwRadioState": 1, "SwRadioState": 1}})


def transfers_of(trace, options=SHOWN):
    reported = Exported()
    with TraceReader(trace) as reader:
        return list(transfers(reader, options, reported, survey_of(reader), "this")), reported


def joined(found):
    """The whole messages of transfers (direction, time, bytes), both directions."""
    joiners = {1: Joiner(), 2: Joiner()}
    for direction, time_ns, data in found:
        whole = joiners[direction].feed(parse_header(data), data, time_ns)
        assert whole.errors == []
        if whole.message is not None:
            yield parse_message(whole.message)


def built_messages(events):
    builder = MessageBuilder({})
    found = [transfer for event in events for transfer in builder.feed(event)]
    found += builder.close(events[-1])
    return builder, list(joined([(each.code, each.time_ns, each.payload) for each in found]))


def answers(found):
    """(CID, service, status, buffer) of each answer, how often."""
    return Counter(
        (message.cid, message.service, message.value, message.buffer)
        for message in found
        if message.type == messages.MBIM_COMMAND_DONE
    )


def test_recorded_messages_are_given_as_they_are():
    found, reported = transfers_of(wire_trace())
    assert [(each.code, each.time_ns, each.payload) for each in found] == wire_of(wire_trace())
    assert reported.notes == []


def test_built_answers_are_those_that_were_recorded():
    recorded = answers(joined(wire_of(wire_trace())))
    found, reported = transfers_of(wire_trace(), BUILT)
    built = answers(joined([(each.code, each.time_ns, each.payload) for each in found]))
    # CID 24 was refused: the device never got it. REGISTER_STATE queries the device for the
    # packet service as well, and CLOSE ended the context: those are commands when they are built.
    assert sum(recorded.values()) == len(ASKED)
    assert [(key[0], count) for key, count in (recorded - built).items()] == [(24, 1)]
    assert [(key[0], count) for key, count in (built - recorded).items()] == [
        (10, 1),
        (12, 1),
    ]
    assert reported.notes[0].startswith("the messages are built from the events")


@pytest.mark.parametrize("name", ["demo", "contexts", "failures", "power", "two-ports", "cdma"])
def test_built_session_is_one_that_a_host_could_have_had(name):
    found, _ = transfers_of(script_trace(name))
    assert all(each.flags & RecordFlag.FLAG_INFERRED for each in found)
    reported = list(joined([(each.code, each.time_ns, each.payload) for each in found]))
    assert reported[0].type == messages.MBIM_OPEN_MSG
    open_ids = set()
    for message in reported:
        if message.type == messages.MBIM_COMMAND_MSG:
            assert message.transaction_id not in open_ids
            open_ids.add(message.transaction_id)
        elif message.type == messages.MBIM_COMMAND_DONE:
            open_ids.remove(message.transaction_id)
        elif message.type == messages.MBIM_OPEN_MSG:
            open_ids.clear()
        assert message.type != messages.MBIM_FUNCTION_ERROR_MSG


def test_transfers_name_the_event_behind_them():
    events = {event.index: event for event in events_of(script_trace("demo"))}
    found, _ = transfers_of(script_trace("demo"))
    for transfer in found:
        assert transfer.cause in events
        assert transfer.time_ns == events[transfer.cause].time_ns


def query(request_id, time_ns=0, **options):
    return Event(Kind.KIND_QUERY, time_ns, code=RADIO, request_id=request_id, **options)


def accepted(request_id, time_ns=0):
    return Event(Kind.KIND_COMPLETION, time_ns, code=RADIO, request_id=request_id, status=REQUIRED)


def reported(request_id, time_ns=0):
    return Event(Kind.KIND_INDICATION, time_ns, code=RADIO_SAID, request_id=request_id, payload=ON)


def types(found):
    return [messages.type_name(message.type).removeprefix("MBIM_") for message in found]


def test_request_and_answer_become_command_and_done():
    builder, found = built_messages([query(70), accepted(70), reported(70)])
    names = ["OPEN_MSG", "OPEN_DONE", "COMMAND_MSG", "COMMAND_DONE", "CLOSE_MSG", "CLOSE_DONE"]
    assert types(found) == names
    assert found[3].buffer == bytes((1, 0, 0, 0, 1, 0, 0, 0))
    assert (builder.without_message, builder.inexact) == (0, 0)


def test_cancel_becomes_a_host_error():
    cancel = Event(Kind.KIND_CANCEL, 1, code=RADIO, request_id=5)
    _, found = built_messages([query(5), cancel, cancel, reported(5, 2)])
    assert types(found)[2:5] == ["COMMAND_MSG", "HOST_ERROR_MSG", "CLOSE_MSG"]
    assert found[3].value == messages.ERRORS["MBIM_ERROR_CANCEL"]
    assert found[3].transaction_id == found[2].transaction_id


def test_commands_without_an_answer_do_not_make_the_device_busy():
    events = [query(number) for number in range(1, 3 * OUTSTANDING_MAX)]
    _, found = built_messages([*events, reported(events[-1].request_id)])
    assert types(found).count("COMMAND_DONE") == 1
    assert types(found).count("HOST_ERROR_MSG") == 0


def test_request_that_mbim_lacks_is_counted():
    gone = Event(Kind.KIND_QUERY, 0, code=PROTOCOL.oid("OID_GEN_LINK_STATE").number, request_id=1)
    builder, found = built_messages([gone])
    assert found == []
    assert builder.without_message == 1
    _, report = exported(trace_of([gone, query(2)]), "hex", SHOWN)
    assert "requests without an MBIM command: 1" in report.notes


def test_what_a_command_cannot_say_is_counted():
    values = {"SetRegisterState": {"ProviderId": "00101", "WwanDataClass": 0x1000}}
    payload = encode("NDIS_WWAN_SET_REGISTER_STATE", values)
    code = PROTOCOL.oid("OID_WWAN_REGISTER_STATE").number
    event = Event(Kind.KIND_SET, 0, code=code, request_id=1, payload=payload)
    assert built_messages([event])[0].inexact == 1


def test_halt_closes_and_removal_says_nothing():
    def lifecycle(code):
        return Event(Kind.KIND_LIFECYCLE, 5, code=code)

    _, halted = built_messages([query(1), lifecycle(Lifecycle.LIFECYCLE_HALT), query(2)])
    assert types(halted)[2:6] == ["COMMAND_MSG", "CLOSE_MSG", "CLOSE_DONE", "OPEN_MSG"]
    removal = lifecycle(Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    _, removed = built_messages([query(1), removal, query(2), reported(1), reported(2)])
    names = ["COMMAND_MSG", "OPEN_MSG", "OPEN_DONE", "COMMAND_MSG", "COMMAND_DONE", "CLOSE_MSG"]
    assert types(removed)[2:8] == names


def test_messages_can_be_chosen():
    assert len(transfers_of(wire_trace(), RECORDED)[0]) == len(wire_of(wire_trace()))
    assert transfers_of(script_trace("demo"), RECORDED)[0] == []
    assert all(each.index is None for each in transfers_of(wire_trace(), BUILT)[0])


def test_trace_without_a_footer_is_looked_through():
    with TraceReader(wire_trace()) as reader:
        cut = wire_trace()[: list(reader.chunks())[3].offset]
    with TraceReader(cut) as reader:
        survey = survey_of(reader)
    assert survey is not None
    assert survey.has_wire
    assert survey.time_min_ns == events_of(wire_trace())[0].time_ns
    _, report = exported(cut, "hex", SHOWN)
    assert report.written > 0
    (note,) = (note for note in report.notes if note.startswith("the trace is cut off"))
    assert note.endswith("everything before the cut is exported")


class Pipe(io.RawIOBase):
    def __init__(self, data):
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def seekable(self):
        return False

    def readinto(self, buffer):
        return self._data.readinto(buffer)


def test_pipe_is_read_when_the_messages_to_take_are_named():
    with pytest.raises(UsageError, match="--messages recorded or built"):
        exported(Pipe(wire_trace()), "hex", SHOWN)
    assert exported(Pipe(wire_trace()), "hex", RECORDED) == exported(wire_trace(), "hex", SHOWN)


def test_last_context_of_a_port_is_requested():
    code = PROTOCOL.oid("OID_WWAN_CONNECT").number
    indication = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
    payload = encode("NDIS_WWAN_CONTEXT_STATE", {"ContextState": {"ConnectionId": 9}})
    spoken = Event(Kind.KIND_INDICATION, 0, code=indication, payload=payload)
    _, found = built_messages([spoken, Event(Kind.KIND_QUERY, 1, code=code, request_id=1)])
    commands = [message for message in found if message.type == messages.MBIM_COMMAND_MSG]
    assert commands[0].buffer[:4] == b"\x09\0\0\0"


def test_few_ports_are_remembered(monkeypatch):
    monkeypatch.setattr(export_transfers, "PORTS_MAX", 2)
    indication = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
    payload = encode("NDIS_WWAN_CONTEXT_STATE", {"ContextState": {"ConnectionId": 9}})
    builder = MessageBuilder({})
    for port in range(5):
        builder.feed(Event(Kind.KIND_INDICATION, 0, code=indication, payload=payload, port=port))
    assert sorted(builder._connections) == [3, 4]


EVENTS = st.builds(
    Event,
    st.sampled_from([kind for kind in Kind if kind != Kind.KIND_WIRE]),
    st.integers(0, SECOND),
    code=st.sampled_from([RADIO, RADIO_SAID, 0x0E01010C, 0x0E010109, 1 << 32 | 15, 4, 5]),
    request_id=st.integers(0, 3),
    status=st.sampled_from([0, REQUIRED, 0xC0000001]),
    payload=st.one_of(st.just(b""), st.just(ON), st.binary(max_size=60)),
    namespace=st.integers(0, 5),
)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(EVENTS, max_size=12))
def test_any_events_become_whole_messages(events):
    builder = MessageBuilder({})
    numbered = [event.replace(index=index) for index, event in enumerate(events)]
    found = [transfer for event in numbered for transfer in builder.feed(event)]
    for each in found:
        header = parse_header(each.payload)
        to_device = each.code == WireDirection.WIRE_HOST_TO_DEVICE
        assert (header.type in messages.HOST_TYPES) == to_device
