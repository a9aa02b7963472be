"""The words of verdicts and what the command line ends with for each: once, for every verb.

A verdict is given of what was looked at: a comparison of nothing is not equal.
"""

from __future__ import annotations

from enum import StrEnum

from wwanreplay.errors import EXIT_NO, EXIT_UNREADABLE, EXIT_YES


class Verdict(StrEnum):
    """What a comparison or a judgement came to."""

    EQUAL = "equal"  # exact: every compared field of every output
    NO_FAULT = "no fault"  # of a field trace or a live device, as far as it shows
    DIVERGED = "diverged"
    NOTHING_COMPARED = "nothing compared"
    BROKEN = "broken"  # a rule that binds as a must
    NOTHING_JUDGED = "nothing judged"  # the same of rules
    UNREADABLE = "unreadable"

    @property
    def is_yes(self) -> bool:
        """Whether something was looked at and it is as it should be."""
        return self in (Verdict.EQUAL, Verdict.NO_FAULT)

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to look at."""
        return self in (Verdict.NOTHING_COMPARED, Verdict.NOTHING_JUDGED)

    def exit_code(self, *, allow_empty: bool = False, remarks: int = 0) -> int:
        """The exit code: `allow_empty` lets nothing to look at pass, `remarks` count as a no."""
        if self is Verdict.UNREADABLE:
            return EXIT_UNREADABLE
        is_yes = self.is_yes or (allow_empty and self.is_empty)
        return EXIT_YES if is_yes and not remarks else EXIT_NO


#: The exit codes of every verb, for `wwanreplay --help` and the documents.
EXIT_CODES = {
    0: "read, and the answer is yes: equal, no fault, or done",
    1: "read, and the answer is no: diverged, broken, lost, found, or nothing compared",
    2: "wrong usage: option, script, profile or fault file",
    3: "a file, device or plugin that cannot be read, written or used, or no memory for it",
    70: "an error inside wwanreplay; --debug shows where",
    125: "lab: the private host cannot be made here; the command was not run",
    126: "lab: the command cannot be run",
    127: "lab: there is no such command",
    129: "ended by SIGHUP",
    130: "interrupted",
    141: "the reader of the output went away",
    143: "ended by SIGTERM",
}
