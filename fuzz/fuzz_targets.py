"""What is fuzzed: one function for each reader and decoder, and what must hold of any input.

A target takes bytes and returns. The only errors that may leave a part are those of
`wwanreplay.errors`; a target catches these and nothing else, so any other one is a find, as is an
AssertionError of the properties here. The targets need no fuzzer: the tests run them over the
corpus.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from wwanreplay import _core
from wwanreplay.analysis.eventtext import event_json, event_lines
from wwanreplay.analysis.infer import infer_file
from wwanreplay.analysis.report import report_lines, result_json
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import DecodeError, UsageError, WwanReplayError
from wwanreplay.formats import registry
from wwanreplay.formats.base import TIME_NS_MAX, Clock, Counts, LogMessage, MessageKind
from wwanreplay.formats.importer import import_logs
from wwanreplay.formats.reading import LogReading
from wwanreplay.formats.sources import LogSource, open_sources
from wwanreplay.formats.transfers import Framer, head_of, plausible
from wwanreplay.formats.unwrapping import unwrapped
from wwanreplay.mbim import codec, messages, presentation
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.fragments import Joiner, StreamFramer, split
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.header import look
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import SERVICES_BY_UUID, find_cid, find_layout
from wwanreplay.mbim.usb import ntb
from wwanreplay.mbim.usb.ntb import Datagram, Format
from wwanreplay.mbim.usb.requests import SETUP_SIZE, Setup, Standard
from wwanreplay.packing.streams import PIECE_SIZE
from wwanreplay.protocol.codec import decode_event
from wwanreplay.replay import replay
from wwanreplay.serve.data.configuration import configuration_of
from wwanreplay.serve.data.packets import parse
from wwanreplay.serve.data.responder import respond
from wwanreplay.serve.usb.function import UsbFunction
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter, recover
from wwanreplay.trace.frames import CRC_SIZE, crc32c, parse_prefix

Target = Callable[[bytes], None]

VERSIONS: Final = (0x0100, 0x0200, 0x0300, 0x0400)
OPERATIONS: Final = ("query", "set", "response", "notification")
#: Parts the logs of one session in the input of target `merge`.
LOG_BORDER: Final = b"\n%%%%\n"


# ------------------------------------------------------------------ field logs


def _texts_are_writable(value: Any) -> None:
    """Every text of a message can be written: no half of a surrogate pair is left in it."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, tuple | list):
        for each in value:
            _texts_are_writable(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for member in fields(value):
            _texts_are_writable(getattr(value, member.name))


def _check_message(message: LogMessage) -> None:
    """What `LogMessage` promises."""
    assert message.place.number >= 0
    assert (message.time_ns is None) == (message.clock is Clock.NONE)
    assert message.time_ns is None or abs(message.time_ns) <= TIME_NS_MAX
    assert message.step_ns >= 0
    assert (message.event is not None) == (message.kind is MessageKind.EVENT)
    assert message.incomplete == bool(message.reason)
    if message.kind is MessageKind.MBIM:
        if message.complete:
            assert message.data is not None
            assert len(message.data) >= messages.HEADER_SIZE
            assert message.length in (None, len(message.data))
        head_of(message)
        if message.data:
            presentation.describe(message.data)
    else:
        assert not message.incomplete
        assert message.data is None
    _texts_are_writable(message)


def _check_counts(found: Sequence[LogMessage], counts: Counts) -> None:
    """The counts agree with what was given out."""
    kinds = [message.kind for message in found]
    assert counts.messages == kinds.count(MessageKind.MBIM)
    assert counts.messages == counts.complete + counts.incomplete.count
    assert counts.complete == sum(message.complete for message in found)
    assert counts.events == kinds.count(MessageKind.EVENT)
    assert counts.notes == kinds.count(MessageKind.NOTE)
    for trouble in (counts.incomplete, counts.unreadable, counts.dropped, counts.unmapped):
        assert trouble.count >= len(trouble.first)
        _texts_are_writable(trouble.first)


def _read(logs: Sequence[bytes], name: str | None) -> tuple[list[LogMessage], Counts, str]:
    """The messages of logs, the counts, and the error that ended the reading or empty."""
    reading = LogReading([io.BytesIO(log) for log in logs], name)
    found: list[LogMessage] = []
    error = ""
    try:
        found.extend(reading)
    except WwanReplayError as raised:
        error = str(raised)
        assert error
        assert "\n" not in error
        error.encode()
    return found, reading.counts, error


def _read_twice(logs: Sequence[bytes], name: str | None) -> list[LogMessage]:
    first, again = _read(logs, name), _read(logs, name)
    assert first == again
    found, counts, error = first
    for message in found:
        _check_message(message)
    if not error:
        _check_counts(found, counts)
    return found


def _reader(name: str) -> Target:
    def target(data: bytes) -> None:
        _read_twice([data], name)

    return target


def sniffing(data: bytes) -> None:
    """Find the format of a log, read it, or say why not."""
    _read_twice([data], None)


def merge(data: bytes) -> None:
    """Read several logs of one session: in the order of time, nothing lost."""
    logs = data.split(LOG_BORDER)[:4]
    merged = _read_twice(logs, None)
    single = [_read([log], None) for log in logs]
    if len(logs) > 1 and not any(error for _, _, error in single):
        _, _, error = _read(logs, None)
        if not error:
            assert len(merged) == sum(len(found) for found, _, _ in single)


def packing(data: bytes) -> None:
    """Take off gz, xz, zstd and zip; what is inside is read but not understood."""
    with contextlib.suppress(WwanReplayError):
        for source in open_sources(io.BytesIO(data)):
            while piece := source.read(PIECE_SIZE):
                assert len(piece) <= PIECE_SIZE
            source.name.encode()
            source.damage.encode()


def wrapping(data: bytes) -> None:
    """Take off mails, pages, colours and the like; each line inside is one of those around."""
    with contextlib.suppress(WwanReplayError):
        around = 1 + data.count(b"\n")
        for source in unwrapped(LogSource("x", io.BytesIO(data))):
            lines = 0
            while piece := source.read(PIECE_SIZE):
                lines += piece.count(b"\n")
            if source.name == "x":  # else it is an attachment, whose lines are its own
                assert all(1 <= source.line_of(number) <= around for number in (1, lines or 1))
            source.damage.encode()


# ------------------------------------------------------------------ MBIM


def mbim_buffer(data: bytes) -> None:
    """Decode an information buffer by any layout; what is read strictly comes back.

    Service, CID (2 bytes), operation and version stand in front, so an input keeps its meaning
    when the tables grow.
    """
    if len(data) < 5:
        return
    service, cid = data[0], int.from_bytes(data[1:3], "little")
    operation, mbimex = OPERATIONS[data[3] % 4], VERSIONS[data[4] % 4]
    layout = find_layout(service, cid, operation, mbimex)
    buffer = data[5:]
    if layout is None:
        try:
            codec.decode(service, cid, operation, buffer, mbimex=mbimex)
        except UsageError:
            return
        raise AssertionError("decoded without a layout")
    try:
        lenient = codec.decode_layout("fuzzed", layout, buffer, strict=False)
    except DecodeError as error:
        str(error).encode()
        lenient = None
    try:
        values = codec.decode_layout("fuzzed", layout, buffer)
    except DecodeError as error:
        str(error).encode()
    else:
        assert lenient == values
        encoded = codec.encode_layout("fuzzed", layout, values)
        assert codec.decode_layout("fuzzed", layout, encoded) == values
        assert codec.encode_layout("fuzzed", layout, values) == encoded
    for show_personal in (False, True):
        lines = presentation.describe_buffer(
            service << 32 | cid, operation, buffer, show_personal=show_personal
        )
        _texts_are_writable([text for line in lines for text in line])


def mbim_message(data: bytes) -> None:
    """Parse and describe one message; what is parsed comes back byte for byte."""
    for mbimex in VERSIONS[:: 3 if len(data) % 2 else 1]:
        title, lines = presentation.describe(
            data, mbimex=mbimex, show_personal=bool(mbimex & 0x100)
        )
        _texts_are_writable([title, *(text for line in lines for text in line)])
    head = look(data)
    try:
        message = messages.parse_message(data)
    except DecodeError:
        return
    assert message.to_bytes() == data
    assert plausible(data) or len(data) > 1 << 20
    assert (head.type, head.length) == (message.type, len(data))
    if message.type in messages.FRAGMENTED_TYPES:
        assert (head.service, head.cid) == (message.service, message.cid)
        known = SERVICES_BY_UUID.get(message.service)
        if known is not None and find_cid(known.number, message.cid) is not None:
            mbim_buffer(
                bytes((known.number,))
                + (message.cid & 0xFFFF).to_bytes(2, "little")
                + bytes((len(data) % 4, message.transaction_id % 4))
                + message.buffer
            )
    joiner = Joiner()
    pieces = split(data, 64 + len(data) % 61)
    joined = [joiner.feed(messages.parse_header(piece), piece, 0) for piece in pieces]
    if len(data) <= joiner.size_max:
        assert joined[-1].message == data
        assert not any(each.errors for each in joined)


def _transfers(data: bytes) -> list[bytes]:
    """Cut an input into transfers: one byte of size (of four) in front of each."""
    found = []
    while len(data) > 1:
        size = data[0] * 4 or len(data)
        found.append(data[1 : size + 1])
        data = data[size + 1 :]
    return found


def mbim_fragments(data: bytes) -> None:
    """Join fragments of both directions, cut streams: no byte is lost or made up."""
    joiner = Joiner(timeout_ns=5, size_max=4096)
    stream = StreamFramer(frozenset(messages.HOST_TYPES), 4096)
    framer = Framer()
    cut: list[bytes] = []
    framed = 0
    transfers = _transfers(data)
    for time_ns, transfer in enumerate(transfers):
        cut += stream.feed(transfer)
        framed += sum(map(len, framer.feed(transfer)))
        try:
            header = messages.parse_header(transfer)
        except DecodeError:
            continue
        joined = joiner.feed(header, transfer, time_ns)
        if joined.message is not None:
            assert len(joined.message) <= max(4096, len(transfer))
            assert messages.parse_header(joined.message).type == header.type
        assert all(name in messages.ERRORS for _, name in joined.errors)
    together = b"".join(transfers)
    assert b"".join(cut) + stream.flush() == together
    assert framed + framer.dropped + framer.waiting == len(together)


_PROFILE = load_profile("lte-home")


def mbim_bridge(data: bytes) -> None:
    """Be a hostile host before an emulated device: every transfer ends in messages or nothing."""
    function = Function(EmulatedDevice(_PROFILE, 7), bridge_of(_PROFILE.mapping))
    time_ns = 10_000_000_000
    transfers = function.advance(time_ns)
    for transfer in _transfers(data)[:64]:
        time_ns += 50_000_000
        transfers += function.host_transfer(transfer, time_ns)
    transfers += function.close(time_ns + 1_000_000_000)
    for transfer in transfers:
        header = messages.parse_header(transfer)
        assert header.type not in messages.HOST_TYPES


def usb_block(data: bytes) -> None:
    """Read transfer blocks: what is read is built and read again, of either width."""
    for ntb_format in Format:
        try:
            found = ntb.parse(data, ntb_format)
        except DecodeError:
            continue
        assert all(each.data and each.data in data for each in found)
        assert sum(len(each.data) for each in found) <= len(data)
        if found and len(data) < 1 << 14:
            assert ntb.parse(ntb.build(found, ntb_format), ntb_format) == found


class _Echo:
    """Gives back every datagram."""

    def receive(self, datagram: Datagram) -> list[Datagram]:
        return [datagram]


def usb_function(data: bytes) -> None:
    """Be a hostile host controller: setup packets with their data, and writes to the pipe."""
    function = UsbFunction(network=_Echo())
    function.control(Setup(0, Standard.SET_CONFIGURATION, 1))
    function.control(Setup(1, Standard.SET_INTERFACE, 1, 1))
    for number, part in enumerate(_transfers(data)[:64]):
        if number % 2 and len(part) >= SETUP_SIZE:
            setup = Setup.from_bytes(part[:SETUP_SIZE])
            answer = function.control(setup, part[SETUP_SIZE:])
            if answer is not None and setup.is_to_host:
                assert len(answer.data) <= setup.length
        else:
            function.bulk_out(part)
        function.send(part[:16], number)
        function.interrupt_in()
        for _ in range(4):
            block = function.bulk_in(16384)
            assert block is None or len(block) <= 16384
    function.take_arrivals()
    function.reset()
    assert function.is_fetched


_ADDRESSES = configuration_of(
    {
        "IPv4Address": [{"OnLinkPrefixLength": 30, "IPv4Address": "192.0.2.17"}],
        "IPv4Gateway": "192.0.2.18",
        "IPv4DnsServer": ["192.0.2.53"],
        "IPv6Address": [{"OnLinkPrefixLength": 64, "IPv6Address": "2001:db8:0:17::1"}],
        "IPv6Gateway": "2001:db8:0:17::fe",
        "IPv6DnsServer": ["2001:db8::53"],
        "IPv4Mtu": 1428,
        "IPv6Mtu": 1428,
    }
)


def ip_packet(data: bytes) -> None:
    """Send any packet to a context's network: at most one whole packet of that version is back."""
    answers = respond(data, _ADDRESSES)
    assert len(answers) <= 1
    for answer in answers:
        assert parse(answer).version == parse(data).version


def _check_events(events: Sequence[_core.Event], time_ns: int) -> None:
    """Events of the class driver: they can be recorded, and what they carry decodes."""
    written = io.BytesIO()
    with TraceWriter(written, TraceHeader()) as writer:
        for event in events:
            assert event.time_ns == time_ns
            writer.write(event)
    with TraceReader(written.getvalue()) as reader:
        assert list(reader) == events
    for event in events:
        if not event.flags & _core.RecordFlag.FLAG_INCOMPLETE:
            try:
                decode_event(event)
            except DecodeError as error:
                raise AssertionError(f"an event that cannot be read: {error}") from error
        for show_personal in (False, True):
            for line in event_lines(event, show_personal=show_personal, all_fields=True):
                line.encode()
            json.dumps(event_json(event, show_personal=show_personal)).encode()


def class_driver(data: bytes) -> None:
    """Map any session: every message, whole or known by its head only, makes sound events.

    The transfers are as those of `mbim-fragments`; the first byte of a transfer tells more: its
    low bits say who sends it and whether only its head is known.
    """
    driver = ClassDriver()
    for number, transfer in enumerate(_transfers(data)[:64]):
        if not transfer:
            continue
        mode, transfer = transfer[0], transfer[1:]
        time_ns = 1_000_000 * (number + 1)
        from_host = not mode & 1
        if mode & 6 == 6:
            head = look(transfer)
            texts = transfer[48:].decode("latin-1").splitlines()
            pairs = [text.partition("=")[::2] for text in texts]
            events = driver.partial(head, pairs, time_ns, from_host=from_host)
        else:
            events = driver.message(transfer, time_ns, from_host=from_host)
        _texts_are_writable(driver.problems)
        _check_events(events, time_ns)
    assert driver.problem_count >= len(driver.problems)


def importing(data: bytes) -> None:
    """Import a log of any format: traces that are sound, inferred, and replay to a report."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.wwtrace"
        try:
            summary = import_logs([io.BytesIO(data)], out, after=infer_file)
        except WwanReplayError as error:
            assert "\n" not in str(error)
            str(error).encode()
            assert not list(Path(folder).iterdir())
            return
        counts = summary.as_json()
        assert counts["messages"] == counts["complete"] + counts["incomplete"]
        json.dumps(counts).encode()
        "".join(summary.lines()).encode()
        made = sorted(Path(folder).iterdir())
        assert len(made) == len(summary.sessions)
        for path in made:
            with TraceReader(path) as reader:
                assert reader.verify().sound
                times = [event.time_ns for event in reader]
            assert times == sorted(times)
            result = replay(path)
            assert result.root_count <= result.divergence_count
            "".join(report_lines(result)).encode()
            json.dumps(result_json(result)).encode()


# ------------------------------------------------------------------ traces


def _with_right_crcs(data: bytes) -> bytes:
    """The same frames, each with the CRC of what it holds now."""
    out = bytearray(data)
    at = 0
    while (prefix := parse_prefix(out[at : at + 32])) is not None:
        end = at + prefix.size
        if end > len(out):
            break
        out[end - CRC_SIZE : end] = b"\xce" + crc32c(bytes(out[at : end - CRC_SIZE])).to_bytes(
            4, "big"
        )
        at = end
    return bytes(out)


def trace(data: bytes) -> None:
    """Read a trace strictly and leniently and recover it: what is recovered is sound."""
    for form in {data, _with_right_crcs(data)}:
        for strict in (True, False):
            with contextlib.suppress(WwanReplayError), TraceReader(form, strict=strict) as reader:
                summary = reader.verify()
                events = list(reader)
                known = summary.records - reader.skipped.record_kinds
                assert not strict or len(events) == known
        out = io.BytesIO()
        try:
            report = recover(form, out)
        except WwanReplayError:
            continue
        with TraceReader(out.getvalue()) as reader:
            assert reader.verify().sound
            kept = [event for event in reader if event.kind != _core.Kind.KIND_GAP]
        assert len(kept) <= report.records_kept


#: What CI fuzzes for a whole minute each.
READERS_AND_DECODERS: Final = frozenset({*registry.names(), "mbim-buffer", "mbim-message"})

TARGETS: Final[dict[str, Target]] = {
    **{name: _reader(name) for name in registry.names()},
    "sniffing": sniffing,
    "merge": merge,
    "packing": packing,
    "wrapping": wrapping,
    "mbim-buffer": mbim_buffer,
    "mbim-message": mbim_message,
    "mbim-fragments": mbim_fragments,
    "mbim-bridge": mbim_bridge,
    "usb-block": usb_block,
    "usb-function": usb_function,
    "ip-packet": ip_packet,
    "class-driver": class_driver,
    "import": importing,
    "trace": trace,
}
