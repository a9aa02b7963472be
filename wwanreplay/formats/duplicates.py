"""One session in several logs: the second report of a message is found and left out.

A bus trace and a program's log of the same minutes hold the same messages. They are the same when
direction, type, transaction, length and all bytes that both logs hold agree, they come from two
logs, and their times differ by no more than clocks and printing do. The fuller report stays, at the
place of the first and with the finer time. The names that two logs have for one device are learned
from the same messages.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Final

from wwanreplay.formats.base import Direction, LogMessage, MessageKind
from wwanreplay.formats.transfers import head_of, size_of

#: How far apart two reports of one message may be, besides the steps of their clocks.
TOLERANCE_NS: Final = 2_000_000_000
#: Messages that wait for their second report at most, and messages looked at for device names.
WAITING_MAX: Final = 4096
LOOKED_AT_MAX: Final = 4096
#: Bytes of those, about.
WAITING_SIZE_MAX: Final = 1 << 25
#: Messages of one header that are compared with another.
COMPARED_MAX: Final = 64

_Key = tuple[MessageKind, Direction, int | None, int | None, int | None, int | None]


@dataclass(slots=True, eq=False)
class _Waiting:
    """A message whose second report may still come; `sources` are the logs that had it."""

    message: LogMessage
    key: _Key | None
    time_ns: int | None
    sources: set[str] = field(default_factory=set)


class Duplicates:
    """Passes the messages of several logs on without second reports.

    `aliases` are second names of devices.
    """

    def __init__(self, messages: Iterable[LogMessage], logs: int) -> None:
        self._messages = iter(messages)
        self._logs = logs
        self._size = 0
        self._waiting: deque[_Waiting] = deque()
        self._by_key: dict[_Key, list[_Waiting]] = {}
        self.aliases: dict[str, str] = {}
        self._second = 0

    def taken(self) -> int:
        """How many second reports of messages were left out since the last call."""
        second, self._second = self._second, 0
        return second

    def __iter__(self) -> Iterator[LogMessage]:
        first = []
        size = 0
        for message in islice(self._messages, LOOKED_AT_MAX):
            first.append(message)
            size += _size_of(message)
            if size > WAITING_SIZE_MAX:
                break
        self.aliases = aliases_in(first)
        for message in chain(first, self._messages):
            now_ns = message.time_ns
            yield from self._due(now_ns)
            if self._is_second(message):
                continue
            self._wait(message, now_ns)
        while self._waiting:
            yield self._release()

    def _due(self, now_ns: int | None) -> Iterator[LogMessage]:
        while self._waiting:
            oldest = self._waiting[0]
            late = (
                now_ns is not None
                and oldest.time_ns is not None
                and now_ns - oldest.time_ns > TOLERANCE_NS + oldest.message.step_ns
            )
            full = len(self._waiting) >= WAITING_MAX or self._size > WAITING_SIZE_MAX
            if not late and not full:
                return
            yield self._release()

    def _wait(self, message: LogMessage, now_ns: int | None) -> None:
        key = key_of(message)
        waiting = _Waiting(message, key, now_ns, {message.place.source})
        self._waiting.append(waiting)
        self._size += _size_of(message)
        if key is not None:
            self._by_key.setdefault(key, []).append(waiting)

    def _release(self) -> LogMessage:
        waiting = self._waiting.popleft()
        self._size = self._size - _size_of(waiting.message) if self._waiting else 0
        self._forget(waiting)
        message = waiting.message
        name = self.aliases.get(message.device or "")
        return message if name is None else replace(message, device=name)

    def _forget(self, waiting: _Waiting) -> None:
        """Stop waiting for a second report of a message."""
        if waiting.key is None:
            return
        same = self._by_key.get(waiting.key, [])
        if waiting in same:
            same.remove(waiting)
        if not same:
            self._by_key.pop(waiting.key, None)

    def _is_second(self, message: LogMessage) -> bool:
        key = key_of(message)
        if key is None:
            return False
        for waiting in islice(self._by_key.get(key, ()), COMPARED_MAX):
            if message.place.source in waiting.sources or not same(waiting.message, message):
                continue
            waiting.sources.add(message.place.source)
            if message.kind is MessageKind.MBIM:
                self._second += 1
            self._size -= _size_of(waiting.message)
            waiting.message = better(waiting.message, message)
            self._size += _size_of(waiting.message)
            if len(waiting.sources) >= self._logs:
                self._forget(waiting)
            return True
        return False


def _size_of(message: LogMessage) -> int:
    return size_of(message) + sum(map(len, message.fragments))


def key_of(message: LogMessage) -> _Key | None:
    """What two reports of one message have in common; None for what has no header."""
    if message.kind not in (MessageKind.MBIM, MessageKind.TRANSFER):
        return None
    head = head_of(message)
    if head.type is None:
        return None
    return (
        message.kind,
        message.direction,
        head.type,
        head.transaction_id,
        message.length if message.length is not None else head.length,
        head.current,
    )


def same(one: LogMessage, other: LogMessage) -> bool:
    """Whether the bytes that both hold agree, and the times."""
    if one.time_ns is not None and other.time_ns is not None:
        apart_ns = abs(one.time_ns - other.time_ns)
        if apart_ns > TOLERANCE_NS + max(one.step_ns, other.step_ns):
            return False
    ours, theirs = one.data or b"", other.data or b""
    common = min(len(ours), len(theirs))
    if ours[:common] != theirs[:common]:
        return False
    if one.incomplete or other.incomplete:
        left, right = head_of(one), head_of(other)
        return all(
            known is None or stated is None or known == stated
            for known, stated in ((left.service, right.service), (left.cid, right.cid))
        )
    return True


def better(first: LogMessage, second: LogMessage) -> LogMessage:
    """The fuller of two reports, with the finer time and the fields of both."""

    def worth(message: LogMessage) -> tuple[bool, int, int]:
        return not message.incomplete, len(message.data or b""), len(message.fields)

    chosen, other = (second, first) if worth(second) > worth(first) else (first, second)
    changes: dict[str, object] = {"device": first.device or second.device}
    if chosen.incomplete and other.fields:
        changes["fields"] = tuple({**dict(other.fields), **dict(chosen.fields)}.items())
    if other.time_ns is not None and (chosen.time_ns is None or other.step_ns < chosen.step_ns):
        changes |= {"time_ns": other.time_ns, "clock": other.clock, "step_ns": other.step_ns}
    return replace(chosen, **changes)  # type: ignore[arg-type]


def aliases_in(messages: Iterable[LogMessage]) -> dict[str, str]:
    """Second names of devices, by messages that are unlike all others of their log.

    A name leads to the one that the log with the first of these messages uses.
    """
    found: dict[_Key, dict[str, LogMessage | None]] = {}
    for message in messages:
        key = key_of(message)
        if key is None or not key[3] or message.device is None:
            continue
        logs = found.setdefault(key, {})
        source = message.place.source
        logs[source] = None if source in logs else message
    votes: Counter[tuple[str, str]] = Counter()
    for logs in found.values():
        sure = [message for message in logs.values() if message is not None]
        for other in sure[1:]:
            if len(sure) == len(logs) and other.device != sure[0].device and same(sure[0], other):
                votes[sure[0].device or "", other.device or ""] += 1
    aliases: dict[str, str] = {}
    for (name, other_name), _ in votes.most_common():
        if other_name not in aliases and name not in aliases and other_name not in aliases.values():
            aliases[other_name] = name
    return aliases
