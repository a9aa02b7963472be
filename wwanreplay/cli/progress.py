"""A bar on a terminal for what takes longer than a moment; nothing anywhere else.

It is drawn by whoever works, a few times a second, so that there is no thread. What is printed
meanwhile takes the bar away first (`streams.before_printing`).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from wwanreplay.cli import streams
from wwanreplay.progress import BYTES, UNSEEN, Work, listening

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn

Command = TypeVar("Command", bound=Callable[..., Any])

#: What takes less is not shown.
DELAY_S: Final = 0.5
#: Between two drawings.
INTERVAL_S: Final = 0.1


class _Shown(Work):
    """A work that is drawn when it lasts."""

    def __init__(self, bars: Bars, title: str, total: int | None, unit: str) -> None:
        self.title = os.path.basename(title) or title  # the name of a file, without its folder
        self.total, self.unit = total, unit
        self.done, self.drawn, self.readings = 0, 0, 1
        self.task: Any = None  # of rich, while it is drawn
        self._bars = bars

    @property
    def words(self) -> str:
        """What it is, and how often it was begun as far as it was seen."""
        return self.title if self.readings == 1 else f"{self.title} ({self.readings})"

    def reach(self, done: int) -> None:
        """Take the new place, and draw if it is time."""
        self.done = done
        self._bars.draw()

    def end(self) -> None:
        """Take the bar away."""
        self._bars.forget(self)


class Bars:
    """The bars of all works that are under way, on a console."""

    def __init__(
        self, console: Callable[[], Console], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console
        self._clock = clock
        self._next_s = clock() + DELAY_S
        self._works: list[_Shown] = []
        self._progress: Progress | None = None
        self._process = os.getpid()

    def begin(self, title: str, total: int | None, unit: str) -> Work:
        """A work of this process begins; others do not draw."""
        if os.getpid() != self._process:
            return UNSEEN
        self._works.append(_Shown(self, title, total, unit))
        return self._works[-1]

    def draw(self) -> None:
        """Draw the bars, unless that was a moment ago."""
        now_s = self._clock()
        if now_s < self._next_s or os.getpid() != self._process:
            return
        self._next_s = now_s + INTERVAL_S
        if self._progress is None:
            self._progress = _progress(self._console())
        for work in self._works:
            if work.task is None:
                work.task = self._progress.add_task(work.words, total=work.total, unit=work.unit)
            elif work.done < work.drawn:  # it is read once more
                work.readings += 1
                self._progress.reset(work.task, total=work.total)
            work.drawn = work.done
            self._progress.update(work.task, completed=work.done, description=work.words)
        self._progress.start()
        self._progress.refresh()

    def forget(self, work: _Shown) -> None:
        """Draw a work no more."""
        if work not in self._works:
            return
        self._works.remove(work)
        if self._progress is not None and work.task is not None:
            self._progress.remove_task(work.task)

    def hide(self) -> None:
        """Take all bars away until they are drawn again."""
        if self._progress is not None and self._progress.live.is_started:
            self._progress.stop()
            self._next_s = self._clock() + INTERVAL_S


def _progress(console: Console) -> Progress:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TaskProgressColumn(),
        *_measured(),
        console=console,
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
        expand=True,
    )


def _measured() -> list[ProgressColumn]:
    """How fast, and how long it may still take."""
    from rich.progress import ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(rate_text(speed, str(task.fields["unit"])))

    return [Rate(), TimeRemainingColumn()]


def rate_text(per_second: float | None, unit: str) -> str:
    """How many in a second, in a few characters; empty where it is not known."""
    if per_second is None:
        return ""
    if unit == BYTES:
        return f"{per_second / 1e6:.1f} MB/s"
    return f"{per_second:,.0f} {unit}/s" if per_second >= 10 else f"{per_second:.1f} {unit}/s"


def is_wanted(context: click.Context) -> bool:
    """Whether a bar may be drawn: a person looks at a terminal, and JSON was not requested."""
    if context.params.get("as_json") or os.environ.get("CI"):
        return False
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _console() -> Console:
    """The terminal of the standard error; written to apart, so that drawing is no printing."""
    from rich.console import Console

    terminal = open(os.dup(2), "w", encoding="utf-8", errors="replace")  # noqa: SIM115 - kept open
    return Console(file=terminal, force_terminal=True)


class _Listener:
    """Bars that are made when the first work begins, which is when the options are known."""

    def __init__(self, context: click.Context, *, prints_meanwhile: bool) -> None:
        self._context = context
        self._prints_meanwhile = prints_meanwhile
        self._is_wanted: bool | None = None
        self.bars: Bars | None = None

    def begin(self, title: str, total: int | None, unit: str) -> Work:
        """A work begins."""
        if self._is_wanted is None:
            fills_terminal = self._prints_meanwhile and sys.stdout.isatty()
            self._is_wanted = is_wanted(self._context) and not fills_terminal
            if self._is_wanted:
                self.bars = Bars(_console)
        return UNSEEN if self.bars is None else self.bars.begin(title, total, unit)

    def hide(self) -> None:
        """Take the bars away."""
        if self.bars is not None:
            self.bars.hide()


@contextmanager
def _shown(context: click.Context, *, prints_meanwhile: bool) -> Iterator[None]:
    listener = _Listener(context, prints_meanwhile=prints_meanwhile)
    with listening(listener), streams.before_printing(listener.hide):
        try:
            yield
        finally:
            listener.hide()


def progress_option(*, prints_meanwhile: bool = False) -> Callable[[Command], Command]:
    """Option -q of a verb that may take long, which shows how far it is without it.

    A verb that `prints_meanwhile` fills the terminal itself: it shows nothing where that is one.
    """

    def entered(context: click.Context, _parameter: click.Parameter, is_quiet: bool) -> None:
        if not is_quiet and not context.resilient_parsing:
            context.with_resource(_shown(context, prints_meanwhile=prints_meanwhile))

    return click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=entered,
        help="Do not show on a terminal how far it is.",
    )
