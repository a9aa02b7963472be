"""The transfers of a log: the bytes that the log holds of each, and their images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.messages import MessageReader, Piece, buffer_places
from wwanreplay.analysis.scrub.places import PersonalSpan, image_of, unknown
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.formats import base
from wwanreplay.formats.windows_values import bytes_of, number_of, service_of
from wwanreplay.mbim.header import FRAGMENTED_TYPES, look
from wwanreplay.mbim.tables import SERVICES_BY_UUID


@dataclass(slots=True)
class Transfer:
    """One transfer: its number in the log's unit (line or packet), and its bytes.

    `printed_from` is where in the bytes that begins which the log prints: 0, or the information
    buffer's place where the header is printed member by member. `other_numbers` are further places
    at which it may stand. `repeats` says that the bytes may be those of another transfer.
    `is_event` marks a buffer that is printed beside an event. `image` replaces it.
    """

    number: int
    data: bytes
    printed_from: int = 0
    other_numbers: tuple[int, ...] = ()
    repeats: bool = False
    is_event: bool = False
    image: bytes = b""

    @property
    def printed(self) -> bytes:
        """The bytes that stand in the log."""
        return self.data[self.printed_from :]

    @property
    def printed_image(self) -> bytes:
        """What takes their place."""
        return self.image[self.printed_from :]


class Transfers:
    """All transfers of one log."""

    def __init__(self, identities: Identities) -> None:
        self.all: list[Transfer] = []
        self._identities = identities
        self._readers: dict[str | None, MessageReader] = {}
        self._pieces: list[tuple[Piece, list[PersonalSpan]]] = []

    def learn(self, messages: Iterable[base.LogMessage]) -> None:
        """Register the values of the messages."""
        for message in messages:
            if message.kind is base.MessageKind.EVENT:
                self._event(message)
            elif message.kind is base.MessageKind.MBIM:
                self._message(message)
        for reader in self._readers.values():
            self._take(reader, reader.finish())

    def _message(self, message: base.LogMessage) -> None:
        reader = self._readers.setdefault(message.device, MessageReader())
        for transfer in _transfers(message):
            from_host = message.direction is base.Direction.HOST_TO_DEVICE
            sent, received = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST
            way = sent if from_host else received
            event = Event(Kind.KIND_WIRE, 0, code=way, payload=transfer.data)
            number = len(self.all)
            self.all.append(transfer)
            self._take(reader, reader.take(event, number))

    def _take(self, reader: MessageReader, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            self._keep(piece, reader.places(piece.data))

    def _keep(self, piece: Piece, places: list[PersonalSpan]) -> None:
        for place in places:
            self._image(piece.data, place)
        self._pieces.append((piece, places))

    def _event(self, message: base.LogMessage) -> None:
        """A buffer that Windows text prints beside the names of service and command."""
        values = dict(message.event.fields) if message.event is not None else {}
        buffer = bytes_of(values.get("Payload"))
        if not buffer:
            return
        service = SERVICES_BY_UUID.get(service_of(values.get("ServiceId"))[0] or b"")
        cid = number_of(values.get("CommandId"))
        places = [unknown(buffer)]
        if service is not None and cid is not None:
            places = buffer_places(service.number, cid, "set", buffer)
        number = len(self.all)
        self.all.append(Transfer(message.place.number, buffer, repeats=True, is_event=True))
        self._keep(Piece(buffer, [(number, 0, len(buffer))]), places)

    def _image(self, data: bytes, place: PersonalSpan) -> bytes:
        value = data[place.offset : place.end]
        return image_of(place, value, self._identities) if any(value) else value

    def replace(self, speller: Speller) -> None:
        """Make the images: swept, with the personal places set last."""
        for transfer in self.all:
            transfer.image = transfer.data
        for piece, places in self._pieces:
            whole = bytearray(
                speller.replaced(piece.data, [(place.offset, place.end) for place in places])
            )
            for place in places:
                whole[place.offset : place.end] = self._image(piece.data, place)
            for number, at, size in piece.records:
                transfer = self.all[number]
                kept = len(transfer.data) - size
                transfer.image = transfer.data[:kept] + bytes(whole[at : at + size])

    def images(self) -> Iterator[tuple[bytes, list[PersonalSpan]]]:
        """Each message as it became, with its personal places, for the proof."""
        for piece, places in self._pieces:
            image = bytearray(piece.data)
            for number, at, size in piece.records:
                transfer = self.all[number]
                image[at : at + size] = transfer.image[len(transfer.data) - size :]
            yield bytes(image), places


def _transfers(message: base.LogMessage) -> Iterator[Transfer]:
    """The transfers of a message, as far as the log holds them."""
    if message.fragments:
        for place, data in zip(message.places, message.fragments, strict=True):
            if data:
                yield Transfer(place.number, data)
        return
    whole = message.data
    if not whole:
        return
    others = tuple(place.number for place in message.places if place != message.place)
    start = _printed_from(whole) if message.rebuilt else 0
    yield Transfer(message.place.number, whole, start, others, repeats=message.rebuilt)


def _printed_from(data: bytes) -> int:
    head = look(data)
    return min(head.buffer_at, len(data)) if head.type in FRAGMENTED_TYPES else len(data)
