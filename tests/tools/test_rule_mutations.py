"""Changed sessions against the rules: a small fixed part of tools/rule_mutations.py."""

import sys
from collections import Counter
from functools import cache

import pytest
from checkout import ROOT


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    import rule_mutations

    sys.path.remove(str(ROOT / "tools"))
    return rule_mutations


@cache
def result(tool):
    return tool.run(["activation"], samples=12, seed=1)


def test_every_kind_of_change_is_made_and_some_of_each_is_caught(tool):
    found = result(tool)
    print("\n".join(tool.report(found)))
    for kind in tool.KINDS:
        assert found.made[kind] == 12, kind
        assert 0 < found.caught[kind] <= 12, kind


def test_an_answer_that_is_missing_or_comes_twice_is_always_caught(tool):
    _, events = next(tool.sessions(["activation"]))
    session = tool.with_rest(events)
    as_it_is = tool.broken_by(session)
    answers = sum(event.kind in tool.OUTPUTS and event.request_id != 0 for event in session)
    caught = 0
    for mutation in tool.mutations(session):
        if mutation.kind not in ("drop", "duplicate"):
            continue
        changed = Counter(event.request_id for event in mutation.events if event.request_id)
        if changed != Counter(event.request_id for event in session if event.request_id):
            assert tool.broken_by(mutation.events) - as_it_is, mutation[:2]
            caught += 1
    assert caught == 2 * answers > 20


def test_many_rules_catch_something(tool):
    found = result(tool)
    assert len(found.by_rule) >= 15
    assert {"async.indication-follows", "async.event-request-id-zero"} <= set(found.by_rule)


def test_every_change_is_either_caught_or_listed(tool):
    found = result(tool)
    assert sum(found.made.values()) == sum(found.caught.values()) + sum(found.missed.values())


def test_the_same_seed_draws_the_same_changes(tool):
    _, events = next(tool.sessions(["activation"]))
    session = tool.with_rest(events)
    once, again = (
        [mutation.what for mutation in tool.drawn(session, 5, tool.random.Random("1 activation"))]
        for _ in range(2)
    )
    assert once == again
    assert len(once) == 5 * len(tool.KINDS)


def test_a_session_that_is_not_there_is_named(tool):
    from wwanreplay.errors import UsageError

    with pytest.raises(UsageError, match=r"no session nowhere; there are .*lte-attach"):
        next(tool.sessions(["nowhere"]))


def test_the_command_prints_the_table(tool, capsys):
    assert tool.main(["--session", "activation", "--samples", "1", "--kind", "drop"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "seed 1"
    assert lines[2].split()[:2] == ["drop", "1"]
