"""Every rule takes sessions in which buffers are cut, empty, or full of anything."""

import random
from collections.abc import Sequence

import pytest

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.analysis.check import Session, rules
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL, oids
from wwanreplay.protocol.encoder import encode
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.protocol.schema import Oid

SECOND = 1_000_000_000
ROWS = [row for row in oids.ROWS if row.number is not None]
VALUES = (0, 1, 2, 3, 4, 5, 255)


def buffer(structs: Sequence[str], chance: random.Random) -> bytes:
    """A structure with some octets changed, something behind it, or cut off."""
    names = [name for name in structs if name in PROTOCOL.structs]
    if not names:
        return b""
    try:
        data = bytearray(encode(chance.choice(names), {}))
    except UsageError:
        return b""
    for _ in range(chance.randrange(6) if len(data) > 4 else 0):
        data[chance.randrange(4, len(data))] = chance.choice(VALUES)
    data += chance.randbytes(chance.choice((0, 0, 16, 80)))
    return bytes(data[: chance.choice((len(data), len(data), chance.randrange(len(data) + 1)))])


def operation(row: Oid, number: int, now_ns: int, chance: random.Random) -> list[Event]:
    """A request with its answers."""
    is_set, port = chance.random() < 0.5, chance.choice((0, 0, 1))
    kind = Kind.KIND_SET if is_set else Kind.KIND_QUERY
    structs = row.set_input if is_set else row.query_input
    own = {"code": row.number, "request_id": number, "port": port}
    status = chance.choice(
        (INDICATION_REQUIRED, INDICATION_REQUIRED, INDICATION_REQUIRED, 0, 0xC0000001)
    )
    events = [
        Event(kind, now_ns, payload=buffer(structs, chance), **own),
        Event(Kind.KIND_COMPLETION, now_ns, status=status, **own),
    ]
    if row.completions:
        report = PROTOCOL.indication(chance.choice(row.completions).indication)
        own |= {"code": report.number, "request_id": chance.choice((number, number, number, 0))}
        payload = buffer(report.structs, chance)
        events.append(Event(Kind.KIND_INDICATION, now_ns, payload=payload, **own))
    return events


def session(seed: int) -> list[Event]:
    """Operations of four OIDs, the driver's starts and stops between them."""
    chance = random.Random(seed)
    chosen = chance.sample(ROWS, 4)
    events: list[Event] = []
    now_ns = 0
    for number in range(1, 60):
        now_ns += chance.choice((0, 1000, SECOND, 20 * SECOND))
        if chance.random() < 0.05:
            code = chance.choice(tuple(Lifecycle))
            events.append(Event(Kind.KIND_LIFECYCLE, now_ns, code=code))
        events += operation(chance.choice(chosen), number, now_ns, chance)
    events.append(Event(Kind.KIND_CLOCK, now_ns + 400 * SECOND))
    return [event.replace(index=at) for at, event in enumerate(events)]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("is_whole", [True, False])
def test_no_rule_fails_on_any_buffer(seed: int, is_whole: bool) -> None:
    judged = Session(session(seed), is_whole=is_whole)
    for rule_id, predicate in rules().items():
        for _, text in predicate(judged):
            assert isinstance(text, str), rule_id
            assert not text.endswith("."), rule_id
