"""Information buffers of sessions whose version is uncertain: which layout fits the bytes.

A session that a log begins in the middle of, or a device that does not keep to what was agreed,
sends layouts of another MBIMEx version than the one in force. The strict layout in force comes
first, then the strict layouts of the other versions (a strict fit is strong evidence), and last
the layouts read leniently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.schema import Layout
from wwanreplay.mbim.tables import command_name, find_cid, find_layout


@dataclass(frozen=True, slots=True)
class Understood:
    """A decoded information buffer: its members, the layout's version, and what was wrong.

    `problem` is empty for a strict fit of the version in force.
    """

    values: Values
    mbimex: int
    problem: str = ""
    other_version: bool = False


def version_text(mbimex: int) -> str:
    """Return a version as people write it."""
    return f"{mbimex >> 8:x}.{mbimex & 0xFF:x}"


def understand(
    service: int, cid: int, operation: str, data: bytes, mbimex: int
) -> Understood | str:
    """Decode an information buffer by the layout that fits it; or say why none does.

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
    for strict in (True, False):
        for layout in ([in_force] if in_force else []) + others:
            try:
                values = codec.decode_layout(name, layout, data, strict=strict)
            except (DecodeError, UnicodeDecodeError) as error:
                first_error = first_error or str(error)
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
            return Understood(values, layout.mbimex, "; ".join(problems), other)
    return first_error
