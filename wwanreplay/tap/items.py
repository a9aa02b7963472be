"""What a tap hands to its recordings: transfers, notes and events, in the order they happened."""

from __future__ import annotations

from dataclasses import dataclass

from wwanreplay._core import Event
from wwanreplay.trace.notes import NoteCode


@dataclass(slots=True)
class Transfer:
    """One transfer on its way to or from the modem, and the whole message that ends with it.

    `serial` counts transfers up from 0; `client` is whose it is, None for nobody's alone.
    """

    time_ns: int
    serial: int
    data: bytes
    from_host: bool
    client: int | None = None
    whole: bytes | None = None


@dataclass(slots=True)
class Note:
    """A note, about the transfer of that serial if there is one; `is_fault`: something is wrong."""

    time_ns: int
    text: str
    code: NoteCode = NoteCode.TEXT
    serial: int | None = None
    is_fault: bool = False


@dataclass(slots=True)
class Happened:
    """An event that is no message: the modem's removal or return, a jump of the wall clock."""

    time_ns: int
    event: Event


Item = Transfer | Note | Happened

#: What an item takes in memory besides its bytes, about.
ITEM_SIZE = 400


def size_of(item: Item) -> int:
    """About how many bytes an item takes in memory."""
    if isinstance(item, Transfer):
        return ITEM_SIZE + len(item.data)
    return ITEM_SIZE + (len(item.text) if isinstance(item, Note) else 0)
