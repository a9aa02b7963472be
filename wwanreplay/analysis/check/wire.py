"""MBIM's own rules, where a recording has the messages."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay._core import WireDirection
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.mbim.header import FRAGMENTED_TYPES, Head, look
from wwanreplay.mbim.rows.framing import MessageType

_ANSWERS = {
    MessageType.MBIM_OPEN_DONE: MessageType.MBIM_OPEN_MSG,
    MessageType.MBIM_CLOSE_DONE: MessageType.MBIM_CLOSE_MSG,
    MessageType.MBIM_COMMAND_DONE: MessageType.MBIM_COMMAND_MSG,
}
_SENT = frozenset(_ANSWERS.values())
# Messages that wait for an answer and are remembered.
_WAITING_MAX = 1024
_WAITING = "messages without an answer"
_DUE = "fragments that are due"


def _heads(session: Session) -> list[tuple[Item, Head, bool]]:
    """The messages with their heads, and whether the device sent them."""
    return session.derived("message heads", _read_heads)


def _read_heads(session: Session) -> list[tuple[Item, Head, bool]]:
    sent_by_device = WireDirection.WIRE_DEVICE_TO_HOST
    return [
        (item, look(item.event.payload), item.code == sent_by_device) for item in session.messages
    ]


@rule("wire.length")
def length(session: Session) -> Iterator[Judgement]:
    """The headers say how many bytes there are, of the message and of the buffer of a whole one."""
    for item, head, by_device in _heads(session):
        if not by_device or item.is_incomplete or head.length is None:
            continue
        had = len(item.event.payload)
        if had != head.length:
            yield item, f"MessageLength is {head.length}, the message has {had}"
            continue
        is_one = (head.total, head.current) == (1, 0) and head.buffer_length is not None
        if is_one and head.buffer_length != had - head.buffer_at:
            buffer = f"the buffer has {had - head.buffer_at}"
            yield item, f"InformationBufferLength is {head.buffer_length}, {buffer}"
        else:
            yield item, ""


@rule("wire.fragments")
def fragments(session: Session) -> Iterator[Judgement]:
    """Fragments are in order."""
    due: dict[tuple[int, int | None], int] = dict(session.carried.get(_DUE, {}))
    kept: dict[tuple[int, int | None], int] | None = None
    first = True
    for item, head, by_device in _heads(session):
        if item.at < session.judged.start or not by_device:
            continue
        if kept is None and item.at >= session.judged.stop:
            kept = dict(due)
        if head.type not in FRAGMENTED_TYPES or head.total is None or head.current is None:
            continue
        key = (int(head.type), head.transaction_id)
        expected = due.pop(key, 0)
        if head.current + 1 < head.total:
            due[key] = head.current + 1
        if head.current == expected and head.current < head.total:
            yield item, ""
        elif first and not session.is_whole:
            yield item, Undecided("earlier fragments may not be in the recording")
        else:
            yield item, f"fragment {head.current} of {head.total}, where {expected} is due"
        first = False
    session.carried_on[_DUE] = due if kept is None else kept


@rule("wire.answer-known")
def answer_known(session: Session) -> Iterator[Judgement]:
    """An answer is that of a message which waits for one."""
    waiting: dict[tuple[int, int | None], None] = dict(session.carried.get(_WAITING, {}))
    kept: dict[tuple[int, int | None], None] | None = None
    for item, head, by_device in _heads(session):
        if item.at < session.judged.start or head.type is None:
            continue
        if kept is None and item.at >= session.judged.stop:
            kept = dict(waiting)
        if not by_device and head.type in _SENT and not head.current:
            waiting[head.type, head.transaction_id] = None
            if len(waiting) > _WAITING_MAX:
                del waiting[next(iter(waiting))]
        elif by_device and head.type in _ANSWERS and not head.current:
            key = (int(_ANSWERS[MessageType(head.type)]), head.transaction_id)
            if key in waiting:
                del waiting[key]
                yield item, ""
            elif not session.is_whole:
                yield item, Undecided("the message that it answers may not be in the recording")
            else:
                yield item, f"no message with TransactionId {head.transaction_id} waits for it"
    session.carried_on[_WAITING] = waiting if kept is None else kept


@rule("wire.event-id-zero")
def event_id_zero(session: Session) -> Iterator[Judgement]:
    """Notifications have no transaction."""
    for item, head, by_device in _heads(session):
        if by_device and head.type == MessageType.MBIM_INDICATE_STATUS_MSG:
            identity = head.transaction_id
            yield item, f"a notification with TransactionId {identity}" if identity else ""
