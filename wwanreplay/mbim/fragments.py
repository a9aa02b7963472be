"""Fragments of control messages (MBIM 1.0, sections 9.2 and 9.5): cut and join.

The host states the longest message it takes (MaxControlTransfer); longer ones are cut so that every
fragment but the last is full. The first fragment holds the whole fixed part; later ones the two
headers and the next piece. MessageLength is that of the fragment, InformationBufferLength that of
the whole.

What goes wrong in joining is answered with an error code of HOST_ERROR or FUNCTION_ERROR:

    a fragment out of order, other totals, no such fragment    FRAGMENT_OUT_OF_SEQUENCE
    any further fragment of a transaction that failed so       FRAGMENT_OUT_OF_SEQUENCE, again
    a new message while one is unfinished                      FRAGMENT_OUT_OF_SEQUENCE for the
                                                               unfinished one; the new one goes on
    the next fragment does not come in time                    TIMEOUT_FRAGMENT
    lengths in header and transfer do not agree                LENGTH_MISMATCH
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim.header import (
    FRAGMENT_HEADER_SIZE,
    FRAGMENTED_TYPES,
    HEADER_SIZE,
    fragment_header,
    look,
    stated_length,
)
from wwanreplay.mbim.messages import Header, type_name
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.rows.framing import MessageType

#: Smallest MaxControlTransfer that a fragmented message can work with (MBIM 1.0, 6.5).
CONTROL_TRANSFER_MIN = 64
#: Largest message or fragment that a function takes where it does not say: the wMaxControlMessage
#: of most modems, which libmbim takes as well, bytes.
CONTROL_MESSAGE_MAX = 4096
#: Time to wait for the next fragment; libmbim waits as long. MBIM 1.0 names no number we read.
FRAGMENT_TIMEOUT_NS = 1_250_000_000
#: Longest message that is joined, bytes.
MESSAGE_SIZE_MAX = 1 << 20


def split(message: bytes, size_max: int) -> list[bytes]:
    """Cut a whole message into fragments of at most `size_max` bytes, in order.

    A message that fits, or whose type is never cut, is returned as it is. Raises UsageError when
    `size_max` is below 64.
    """
    if len(message) <= size_max:
        return [message]
    head = look(message)
    kind, transaction_id = head.type or 0, head.transaction_id or 0
    if kind not in FRAGMENTED_TYPES:
        return [message]
    if size_max < CONTROL_TRANSFER_MIN:
        raise UsageError(f"fragments: {size_max} bytes is below {CONTROL_TRANSFER_MIN}")
    room = size_max - FRAGMENT_HEADER_SIZE
    pieces = [message[at : at + room] for at in range(FRAGMENT_HEADER_SIZE, len(message), room)]
    return [
        fragment_header(kind, FRAGMENT_HEADER_SIZE + len(piece), transaction_id, len(pieces), index)
        + piece
        for index, piece in enumerate(pieces)
    ]


def fragment_count(transfer: bytes) -> int:
    """How many transfers the message has whose first one this is."""
    return look(transfer).total or 1


def whole_messages(transfers: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The transfers of whole messages that `split` made, message by message."""
    if len(transfers) == 1:
        yield transfers
        return
    at = 0
    while at < len(transfers):
        end = at + max(1, fragment_count(transfers[at]))
        yield transfers[at:end]
        at = end


@dataclass(slots=True)
class Joined:
    """What one fragment led to: a whole message or None, and errors (transaction id, name).

    `problems` says of each error but a timeout which field of the fragment is wrong.
    """

    message: bytes | None = None
    errors: list[tuple[int, str]] = field(default_factory=list)
    problems: list[DecodeError] = field(default_factory=list, compare=False)


class Joiner:
    """Joins the fragments of one direction; reads no clock, times are arguments."""

    def __init__(
        self, timeout_ns: int = FRAGMENT_TIMEOUT_NS, size_max: int = MESSAGE_SIZE_MAX
    ) -> None:
        self.timeout_ns = timeout_ns
        self.size_max = size_max
        self._header: Header | None = None
        self._parts = bytearray()
        self._whole = 0
        self._next = 0
        #: When the unfinished message is given up, or None.
        self.next_due_ns: int | None = None

    def reset(self) -> None:
        """Forget an unfinished message without an error."""
        self._header = None
        self.next_due_ns = None
        self._parts.clear()

    def expire(self, time_ns: int) -> list[tuple[int, str]]:
        """Give up the unfinished message if its time is over; return the errors."""
        if self.next_due_ns is None or time_ns < self.next_due_ns:
            return []
        return self._give_up("MBIM_ERROR_TIMEOUT_FRAGMENT")

    def is_alone(self, header: Header) -> bool:
        """Whether a transfer is a message in one piece and no other one is unfinished.

        `feed` would give it back as it is.
        """
        if self._header is not None:
            return False
        if header.type not in FRAGMENTED_TYPES:
            return True
        is_one = header.total == 1 and header.current == 0
        return is_one and header.length >= framing.MESSAGE_SIZES[type_name(header.type)]

    def feed(self, header: Header, data: bytes, time_ns: int) -> Joined:
        """Take one message or fragment whose header was parsed; see the table above."""
        result = Joined(errors=self.expire(time_ns))
        if header.type not in FRAGMENTED_TYPES:
            result.message = data
            return result
        if not 0 <= header.current < header.total or (header.current and not self._fits(header)):
            result.problems.append(self._misfit(header))
            result.errors += self._out_of_sequence(header)
            return result
        if header.current == 0:
            if self._header is not None:
                result.problems.append(self._misfit(header))
                result.errors += self._give_up("MBIM_ERROR_FRAGMENT_OUT_OF_SEQUENCE")
            self._begin(header, data, time_ns, result)
            return result
        self._parts += data[FRAGMENT_HEADER_SIZE:]
        self._next += 1
        self.next_due_ns = time_ns + self.timeout_ns
        self._finish(result)
        return result

    def _begin(self, header: Header, data: bytes, time_ns: int, result: Joined) -> None:
        size = framing.MESSAGE_SIZES[type_name(header.type)]
        if header.length < size:
            self._mismatch(header, "MessageLength", 4, size, header.length, result)
            return
        if header.total == 1:
            result.message = data
            return
        whole = size + (look(data).buffer_length or 0)
        if whole > self.size_max:
            self._mismatch(
                header, "InformationBufferLength", size - 4, whole, self.size_max, result
            )
            return
        self._header = header
        self._parts = bytearray(data[FRAGMENT_HEADER_SIZE:])
        self._whole = whole
        self._next = 1
        self.next_due_ns = time_ns + self.timeout_ns
        self._finish(result)

    def _finish(self, result: Joined) -> None:
        """Hand the message on when it is complete; refuse one that outgrows its own length."""
        header = self._header
        assert header is not None
        length = FRAGMENT_HEADER_SIZE + len(self._parts)
        size = framing.MESSAGE_SIZES[type_name(header.type)]
        whole = self._whole
        complete = self._next == header.total
        if length > whole or (complete and length != whole):
            self._mismatch(header, "InformationBufferLength", size - 4, whole, length, result)
            self.reset()
            return
        if complete:
            head = fragment_header(header.type, length, header.transaction_id)
            result.message = head + bytes(self._parts)
            self.reset()

    @staticmethod
    def _mismatch(
        header: Header, place: str, offset: int, needed: int, had: int, result: Joined
    ) -> None:
        result.errors.append((header.transaction_id, "MBIM_ERROR_LENGTH_MISMATCH"))
        result.problems.append(
            DecodeError(
                "does not fit the fragments",
                structure=type_name(header.type),
                field=place,
                offset=offset,
                needed=needed,
                had=had,
            )
        )

    def _fits(self, header: Header) -> bool:
        first = self._header
        return (
            first is not None
            and header.type == first.type
            and header.transaction_id == first.transaction_id
            and header.total == first.total
            and header.current == self._next
        )

    def _misfit(self, header: Header) -> DecodeError:
        """Return what is wrong with a fragment that does not continue the unfinished message."""
        first = self._header
        place, offset = "CurrentFragment", 16
        if not 0 <= header.current < header.total:
            reason = f"is fragment {header.current} of {header.total}"
        elif first is None:
            reason = f"is fragment {header.current}, the ones before it are missing"
        elif header.current == 0:
            reason = f"begins a message, fragment {self._next} of another is missing"
        elif header.transaction_id != first.transaction_id:
            place, offset = "MessageTransactionId", 8
            reason = (
                f"is {header.transaction_id}, the unfinished message has {first.transaction_id}"
            )
        elif header.type != first.type:
            place, offset = "MessageType", 0
            reason = f"continues a {type_name(first.type)}"
        elif header.total != first.total:
            place, offset = "TotalFragments", 12
            reason = f"is {header.total}, the first fragment has {first.total}"
        else:
            reason = f"is {header.current}, {self._next} is missing"
        return DecodeError(reason, structure=type_name(header.type), field=place, offset=offset)

    def _out_of_sequence(self, header: Header) -> list[tuple[int, str]]:
        """Answer a fragment that has no place; it spoils an unfinished message of its own id."""
        error = "MBIM_ERROR_FRAGMENT_OUT_OF_SEQUENCE"
        if self._header is not None and self._header.transaction_id == header.transaction_id:
            return self._give_up(error)
        return [(header.transaction_id, error)]

    def _give_up(self, error: str) -> list[tuple[int, str]]:
        assert self._header is not None
        transaction_id = self._header.transaction_id
        self.reset()
        return [(transaction_id, error)]


class StreamFramer:
    """Cuts a byte stream (a pty, a socket) into transfers: messages, framed by MessageLength, and
    runs of bytes that cannot begin a message.

    A place can begin a message when it holds one of `types` and a length from 12 to `size_max`.
    Everything before such a place is one run; the bridge answers it with an error.
    """

    def __init__(self, types: frozenset[MessageType], size_max: int) -> None:
        if size_max < CONTROL_TRANSFER_MIN:
            raise UsageError(f"control transfer: {size_max} is below {CONTROL_TRANSFER_MIN}")
        self.size_max = size_max
        self._heads = [kind.to_bytes(4, "little") for kind in sorted(types)]
        self._buffer = bytearray()

    @property
    def waiting(self) -> int:
        """Bytes of an unfinished message."""
        return len(self._buffer)

    def flush(self) -> bytes:
        """Hand out an unfinished message, for instance when nothing more came in time."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return the transfers that are complete, in order."""
        if not self._buffer and len(data) >= HEADER_SIZE:
            # Nearly always one message comes at once.
            is_whole = stated_length(data) == len(data) <= self.size_max
            if is_whole and data[:4] in self._heads:
                return [bytes(data)]
        self._buffer += data
        transfers: list[bytes] = []
        while self._buffer:
            size = self._junk()
            if size == 0:
                if len(self._buffer) < HEADER_SIZE:
                    break
                size = look(self._buffer).length or 0
                if len(self._buffer) < size:
                    break
            transfers.append(bytes(self._buffer[:size]))
            del self._buffer[:size]
        return transfers

    def _junk(self) -> int:
        """Return how many leading bytes cannot begin a message."""
        return next(
            (at for at in range(len(self._buffer)) if self._plausible(at)), len(self._buffer)
        )

    def _plausible(self, at: int) -> bool:
        """Return whether the bytes at `at`, as far as they are there, can begin a message."""
        head = bytes(self._buffer[at : at + 8])
        if not any(kind.startswith(head[:4]) for kind in self._heads):
            return False
        length = look(head).length
        return length is None or HEADER_SIZE <= length <= self.size_max
