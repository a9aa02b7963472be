"""docs/device-model.md names rules, statuses and OIDs that there are."""

import re

from checkout import DOCS

from wwanreplay._core import core_limits
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.constants import numbers

TEXT = (DOCS / "device-model.md").read_text("utf-8")


def test_the_rules_it_cites_exist() -> None:
    prefixes = {rule_id.split(".")[0] for rule_id in PROTOCOL.rule_by_id}
    cited = re.findall(r"\b([a-z]+(?:-[a-z]+)*)\.([a-z0-9]+(?:-[a-z0-9]+)+)\b", TEXT)
    ids = {f"{prefix}.{name}" for prefix, name in cited if prefix in prefixes}
    assert len(ids) > 30
    assert ids <= set(PROTOCOL.rule_by_id), ids - set(PROTOCOL.rule_by_id)


def test_the_names_it_uses_exist() -> None:
    known = {name for name, _ in numbers()}
    pattern = r"`((?:OID|NDIS|WWAN)_[A-Z0-9_]+[A-Z0-9]|Wwan[A-Za-z0-9]+)`"
    names = set(re.findall(pattern, TEXT))
    assert len(names) > 30
    assert names <= known, names - known


def test_the_limits_it_states_hold() -> None:
    assert f"{core_limits()['QUEUE_REQUEST_DEPTH_MAX']} things in the queue" in TEXT
    assert f"{core_limits()['PARAMETER_SLOT_COUNT']} long buffers" in TEXT
