"""A session as steps: what host and modem sent, in MBIM's terms, whatever the trace was made of.

Messages come from wire records; where the trace has none, or the log only a part of a message, from
the OID events, by the ties of commands and OIDs. A value that stands in neither is in no step.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from wwanreplay.mbim.qmi import QmiMessage
from wwanreplay.mbim.tables import command_name, find_cid
from wwanreplay.trace.header import TraceHeader

SECOND_NS: Final = 1_000_000_000


class StepKind(StrEnum):
    """What a step is; OPENED and CLOSED are the answers of OPEN and CLOSE."""

    OPEN = "open"
    OPENED = "opened"
    CLOSE = "close"
    CLOSED = "closed"
    COMMAND = "command"
    ANSWER = "answer"
    EVENT = "event"
    HOST_ERROR = "host error"
    FUNCTION_ERROR = "function error"
    FRAGMENT = "fragment"
    NOTE = "note"
    MALFORMED = "malformed"
    LIFECYCLE = "lifecycle"


#: Kinds that the host sends.
HOST_KINDS: Final = frozenset(
    {StepKind.OPEN, StepKind.CLOSE, StepKind.COMMAND, StepKind.HOST_ERROR}
)


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Where a step stands: its record, its time, and its place in the log, if it has one."""

    record: int
    time_ns: int
    unit: str = ""
    number: int = 0
    log: str = ""

    @property
    def where(self) -> tuple[int, int]:
        """Its record and time."""
        return self.record, self.time_ns

    @property
    def text(self) -> str:
        """The line of the log, or the record."""
        return f"{self.unit} {self.number}" if self.unit else f"record {self.record}"


@dataclass(eq=False, slots=True)
class Step:
    """One message.

    `key` is (service number, CID) of a command, `name` how people call it, `operation` query or
    set, of an answer that of its request. `value` is the status of an answer, the error code of an
    error message, MaxControlTransfer of OPEN; None where the log does not have it. `values` are the
    members that are known. `request` and `answer` lead to each other. `text` is that of a note,
    `qmi` the message of QMI that a command, answer or event carries.
    """

    kind: StepKind
    place: StepPlace
    transaction: int = 0
    key: tuple[int, int] | None = None
    name: str = ""
    operation: str = ""
    value: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    request: Step | None = None
    answer: Step | None = None
    text: str = ""
    qmi: QmiMessage | None = None
    is_partial: bool = False

    @property
    def time_ns(self) -> int:
        """When it was."""
        return self.place.time_ns

    @property
    def is_command_of_host(self) -> bool:
        """Whether the host sent it."""
        return self.kind in HOST_KINDS

    @property
    def label(self) -> str:
        """How a command is called where people read of it: with its operation, or as QMI."""
        if self.qmi is not None:
            return self.qmi.name
        return f"{self.operation} {self.name or 'a command'}".strip()

    @property
    def has_failed(self) -> bool:
        """Whether it is an answer with another status than success."""
        return self.kind is StepKind.ANSWER and bool(self.value)


def short_name(key: tuple[int, int]) -> str:
    """A command as people call it: CONNECT, MS_LTE_ATTACH_STATUS."""
    name = command_name(*key)
    return name.removeprefix("MBIM_CID_") if find_cid(*key) is not None else name


#: Commands whose refusal has the state in its body: a wrong PIN, and the attempts that are left.
REPORTED_BY_REFUSALS: Final = frozenset({"PIN"})


@dataclass(slots=True)
class Story:
    """All steps of one device, and what is known of the log.

    `marks` are the names of what the text of the log shows beside messages (marks.py);
    `incomplete` counts messages of which the log has a part, `messages` all. `has_times` is whether
    the log has times. `cut` is what is missing of a trace that was cut off.
    """

    header: TraceHeader
    steps: list[Step] = field(default_factory=list)
    marks: frozenset[str] = frozenset()
    messages: int = 0
    incomplete: int = 0
    has_wire: bool = False
    has_times: bool = True
    mbimex: int = 0
    cut: str = ""
    _reported: dict[str, list[Step]] | None = None

    def of(self, *kinds: StepKind, name: str = "", operation: str = "") -> Iterator[Step]:
        """Steps of these kinds, of one command and operation where they are given."""
        for step in self.steps:
            if (
                step.kind in kinds
                and (not name or step.name == name)
                and (not operation or step.operation == operation)
            ):
                yield step

    def reported(self, name: str) -> Sequence[Step]:
        """Answers and events of a command, in order, without refusals that report nothing."""
        if self._reported is None:
            self._reported = {}
            for step in self.of(StepKind.ANSWER, StepKind.EVENT):
                if not step.has_failed or step.name in REPORTED_BY_REFUSALS:
                    self._reported.setdefault(step.name, []).append(step)
        return self._reported.get(name, ())

    def reports(self, name: str, member: str) -> Iterator[Step]:
        """Those that have a member."""
        return (step for step in self.reported(name) if step.values.get(member) is not None)

    def last(self, name: str, member: str) -> Step | None:
        """The last such report."""
        return self._latest(self.reported(name), member)

    def before(self, step: Step, name: str, member: str) -> Step | None:
        """The last such report before a step."""
        reported = self.reported(name)
        stop = bisect_left(reported, step.place.record, key=lambda each: each.place.record)
        return self._latest(reported[:stop], member)

    @staticmethod
    def _latest(steps: Sequence[Step], member: str) -> Step | None:
        found = (step for step in reversed(steps) if step.values.get(member) is not None)
        return next(found, None)

    def failed(self, *statuses: int, name: str = "", operation: str = "") -> Iterator[Step]:
        """Answers with one of these statuses, or with any failure where none is given."""
        for step in self.of(StepKind.ANSWER, name=name, operation=operation):
            if step.has_failed and (not statuses or step.value in statuses):
                yield step

    @property
    def commands(self) -> list[Step]:
        """What the host sent as commands."""
        return list(self.of(StepKind.COMMAND))

    def seconds(self, first: Step, second: Step) -> float:
        """Seconds between two steps."""
        return (second.time_ns - first.time_ns) / SECOND_NS
