"""Findings are counted and the first are kept, also where nothing is known before the end."""

import random

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.diff import findings as module
from wwanreplay.analysis.diff.findings import Change, Finding, Findings
from wwanreplay.analysis.diff.values import Identities, plain
from wwanreplay.replay.names import code_name


def changed(order, *fields):
    event = Event(Kind.KIND_INDICATION, 0, namespace=2, code=7, index=order)
    return Finding(Change.CHANGED, "event", event, event, fields=list(fields), order=(order, 0))


def identity(a, b):
    return plain("Member", a, b, a, b)._replace(identity="device")


ORDINARY = plain("Other", 1, 2, "1", "2")


@pytest.fixture
def identities():
    """Identities that know nothing yet."""
    return Identities()


def test_the_first_in_order_are_kept_whenever_they_come(identities):
    findings = Findings(identities, 5)
    orders = list(range(40))
    random.Random(1).shuffle(orders)
    for order in orders:
        findings.add(changed(order, identity("x", "y")) if order % 2 else changed(order, ORDINARY))
    identities._add(0, ("Member", "x"), "y")
    identities._add(0, ("Member", "x"), "z")  # it goes with two: no other device
    findings.close()
    assert [found.order[0] for found in findings.listed] == [0, 1, 2, 3, 4]
    assert findings.counts == {Change.CHANGED: 40}
    assert findings.identities == []


def test_another_device_is_named_once_with_its_count_and_first_place(identities):
    findings = Findings(identities, 5)
    for order in range(10):
        findings.add(changed(order, identity("x", "y"), *([ORDINARY] if order % 2 else [])))
    findings.close()
    (named,) = findings.identities
    assert (named.count, named.place) == (10, (0, 0))
    assert named.message == code_name(changed(0).event)
    assert findings.counts == {Change.CHANGED: 5}
    assert all(found.fields == [ORDINARY] for found in findings.listed)


def test_what_is_held_is_bounded_and_all_of_it_is_counted(identities, monkeypatch):
    monkeypatch.setattr(module, "GROUPS_MAX", 3)
    monkeypatch.setattr(module, "HELD_MAX", 4)
    findings = Findings(identities, 100)
    for order in range(50):
        findings.add(changed(order, identity(f"a{order % 10}", f"b{order % 10}"), ORDINARY))
    findings.close()
    assert findings.counts == {Change.CHANGED: 50}
    assert len(findings.identities) == 3
    assert len(findings.listed) == 35 + 4


def test_notes_are_counted_and_kept_apart(identities):
    findings = Findings(identities, 2)
    for order in range(6):
        found = changed(order, ORDINARY._replace(is_note=order % 2 == 0))
        findings.add(found)
    findings.close()
    assert (findings.note_count, findings.counts) == (3, {Change.CHANGED: 3})
    assert [found.is_note for found in findings.listed] == [False, False, True, True]
