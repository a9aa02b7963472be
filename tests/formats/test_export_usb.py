"""USB around the messages: descriptors in front, answers announced and fetched."""

from export_samples import (
    EPOCH_NS,
    SHOWN,
    exported,
    read_pcapng,
    read_usbmon,
    trace_of,
    wire_event,
    wire_in_usbmon,
    wire_of,
    wire_trace,
)

from wwanreplay.formats.export_usb import CONFIGURATION_DESCRIPTOR, DEVICE_DESCRIPTOR


def test_descriptors_stand_in_front():
    capture = read_pcapng(exported(wire_trace(), "pcapng", SHOWN)[0])
    requests = [read_usbmon(packet.data) for packet in capture.packets[:6]]
    assert [request.kind for request in requests] == ["S", "C"] * 3
    assert requests[1].data == DEVICE_DESCRIPTOR
    assert requests[3].data == CONFIGURATION_DESCRIPTOR
    assert requests[4].setup == bytes((0, 9, 1, 0, 0, 0, 0, 0))
    assert capture.packets[0].time_ns == EPOCH_NS + wire_of(wire_trace())[0][1]


def test_each_answer_is_announced_and_fetched():
    capture = read_pcapng(exported(wire_trace(), "pcapng", SHOWN)[0])
    requests = [read_usbmon(packet.data) for packet in capture.packets]
    available = [request for request in requests if request.data == b"\xa1\x01" + bytes(6)]
    fetched = [request for request in requests if request.setup and request.setup[0] == 0xA1]
    to_host = [transfer for transfer in wire_of(wire_trace()) if transfer[0] == 2]
    assert len(available) == len(fetched) == len(to_host)
    handed_over = {request.number for request in requests if request.kind == "S"}
    assert {request.number for request in requests if request.kind == "C"} == handed_over


def test_time_of_usb_is_that_of_the_packet():
    for packet in read_pcapng(exported(wire_trace(), "pcapng", SHOWN)[0]).packets:
        assert read_usbmon(packet.data).time_us == packet.time_ns // 1000


def test_message_longer_than_a_control_transfer_is_kept():
    data = bytes(range(256)) * 300
    trace = trace_of([wire_event(data), wire_event(data, to_device=False)])
    capture = read_pcapng(exported(trace, "pcapng", SHOWN)[0])
    assert wire_in_usbmon(capture) == [(1, 0, data), (2, 0, data)]
