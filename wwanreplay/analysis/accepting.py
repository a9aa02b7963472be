"""Divergences that somebody accepted: taken out of the result of a replay, and named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.explain import rule_of
from wwanreplay.analysis.waivers import Finding, Waivers
from wwanreplay.mbim.header import U32_MAX, look
from wwanreplay.mbim.messages import type_name
from wwanreplay.mbim.tables import SERVICES_BY_UUID, command_name
from wwanreplay.protocol.kinds import OUTPUTS, REQUESTS
from wwanreplay.protocol.presentation import time_text
from wwanreplay.replay import Divergence, DivergenceKind, ReplayResult
from wwanreplay.replay.names import code_name
from wwanreplay.trace import TraceReader

_NUMBER: Final = re.compile(r"\b(?:0x[0-9a-f]+|\d+(?:\.\d+)?)\b")

#: What is missing where nothing at all answers a request.
EVERY_ANSWER: Final = "every answer"

_Key = tuple[int, int]  # RequestId and port


@dataclass
class Around:
    """What the trace has around the listed divergences, by record and RequestId of each.

    `requests` are the OIDs that closing indications belong to; `unanswered` the missing completions
    of requests that nothing else answers either.
    """

    requests: dict[tuple[int, int], str] = field(default_factory=dict)
    unanswered: set[tuple[int, int]] = field(default_factory=set)


def accept(result: ReplayResult, waivers: Waivers, path: str) -> None:
    """Take the listed divergences that are accepted out of a result.

    What follows from one goes with it, but for an exact entry, which accepts what it names and no
    more. Divergences beyond those that are listed are unknown, and so never accepted.
    """
    waivers.begin()
    wants = any("transaction" in entry.wanted or entry.is_exact for entry in waivers.entries)
    around = around_of(result, path) if wants else Around()
    roots: set[int] = set()
    left: list[Divergence] = []
    for divergence in result.divergences:
        if divergence.root_index in roots:
            _leave_out(result, divergence, f"it follows from record {divergence.root_index}")
            continue
        waiver = waivers.accepting(finding_of(divergence, path, around))
        if waiver is None:
            left.append(divergence)
            continue
        if divergence.root and not waiver.is_exact:
            roots.add(divergence.index)
        why = f"{waiver.reason} (until {waiver.expires}; {waiver.where})"
        _leave_out(result, divergence, why)
    result.divergences = left


def _leave_out(result: ReplayResult, divergence: Divergence, why: str) -> None:
    time = f", {time_text(divergence.time_ns)} s" if divergence.has_times else ""
    where = f"record {divergence.index}{time}"
    result.accepted.append(f"{divergence.kind} at {where}: {why}")
    result.divergence_count -= 1
    result.root_count -= divergence.root
    result.remark_count -= not divergence.is_fault


def finding_of(divergence: Divergence, path: str, around: Around | None = None) -> Finding:
    """A divergence as what a waiver names."""
    around = Around() if around is None else around
    is_wire = divergence.kind is DivergenceKind.WIRE
    event = divergence.event
    return Finding(
        str(divergence.layer),
        rule=rule_of(divergence) or "",
        kind=str(divergence.kind),
        code=_message_name(divergence) or ("" if event is None else code_name(event)),
        fields=_fields(divergence, around),
        transaction=_number(divergence) if is_wire else _transaction(divergence, around),
        number="" if is_wire else _number(divergence),
        trace=PurePath(path).name,
    )


def _fields(divergence: Divergence, around: Around) -> tuple[str, ...]:
    """The members that differ; of a message what is wrong with it, without its numbers."""
    event = divergence.event
    if event is not None and (divergence.index, event.request_id) in around.unanswered:
        return (EVERY_ANSWER,)
    if divergence.kind is DivergenceKind.WIRE:
        return (_NUMBER.sub("N", divergence.note),) if divergence.note else ()
    return tuple(each.path for each in divergence.fields())


def _message_name(divergence: Divergence) -> str:
    """What message it is about: its type, and the command or event."""
    data = _message_of(divergence)
    if data is None:
        return ""
    head = look(data)
    name = "" if head.type is None else type_name(head.type)
    if head.service is None or head.cid is None:
        return name
    known = SERVICES_BY_UUID.get(head.service)
    command = f"CID {head.cid}" if known is None else command_name(known.number, head.cid)
    return f"{name} {command}"


def _number(divergence: Divergence) -> str:
    """The transaction of a message, or of what was made of one, as the log numbers it; or empty."""
    data, event = _message_of(divergence), divergence.event
    number = None if data is None else look(data).transaction_id
    if data is None and event is not None and divergence.has_messages:
        number = (event.request_id or 0) & U32_MAX
    return str(number) if number else ""


def _message_of(divergence: Divergence) -> bytes | None:
    """The message that a divergence is about."""
    data = divergence.wire_recorded or divergence.wire_rebuilt
    event = divergence.event
    if data is None and event is not None and event.kind == Kind.KIND_WIRE:
        return event.payload
    return data


def _transaction(divergence: Divergence, around: Around) -> str:
    """The OID of the request that an output belongs to, by name."""
    event = divergence.event
    if event is None:
        return ""
    if event.kind == Kind.KIND_COMPLETION:
        return code_name(event)
    if not event.request_id:
        return ""
    found = around.requests.get((divergence.index, event.request_id))
    if found is not None:
        return found
    for before in reversed(divergence.before):
        if before.kind in REQUESTS and _key(before) == _key(event):
            return code_name(before)
    return ""


def around_of(result: ReplayResult, path: str) -> Around:
    """What stands around the listed divergences, from another reading of the trace.

    Of a live replay, whose indexes are of another session, and of a pipe it is nothing: the events
    before a divergence show its request then.
    """
    search = _Search()
    for divergence in result.divergences:
        search.want(divergence)
    if not search.is_needed or result.is_live:
        return search.found
    with TraceReader(path) as reader:
        if reader.size is None:
            return search.found
        for event in reader.events():
            search.take(event)
    search.finish()
    return search.found


class _Search:
    """Looks for the requests and answers of divergences, in one pass over the events."""

    def __init__(self) -> None:
        self.found = Around()
        self._places: dict[int, list[Event]] = {}  # of divergences, ahead of what was read
        self._keys: set[_Key] = set()
        self._requests: dict[_Key, str] = {}
        self._open: dict[_Key, list[tuple[int, int]]] = {}  # missing completions, not answered yet

    @property
    def is_needed(self) -> bool:
        """Whether anything is looked for."""
        return bool(self._places)

    def want(self, divergence: Divergence) -> None:
        """Look for what belongs to a divergence."""
        event = divergence.event
        if event is None or not event.request_id:
            return
        is_missing = divergence.kind is DivergenceKind.MISSING
        if event.kind == Kind.KIND_INDICATION or (
            event.kind == Kind.KIND_COMPLETION and is_missing
        ):
            self._places.setdefault(divergence.index, []).append(event)
            self._keys.add(_key(event))

    def take(self, event: Event) -> None:
        """Take the next event of the trace."""
        index = event.index or 0
        self._reach(self._places.pop(index, ()), index)
        key = _key(event)
        if key not in self._keys:
            return
        if event.kind in REQUESTS:
            self._requests[key] = code_name(event)
            self.found.unanswered.update(self._open.pop(key, ()))
        elif event.kind in OUTPUTS:
            self._open.pop(key, None)

    def _reach(self, events: Iterable[Event], index: int) -> None:
        for event in events:
            key = _key(event)
            if event.kind == Kind.KIND_COMPLETION:
                self._open.setdefault(key, []).append((index, event.request_id))
            elif key in self._requests:
                self.found.requests[index, event.request_id] = self._requests[key]

    def finish(self) -> None:
        """The trace has ended."""
        for index, events in self._places.items():
            self._reach(events, index)
        for places in self._open.values():
            self.found.unanswered.update(places)


def _key(event: Event) -> _Key:
    return event.request_id, event.port
