"""Captures: our own minimal reader finds the wire records again, tshark dissects every message."""

import pytest
from export_samples import (
    ASKED,
    EPOCH_NS,
    PROFILE,
    SECOND,
    SHOWN,
    exported,
    needs_tshark,
    read_pcapng,
    script_trace,
    trace_of,
    tshark,
    wire_event,
    wire_in_usbmon,
    wire_of,
    wire_trace,
)
from groups import sampled

from wwanreplay._core import RecordFlag
from wwanreplay.errors import UsageError
from wwanreplay.formats.exporters import LINKS, ExportOptions
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message
from wwanreplay.trace import TraceHeader

BARE = ExportOptions(show_personal=True, link="user")
OPEN = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
MALFORMED = "_ws.malformed || _ws.expert.severity >= 0x600000"
SCRIPTS = ("contexts", "device-services", "power", "two-ports", "cdma", "5g", "pin", "sim")


def at_epoch(transfers, epoch_ns=EPOCH_NS):
    return [(direction, epoch_ns + time_ns, data) for direction, time_ns, data in transfers]


# ------------------------------------------------------------------ our own reader


def test_usb_capture_holds_the_wire_records():
    data, summary = exported(wire_trace(), "pcapng", SHOWN)
    capture = read_pcapng(data)
    assert (capture.link_type, capture.resolution) == (220, 9)
    assert wire_in_usbmon(capture) == at_epoch(wire_of(wire_trace()))
    assert summary.written == len(wire_of(wire_trace()))


def test_bare_capture_holds_the_wire_records():
    capture = read_pcapng(exported(wire_trace(), "pcapng", BARE)[0])
    assert capture.link_type == 147
    outbound = {b"\x02\0\0\0": 1, b"\x01\0\0\0": 2}
    found = [
        (outbound[packet.options[2]], packet.time_ns, packet.data) for packet in capture.packets
    ]
    assert found == at_epoch(wire_of(wire_trace()))


def test_comments_name_the_records():
    trace = trace_of(
        [wire_event(OPEN, 5), wire_event(OPEN[:12], 6, flags=RecordFlag.FLAG_INCOMPLETE)]
    )
    capture = read_pcapng(exported(trace, "pcapng", BARE)[0])
    assert [packet.comment for packet in capture.packets] == ["record 0", "record 1, incomplete"]
    assert b"as recorded" in capture.section[1]


def test_times_before_the_epoch_are_kept():
    trace = trace_of([wire_event(OPEN, -3 * SECOND // 2), wire_event(OPEN, 7)])
    capture = read_pcapng(exported(trace, "pcapng", BARE)[0])
    assert [packet.time_ns for packet in capture.packets] == [-3 * SECOND // 2, 7]


def test_time_that_no_packet_can_have_is_reported():
    header = TraceHeader(clock={"epoch_ns": (1 << 64) - 1})
    _, summary = exported(trace_of([wire_event(OPEN, 1)], header), "pcapng", BARE)
    assert "packets whose time a capture cannot say: 1" in summary.notes


def test_trace_without_messages_or_requests_is_a_capture_without_packets():
    for link in LINKS:
        data, summary = exported(trace_of([]), "pcapng", ExportOptions(link=link))
        assert read_pcapng(data).packets == []
        assert summary.written == 0


def test_capture_needs_consent():
    with pytest.raises(UsageError, match="--show-personal, or scrub"):
        exported(wire_trace(), "pcapng")


def test_scrubbed_messages_need_no_consent():
    flag = RecordFlag.FLAG_PERSONAL_REMOVED
    assert exported(trace_of([wire_event(OPEN, flags=flag)]), "pcapng")[1].written == 1
    with pytest.raises(UsageError, match="--show-personal"):
        exported(trace_of([wire_event(OPEN, flags=flag), wire_event(OPEN)]), "pcapng")


# ------------------------------------------------------------------ tshark


@pytest.fixture
def captured(tmp_path):
    def capture(trace, link="usbmon"):
        path = tmp_path / "capture.pcapng"
        data, summary = exported(trace, "pcapng", ExportOptions(show_personal=True, link=link))
        path.write_bytes(data)
        return str(path), summary

    return capture


@needs_tshark
@pytest.mark.parametrize("link", LINKS)
def test_tshark_dissects_every_recorded_message(captured, link):
    path, summary = captured(wire_trace(), link)
    names = ("message_type", "message_length", "transaction_id")
    fields = [part for name in names for part in ("-e", f"mbim.control.header.{name}")]
    lines = tshark(path, "-Y", "mbim.control", "-T", "fields", *fields)
    transfers = wire_of(wire_trace())
    assert summary.written == len(transfers) > 30
    heads = [[data[at : at + 4] for at in (0, 4, 8)] for _, _, data in transfers]
    ours = [[int.from_bytes(word, "little") for word in head] for head in heads]
    assert [[int(cell, 0) for cell in line.split("\t")] for line in lines] == ours
    assert tshark(path, "-Y", MALFORMED) == []


@needs_tshark
@pytest.mark.parametrize("name", sampled(SCRIPTS, 1))
def test_tshark_dissects_every_built_message(captured, name):
    path, summary = captured(script_trace(name))
    assert len(tshark(path, "-Y", "mbim.control.header.message_type")) == summary.written > 20
    assert tshark(path, "-Y", MALFORMED) == []


@needs_tshark
def test_tshark_would_find_a_malformed_message(captured):
    whole = [data for direction, _, data in wire_of(wire_trace()) if direction == 2]
    broken = bytearray(next(data for data in whole if data[36:40] == b"\x02\0\0\0"))
    assert broken[44:48] != b"\0\0\0\0"
    # The SubscriberId's offset: far outside.
    broken[52:56] = b"\xff\xff\0\0"
    path, _ = captured(trace_of([wire_event(OPEN), wire_event(bytes(broken), 1, to_device=False)]))
    assert len(tshark(path, "-Y", MALFORMED)) == 1


@needs_tshark
def test_tshark_reads_the_values_that_were_meant(captured):
    path, _ = captured(wire_trace())
    mapping = PROFILE.mapping
    caps = "mbim.control.device_caps_info"
    expected = {
        f"{caps}.device_id": mapping["device_id"],
        f"{caps}.fw_info": mapping["firmware"],
        f"{caps}.hw_info": mapping["model"],
        f"{caps}.subscriber_ready_status.subscriber_id": mapping["subscriber_id"],
        f"{caps}.subscriber_ready_status.sim_icc_id": mapping["sim_iccid"],
        f"{caps}.subscriber_ready_status.tel_nb": mapping["telephone_numbers"][0],
        "mbim.control.registration_state_info.register_state": "3",
        "mbim.control.registration_state_info.provider_id": "00101",
        "mbim.control.packet_service_info.packet_service_state": "2",
        "mbim.control.set_connect.access_string": "internet.example",
        "mbim.control.set_connect.user_name": "someone",
        "mbim.control.set_connect.password": "secret",
        "mbim.control.connect_info.activation_state": "1",
        "mbim.control.ip_configuration_info.ipv4_dns": "192.0.2.53",
        "mbim.control.radio_state.hw_radio_state": "1",
    }
    fields = [part for name in expected for part in ("-e", name)]
    lines = tshark(path, "-Y", "mbim.control", "-T", "fields", "-E", "separator=|", *fields)
    columns = zip(*(line.split("|") for line in lines), strict=True)
    found = {name: set(column) - {""} for name, column in zip(expected, columns, strict=True)}
    assert found == {name: {value} for name, value in expected.items()}


@needs_tshark
def test_tshark_names_the_commands_that_were_requested(captured):
    path, _ = captured(wire_trace())
    kinds = "mbim.control.header.message_type == 3 && mbim.control.command_type"
    cids = tshark(path, "-Y", kinds, "-T", "fields", "-e", "mbim.control.cid")
    assert cids == [str(cid) for cid, _ in ASKED]
