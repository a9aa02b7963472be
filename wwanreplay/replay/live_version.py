"""The MBIMEx version of a recording, which a device that it is replayed to is asked for as well."""

from __future__ import annotations

from wwanreplay._core import Event, Kind
from wwanreplay.mbim.header import look
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.tables import MBIMEX_1_0
from wwanreplay.mbim.versions import VersionInForce, version_text


class RecordedVersion:
    """Follows the messages of a recording.

    `newest` is the newest version that was in force, BCD; None as long as the recording does not
    show one: it has no messages, or begins in the middle of a session and never agrees on any.
    """

    def __init__(self) -> None:
        self.newest: int | None = None
        self._in_force = VersionInForce(strict=False)

    def take(self, event: Event) -> None:
        """Take a record; only messages count."""
        if event.kind != Kind.KIND_WIRE:
            return
        head = look(event.payload)
        if head.is_later_fragment or (head.total or 1) > 1:
            return  # neither opens the function nor agrees on a version
        before = self._in_force.mbimex
        self._in_force.take(head, event.payload[head.buffer_at :])
        in_force = self._in_force.mbimex
        if head.type == MessageType.MBIM_OPEN_MSG or in_force != before:
            self.newest = max(self.newest or MBIMEX_1_0, in_force)


def version_note(recorded: int | None, present: int) -> list[str]:
    """What to say where recording and session have not agreed on one version."""
    if recorded is None or recorded == present:
        return []
    return [
        f"MBIMEx {version_text(present)} is in force, {version_text(recorded)} in the recording:"
        " what only one of them reports differs"
    ]
