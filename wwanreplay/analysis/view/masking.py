"""Texts as the page may have them: identities masked, and nothing in them that is not visible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from wwanreplay._core import Event
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.texts import spans_of
from wwanreplay.errors import DecodeError
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import TEXTS

MASK: Final = "***"
#: A shorter value stands in too many texts by chance.
SIZE_MIN: Final = 4
#: Values that are looked for in free texts; what a session has beyond is masked by its form only.
VALUES_MAX: Final = 4096


class Masking:
    """Masks personal values in free texts: known ones, and what has the form of one.

    Fields are masked where they are decoded; this is for notes, names and reasons, which may hold
    anything.
    """

    def __init__(self, *, show_personal: bool = False) -> None:
        self.show_personal = show_personal
        self._identities = Identities(make_key(None))
        self._values: set[str] = set()
        self._seen: set[bytes] = set()

    def learn(self, events: Iterable[Event]) -> None:
        """Remember the personal texts of events."""
        if self.show_personal:
            return
        for event in events:
            if event.kind not in TEXTS and event.payload and len(self._values) < VALUES_MAX:
                self._learn(event)

    def _learn(self, event: Event) -> None:
        key = event.code.to_bytes(8, "little", signed=True) + event.payload
        if key in self._seen:
            return
        self._seen.add(key)
        try:
            decoded = decode_event(event)
        except (DecodeError, ValueError):
            return
        for leaf in () if decoded is None else decoded.leaves():
            if leaf.personal and isinstance(leaf.value, str):
                value = leaf.value.strip().lstrip("+")
                if len(value) >= SIZE_MIN:
                    self._values.add(value)

    def text(self, text: str) -> str:
        """A free text, masked and visible."""
        return visible(text if self.show_personal else self._masked(text))

    def _masked(self, text: str) -> str:
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, MASK)
        end, parts = 0, []
        for span in spans_of(text, self._identities):
            parts += [text[end : span.start], MASK]
            end = span.end
        return "".join([*parts, text[end:]])


def visible(text: str) -> str:
    """A text with an escape for each character that has no form of its own.

    Controls, marks of direction and halves of surrogate pairs would change how others are shown.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )
