"""Changed sessions against the rules: which rules catch which changes of a device's outputs?

    python tools/rule_mutations.py [--seed N] [--samples N] [--session NAME]... [--kind KIND]...

The sessions are the shipped scripts and the sample traces, which break no rule. In each, outputs
are dropped, given twice, swapped with the one behind them, or altered in one field (of the buffer,
or the status, the RequestId and the port of the record itself); `--samples` limits how many of each
kind and session are drawn (0: all). Behind each session time goes on, so that what is missing at
its end shows; a rule that is broken by that alone is listed, and what it finds does not count. A
change is caught when a rule is broken then. The table says what share of each kind is caught, and
the list below it what each rule catches and what none does. Fields that name what only the
environment knows (names, addresses, signal) are altered as well: no rule can tell a wrong one from
a right one, and they are counted apart.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check import check
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import DecodedLeaf, decode_event
from wwanreplay.protocol.encoder import altered
from wwanreplay.record import Session
from wwanreplay.replay.names import code_name
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceReader

TRACES = Path(__file__).parent.parent / "traces"
OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
KINDS = ("drop", "duplicate", "swap", "alter record", "alter field", "alter environment")
# A field of the record, and the values that it takes instead.
_RECORD = (("status", 0xC0000001), ("request_id", 0x7FFFFFF0), ("port", 7))
# Nothing waits for more than this behind the end of a session.
_REST_NS = 400_000_000_000


class Mutation(NamedTuple):
    """A changed session: its kind, what was changed in words, and the events."""

    kind: str
    what: str
    events: list[Event]


@dataclass
class Result:
    """How many changes of each kind there were and were caught, by which rules, and which not."""

    made: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    by_rule: dict[str, Counter[str]] = field(default_factory=dict)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    unchanged: set[str] = field(default_factory=set)

    def share(self, *kinds: str) -> float:
        """The caught part of these kinds, of all kinds without any; 0 when there were none."""
        chosen = kinds or tuple(self.made)
        made = sum(self.made[kind] for kind in chosen)
        return sum(self.caught[kind] for kind in chosen) / made if made else 0.0


def sessions(names: Sequence[str] = ()) -> Iterator[tuple[str, list[Event]]]:
    """The sessions by name: shipped scripts, then sample traces that no script makes."""
    scripts = shipped_scripts()
    known = {*scripts, *(path.stem for path in TRACES.glob("**/*.wwtrace"))}
    for name in names:
        if name not in known:
            raise UsageError(f"no session {name}; there are {', '.join(sorted(known))}")
    for name, script in scripts.items():
        if names and name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "session.wwtrace"
            with Session(script.profile, seed=script.seed, target=path) as session:
                session.play(script)
            with TraceReader(path) as trace:
                yield name, list(trace.events())
    for path in sorted(TRACES.glob("**/*.wwtrace")):
        if path.stem not in scripts and (not names or path.stem in names):
            with TraceReader(path) as trace:
                yield path.stem, list(trace.events())


def _other(leaf: DecodedLeaf) -> object:
    """Another value of a field: a neighbour, another member, another text."""
    value = leaf.value
    if isinstance(value, bool):
        return int(not value)
    if isinstance(value, int):
        row = PROTOCOL.enum_by_name.get(leaf.field.values)
        numbers = sorted({member.number for member in row.members}) if row else []
        if value in numbers and len(numbers) > 1:
            return numbers[(numbers.index(value) + 1) % len(numbers)]
        return value ^ 1
    if isinstance(value, str):
        return ("7" if not value.startswith("7") else "8") + value[1:]
    return None


def _fields(event: Event) -> Iterator[tuple[DecodedLeaf, Event]]:
    """Each field of a buffer, with the event that has another value there."""
    try:
        decoded = decode_event(event)
    except DecodeError:
        return
    if decoded is None:
        return
    for leaf in decoded.leaves():
        other = _other(leaf)
        if other is None or leaf.path.startswith("Header."):
            continue
        try:
            yield leaf, event.replace(payload=altered(decoded, {leaf.path: other}))
        except UsageError:
            continue


def with_rest(events: Sequence[Event]) -> list[Event]:
    """A session without its wire records, and with time behind its end."""
    session = [event for event in events if event.kind != Kind.KIND_WIRE]
    return [*session, Event(Kind.KIND_CLOCK, session[-1].time_ns + _REST_NS)]


def broken_by(events: Sequence[Event]) -> Counter[str]:
    """How often each rule is broken in a session."""
    # Record numbers stay as they are: completions name their requests by them.
    return Counter(violation.rule for violation in check(events))


def mutations(session: Sequence[Event]) -> Iterator[Mutation]:
    """Every change of a session's outputs, one at a time."""
    for at, event in enumerate(session):
        if event.kind not in OUTPUTS:
            continue
        name = code_name(event)
        before, behind = list(session[:at]), list(session[at + 1 :])
        yield Mutation("drop", name, before + behind)
        yield Mutation("duplicate", name, [*before, event, event, *behind])
        if behind and behind[0].kind in OUTPUTS:
            first = behind[0].replace(time_ns=event.time_ns)
            second = event.replace(time_ns=behind[0].time_ns)
            yield Mutation(
                "swap", f"{name} and {code_name(first)}", [*before, first, second, *behind[1:]]
            )
        for member, value in _RECORD:
            # An indication has no status of its own, and an event no request.
            has_member = event.kind == Kind.KIND_COMPLETION or member == "port"
            if has_member or (member == "request_id" and event.request_id):
                changed = event.replace(**{member: value})
                yield Mutation("alter record", f"{member} of {name}", [*before, changed, *behind])
        for leaf, changed in _fields(event):
            environment = leaf.field.origin == "environment" or bool(leaf.personal)
            kind = "alter environment" if environment else "alter field"
            yield Mutation(kind, f"{leaf.path} of {name}", [*before, changed, *behind])


def drawn(events: Sequence[Event], samples: int, chance: random.Random) -> Iterator[Mutation]:
    """The changes of a session, at most so many of each kind; all with 0."""
    found: dict[str, list[Mutation]] = {}
    seen: Counter[str] = Counter()
    for mutation in mutations(events):
        kept = found.setdefault(mutation.kind, [])
        seen[mutation.kind] += 1
        if not samples or len(kept) < samples:
            kept.append(mutation)
        elif (place := chance.randrange(seen[mutation.kind])) < samples:
            kept[place] = mutation
    for kept in found.values():
        yield from kept


def run(
    chosen: Sequence[str] = (), kinds: Sequence[str] = (), samples: int = 0, seed: int = 1
) -> Result:
    """Judge the changed sessions."""
    result = Result()
    for name, events in sessions(chosen):
        chance = random.Random(f"{seed} {name}")  # noqa: S311 - no secrets
        session = with_rest(events)
        as_it_is = broken_by(session)
        result.unchanged |= set(as_it_is)
        for mutation in drawn(session, samples, chance):
            if kinds and mutation.kind not in kinds:
                continue
            broken = set(broken_by(mutation.events) - as_it_is)
            result.made[mutation.kind] += 1
            if broken:
                result.caught[mutation.kind] += 1
            else:
                result.missed[mutation.kind, mutation.what] += 1
            for rule_id in broken:
                result.by_rule.setdefault(rule_id, Counter())[mutation.kind] += 1
    return result


def report(result: Result) -> Iterator[str]:
    """The lines of the report."""
    yield f"{'change':20}{'made':>8}{'caught':>8}{'share':>8}"
    for kind in KINDS:
        if result.made[kind]:
            made, caught = result.made[kind], result.caught[kind]
            yield f"{kind:20}{made:8}{caught:8}{result.share(kind):8.0%}"
    if result.unchanged:
        yield ""
        yield f"broken without a change: {', '.join(sorted(result.unchanged))}"
    yield ""
    yield "caught by"
    for rule_id, counts in sorted(result.by_rule.items(), key=lambda row: -row[1].total()):
        kinds = ", ".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind])
        yield f"  {rule_id:36}{kinds}"
    yield ""
    yield "caught by no rule"
    for (kind, what), count in result.missed.most_common():
        yield f"  {count:5}  {kind}: {what}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the changes that the command line asks for, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=40, help="of each kind and session; 0: all")
    parser.add_argument("--session", action="append", default=[], dest="sessions")
    parser.add_argument("--kind", action="append", default=[], choices=KINDS, dest="kinds")
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}")
    for line in report(run(options.sessions, options.kinds, options.samples, options.seed)):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
