"""The short forms in which the rows of MBIM are written: what a row is, then what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wwanreplay.mbim.schema import (
    ANSWER_S,
    Cid,
    Enum,
    Field,
    Format,
    Guard,
    Layout,
    Service,
    Struct,
)

#: Of a direction that carries nothing.
EMPTY = Layout(0)


def layout(
    size: int,
    *,
    mbimex: int = 0x0100,
    structure: str | None = None,
    unverified: bool = False,
    note: str | None = None,
    extends: bool = False,
) -> Callable[..., Layout]:
    """A layout, then its fields."""

    def holding(*fields: Field) -> Layout:
        return Layout(size, fields, mbimex, structure, unverified, note, extends)

    return holding


def versions(*layouts: Layout) -> tuple[Layout, ...]:
    """The layouts of a message, oldest first; one that extends begins with the one before."""
    whole: list[Layout] = []
    for row in layouts:
        fields = (*whole[-1].fields, *row.fields) if row.extends else row.fields
        whole.append(replace(row, fields=fields, extends=False))
    return tuple(whole)


def struct(
    name: str,
    size: int,
    *,
    mbimex: int = 0x0100,
    structure: str | None = None,
    unverified: bool = False,
    note: str | None = None,
) -> Callable[..., Struct]:
    """A structure that messages share, then its fields."""

    def holding(*fields: Field) -> Struct:
        return Struct(name, Layout(size, fields, mbimex, structure, unverified, note))

    return holding


def enum(
    name: str,
    *,
    flags: bool = False,
    wwan: str | None = None,
    same_numbers: bool = True,
    differences: tuple[tuple[str, str, str], ...] = (),
    unverified: bool = False,
    note: str | None = None,
) -> Callable[..., Enum]:
    """An enumeration, then pairs of name and value."""

    def holding(*members: tuple[str, int]) -> Enum:
        return Enum(name, members, flags, wwan, same_numbers, differences, unverified, note)

    return holding


def service(
    number: int,
    name: str,
    nick: str,
    uuid: str,
    origin: str,
    *,
    note: str | None = None,
    guard: Guard | None = None,
) -> Callable[..., Service]:
    """A device service, then its commands."""

    def holding(*cids: Cid) -> Service:
        return Service(number, name, nick, uuid, origin, cids, note, guard)

    return holding


def cid(
    number: int,
    name: str,
    nick: str,
    operations: str,
    *,
    note: str | None = None,
    guard: Guard | None = None,
    answer_s: int = ANSWER_S,
) -> Callable[..., Cid]:
    """A command, then its layouts by direction; a direction of one layout is written without ()."""

    def holding(**columns: Layout | tuple[Layout, ...]) -> Cid:
        whole = {
            name: (held,) if isinstance(held, Layout) else held for name, held in columns.items()
        }
        return Cid(
            number, name, nick, operations, **whole, note=note, guard=guard, answer_s=answer_s
        )

    return holding


def u32(name: str, offset: int | None = None, values: str | None = None, **marks: Any) -> Field:
    """A number of four bytes; `values` names its enumeration. Marks are those of `Field`."""
    return Field(name, Format.U32, offset, values, **marks)


def string(name: str, offset: int | None = None, **marks: Any) -> Field:
    """Text that a pair of offset and size points at. Marks are those of `Field`."""
    return Field(name, Format.STRING, offset, **marks)


def elements(name: str, offset: int | None, struct: str, count_field: str, **marks: Any) -> Field:
    """Structures of any size that pairs of offset and size point at, counted by `count_field`."""
    return Field(
        name, Format.STRUCT_REF_ARRAY, offset, struct=struct, count_field=count_field, **marks
    )


@dataclass(frozen=True, slots=True)
class QmiMember:
    """A number in the value of a TLV: `form` is struct's letter, `names` what its values mean."""

    name: str
    form: str
    unit: str = ""
    names: Mapping[int, str] | None = None
    scale: int = 1  # the number is so many times the value in the unit
