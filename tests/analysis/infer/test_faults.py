"""Faults in recordings without stimuli: a part of the matrix of tools/fault_matrix.py."""

import random
from collections import Counter

import pytest
from checkout import TOOLS

from wwanreplay.devices.faults import ACTIONS
from wwanreplay.protocol import PROTOCOL

SCRIPTS = ("queries", "cdma", "device-services", "two-ports", "5g")


@pytest.fixture
def matrix(monkeypatch):
    monkeypatch.syspath_prepend(TOOLS)
    import fault_matrix

    return fault_matrix


def test_every_kind_of_fault_is_a_kind_of_the_matrix(matrix):
    assert {kind.partition(" ")[0] for kind in matrix.KINDS} == set(ACTIONS)


@pytest.mark.long
def test_a_fault_is_found_without_the_stimuli_as_with_them(matrix):
    outcomes = list(matrix.run(SCRIPTS, seed=3, samples=1))
    counts = Counter(str(outcome.verdict) for outcome in outcomes)
    missed = [
        matrix.describe(outcome) for outcome in outcomes if outcome.verdict == matrix.Verdict.MISSED
    ]
    assert missed == []
    assert counts == {"found": 59, "witness": 1}


def test_a_fault_of_the_only_witness_is_distinguished(matrix):
    """A lost report of new addresses cannot be seen: that they changed is not known either."""
    clean = matrix.clean_session("two-ports")
    number = PROTOCOL.indication("NDIS_STATUS_WWAN_IP_ADDRESS_STATE").number
    target = [event for event in clean.events if event.code == number][-1]
    assert matrix.key_of(target) in clean.witnesses
    text = f"[[fault]]\nwhen = {{ event = {target.index} }}\ndrop = true\n"
    outcome = matrix.judge(matrix.Case(clean, "drop", target, text))
    assert (outcome.verdict, outcome.found) == (matrix.Verdict.WITNESS, ())


def test_a_fault_that_changes_nothing_is_harmless(matrix):
    clean = matrix.clean_session("queries")
    target = [event for event in clean.events if event.kind in matrix.OUTPUTS][5]
    text = f"[[fault]]\nwhen = {{ event = {target.index}, port = 9 }}\ndrop = true\n"
    outcome = matrix.judge(matrix.Case(clean, "drop", target, text))
    assert outcome.verdict == matrix.Verdict.HARMLESS


def test_the_table_counts_by_kind(matrix):
    clean = matrix.clean_session("queries")
    found = list(matrix.cases(clean, random.Random(1), 2, ("drop", "silence")))
    assert [case.kind for case in found] == ["drop", "drop", "silence", "silence"]
    verdicts = (matrix.Verdict.FOUND, matrix.Verdict.MISSED) * 2
    lines = matrix.table(map(matrix.Outcome, found, verdicts))
    assert lines[2:] == [
        "| drop | 2 | 1 | 0 | 0 | 1 |",
        "| silence | 2 | 1 | 0 | 0 | 1 |",
        "| all | 4 | 2 | 0 | 0 | 2 |",
    ]
