"""Faults in field logs: is each reported as a root cause where it is, and nothing else?

    python tools/field_matrix.py [--every N] [--script NAME]... [--profile NAME]... [--kind NAME]...

Sessions of a host with a served device are damaged on the wire, become logs, are imported, inferred
and replayed. A fault is found when a root divergence is at the transaction or event that it hit,
and there is no other. Faults that the environment explains are counted apart: a stimulus was
inferred for it, or the profile, or the start. The table counts the verdicts; missed faults and
those with further roots are listed.
"""

from __future__ import annotations

import argparse
import io
import random
import struct
import sys
import tempfile
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer import Inferred, infer
from wwanreplay.errors import UsageError, WwanReplayError
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES, SERVICES_BY_UUID
from wwanreplay.replay import replay
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.result import ReplayResult

# The sessions are those of the tests.
sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "support"))
from field_sessions import (
    LOG_FORMS,
    ONLY_ON,
    PROFILES,
    SCRIPTS,
    SECOND_NS,
    Transfer,
    later,
    played,
)

OPEN_DONE, COMMAND_DONE = messages.MBIM_OPEN_DONE, messages.MBIM_COMMAND_DONE
INDICATE = messages.MBIM_INDICATE_STATUS_MSG
FAILURE, BUSY = 2, 1
#: Damage behind this many last transfers is left out: nothing follows that could show it.
ENDING_COUNT = 6
#: A late answer, and what a modem may take.
LATE_NS: Final = 12 * SECOND_NS


class Verdict(StrEnum):
    """The verdict about a fault."""

    FOUND = "found"  # a root at its transaction or event, and no other
    EXPLAINED = "explained"  # no root: the environment was inferred to be otherwise
    ALLOWED = "allowed"  # no root and nothing inferred: a modem may do so
    MORE = "more"  # it is found, and there are other roots
    ELSEWHERE = "elsewhere"  # there are roots, but none at it


@dataclass(frozen=True, slots=True)
class Damaged:
    """A session with a fault: its transfers, and those that the fault hit."""

    transfers: tuple[Transfer, ...]
    hit: tuple[Transfer, ...]


Damage = Callable[[Sequence[Transfer], int, random.Random], Damaged | None]


def kind_of(data: bytes) -> int:
    """The type of a message."""
    return int.from_bytes(data[:4], "little")


def _put(
    transfers: Sequence[Transfer], at: int, count: int, *new: Transfer, hit: Sequence[Transfer] = ()
) -> Damaged:
    """The session with some transfers in place of others, in the order of time."""
    changed = [*transfers[:at], *new, *transfers[at + count :]]
    changed.sort(key=lambda each: each.time_ns)
    return Damaged(tuple(changed), tuple(hit) or (*transfers[at : at + 1], *new))


# ------------------------------------------------------------------------------------ damages


def drop(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """The message is lost."""
    return _put(transfers, at, 1)


def duplicate(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """It is sent twice."""
    return _put(transfers, at, 1, transfers[at], later(transfers[at], 1000))


def delay(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """It comes late."""
    return _put(transfers, at, 1, later(transfers[at], LATE_NS))


def long_delay(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """It comes very late."""
    return _put(transfers, at, 1, later(transfers[at], 5 * LATE_NS))


def reorder(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """It comes behind the next one of the device."""
    for other in range(at + 1, len(transfers)):
        if not transfers[other].from_host:
            moved = replace(transfers[at], time_ns=transfers[other].time_ns + 1000)
            return _put(transfers, at, 1, moved)
    return None


def _split(data: bytes) -> tuple[int, int, str, bytes] | None:
    """(our service number, CID, operation, information buffer) of a message of the device."""
    if kind_of(data) not in (COMMAND_DONE, INDICATE) or len(data) < 44:
        return None
    message = messages.parse_message(data)
    service = SERVICES_BY_UUID.get(message.service)
    if service is None:
        return None
    operation = "response" if kind_of(data) == COMMAND_DONE else "notification"
    return service.number, message.cid, operation, message.buffer


#: Members that are altered, by CID of Basic Connect; to what.
ALTERED: Final[dict[int, tuple[tuple[str, int | str], ...]]] = {
    1: (("CellularClass", 2), ("MaxSessions", 7), ("DeviceId", "999999999999999")),
    2: (("ReadyState", 6), ("SubscriberId", "999990000000000")),
    3: (("HwRadioState", 0), ("SwRadioState", 0)),
    4: (("PinState", 1), ("RemainingAttempts", 77)),
    6: (("ProviderId", "99999"),),
    9: (("RegisterState", 4), ("ProviderId", "99999"), ("RegisterMode", 2)),
    10: (("PacketServiceState", 3), ("HighestAvailableDataClass", 1)),
    11: (("Rssi", 1), ("RssiThreshold", 9)),
    12: (("ActivationState", 2), ("SessionId", 5)),
}


def alter(transfers: Sequence[Transfer], at: int, draw: random.Random) -> Damaged | None:
    """A member is another one."""
    data = transfers[at].data
    found = _split(data)
    if found is None or not found[3] or found[0] != 1:
        return None
    service, cid, operation, buffer = found
    try:
        values = codec.decode(service, cid, operation, buffer, strict=False)
    except (WwanReplayError, UsageError):
        return None
    name, value = draw.choice(ALTERED.get(cid) or (("", 0),))
    if not name or name not in values or values[name] == value:
        return None
    try:
        made = codec.encode(service, cid, operation, {**values, name: value})
    except UsageError:
        return None
    return _put(transfers, at, 1, replace(transfers[at], data=_with_buffer(data, made)))


def _with_buffer(data: bytes, buffer: bytes) -> bytes:
    return replace(messages.parse_message(data), buffer=buffer).to_bytes()


def alter_bytes(transfers: Sequence[Transfer], at: int, draw: random.Random) -> Damaged | None:
    """A byte of the information buffer is another one."""
    data = bytearray(transfers[at].data)
    if len(data) < 52:
        return None
    data[draw.randrange(48, len(data))] ^= 1 << draw.randrange(8)
    return _put(transfers, at, 1, replace(transfers[at], data=bytes(data)))


def truncated(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """The information buffer ends too early, with lengths that agree."""
    found = _split(transfers[at].data)
    if found is None or len(found[3]) < 16:
        return None
    made = _with_buffer(transfers[at].data, found[3][:8])
    return _put(transfers, at, 1, replace(transfers[at], data=made))


def status(transfers: Sequence[Transfer], at: int, draw: random.Random) -> Damaged | None:
    """An answer fails, with an empty buffer; or fails no more."""
    data = transfers[at].data
    if kind_of(data) != COMMAND_DONE:
        return None
    message = messages.parse_message(data)
    if message.value:
        return None
    made = replace(message, value=draw.choice((FAILURE, BUSY)), buffer=b"").to_bytes()
    return _put(transfers, at, 1, replace(transfers[at], data=made))


def transaction(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """An answer names another transaction."""
    data = transfers[at].data
    if kind_of(data) != COMMAND_DONE:
        return None
    number = int.from_bytes(data[8:12], "little") + 5000
    return _put(
        transfers,
        at,
        1,
        replace(transfers[at], data=data[:8] + struct.pack("<I", number) + data[12:]),
    )


def silence(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """From here on the device sends nothing."""
    kept = [each for each in transfers[at:] if each.from_host]
    first = next((each for each in kept), None)
    if first is None:
        return None
    return Damaged((*transfers[:at], *kept), tuple(transfers[at:]))


def removal(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """The device loses its session: it answers what follows with FUNCTION_ERROR NOT_OPENED."""
    made: list[Transfer] = []
    for each in transfers[at:]:
        if each.from_host:
            made.append(each)
            number = int.from_bytes(each.data[8:12], "little")
            error = Message(messages.MBIM_FUNCTION_ERROR_MSG, number, 5).to_bytes()
            made.append(Transfer(each.time_ns + 1_000_000, False, error))
    if not made:
        return None
    return Damaged((*transfers[:at], *made), (*transfers[at:], *made))


def insert(transfers: Sequence[Transfer], at: int, draw: random.Random) -> Damaged | None:
    """An event that should not be reported."""
    name = draw.choice(("connect", "packet service", "radio"))
    cid, values = {
        "connect": (12, {"SessionId": 0, "ActivationState": 2, "IpType": 1}),
        "packet service": (10, {"PacketServiceState": 3}),
        "radio": (3, {"HwRadioState": 1, "SwRadioState": 0}),
    }[name]
    if cid == 12:
        values["ContextType"] = "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e"  # type: ignore[assignment]
    buffer = codec.encode(1, cid, "notification", values)
    data = Message(INDICATE, 0, 0, _BASIC_CONNECT, cid, buffer).to_bytes()
    made = Transfer(transfers[at].time_ns + 100_000, False, data)
    return _put(transfers, at, 1, transfers[at], made, hit=(made,))


def late_open(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """OPEN_DONE comes 25 s late."""
    if kind_of(transfers[at].data) != OPEN_DONE:
        return None
    return _put(transfers, at, 1, later(transfers[at], 25 * SECOND_NS))


def open_status(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """OPEN_DONE fails, and the session goes on."""
    data = transfers[at].data
    if kind_of(data) != OPEN_DONE:
        return None
    return _put(transfers, at, 1, replace(transfers[at], data=data[:12] + struct.pack("<I", 2)))


def stale(transfers: Sequence[Transfer], at: int, _draw: random.Random) -> Damaged | None:
    """The answer comes once more behind the next OPEN_DONE."""
    if kind_of(transfers[at].data) != COMMAND_DONE:
        return None
    for other in range(at + 1, len(transfers)):
        if kind_of(transfers[other].data) == OPEN_DONE:
            moved = replace(transfers[at], time_ns=transfers[other].time_ns + 1000)
            return _put(transfers, at, 1, moved)
    return None


_BASIC_CONNECT: Final = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
DAMAGES: Final[dict[str, Damage]] = {
    each.__name__: each
    for each in (
        drop,
        duplicate,
        delay,
        long_delay,
        reorder,
        alter,
        alter_bytes,
        truncated,
        status,
        transaction,
        silence,
        removal,
        insert,
        late_open,
        open_status,
        stale,
    )
}


# ------------------------------------------------------------------------------------ verdicts


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result of a log: the inference, the replay, and the events of the trace."""

    inferred: Inferred
    result: ReplayResult
    events: tuple[Event, ...]


def replayed(log: bytes) -> Replayed:
    """Import a log, infer and replay it."""
    from wwanreplay.trace import TraceReader

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.wwtrace"
        stream = io.BytesIO(log)
        stream.name = "field.log"
        import_logs([stream], out)
        inferred = infer(out)
        data = inferred.to_bytes()
    with TraceReader(data) as reader:
        events = tuple(reader.events())
    return Replayed(inferred, replay(data), events)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict about a fault."""

    verdict: Verdict
    roots: tuple[Divergence, ...]
    stimuli: int
    replayed: Replayed


def judged(damaged: Damaged, clean: Replayed, form: str = "capture") -> Outcome:
    """Replay a damaged session and judge its fault."""
    found = replayed(LOG_FORMS[form](damaged.transfers))
    roots = tuple(each for each in found.result.divergences if each.root)
    at_it = [each for each in roots if _is_at(each, damaged.hit, found.events)]
    count = len(found.inferred.stimuli)
    if not roots:
        others = (
            count != len(clean.inferred.stimuli)
            or found.inferred.header.profile_mapping != clean.inferred.header.profile_mapping
            or found.inferred.header.start != clean.inferred.header.start
        )
        verdict = Verdict.EXPLAINED if others else Verdict.ALLOWED
    elif len(at_it) == len(roots):
        verdict = Verdict.FOUND if len(roots) == 1 else Verdict.MORE
    else:
        verdict = Verdict.MORE if at_it else Verdict.ELSEWHERE
    return Outcome(verdict, roots, count, found)


def _is_at(divergence: Divergence, hit: Iterable[Transfer], events: Sequence[Event]) -> bool:
    """Whether a divergence is of a message that the fault hit, or of its transaction."""
    event = divergence.event
    wanted = {each.data for each in hit}
    numbers = {
        int.from_bytes(each.data[8:12], "little") for each in hit if kind_of(each.data) != INDICATE
    }
    for side in (event, divergence.recorded, divergence.expected):
        if side is None:
            continue
        if side.kind == Kind.KIND_WIRE:
            if side.payload in wanted or int.from_bytes(side.payload[8:12], "little") in numbers:
                return True
            continue
        cause = side.cause
        if cause is not None and 0 <= cause < len(events) and events[cause].payload in wanted:
            return True
        if side.request_id & 0xFFFFFFFF in numbers:
            return True
        if not side.request_id and any(kind_of(each.data) == INDICATE for each in hit):
            return True  # an event of the same kind, reported once too little or too much
    return False


# ---------------------------------------------------------------------------------------- table


@cache
def clean_session(script: str, profile: str, pace: str) -> tuple[tuple[Transfer, ...], Replayed]:
    """A session without faults, and its result."""
    transfers = tuple(played(script, profile, pace=pace))
    return transfers, replayed(LOG_FORMS["capture"](transfers))


def cases(
    script: str, profile: str, kinds: Iterable[str], every: int, seed: int
) -> Iterator[tuple[str, int, str, Damaged]]:
    """(kind, transfer, pace, damaged session) of one script."""
    draw = random.Random(f"{seed} {script} {profile}")  # noqa: S311 - no secrets
    pace = draw.choice(("quick", "slow"))
    transfers, _ = clean_session(script, profile, pace)
    for at, transfer in enumerate(transfers[: max(len(transfers) - ENDING_COUNT, 0)]):
        if transfer.from_host:
            continue
        for kind in kinds:
            rare = kind in ("late_open", "open_status")
            if not rare and draw.randrange(every):
                continue
            damaged = DAMAGES[kind](transfers, at, draw)
            if damaged is not None and damaged.transfers != transfers:
                yield kind, at, pace, damaged


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=12, help="one of so many is tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--script", action="append", choices=list(SCRIPTS))
    parser.add_argument("--profile", action="append")
    parser.add_argument("--kind", action="append", choices=list(DAMAGES))
    chosen = parser.parse_args(arguments)
    kinds = chosen.kind or list(DAMAGES)
    counts: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for script in chosen.script or SCRIPTS:
        for profile in _profiles(script, chosen.profile or PROFILES):
            for kind, at, pace, damaged in cases(script, profile, kinds, chosen.every, chosen.seed):
                _, clean = clean_session(script, profile, pace)
                outcome = judged(damaged, clean)
                counts[kind][outcome.verdict] += 1
                if outcome.verdict in (Verdict.MORE, Verdict.ELSEWHERE):
                    print(f"{outcome.verdict:10} {kind:12} {script} {profile} {pace} {at}")
                    sys.stdout.flush()
    print(f"{'':14}" + "".join(f"{verdict:>11}" for verdict in Verdict))
    for kind in kinds:
        print(f"{kind:14}" + "".join(f"{counts[kind][verdict]:11}" for verdict in Verdict))
    total = sum(counts.values(), Counter())
    print(f"{'all':14}" + "".join(f"{total[verdict]:11}" for verdict in Verdict))
    return 0


def _profiles(script: str, profiles: Sequence[str]) -> Sequence[str]:
    only = ONLY_ON.get(script)
    return profiles if only is None else only


if __name__ == "__main__":
    sys.exit(main())
