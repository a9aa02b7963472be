"""Texts as the page may have them: identities masked, and nothing in them that is not visible."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from wwanreplay._core import Event
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.texts import spans_of
from wwanreplay.errors import DecodeError
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import TEXTS

#: Payloads that are remembered as learnt.
SEEN_MAX: Final = 20_000
MASK: Final = "***"
#: Characters of a free text that are shown, and of one that is cut those near the cut that are not.
TEXT_SIZE_MAX: Final = 4000
CUT_SIZE: Final = 400
#: A shorter value stands in too many texts by chance.
SIZE_MIN: Final = 4
#: A shorter value than this is masked where it stands by itself.
ANYWHERE_SIZE_MIN: Final = 8
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
        self._pattern: re.Pattern[str] | None = None

    def learn(self, events: Iterable[Event]) -> None:
        """Remember the personal texts of events."""
        if self.show_personal:
            return
        for event in events:
            if event.kind not in TEXTS and event.payload and len(self._values) < VALUES_MAX:
                self._learn(event)
        self._pattern = None

    def _learn(self, event: Event) -> None:
        key = event.code.to_bytes(8, "little", signed=True) + event.payload
        if key in self._seen:
            return
        if len(self._seen) < SEEN_MAX:
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

    def _known(self) -> re.Pattern[str]:
        """What finds the known values, the longest first; a short one only by itself."""
        if self._pattern is None:
            found = []
            for value in sorted(self._values, key=lambda each: (-len(each), each)):
                form = re.escape(value)
                is_short = len(value) < ANYWHERE_SIZE_MIN
                found.append(rf"(?<![^\W_]){form}(?![^\W_])" if is_short else form)
            self._pattern = re.compile("|".join(found))
        return self._pattern

    def text(self, text: str, size_max: int = TEXT_SIZE_MAX) -> str:
        """A free text, masked and visible; of one that is longer so many characters and "…"."""
        is_cut = len(text) > 2 * size_max
        shown = text[: 2 * size_max]
        if not self.show_personal:
            shown = self._masked(shown)
            # A value that was cut off no longer has the form of a value.
            shown = shown[: max(len(shown) - CUT_SIZE, 0)] if is_cut else shown
        return shortened(visible(shown), size_max, is_cut=is_cut)

    def _masked(self, text: str) -> str:
        if self._values:
            text = self._known().sub(MASK, text)
        end, parts = 0, []
        for span in spans_of(text, self._identities):
            parts += [text[end : span.start], MASK]
            end = span.end
        return "".join([*parts, text[end:]])


def shortened(text: str, size_max: int, *, is_cut: bool = False) -> str:
    """A text of at most so many characters, the last one "…" where there is more of it."""
    if len(text) <= size_max and not is_cut:
        return text
    return text[: size_max - 1] + "…"


def visible(text: str) -> str:
    """A text with an escape for each character that has no form of its own.

    Controls, marks of direction and halves of surrogate pairs would change how others are shown.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )
