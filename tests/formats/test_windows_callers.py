"""Commands of the class driver and the requests they are sent for."""

from pathlib import Path

from import_samples import (
    BUFFER,
    COMMAND,
    CONNECT,
    DONE,
    HEADER,
    INCOMPLETE,
    INDICATION_REQUIRED,
    LATER,
    PAYLOAD,
    RADIO_REQUEST,
    RADIO_STATE,
    REQUEST,
    etw,
    radio_command,
    read,
    run,
    wires,
)

from wwanreplay._core import Kind
from wwanreplay.formats.importer import import_logs
from wwanreplay.protocol.codec import decode_event


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
