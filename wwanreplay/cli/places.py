"""Places in a trace, as options name them: a record, or a time."""

from __future__ import annotations

PLACE = "RECORD|TIME"
RECORD_MAX = 2**63 - 1


def place(text: str | None, option: str) -> tuple[int | None, int | None]:
    """(record, time in ns) of a place: a whole number is a record, with a unit it is a time."""
    from wwanreplay.devices.toml import ValuePlace, as_duration, as_number

    if text is None:
        return None, None
    if text.isascii() and text.isdigit():
        return as_number(int(text.lstrip("0")[:20] or "0"), ValuePlace(option), RECORD_MAX), None
    return None, as_duration(text, ValuePlace(option))
