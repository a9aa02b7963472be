"""JSON Lines: each line is one event with its decoded fields."""

from export_samples import (
    SHOWN,
    events_of,
    json_lines,
    script_trace,
    trace_of,
    wire_event,
    wire_trace,
)

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import EXTENSIONS, SERVICES_BY_UUID
from wwanreplay.protocol import PROTOCOL


def test_events_come_back_from_lines():
    events = [
        event for event in events_of(script_trace("contexts")) if event.kind != Kind.KIND_CLOCK
    ]
    lines = json_lines(script_trace("contexts"), SHOWN)
    for event, line in zip(events, lines, strict=False):
        payload = line.get("text", "").encode() or bytes.fromhex(line.get("payload", ""))
        made = Event(
            Kind[f"KIND_{line['kind'].upper()}"],
            line["time_ns"],
            port=line["port"],
            request_id=line["request_id"],
            code=line["code"],
            status=line.get("status", 0),
            payload=payload,
            namespace=Namespace[f"NAMESPACE_{line['namespace'].upper()}"],
            **{key: line.get(key) for key in ("handle", "capacity", "bytes", "client", "cause")},
        )
        assert made == event


def test_malformed_payload_is_reported():
    ready = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number
    data = trace_of([Event(Kind.KIND_INDICATION, 0, code=ready, payload=b"\x80\x01\x60\x00abc")])
    line = json_lines(data)[0]
    assert line["problem"].startswith("NDIS_WWAN_READY_INFO")
    assert "fields" not in line


def test_message_is_read_by_the_version_that_was_agreed():
    service = next(key for key, row in SERVICES_BY_UUID.items() if row.number == EXTENSIONS)
    version = {"MbimVersion": 0x0100, "MbimExtendedVersion": 0x0200}
    agreed = codec.encode(EXTENSIONS, 15, "response", version, mbimex=0x0200)
    basic = next(key for key, row in SERVICES_BY_UUID.items() if row.number == 1)
    state = codec.encode(1, 10, "response", {"FrequencyRange": 1}, mbimex=0x0200)
    done = messages.MBIM_COMMAND_DONE
    answer = wire_event(Message(done, 3, 0, basic, 10, state).to_bytes(), to_device=False)
    agreement = wire_event(Message(done, 2, 0, service, 15, agreed).to_bytes(), to_device=False)
    again = wire_event(Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes())
    lines = json_lines(trace_of([answer, agreement, answer, again, answer]))
    ranges = [line.get("fields", {}).get("FrequencyRange") for line in lines]
    assert [each is not None for each in ranges] == [False, False, True, False, False]


def test_names_of_events_in_the_mbim_namespace():
    line = next(each for each in json_lines(wire_trace()) if each["namespace"] == "mbim")
    assert line["name"] == "MBIM_CID_IP_CONFIGURATION"
    assert line["fields"]["SessionId"] == "0"
