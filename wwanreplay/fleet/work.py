"""What is done with each trace, and replay as such work. What it gives goes between processes.

The other kinds of work: `checking`, `counted`, `explaining`, `importing`, `inferring`.
"""

from __future__ import annotations

import copyreg
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, NoReturn, Protocol, TypeVar

from wwanreplay._core import Event
from wwanreplay.errors import (
    EXIT_INTERNAL,
    EXIT_UNREADABLE,
    OUT_OF_MEMORY,
    WwanReplayError,
    internal_text,
)
from wwanreplay.stores import version_of

if TYPE_CHECKING:
    from wwanreplay.analysis.batch import FileReport, ReplayOptions
    from wwanreplay.fleet.rows import Identities
    from wwanreplay.replay.passed import Passed
    from wwanreplay.replay.pieces import Piece

Report = TypeVar("Report")
Gives = TypeVar("Gives", covariant=True)

#: Why a trace has no verdict whose worker ended whenever it had it.
DIED = "the process that had it was killed, or ran out of memory"


def _event(kind: int, time_ns: int, values: dict[str, Any]) -> Event:
    return Event(kind, time_ns, **values)


def _packed_event(event: Event) -> tuple[Any, ...]:
    values = {name: getattr(event, name) for name in _EVENT_VALUES}
    return _event, (int(event.kind), event.time_ns, values)


#: What an event is made of besides its kind and time.
_EVENT_VALUES: Final = (
    *("port", "request_id", "code", "status", "payload", "namespace", "handle", "capacity"),
    *("bytes", "client", "cause", "source", "flags", "fields", "index"),
)
copyreg.pickle(Event, _packed_event)


class WorkerDiedError(Exception):
    """The worker that had a batch is gone, and with it what it had done of it."""


class Work(Protocol, Generic[Gives]):
    """What is done with one trace, in whichever process."""

    def __call__(self, path: str) -> Gives:
        """What came of a trace; whatever goes wrong with it is in what is given."""
        ...

    def died(self, path: str) -> Gives:
        """The same of a trace whose worker died of it."""
        ...

    @property
    def files(self) -> tuple[str, ...]:
        """Files and folders beside the traces that it takes by their names."""
        ...

    def prepare(self) -> None:
        """Load what most traces need, before workers are forked from this process."""
        ...

    def pieces(self, path: str, count: int) -> list[PieceWork]:
        """The work on some `count` pieces of a large trace; [] where it is not done in pieces."""
        ...

    def joined(self, found: list[Any]) -> Work[Gives]:
        """The work on the trace itself, once it is known what came of its pieces."""
        ...


def failure_of(path: str, error: Exception) -> tuple[str, int]:
    """What a report says of a trace or log that could not be worked on, and its exit code."""
    notes = getattr(error, "__notes__", ())
    if isinstance(error, WwanReplayError):
        text = "; ".join([str(error), *notes])
        return (text if path in text else f"{path}: {text}"), error.exit_code
    if isinstance(error, OSError):
        return f"{path}: {error.strerror or error}", EXIT_UNREADABLE
    if isinstance(error, MemoryError):
        return f"{path}: {OUT_OF_MEMORY}", EXIT_UNREADABLE
    return f"{path}: {internal_text(error)}", EXIT_INTERNAL


class Undivided:
    """A work that has a trace as a whole, and needs nothing else."""

    @property
    def files(self) -> tuple[str, ...]:
        """None."""
        return ()

    def prepare(self) -> None:
        """Nothing."""

    def pieces(self, _path: str, _count: int) -> list[PieceWork]:
        """None."""
        return []

    def joined(self, _found: list[Any]) -> NoReturn:
        """There are no pieces."""
        raise AssertionError("nothing was in pieces")


@dataclass(frozen=True)
class PieceWork(Undivided):
    """Go over a piece of a large trace; None where it is left to whoever joins the pieces."""

    piece: Piece

    def __call__(self, path: str) -> Passed | None:
        """What came of the piece of a trace."""
        from wwanreplay.replay.pieces import pass_piece

        return pass_piece(path, self.piece)

    def died(self, path: str) -> None:  # noqa: ARG002
        """Whose worker died of it: nothing came."""
        return


@dataclass(frozen=True)
class ReplayWork:
    """Replay, to a report; with `identities` it carries the rows of the tables of results."""

    options: ReplayOptions
    identities: Identities | None = None

    def __call__(self, path: str) -> FileReport:
        """The report of a trace."""
        from wwanreplay.analysis.batch import replay_file

        if self.identities is None:
            return replay_file(path, self.options)
        from wwanreplay.fleet.rows import replayed_with_rows

        return replayed_with_rows(path, self.options, self.identities)

    def died(self, path: str) -> FileReport:
        """The report of a trace whose worker died of it."""
        from wwanreplay.analysis.batch import unreadable_report

        options = self.options._replace(debug=False)
        report = unreadable_report(path, EXIT_INTERNAL, f"{path}: {DIED}", options)
        if self.identities is not None:
            from wwanreplay.fleet.rows import rows_of_unread

            report.rows = rows_of_unread(report, version_of(path))
        return report

    @property
    def files(self) -> tuple[str, ...]:
        """The profile, where it is no preset."""
        profile = self.options.profile
        return () if profile is None or not os.path.exists(profile) else (profile,)

    def prepare(self) -> None:
        """Load what an equal replay takes."""
        import wwanreplay.analysis.batch
        import wwanreplay.analysis.expected_place
        import wwanreplay.analysis.headline
        import wwanreplay.replay.api  # noqa: F401

    def pieces(self, path: str, count: int) -> list[PieceWork]:
        """The pieces of a large trace that is compared as a whole, with its own device."""
        if not self.options.is_whole:
            return []
        from wwanreplay.replay.pieces import cut_in_pieces

        return [PieceWork(piece) for piece in cut_in_pieces(path, count)]

    def joined(self, found: list[Passed | None]) -> ReplayWork:
        """The same work with what workers found of the pieces."""
        from wwanreplay.replay.pieces import PassedPieces

        return replace(self, options=self.options._replace(ahead=PassedPieces(found)))


class Done(NamedTuple, Generic[Report]):
    """The reports of a batch, and the seconds it took, None where that says nothing."""

    reports: Iterable[Report]
    spent_s: float | None = None


def do_batch(work: Work[Report], batch: list[str]) -> Done[Report]:
    """Do a batch, in the worker that has it."""
    started_s = time.perf_counter()
    reports = [work(path) for path in batch]
    return Done(reports, time.perf_counter() - started_s)
