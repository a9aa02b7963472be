"""Each rule is broken by a small session of its own, and beside it only rules that are implied."""

import pytest
from rule_sessions import Block, all_blocks

from wwanreplay.analysis.check import check, rules

BLOCKS = all_blocks()


@pytest.mark.parametrize("block", BLOCKS, ids=[f"{block.rule}-{block.place}" for block in BLOCKS])
def test_a_session_breaks_its_rule_and_those_implied(block: Block) -> None:
    broken = check(block.events, rules())
    found = {violation.rule for violation in broken}
    texts = [f"{each.index} {each.rule}: {each.text}" for each in broken]
    assert block.rule in found, f"{block.place} breaks only {texts}"
    assert found - {block.rule} == block.implied, texts


def test_each_rule_has_a_session_that_breaks_it() -> None:
    assert sorted(set(rules()) - {block.rule for block in BLOCKS}) == []


def test_no_session_is_for_a_rule_that_does_not_exist() -> None:
    assert {block.rule for block in BLOCKS} <= set(rules())
