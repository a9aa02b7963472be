"""The rule checker: judges recorded sessions by the normative statements of the WWAN model.

Written from the documents, not from the emulated device: the two share the protocol's tables only,
so that each finds the other's mistakes.
"""

from wwanreplay.analysis.check.judging import RulePlace, Tally, Violation, check, coverage, judge
from wwanreplay.analysis.check.registry import JudgedRule, Undecided, rule, rules
from wwanreplay.analysis.check.session import Item, Session, Transaction, is_whole

__all__ = [
    "Item",
    "JudgedRule",
    "RulePlace",
    "Session",
    "Tally",
    "Transaction",
    "Undecided",
    "Violation",
    "check",
    "coverage",
    "is_whole",
    "judge",
    "rule",
    "rules",
]
