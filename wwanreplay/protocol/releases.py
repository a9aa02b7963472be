"""The Windows releases that miniports were made for, in their order.

What exists follows from them: an OID from the release that introduced it, the form of a structure
from the releases that its layouts were compiled for. Imports no compiled code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Release:
    """A release: its id in the layouts, its name, and how a profile names it.

    `number` is that of `structures` in the mapping of a profile, which traces carry: they stay as
    they are, whatever release comes between two others. A release without a profile's name is one
    that sources disagree about.
    """

    id: str
    name: str
    profile: str = ""
    number: int = 0


ROWS: Final = (
    Release("win7", "Windows 7", "windows-7", 4),
    Release("win8", "Windows 8", "windows-8", 1),
    Release("win81", "Windows 8.1", "windows-8.1", 5),
    Release("1507", "Windows 10, version 1507", "windows-10-1507", 6),
    Release("1607", "Windows 10, version 1607", "windows-10-1607", 7),
    Release("1703", "Windows 10, version 1703", "windows-10-1703", 8),
    Release("1709", "Windows 10, version 1709", "windows-10-1709", 9),
    Release("1803", "Windows 10, version 1803", "windows-10-1803", 10),
    Release("1809", "Windows 10, version 1809", "windows-10-1809", 2),
    Release("1903", "Windows 10, version 1903", "windows-10-1903", 11),
    Release("2004", "Windows 10, version 2004 (NTDDI_WIN10_VB)", "windows-10-2004", 12),
    Release("mn", "NTDDI_WIN10_MN"),
    Release("fe", "NTDDI_WIN10_FE"),
    Release("co", "Windows 11 (NTDDI_WIN10_CO)", "windows-11", 3),
)

# The id of a release in the layouts: its name.
TARGETS: Final[dict[str, str]] = {row.id: row.name for row in ROWS}
_PLACES: Final = {row.id: place for place, row in enumerate(ROWS)}
_BY_NUMBER: Final = {row.number: row for row in ROWS if row.number}

#: The release of a profile that names none.
DEFAULT: Final = next(row for row in ROWS if row.id == "1809")
#: The release whose miniports are of driver model 1.0; those of later ones are of model 2.0.
MODEL_1: Final = ROWS[0]

# As a profile names them: the number of `structures` in its mapping.
STRUCTURES: Final[dict[str, int]] = {
    **{row.profile: row.number for row in ROWS if row.profile},
    "windows-10": DEFAULT.number,
}


def place_of(release_id: str) -> int:
    """The place of a release in the order of the releases."""
    return _PLACES[release_id]


def release_of_mapping(mapping: Mapping[str, object]) -> Release:
    """The release of a profile's mapping: a driver of the first model is one of Windows 7."""
    if mapping.get("driver_major_version") == 1:
        return MODEL_1
    return release_of_number(mapping.get("structures"))


def release_of_number(number: object) -> Release:
    """The release of a profile's `structures`; the default for what is none, or none given."""
    return _BY_NUMBER.get(number, DEFAULT) if isinstance(number, int) else DEFAULT


def release_introducing(text: str) -> Release | None:
    """The first release that has what a document says was introduced with a version of Windows.

    "Windows 10, version 1607 (header gate)" is 1607; a version between two releases is the later
    one. None when the text names no release.
    """
    if text.startswith("Windows 10, version "):
        version = text.removeprefix("Windows 10, version ")[:4]
        later = [row for row in ROWS if row.id.isdecimal() and row.id >= version]
        return later[0] if later and version.isdecimal() else None
    for row, start in (
        (_BY_NUMBER[STRUCTURES["windows-11"]], "Windows 11"),
        (_BY_NUMBER[STRUCTURES["windows-10-1507"]], "Windows 10"),
        (_BY_NUMBER[STRUCTURES["windows-8.1"]], "Windows 8.1"),
        (_BY_NUMBER[STRUCTURES["windows-8"]], "Windows 8"),
        (_BY_NUMBER[STRUCTURES["windows-7"]], "Windows 7"),
    ):
        if text.startswith(start):
            return row
    return None
