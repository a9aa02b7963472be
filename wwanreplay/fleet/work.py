"""What is done with each trace: replay, check, count. What it gives goes between processes."""

from __future__ import annotations

import copyreg
import os
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn, Protocol, TypeVar

from wwanreplay._core import Event
from wwanreplay.errors import EXIT_INTERNAL, EXIT_UNREADABLE, WwanReplayError, internal_text
from wwanreplay.fleet.checked import PLAIN_FORM, Checked, CheckForm

if TYPE_CHECKING:
    from wwanreplay.analysis.batch import FileReport, ReplayOptions
    from wwanreplay.analysis.judged import CheckOptions
    from wwanreplay.analysis.show import Filter
    from wwanreplay.analysis.stats import Stats
    from wwanreplay.analysis.waivers import Waivers
    from wwanreplay.fleet.rows import Identities
    from wwanreplay.replay.passed import Passed
    from wwanreplay.replay.pieces import Piece

Report = TypeVar("Report")
Gives = TypeVar("Gives", covariant=True)

#: Objects that come to be before the collector looks at them, as in the command itself.
GARBAGE_MAX: Final = 50_000
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

    def pieces(self, path: str, count: int) -> list[PieceWork]:
        """The work on some `count` pieces of a large trace; [] where it is not done in pieces."""
        ...

    def joined(self, found: list[Any]) -> Work[Gives]:
        """The work on the trace itself, once it is known what came of its pieces."""
        ...


class Undivided:
    """A work that has a trace as a whole, and needs nothing else."""

    @property
    def files(self) -> tuple[str, ...]:
        """None."""
        return ()

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

        options = replace(self.options, debug=False)
        report = unreadable_report(path, EXIT_INTERNAL, f"{path}: {DIED}", options)
        if self.identities is not None:
            from wwanreplay.fleet.rows import rows_of_unread

            report.rows = rows_of_unread(report)
        return report

    @property
    def files(self) -> tuple[str, ...]:
        """The profile, where it is no preset."""
        profile = self.options.profile
        return () if profile is None or not os.path.exists(profile) else (profile,)

    def pieces(self, path: str, count: int) -> list[PieceWork]:
        """The pieces of a large trace that is compared as a whole, with its own device."""
        if not self.options.is_whole:
            return []
        from wwanreplay.replay.pieces import cut_in_pieces

        return [PieceWork(piece) for piece in cut_in_pieces(path, count)]

    def joined(self, found: list[Passed | None]) -> ReplayWork:
        """The same work with what workers found of the pieces."""
        from wwanreplay.replay.pieces import PassedPieces

        return replace(self, options=replace(self.options, ahead=PassedPieces(found)))


@dataclass(frozen=True)
class CheckWork(Undivided):
    """Judge by rules; with `identities` it carries the rows of the tables of results."""

    options: CheckOptions
    waivers: Waivers | None = None
    debug: bool = False
    form: CheckForm = PLAIN_FORM
    identities: Identities | None = None

    def __call__(self, path: str) -> Checked:
        """What the rules came to on a trace."""
        from wwanreplay.analysis.judged import check_file, unreadable

        waivers = deepcopy(self.waivers)
        for entry in [] if waivers is None else waivers.entries:
            entry.used = 0
        try:
            report = check_file(path, self.options, waivers)
        except WwanReplayError as error:
            text = str(error)
            report = unreadable(path, text if text.startswith(path) else f"{path}: {text}")
            report.error_code = error.exit_code
        except OSError as error:
            report = unreadable(path, f"{path}: {error.strerror or error}")
        except Exception as error:  # our own fault must not stop the other traces
            if self.debug:
                raise
            report = unreadable(path, f"{path}: {internal_text(error)}", EXIT_INTERNAL)
        used = [] if waivers is None else [each.used for each in waivers.entries]
        return self._shown(Checked(report, used))

    def died(self, path: str) -> Checked:
        """The same of a trace whose worker died of it."""
        from wwanreplay.analysis.judged import unreadable

        return self._shown(Checked(unreadable(path, f"{path}: {DIED}", EXIT_INTERNAL)), died=True)

    def _shown(self, checked: Checked, *, died: bool = False) -> Checked:
        """The same with what is printed of it, and kept of it."""
        from wwanreplay.analysis.judged import report_json, report_lines

        form = self.form
        if form.as_json:
            checked.values = report_json(checked.report, show_personal=form.show_personal)
        else:
            lines = report_lines(
                checked.report, show_personal=form.show_personal, all_rules=form.all_rules
            )
            checked.lines = list(lines)
        if self.identities is not None:
            from wwanreplay.fleet.rows import rows_of_checked

            checked.rows = rows_of_checked(
                checked, self.options, self.identities, is_readable=not died
            )
        return checked


@dataclass
class Counted:
    """The statistics of a trace, or why there are none."""

    path: str
    stats: Stats | None = None
    cut_text: str = ""
    error: str = ""
    exit_code: int = EXIT_UNREADABLE


@dataclass(frozen=True)
class StatsWork(Undivided):
    """Count requests, latencies and errors."""

    chosen: Filter

    def __call__(self, path: str) -> Counted:
        """The statistics of a trace."""
        from wwanreplay.analysis.stats import trace_stats

        try:
            stats, cut_text = trace_stats(path, self.chosen)
        except (WwanReplayError, OSError) as error:
            return Counted(path, error=str(error))
        return Counted(path, stats, cut_text)

    def died(self, path: str) -> Counted:
        """The same of a trace whose worker died of it."""
        return Counted(path, error=f"{path}: {DIED}", exit_code=EXIT_INTERNAL)


def do_batch(work: Work[Report], batch: list[str]) -> list[Report]:
    """Do a batch, in the worker that has it."""
    return [work(path) for path in batch]
