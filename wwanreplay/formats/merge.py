"""Several logs of one session, merged by time.

Logs on the same clock are merged as they are read. Where the clocks differ (a bus trace that counts
from the start of the machine, beside a program's log), the difference is measured: the same message
in both logs, found by its header, has a time on each of them. A log that has no time at all,
or has nothing in common with the others, cannot be merged.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from statistics import median_low
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.formats.base import Clock, Direction, LogMessage, MessageKind, Stamp
from wwanreplay.formats.transfers import head_of, size_of

#: Messages of each log that are looked at to find what its clock counts from.
LOOKED_AT_MAX: Final = 2000
#: Bytes of them after which no more are looked at.
LOOKED_AT_SIZE_MAX: Final = 1 << 24

_Key = tuple[Direction, int | None, int | None, int | None, int | None]


@dataclass(slots=True)
class _Stream:
    """One log: its messages, their clock, and the difference from the first log's clock."""

    first: list[LogMessage]
    rest: Iterator[LogMessage]
    clock: Clock
    shift_ns: int = 0

    def messages(self) -> Iterator[LogMessage]:
        return chain(self.first, self.rest)


def merge(logs: Sequence[Iterable[LogMessage]]) -> Iterator[LogMessage]:
    """Yield the messages of all logs in the order of time; equal times in the order of the logs.

    A message without a time stays behind the one before it. All times come out on the clock of the
    first log that has one. Raises UsageError when the clocks have nothing in common.
    """
    streams = [stream for stream in map(_stream, logs) if stream.first]
    if len(streams) > 1:
        _align(streams)
    clock = streams[0].clock if streams else Clock.NONE
    keyed = (_keyed(stream, number, clock) for number, stream in enumerate(streams))
    for _, _, message in heapq.merge(*keyed, key=lambda item: item[:2]):
        yield message


def _stream(log: Iterable[LogMessage]) -> _Stream:
    rest = iter(log)
    first: list[LogMessage] = []
    size = 0
    for message in islice(rest, LOOKED_AT_MAX):
        first.append(message)
        size += size_of(message)
        if size > LOOKED_AT_SIZE_MAX:
            break
    clock = next((each.clock for each in first if each.time_ns is not None), Clock.NONE)
    return _Stream(first, rest, clock)


def _keyed(stream: _Stream, number: int, clock: Clock) -> Iterator[tuple[int, int, LogMessage]]:
    last_ns: int | None = None
    for message in stream.messages():
        if message.time_ns is not None:
            time_ns = message.time_ns + stream.shift_ns
            # The order within one log is what its writer saw; a clock that is set back is not.
            last_ns = time_ns if last_ns is None else max(last_ns, time_ns)
            if stream.shift_ns or stream.clock is not clock:
                timeless = replace(message, time_ns=None, clock=Clock.NONE)
                message = timeless.at(Stamp(time_ns, clock, message.step_ns))
        yield last_ns if last_ns is not None else -(1 << 63), number, message


def _align(streams: list[_Stream]) -> None:
    """Find out how far every log's clock is from the first one's."""
    first = streams[0]
    timeless = [stream for stream in streams if stream.clock is Clock.NONE]
    if timeless:
        source = timeless[0].first[0].place.source
        raise UsageError(f"{source}: has no times, so it cannot be merged; import it by itself")
    for stream in streams[1:]:
        same = stream.clock is first.clock and stream.clock is not Clock.RELATIVE
        if same:
            continue
        shift_ns = _difference_ns(first.first, stream.first)
        if shift_ns is None:
            names = f"{first.first[0].place.source} and {stream.first[0].place.source}"
            raise UsageError(
                f"{names}: their clocks ({first.clock}, {stream.clock}) differ and no message is"
                " in both; import them one by one"
            )
        stream.shift_ns = shift_ns


def _difference_ns(ours: list[LogMessage], theirs: list[LogMessage]) -> int | None:
    """What to add to their times: the middle of the differences of messages in both logs."""
    left, right = _times(ours), _times(theirs)
    differences = [left[key] - right[key] for key in left.keys() & right.keys()]
    return median_low(differences) if differences else None


def _times(messages: list[LogMessage]) -> dict[_Key, int]:
    """The times of messages that are unlike all others of the log."""
    times: dict[_Key, int] = {}
    often: set[_Key] = set()
    for message in messages:
        if message.kind is not MessageKind.MBIM or message.time_ns is None:
            continue
        head = head_of(message)
        if head.transaction_id in (None, 0):
            continue
        key = (message.direction, head.type, head.transaction_id, head.length, head.current)
        if key in times:
            often.add(key)
        times[key] = message.time_ns
    return {key: time_ns for key, time_ns in times.items() if key not in often}
