"""Judging by rules, as work on many traces."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wwanreplay.errors import EXIT_INTERNAL, WwanReplayError, internal_text
from wwanreplay.fleet.checked import Checked
from wwanreplay.fleet.work import DIED, Undivided
from wwanreplay.stores import version_of

if TYPE_CHECKING:
    from wwanreplay.analysis.judged import CheckOptions
    from wwanreplay.analysis.waivers import Waivers
    from wwanreplay.fleet.rows import Identities


@dataclass(frozen=True)
class CheckForm:
    """How what the rules came to is printed."""

    as_json: bool = False
    show_personal: bool = False
    all_rules: bool = False


PLAIN_FORM: Final = CheckForm()


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

        version = None if self.identities is None else version_of(path)  # before it is read
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
        return self._shown(Checked(report, used), version)

    def prepare(self) -> None:
        """Load the rules."""
        from wwanreplay.analysis.check.registry import rules

        rules()

    def died(self, path: str) -> Checked:
        """The same of a trace whose worker died of it."""
        from wwanreplay.analysis.judged import unreadable

        dead = Checked(unreadable(path, f"{path}: {DIED}", EXIT_INTERNAL))
        return self._shown(dead, version_of(path), died=True)

    def _shown(
        self, checked: Checked, version: str | None = None, *, died: bool = False
    ) -> Checked:
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
                checked, self.options, self.identities, version, is_readable=not died
            )
        return checked
