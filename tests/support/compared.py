"""What a replay compares, and what it does not: the one list, with the reasons.

docs/replaying.md prints it; a test changes every field of every record of the sample traces and
lets nothing stay equal that is not on it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wwanreplay._core import Kind, WireDirection
from wwanreplay.protocol.kinds import HOST_INPUTS, INPUTS, OUTPUTS
from wwanreplay.trace.notes import NoteCode


class NotCompared(NamedTuple):
    """Something of a recording whose change a replay need not report, and why.

    `kinds` are the records and `fields` their fields; with None all of the record: its fields, that
    it is there, and its place.
    """

    what: str
    why: str
    kinds: frozenset[Kind]
    fields: frozenset[str] | None


_EVERY: Final = frozenset(Kind)
_UNUSED: Final = frozenset(
    {"namespace", "port", "request_id", "status", "handle", "capacity", "bytes"}
)

LABELS: Final = NotCompared(
    "cause, client, source place, flags and decoded-only fields of any record",
    "they are written for readers; the index in a cause moves when a note is put in",
    _EVERY,
    frozenset({"cause", "client", "source", "flags", "fields"}),
)
CAPACITY: Final = NotCompared(
    "the buffer capacity of a completion or indication",
    "only a request has one",
    OUTPUTS,
    frozenset({"capacity"}),
)
DRIVEN: Final = NotCompared(
    "requests, stimuli and lifecycle events",
    "they are given to the device: a change shows in what it then says, and one to which it says"
    " the same is none to it. An input at a time that was past is a warning. Where the trace has"
    " MBIM messages, requests are compared with those that the messages give",
    INPUTS,
    None,
)
HOST_MESSAGES: Final = NotCompared(
    "bytes of a message of the host that neither the MBIM function nor the device reads",
    "messages of the host are inputs too; the requests and answers that they give are compared",
    frozenset({Kind.KIND_WIRE}),
    frozenset({"payload"}),
)
MESSAGE_FIELDS: Final = NotCompared(
    "fields of a message's record other than direction, time and bytes",
    "a message has no others",
    frozenset({Kind.KIND_WIRE}),
    _UNUSED,
)
NOTES: Final = NotCompared(
    "notes, but for those that stand for an undelivered message",
    "they are written for readers, by hand too",
    frozenset({Kind.KIND_NOTE}),
    None,
)
UNDELIVERED_FIELDS: Final = NotCompared(
    "fields of a note that stands for an undelivered message, other than its time",
    "its text is written for readers; the message itself is rebuilt, and its bytes are nowhere",
    frozenset({Kind.KIND_NOTE}),
    _UNUSED | {"payload"},
)
CLOCKS: Final = NotCompared(
    "clock records",
    "they let time pass and say what the wall clock showed: a change shows when the device says"
    " something meanwhile",
    frozenset({Kind.KIND_CLOCK}),
    None,
)

NOT_COMPARED: Final = (
    DRIVEN,
    HOST_MESSAGES,
    MESSAGE_FIELDS,
    CAPACITY,
    CLOCKS,
    NOTES,
    UNDELIVERED_FIELDS,
    LABELS,
)


def not_compared(
    kind: Kind, field: str | None, *, code: int = 0, has_messages: bool = False
) -> NotCompared | None:
    """The row that a change of a record falls under; None when a replay must report it.

    `field` is the field that was changed, None for a record that was taken out, repeated or moved.
    `code` is the record's, `has_messages` says that the trace holds MBIM messages.
    """
    is_undelivered = code == NoteCode.UNDELIVERED
    for row in NOT_COMPARED:
        if kind not in row.kinds or not (row.fields is None or field in row.fields):
            continue
        if row is DRIVEN and has_messages and kind in HOST_INPUTS:
            continue
        if row is HOST_MESSAGES and code != WireDirection.WIRE_HOST_TO_DEVICE:
            continue
        if row in (NOTES, UNDELIVERED_FIELDS) and (row is NOTES) == is_undelivered:
            continue
        return row
    return None
