"""What we export is read again: the same transfers, in both directions, at the same times."""

import pytest
from export_samples import EPOCH_NS, exported, wire_of, wire_trace
from field_samples import reading

from wwanreplay.formats.base import Clock, Direction, MessageKind
from wwanreplay.formats.exporters import ExportOptions


@pytest.mark.parametrize(
    ("form", "link"), [("pcapng", "usbmon"), ("pcapng", "user"), ("hex", "usbmon")]
)
def test_exports_are_read_again(form: str, link: str):
    data, _ = exported(wire_trace(), form, ExportOptions(show_personal=True, link=link))
    messages, counts = reading(data)
    found = [message for message in messages if message.kind is MessageKind.MBIM]
    transfers = [
        (message.direction, piece)
        for message in found
        for piece in (message.fragments or (message.data,))
    ]
    sent = {
        1: Direction.HOST_TO_DEVICE,
        2: Direction.DEVICE_TO_HOST,
    }
    wire = wire_of(wire_trace())
    assert transfers == [(sent[int(direction)], payload) for direction, _, payload in wire]
    assert counts.incomplete.count == counts.unreadable.count == counts.unmapped.count == 0
    start_ns = EPOCH_NS if found[0].clock is Clock.UTC else 0
    assert found[0].time_ns == wire[0][1] + start_ns
