"""Every direction of every tie, with the layouts of its messages."""

from collections.abc import Iterator
from typing import Any

import pytest
from groups import sampled

from wwanreplay.mbim.commands import IP_ADDRESS_STATE, IP_CONFIGURATION, TIES
from wwanreplay.mbim.schema import Layout
from wwanreplay.mbim.structures import variable_parts
from wwanreplay.mbim.tables import find_cid
from wwanreplay.mbim.ties import Message
from wwanreplay.protocol import PROTOCOL

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
    sampled(
        [
            pytest.param(message, layout, id=f"{name}-{position}-{layout.mbimex:#x}")
            for name, _, message, layouts in DIRECTIONS
            for position, layout in enumerate(layouts)
        ],
        30,
    ),
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
