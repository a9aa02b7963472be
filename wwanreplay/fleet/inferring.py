"""What the environment did in many traces, each inferred by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from wwanreplay.errors import EXIT_INTERNAL
from wwanreplay.fleet.work import DIED, Undivided, failure_of

if TYPE_CHECKING:
    from wwanreplay.analysis.infer.report import InferReport
    from wwanreplay.trace.stretch import Stretch

#: Takes a report with the name of the trace that it was inferred of.
OnReport = Callable[["InferReport", str], None]


@dataclass
class InferredOf:
    """What was inferred of a trace, as it is printed, or why nothing was."""

    path: str
    lines: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    error: str = ""
    exit_code: int = 0


@dataclass(frozen=True)
class InferWork(Undivided):
    """Infer, to a report of lines or, with `as_json`, values; with `debug` errors are raised.

    `on_report`, which does not go to other processes, is given each report.
    """

    stretch: Stretch
    as_json: bool = False
    show_personal: bool = False
    allow_empty: bool = False
    debug: bool = False
    on_report: OnReport | None = None

    def __call__(self, path: str) -> InferredOf:
        """What was inferred of a trace."""
        found = InferredOf(path)
        try:
            self._infer(found)
        except Exception as error:  # whatever is wrong with one must not stop the others
            if self.debug:
                raise
            return _failed(path, *failure_of(path, error), found.notes)
        return found

    def prepare(self) -> None:
        """Load inference."""
        import wwanreplay.analysis.infer  # noqa: F401

    def died(self, path: str) -> InferredOf:
        """The same of a trace whose worker died of it."""
        return _failed(path, f"{path}: {DIED}", EXIT_INTERNAL, [])

    def _infer(self, found: InferredOf) -> None:
        from wwanreplay.analysis.infer import infer
        from wwanreplay.analysis.infer.report import InferReport
        from wwanreplay.trace import TraceReader

        with _part(found, self.stretch) as source:
            inferred = infer(source)
            with TraceReader(source) as reader:
                report = InferReport(
                    found.path,
                    reader.events(),
                    inferred,
                    inferred.judge(),
                    show_personal=self.show_personal,
                )
            if self.on_report is not None:
                self.on_report(report, source)
        found.exit_code = report.result.verdict.exit_code(allow_empty=self.allow_empty)
        if self.as_json:
            found.values = report.values()
        else:
            found.lines = list(report.lines())


def _failed(path: str, error: str, exit_code: int, notes: list[str]) -> InferredOf:
    values = {"file": path, "error": error}
    return InferredOf(path, values=values, notes=notes, error=error, exit_code=exit_code)


@contextmanager
def _part(found: InferredOf, stretch: Stretch) -> Iterator[str]:
    """The file of the part of a trace: itself, or a temporary one, of which the notes tell."""
    if stretch.is_whole:
        yield found.path
        return
    from wwanreplay.analysis.edit.cut import cut_trace

    with TemporaryDirectory() as folder:
        cut = str(Path(folder) / Path(found.path).name)
        report = cut_trace(found.path, cut, start=stretch.start, stop=stretch.stop)
        part = report.part
        place = f"records {part.first} to {part.stop - 1} of {part.records}, counted from 0 here"
        found.notes += [f"{found.path}: {note}" for note in (*report.notes, place)]
        yield cut
