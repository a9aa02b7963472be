"""Faults against inference: is a fault still found when the stimuli of the recording are gone?

    python tools/fault_matrix.py [--seed N] [--samples N] [--script NAME]... [--kind NAME]...

Each case is a shipped script, a kind of fault, and the output that it hits. The session is recorded
with the fault, its stimuli are removed and inferred again, and the result is replayed. It must
report the first root cause that a replay of the unstripped recording reports, and no others. The
table counts the verdicts; missed cases are listed.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.eventtext import matters
from wwanreplay.analysis.infer import infer, without_stimuli
from wwanreplay.devices.faults import ACTIONS, parse_faults
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol.codec import DecodedLeaf, decode_event
from wwanreplay.record import record
from wwanreplay.replay import replay
from wwanreplay.replay.names import code_name, kind_name
from wwanreplay.replay.result import ReplayResult
from wwanreplay.script import load_script, shipped_scripts
from wwanreplay.trace import TraceReader
from wwanreplay.trace.edit import rewrite

OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
# Events to insert, with values that the device does not report at that moment.
INSERTED = (
    ("NDIS_STATUS_WWAN_SIGNAL_STATE", "{ Rssi = 1 }"),
    ("NDIS_STATUS_WWAN_RADIO_STATE", "{ HwRadioState = 0 }"),
    ("NDIS_STATUS_WWAN_REGISTER_STATE", '{ RegisterState = "WwanRegisterStateSearching" }'),
    ("NDIS_STATUS_WWAN_HOME_PROVIDER", '{ ProviderId = "00199" }'),
    ("NDIS_STATUS_WWAN_PIN_INFO", "{ AttemptsRemaining = 1 }"),
)
KINDS = (
    *(action for action in ACTIONS if action != "insert"),
    "insert event",
    "insert completion",
)
# Outputs at the end of a session are left alone: the session may end before a lost one is due.
ENDING_COUNT = 6

Key = tuple[int, int, int, int, int]


class Verdict(StrEnum):
    """The verdict about a fault."""

    FOUND = "found"  # the first root cause is that with the stimuli, and there is none besides
    WITNESS = "witness"  # it hit the output that witnesses a stimulus
    EXPLAINED = "explained"  # a change of the environment explains the faulty output
    MISSED = "missed"  # neither
    HARMLESS = "harmless"  # the fault changed nothing


@dataclass(frozen=True)
class Clean:
    """A script's session without faults.

    `witnesses` are the outputs that show a stimulus: those at its time, and those that a
    replay without it reports as root causes.
    """

    script: str
    profile: str
    events: tuple[Event, ...]
    witnesses: frozenset[Key]


@dataclass(frozen=True)
class Case:
    """One fault in one session: the output that it hits, and the fault file's text."""

    clean: Clean
    kind: str
    target: Event
    text: str


@dataclass(frozen=True)
class Outcome:
    """The verdict of a case, and the root causes with the stimuli and with inferred ones."""

    case: Case
    verdict: Verdict
    truth: tuple[Key, ...] = ()
    found: tuple[Key, ...] = ()
    stimuli: tuple[str, ...] = ()


def key_of(event: Event) -> Key:
    """The attributes that identify an output of a session."""
    return (event.time_ns, int(event.kind), event.code, event.request_id, event.port)


def roots(result: ReplayResult) -> tuple[Key, ...]:
    """The outputs that a replay reports as root causes."""
    return tuple(
        sorted(key_of(each.event) for each in result.divergences if each.root and each.event)
    )


def clean_session(script: str) -> Clean:
    """Record a shipped script, and find the outputs that each of its stimuli causes."""
    profile = load_script(script).profile
    out = io.BytesIO()
    record(profile, script, out)
    with TraceReader(out.getvalue()) as reader:
        events = tuple(reader.events())
    witnesses: set[Key] = set()
    for stimulus in (event for event in events if event.kind == Kind.KIND_STIMULUS):
        without = replay(rewrite(out.getvalue(), lambda all_, gone=stimulus: _less(all_, gone)))
        for divergence in without.divergences:
            if divergence.root:
                sides = (divergence.recorded, divergence.expected)
                witnesses.update(key_of(side) for side in sides if side is not None)
        witnesses.update(
            key_of(event)
            for event in events
            if event.kind in OUTPUTS and event.time_ns == stimulus.time_ns
        )
    return Clean(script, profile, events, frozenset(witnesses))


def _less(events: list[Event], gone: Event) -> list[Event]:
    return [event for event in events if event.index != gone.index]


def cases(
    clean: Clean, draw: random.Random, samples: int, kinds: Iterable[str] = KINDS
) -> Iterator[Case]:
    """Faults of each kind at drawn outputs of a session."""
    outputs = [event for event in clean.events if event.kind in OUTPUTS][:-ENDING_COUNT]
    for kind in kinds:
        fitting = [event for event in outputs if _fits(kind, event)]
        for target in draw.sample(fitting, min(samples, len(fitting))):
            action = _action(kind, target, draw)
            text = f"[[fault]]\nwhen = {{ event = {target.index} }}\n{action}\n"
            yield Case(clean, kind, target, text)


def _fits(kind: str, event: Event) -> bool:
    """Whether a kind of fault can be applied to an output."""
    if kind == "alter":
        return bool(_changes(event))
    if kind == "alter_bytes":
        return bool(event.payload)
    if kind == "insert completion":
        return event.kind == Kind.KIND_COMPLETION
    if kind == "status" and event.kind == Kind.KIND_INDICATION:
        return any(leaf.path == "uStatus" for leaf in _leaves(event))
    return kind != "insert event" or event.kind == Kind.KIND_INDICATION


def _action(kind: str, target: Event, draw: random.Random) -> str:
    if kind == "alter":
        return f"alter = {{ {draw.choice(_changes(target))} }}"
    if kind == "alter_bytes":
        return f'alter_bytes = {{ -1 = "{target.payload[-1] ^ 0x55:02x}" }}'
    if kind == "alter_event":
        change = "request_id = 999" if target.request_id else "port = 7"
        return f"alter_event = {{ {change} }}"
    if kind == "status":
        completes = target.kind == Kind.KIND_COMPLETION
        name = "NDIS_STATUS_FAILURE" if completes else "WWAN_STATUS_BUSY"
        return f'status = "{name}"'
    if kind == "insert event":
        code, values = draw.choice(INSERTED)
        changes = f'code = "{code}", request_id = 0, after = "5ms", values = {values}'
        return f"insert = {{ {changes} }}"
    if kind == "insert completion":
        return 'insert = { status = "NDIS_STATUS_SUCCESS" }'
    return 'delay = "1.5s"' if kind == "delay" else f"{kind} = true"


def _changes(event: Event) -> list[str]:
    """Fields of an output that carry something, each with a value that it does not have."""
    changes = []
    for leaf in _leaves(event):
        if matters(leaf) and isinstance(leaf.value, int) and not leaf.path.endswith("Size"):
            other = leaf.value + 1 if leaf.value < 200 else leaf.value - 1
            changes.append(f'"{leaf.path}" = {other}')
    return changes


def _leaves(event: Event) -> list[DecodedLeaf]:
    """The fields of an output; none when no table describes it."""
    try:
        decoded = decode_event(event)
    except DecodeError:
        return []
    return [] if decoded is None or decoded.raw is not None else list(decoded.leaves())


def judge(case: Case) -> Outcome:
    """Record a case, strip and infer its stimuli, and compare the root causes."""
    clean, out = case.clean, io.BytesIO()
    record(clean.profile, clean.script, out, faults=parse_faults(case.text, "matrix.toml"))
    data = out.getvalue()
    truth = roots(replay(data))
    if not truth:
        return Outcome(case, Verdict.HARMLESS)
    inferred = infer(without_stimuli(data))
    result = replay(inferred.to_bytes())
    found = roots(result)
    if found and truth[0] == found[0] and set(found) <= set(truth):
        verdict = Verdict.FOUND
    elif clean.witnesses & {*truth, *_hit(case)}:
        verdict = Verdict.WITNESS
    elif result.equal:
        verdict = Verdict.EXPLAINED
    else:
        verdict = Verdict.MISSED
    names = tuple(code_name(each.event) for each in inferred.stimuli)
    return Outcome(case, verdict, truth, found, names)


def _hit(case: Case) -> set[Key]:
    """The outputs that a fault takes hold of: its target, and the next one when they change."""
    hit = {key_of(case.target)}
    if case.kind == "reorder":
        assert case.target.index is not None
        following = case.clean.events[case.target.index + 1 :]
        hit.update(key_of(event) for event in [e for e in following if e.kind in OUTPUTS][:1])
    return hit


def run(
    scripts: Iterable[str], seed: int, samples: int, kinds: Iterable[str] = KINDS
) -> Iterator[Outcome]:
    """Judge drawn cases of all scripts; a case whose fault cannot be applied is left out."""
    for script in scripts:
        clean = clean_session(script)
        for case in cases(clean, random.Random(f"{seed} {script}"), samples, kinds):  # noqa: S311
            try:
                yield judge(case)
            except UsageError as error:
                print(f"{script}: {case.kind}: not applied: {error}", file=sys.stderr)


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """Counts by kind of fault, as a Markdown table."""
    counts = Counter((outcome.case.kind, outcome.verdict) for outcome in outcomes)
    columns = [verdict for verdict in Verdict if verdict is not Verdict.HARMLESS]
    lines = [f"| fault | cases | {' | '.join(columns)} |", "| --- |" + " ---: |" * 5]
    totals = Counter(dict.fromkeys(columns, 0))
    for kind in KINDS:
        row = {verdict: counts[kind, verdict] for verdict in columns}
        if any(row.values()):
            totals.update(row)
            lines.append(_row(kind, row, columns))
    return [*lines, _row("all", totals, columns)]


def _row(name: str, row: dict[Verdict, int], columns: list[Verdict]) -> str:
    cells = [str(sum(row.values())), *(str(row[verdict]) for verdict in columns)]
    return f"| {name} | {' | '.join(cells)} |"


def describe(outcome: Outcome) -> str:
    """A case that was missed, on a few lines."""
    case = outcome.case

    def texts(keys: tuple[Key, ...]) -> str:
        shown = [_key_text(key) for key in keys[:4]]
        return ", ".join(shown) + (f" and {len(keys) - 4} more" if len(keys) > 4 else "")

    head = f"{outcome.verdict}: {case.clean.script}: {case.text.splitlines()[-1]}"
    return (
        f"{head} at {case.target.index} {_key_text(key_of(case.target))}\n"
        f"  true roots: {texts(outcome.truth)}\n"
        f"  found: {texts(outcome.found) or 'none'}\n"
        f"  stimuli: {', '.join(outcome.stimuli) or 'none'}"
    )


def _key_text(key: Key) -> str:
    time_ns, kind, code, request_id, port = key
    event = Event(Kind(kind), time_ns, code=code, request_id=request_id, port=port)
    name = code_name(event).removeprefix("NDIS_STATUS_WWAN_").removeprefix("OID_WWAN_")
    return f"{time_ns / 1e9:.3f}s {kind_name(event)} {name} {request_id}"


def main() -> int:
    """Run the matrix and print the table; the exit code is 1 when cases are missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=2, help="outputs of each kind and script")
    parser.add_argument("--script", action="append", choices=sorted(shipped_scripts()))
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--list", action="append", choices=list(Verdict), default=[])
    arguments = parser.parse_args()
    scripts = arguments.script or sorted(shipped_scripts())
    outcomes = []
    for outcome in run(scripts, arguments.seed, arguments.samples, arguments.kind or KINDS):
        outcomes.append(outcome)
        if outcome.verdict in (Verdict.MISSED, *arguments.list):
            print(describe(outcome), flush=True)
    harmless = sum(outcome.verdict is Verdict.HARMLESS for outcome in outcomes)
    print("\n".join(table(outcomes)))
    print(f"{harmless} faults changed nothing and are not counted")
    return int(any(outcome.verdict is Verdict.MISSED for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
