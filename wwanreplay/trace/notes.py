"""The codes of note records."""

from enum import IntEnum


class NoteCode(IntEnum):
    """`TEXT` is for readers; the others are written by recorders, and name a record as cause."""

    #: Anything.
    TEXT = 0
    #: A fault that was applied to the record in `cause`, or that took an output away.
    FAULT = 1
    #: One whole message to the host that `cause` led to was not sent, and is no wire record.
    UNDELIVERED = 2
    #: The transfer in `cause` was sent, and its end was not read by the client.
    UNREAD = 3
    #: The device's message in `cause` fits no layout that its command or event has.
    MALFORMED = 4
