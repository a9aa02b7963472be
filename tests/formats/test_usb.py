"""Control transfers of a bus: which of them carry MBIM, and what is incomplete."""

import capture_samples as captures
import field_samples as samples
from field_samples import reading

from wwanreplay.formats.base import Counts, Direction, LogMessage, LogPlace, MessageKind, Unit
from wwanreplay.formats.usb import PENDING_MAX, ControlTransfers, Urb, device_key

BULK = captures.usbmon("C", captures.BULK, 0x83, bytes(600))


def test_bulk_transfers_are_counted_and_passed():
    packets = [BULK] * 50 + captures.usbmon_session(samples.OPEN) + [BULK] * 50
    for log in (captures.pcap(220, *packets), captures.pcapng(220, *packets)):
        messages, counts = reading(log)
        assert messages[0].place.number == 51
        assert counts.records == 102


def test_packets_that_the_capture_cut_are_incomplete():
    packets = captures.usbmon_session(samples.RADIO_QUERY, samples.LONG_DONE)
    messages, counts = reading(captures.pcap(220, *packets, cut=8))
    found = [message for message in messages if message.kind is MessageKind.MBIM]
    assert [message.data for message in found] == [samples.RADIO_QUERY[:-8], samples.LONG_DONE[:-8]]
    assert counts.incomplete.count == 2


class Transfers:
    """Gives reports of control transfers; the answers are what became of them."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.transfers = ControlTransfers(self.counts)

    def report(self, data: bytes = b"", setup: bytes | None = None, **about) -> list[LogMessage]:
        values = {
            "key": 1,
            "submitted": setup is not None,
            "control": True,
            "inward": setup is None,
            "device": "usb:2:5",
            "length": len(data),
            "status": 0,
            "stamp": None,
        } | about
        place = LogPlace("x", Unit.PACKET, 1)
        return list(self.transfers.feed(Urb(setup=setup, data=data, place=place, **values)))


def test_a_command_is_sent_with_its_request_and_an_answer_comes_with_its_completion():
    transfers = Transfers()
    (sent,) = transfers.report(samples.OPEN, captures.send_setup(len(samples.OPEN)))
    assert (sent.data, sent.direction) == (samples.OPEN, Direction.HOST_TO_DEVICE)
    assert transfers.report(length=16, inward=False) == []
    assert transfers.report(setup=captures.GET_SETUP, length=4096) == []
    (answer,) = transfers.report(samples.OPEN_DONE)
    assert (answer.data, answer.direction) == (samples.OPEN_DONE, Direction.DEVICE_TO_HOST)


def test_a_command_that_was_not_taken_is_a_note():
    transfers = Transfers()
    transfers.report(samples.OPEN, captures.send_setup(len(samples.OPEN)))
    (note,) = transfers.report(status=-32, inward=False)
    assert (note.kind, note.text) == (MessageKind.NOTE, "sending failed with status -32")


def test_an_answer_whose_request_is_not_in_the_capture_is_known_by_its_bytes():
    transfers = Transfers()
    (answer,) = transfers.report(samples.OPEN_DONE)
    assert answer.data == samples.OPEN_DONE
    # A message of the host, a descriptor, or a length that is another: no answer.
    assert transfers.report(samples.OPEN) == []
    assert transfers.report(bytes(18)) == []
    assert transfers.report(samples.OPEN_DONE[:-4], length=12) == []


def test_a_request_of_another_kind_is_forgotten_with_its_key():
    transfers = Transfers()
    transfers.report(setup=captures.GET_SETUP)
    transfers.report(setup=bytes((0x80, 6, 0, 1, 0, 0, 18, 0)))
    assert transfers.report(bytes(18)) == []
    assert transfers.counts.unmapped.count == 0


def test_an_encapsulated_command_that_is_not_mbim_is_counted():
    transfers = Transfers()
    assert transfers.report(bytes(20), captures.send_setup(20)) == []
    assert transfers.counts.unmapped.count == 1


def test_requests_that_wait_for_their_completion_are_bounded():
    transfers = Transfers()
    for key in range(PENDING_MAX + 1):
        transfers.report(setup=captures.GET_SETUP, key=key)
    # Four bytes are an answer only where the request of it is known.
    start = samples.OPEN_DONE[:4]
    assert transfers.report(start, key=0, length=16) == []
    (cut,) = transfers.report(start, key=1, length=16)
    assert cut.incomplete
    assert cut.reason == "4 of 16 bytes are in the capture"


def test_a_device_is_its_address_and_an_interface_other_than_the_first():
    assert device_key("usb:2:5", None) == device_key("usb:2:5", b"\0\0") == "usb:2:5"
    assert device_key("usb:2:5", b"\4\0") == "usb:2:5 interface 4"
