"""Ties of commands to OIDs: each member has its path, and what goes one way comes back."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mbim_samples import sample_values
from mbim_strategies import values_of

from wwanreplay._core import Event, Kind
from wwanreplay.mbim.codec import encode_layout
from wwanreplay.mbim.commands import (
    IP_ADDRESS_STATE,
    IP_CONFIGURATION,
    TIES,
    ties_by_command,
    ties_of_oid,
)
from wwanreplay.mbim.converters import Known
from wwanreplay.mbim.known import known_of, known_paths, unindexed
from wwanreplay.mbim.rows.framing import CONTEXT_TYPES
from wwanreplay.mbim.schema import Layout
from wwanreplay.mbim.structures import INPUTS, build, variable_parts
from wwanreplay.mbim.tables import find_cid
from wwanreplay.mbim.ties import BASES, Message, Tie
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, encode

#: Which column of a command's row is the newest form of a direction.
COLUMNS = {"query": ("query",), "set": ("set",), "answer": ("response", "notification")}
#: Members of the newest layouts that no row ties, by what keeps them apart.
UNTIED = {
    "SNssai": "slices have a structure of their own on each side",
    "UnnamedIes": "TLVs that NDIS has no member for",
    "Format": "the list that is there says it",
    "ApplicationListSizeBytes": "follows from the applications",
    "SmsStorageState": "a store that is not ready is a uStatus",
    "CdmaShortMessageSize": "a member of READY_INFO",
    "AccessConditionRead": "NDIS has the lock status only",
    "AccessConditionUpdate": "NDIS has the lock status only",
    "AccessConditionActivate": "NDIS has the lock status only",
    "AccessConditionDeactivate": "NDIS has the lock status only",
}


def directions() -> Iterator[tuple[str, tuple[int, int], Message, tuple[Layout, ...]]]:
    """(name, command, message, layouts) of every direction that has an NDIS structure."""
    for tie in TIES:
        for name, columns in COLUMNS.items():
            message = getattr(tie, name)
            if message is not None and message.structure:
                row = find_cid(*tie.key)
                assert row is not None
                layouts = tuple(each for column in columns for each in getattr(row, column))
                yield f"{tie.name}-{tie.oid_name}-{name}", tie.key, message, layouts
    row = find_cid(*IP_CONFIGURATION)
    assert row is not None
    yield "IP_CONFIGURATION", IP_CONFIGURATION, IP_ADDRESS_STATE, row.notification


DIRECTIONS = list(directions())
every_direction = pytest.mark.parametrize(
    ("key", "message", "layouts"),
    [pytest.param(*each[1:], id=each[0]) for each in DIRECTIONS],
)
every_form = pytest.mark.parametrize(
    ("message", "layout"),
    [
        pytest.param(message, layout, id=f"{name}-{position}-{layout.mbimex:#x}")
        for name, _, message, layouts in DIRECTIONS
        for position, layout in enumerate(layouts)
    ],
)


def paths_of(structure: str) -> set[str]:
    struct = PROTOCOL.structure(structure)
    flats = [PROTOCOL.flat(structure, layout.id) for layout in struct.layouts]
    return {leaf.path for flat in flats for leaf in flat.leaves} | set(variable_parts(struct))


class Lookups(dict[str, Any]):
    """A structure without anything, that notes the paths looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: set[str] = set()

    def get(self, path: str, default: Any = None) -> Any:
        self.paths.add(path)
        return default


# ------------------------------------------------------------------ rows


def test_every_tie_is_of_a_command_and_an_oid_of_the_tables() -> None:
    assert len(TIES) == 64
    for tie in TIES:
        assert find_cid(*tie.key) is not None
        assert tie.oid.number is not None
        assert tie.basis in BASES
        assert tie in ties_of_oid(tie.oid_name)
        assert set(tie.served) <= set("qsn")
    keys = [(tie.key, tie.driver_model) for tie in TIES]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("tie", TIES, ids=lambda tie: f"{tie.name}-{tie.oid_name}")
def test_structures_are_those_of_the_oid(tie: Tie) -> None:
    for message, given_names in ((tie.query, tie.oid.query_input), (tie.set, tie.oid.set_input)):
        if message is not None and message.structure:
            assert message.structure in (*given_names, *INPUTS)
    if tie.answer is not None:
        assert tie.indication is not None
        assert tie.answer.structure in PROTOCOL.indication(tie.indication).structs


@every_direction
def test_paths_are_those_of_the_structure(
    key: tuple[int, int], message: Message, layouts: tuple[Layout, ...]
) -> None:
    lookups = Lookups()
    members = {field.name for layout in layouts for field in layout.fields}
    made = message.values(lookups, Known(session=1), members | set(UNTIED))
    assert set(made) <= members
    there = paths_of(message.structure)
    assert {path for path in lookups.paths if not path.endswith(".ElementType")} <= there


@every_form
def test_every_member_has_a_row_or_a_reason(message: Message, layout: Layout) -> None:
    values = sample_values(layout)
    counts = {field.count_field for field in layout.fields}
    made = message.values(Lookups(), Known(session=1), set(values))
    for name in set(values) - counts - set(UNTIED) - set(made):
        without = {each: value for each, value in values.items() if each != name}
        assert message.tree(values) != message.tree(without), name


# ------------------------------------------------------------------ both ways


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


# ------------------------------------------------------------------ by command


def test_the_pin_oid_goes_by_the_driver_model() -> None:
    assert ties_by_command(1)[1, 4].oid.name == "OID_WWAN_PIN"
    assert ties_by_command(2)[1, 4].oid.name == "OID_WWAN_PIN_EX"


def test_known_paths_go_by_the_version() -> None:
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
    structure = "NDIS_WWAN_REGISTRATION_STATE"
    preferred = "RegistrationState.PreferredDataClasses"
    assert preferred in known_paths(code, structure)
    assert preferred in known_paths(code, structure, 0x0200)
    assert preferred not in known_paths(code, structure, 0x0100)
    assert known_paths(code, "NDIS_WWAN_PIN_INFO") == frozenset()
    assert known_paths(0, structure) == frozenset()


def test_members_of_both_provisioned_lists_are_known() -> None:
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS").number
    known = known_paths(code, "NDIS_WWAN_PROVISIONED_CONTEXTS")
    assert "Elements[].basicInfo.AccessString" in known
    assert "Elements[].Roaming" not in known


def test_what_is_known_of_an_event_is_what_its_message_carried() -> None:
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_PACKET_SERVICE").number
    tree = {"uStatus": 0, "PacketService.PacketServiceState": 2}
    payload = encode("NDIS_WWAN_PACKET_SERVICE_STATE", tree, revision=1)
    event = Event(Kind.KIND_INDICATION, 0, code=code, request_id=4, payload=payload)
    known = known_of(event)
    assert {"uStatus", "PacketService.PacketServiceState"} <= known
    assert "PacketService.AvailableDataClass" not in known
    assert "PacketService.FrequencyRange" not in known
    assert "uStatus" not in known_of(event.replace(request_id=0))
    failed = encode("NDIS_WWAN_PACKET_SERVICE_STATE", {"uStatus": 5}, revision=1)
    assert known_of(event.replace(payload=failed)) == {"uStatus"}
    assert known_of(event.replace(payload=b"\x80\x01")) == frozenset()


def test_paths_lose_their_indexes() -> None:
    decoded = decode(
        "NDIS_WWAN_PREFERRED_PROVIDERS",
        encode("NDIS_WWAN_PREFERRED_PROVIDERS", {"Elements": [{"Rssi": 3}, {"Rssi": 4}]}),
    )
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_PREFERRED_PROVIDERS").number
    known = known_paths(code, "NDIS_WWAN_PREFERRED_PROVIDERS")
    found = [leaf.value for leaf in decoded.leaves() if leaf.path.endswith("Rssi")]
    assert found == [3, 4]
    assert all(
        unindexed(leaf.path) in known for leaf in decoded.leaves() if leaf.path.endswith("Rssi")
    )
