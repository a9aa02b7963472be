"""Ties of commands to OIDs: what a message or a structure says comes back from the other side."""

import uuid
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mbim_strategies import values_of
from mbim_ties import every_form, paths_of

from wwanreplay.mbim.codec import encode_layout
from wwanreplay.mbim.converters import Known
from wwanreplay.mbim.rows.framing import CONTEXT_TYPES
from wwanreplay.mbim.schema import Layout
from wwanreplay.mbim.structures import build
from wwanreplay.mbim.ties import Message
from wwanreplay.mbim.values import RSRP_UNKNOWN, SIGNAL_UNKNOWN, SNR_UNKNOWN
from wwanreplay.protocol.codec import decode


def through_bytes(message: Message, tree: dict[str, Any]) -> Any:
    """The structure of a tree, as its bytes say it."""
    return decode(message.structure, build(message.structure, tree, []))


def back(message: Message, source: Any, layout: Layout) -> dict[str, Any]:
    members = {field.name for field in layout.fields}
    return message.values(source, Known(), members)


def plain(value: Any, name: str = "") -> Any:
    """Values that no value map folds together: small numbers, types of contexts that both know."""
    if isinstance(value, dict):
        return {key: plain(each, key) for key, each in value.items() if key != "SNssai"}
    if isinstance(value, list):
        return [plain(each, name) for each in value]
    if name == "ContextType":
        known = [identifier for identifier, member in CONTEXT_TYPES.values() if member]
        return known[uuid.UUID(value).int % len(known)]
    if name == "Data":
        return value
    return value & 1 if isinstance(value, int) else value


@every_form
@settings(max_examples=8)
@given(data=st.data())
def test_what_a_message_says_comes_back_from_the_tree(
    message: Message, layout: Layout, data: st.DataObject
) -> None:
    values = plain(data.draw(values_of(layout)))
    if "Configurations" in values:  # NDIS has an array of three
        values["Configurations"] = (values["Configurations"] * 3)[:3]
        assume(values["Configurations"])
    tree = message.tree(values)
    assert set(tree) <= paths_of(message.structure)
    reported = back(message, tree, layout)
    measured = [
        each
        for each in values.get("RsrpSnr") or ()
        if each["Rsrp"] < RSRP_UNKNOWN or each["Snr"] < SNR_UNKNOWN
    ]
    if measured and layout.mbimex >= 0x0200:
        # Beside an RSRP or SNR the function leaves out the RSSI.
        assert reported["Rssi"] == SIGNAL_UNKNOWN
        tree = tree | {"SignalState.Rssi": SIGNAL_UNKNOWN}
    assert message.tree(reported) == tree


@every_form
@settings(max_examples=8)
@given(data=st.data())
def test_what_a_structure_says_is_the_same_after_another_round(
    message: Message, layout: Layout, data: st.DataObject
) -> None:
    first = through_bytes(message, message.tree(data.draw(values_of(layout))))
    assert first.raw is None
    reported = back(message, first, layout)
    second = through_bytes(message, message.tree(reported))
    assert back(message, second, layout) == reported
    assert len(encode_layout("message", layout, reported)) >= layout.size
