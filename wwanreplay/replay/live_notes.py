"""What a live replay reports besides the divergences: counted, with the first places."""

from __future__ import annotations

from collections.abc import Iterable

from wwanreplay._core import Event
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.names import code_name

#: Places that one note names.
NAMED_MAX = 6


class Notes:
    """Collects notes of a kind into one line each; none of records before `start`."""

    def __init__(self) -> None:
        self.start = 0
        self._lines: list[str] = []
        self._counts: dict[str, int] = {}
        self._named: dict[str, dict[str, list[int]]] = {}

    def add(self, line: str) -> None:
        """Add a line as it is."""
        self._lines.append(line)

    def count(self, text: str, event: Event, place: int | None = None) -> None:
        """Count an event of which a text holds, at a place of the trace."""
        self._count(text, code_name(event), event.index or 0 if place is None else place)

    def differ(self, why: str, recorded: Event, differences: Iterable[FieldDifference]) -> None:
        """Count members that differ without being faults."""
        for each in differences:
            name = f"{code_name(recorded)} {each.path}"
            self._count(f"members differ, {why}", name, recorded.index or 0)

    def _count(self, text: str, name: str, place: int) -> None:
        if place < self.start:
            return
        self._counts[text] = self._counts.get(text, 0) + 1
        places = self._named.setdefault(text, {}).setdefault(name, [])
        if len(places) < NAMED_MAX and place not in places:
            places.append(place)

    def lines(self) -> list[str]:
        """The notes, a line each."""
        lines = [*self._lines]
        for text, count in self._counts.items():
            named = self._named[text]
            shown = [
                f"{name} (record{'s' * (len(places) > 1)} {', '.join(map(str, places))})"
                for name, places in list(named.items())[:NAMED_MAX]
            ]
            more = f" and {len(named) - NAMED_MAX} more" if len(named) > NAMED_MAX else ""
            lines.append(f"{count} {text}: {', '.join(shown)}{more}")
        return lines
