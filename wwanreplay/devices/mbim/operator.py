"""What a script leaves to the operator of a real device: listed, and waited for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.devices.mbim.plan import Planned
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.shorthands import SHORTHANDS, Shorthand
from wwanreplay.protocol.tables import near

#: How long an operator has for one thing.
WAIT_S: Final = 600.0


@dataclass
class Operator:
    """`wait_for` are the shorthands to wait for, each `wait_s` seconds at most.

    `announce` is given a line when a wait begins. `missed` are those that did not come.
    """

    wait_for: Collection[str] = ()
    wait_s: float = WAIT_S
    announce: Callable[[str], None] = lambda _line: None
    missed: list[str] = field(default_factory=list)
    _shown: dict[str, bool] = field(default_factory=dict)

    def see(self, event: Event) -> None:
        """Take what the device says by itself; an answer says nothing about when."""
        if event.kind != Kind.KIND_INDICATION or event.request_id:
            return
        for name in self.wait_for:
            is_shown = shows(SHORTHANDS[name], event)
            if is_shown is not None:
                self._shown[name] = is_shown

    def has_come(self, shorthand: Shorthand) -> bool:
        """Whether it has happened, as far as the device has reported."""
        return self._shown.get(shorthand.name, False)

    def begin(self, shorthand: Shorthand) -> None:
        """A wait begins: what has no state that lasts must happen from now on."""
        if not shorthand.path:
            self._shown.pop(shorthand.name, None)

    def check(self, plan: Iterable[Planned]) -> None:
        """UsageError for a name that is none, or that no step of the script stands for."""
        found = {each.shorthand for each in plan if each.shorthand is not None}
        for name in self.wait_for:
            if name not in SHORTHANDS:
                hint = near(name, SHORTHANDS) or f"; {', '.join(SHORTHANDS)}"
                raise UsageError(f"--wait-for {name}: there is no such name{hint}")
            if name not in found:
                has = f"it has {', '.join(sorted(found))}" if found else "it has none"
                raise UsageError(f"--wait-for {name}: no step of the script is that; {has}")


def shows(shorthand: Shorthand, event: Event) -> bool | None:
    """Whether an indication shows it or the opposite; None when it is about something else."""
    if event.code != shorthand.code:
        return None
    try:
        decoded = decode_event(event)
    except DecodeError:
        return None
    if decoded is None or decoded.raw is not None:
        return None
    path = shorthand.path
    return shorthand.is_shown_by(event.code, {path: decoded.get(path)} if path else {})
