"""The MBIMEx version in force, and buffers of sessions whose version is uncertain.

The host sends VERSION with its own version, the device answers with its own, and the lower of
the two is in force until the function is opened again (`VersionInForce`).

A session that a log begins in the middle of, or a device that does not keep to what was agreed,
sends layouts of another MBIMEx version than the one in force. The strict layout in force comes
first, then the strict layouts of the other versions (a strict fit is strong evidence), and last
the layouts read leniently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.header import Head
from wwanreplay.mbim.messages import COMMAND_QUERY, STATUS
from wwanreplay.mbim.reader import ODD_SIZE
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.schema import Layout
from wwanreplay.mbim.tables import (
    EXTENSIONS,
    MBIMEX_1_0,
    MBIMEX_NEWEST,
    SERVICES_BY_UUID,
    command_name,
    find_cid,
    find_layout,
)

#: VERSION, by (service number, CID), and the member of its query and answer.
VERSION: Final = (EXTENSIONS, 15)
VERSION_MEMBER: Final = "MbimExtendedVersion"
#: Queries of the version without an answer that are remembered.
PENDING_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Understood:
    """A decoded information buffer: its members, the layout's version, and what was wrong.

    `problem` is empty for a strict fit of the version in force; `malformed` says what no version
    has and was read all the same, as half a character at the end of a text.
    """

    values: Values
    mbimex: int
    problem: str = ""
    other_version: bool = False
    malformed: str = ""


def version_text(mbimex: int) -> str:
    """Return a version as people write it."""
    return f"{mbimex >> 8:x}.{mbimex & 0xFF:x}"


def understand(
    service: int, cid: int, operation: str, data: bytes, mbimex: int
) -> Understood | str:
    """Decode an information buffer by the layout that fits it; or return why none does.

    `operation` is query, set, response or notification. Never raises.
    """
    row = find_cid(service, cid)
    layouts: Sequence[Layout] = () if row is None else getattr(row, operation)
    name = f"{command_name(service, cid)} {operation}"
    if not layouts:
        return f"{name}: not in the tables"
    in_force = find_layout(service, cid, operation, mbimex)
    others = [layout for layout in reversed(layouts) if layout is not in_force]
    first_error = ""
    refused: dict[int, str] = {}  # what the strict reading of a layout found
    for strict in (True, False):
        for layout in ([in_force] if in_force else []) + others:
            try:
                values = codec.decode_layout(name, layout, data, strict=strict)
            except (DecodeError, UnicodeDecodeError) as error:
                first_error = first_error or str(error)
                refused.setdefault(id(layout), str(error))
                continue
            problems = []
            other = layout is not in_force and in_force is not None
            if other:
                problems.append(
                    f"{name}: has the layout of MBIMEx {version_text(layout.mbimex)}, "
                    f"{version_text(mbimex)} is in force"
                )
            if not strict:
                problems.append(f"{name}: only readable leniently: {first_error}")
            why = refused.get(id(layout), "")
            malformed = why if ODD_SIZE in why else ""
            return Understood(values, layout.mbimex, "; ".join(problems), other, malformed)
    return first_error


def agreed(requested: int, reported: int) -> int:
    """Return the version in force between what the host requested and what the device reported."""
    return max(min(requested, reported), MBIMEX_1_0)


def version_in(operation: str, buffer: bytes, *, strict: bool = True) -> int | None:
    """Return the version that a query of VERSION offers, or a response has; None if unreadable."""
    try:
        values = codec.decode(*VERSION, operation, buffer, mbimex=MBIMEX_NEWEST, strict=strict)
    except DecodeError:
        return None
    return int(values[VERSION_MEMBER])


class VersionInForce:
    """Follows the version of one session, message by message; `mbimex` is the one in force, BCD.

    With `strict` off, answers are read leniently.
    """

    def __init__(self, *, strict: bool = True) -> None:
        self.mbimex = MBIMEX_1_0
        self._strict = strict
        self._requested: dict[int, int] = {}

    def take(self, head: Head, buffer: bytes) -> None:
        """Take any message, by its header and information buffer."""
        if head.type == MessageType.MBIM_OPEN_MSG:
            self.mbimex = MBIMEX_1_0
            self._requested.clear()
            return
        service = SERVICES_BY_UUID.get(head.service or b"")
        if service is None or (service.number, head.cid) != VERSION:
            return
        transaction_id = head.transaction_id or 0
        if head.type == MessageType.MBIM_COMMAND_MSG and head.value == COMMAND_QUERY:
            requested = version_in("query", buffer, strict=self._strict)
            if requested is not None and len(self._requested) < PENDING_MAX:
                self._requested[transaction_id] = requested
        elif head.type == MessageType.MBIM_COMMAND_DONE:
            requested = self._requested.pop(transaction_id, None)
            reported = version_in("response", buffer, strict=self._strict)
            if reported is not None and head.value == STATUS["MBIM_STATUS_SUCCESS"]:
                self.mbimex = agreed(reported if requested is None else requested, reported)
