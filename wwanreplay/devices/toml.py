"""Reads the TOML files that users write; an error is one line with file, place and key.

Profiles, scripts and fault files share the readable values: durations ("15ms"), members of
enumerations and flags by the standard's names, OIDs by name, bytes in hexadecimal, GUID and
addresses as text.
"""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from wwanreplay.durations import duration_ns, is_duration
from wwanreplay.errors import InputError, UsageError, shown
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.ranges import U32, members
from wwanreplay.protocol.schema import Range
from wwanreplay.protocol.tables import near
from wwanreplay.words import meant

FILE_SIZE_MAX = 4 * 1024 * 1024
REASON_SIZE_MAX = 1_000  # characters of an error about a value


@dataclass(frozen=True)
class ValuePlace:
    """Where in which file something stands, for the errors about it."""

    file: str
    where: str = ""

    def inside(self, where: str) -> ValuePlace:
        """A place further inside."""
        return ValuePlace(self.file, f"{self.where} {where}".strip())

    def error(self, reason: str) -> UsageError:
        """The error of this place."""
        if len(reason) > REASON_SIZE_MAX:
            reason = f"{reason[:REASON_SIZE_MAX]}…"
        return UsageError(
            f"{self.file}: {self.where}: {reason}" if self.where else self.about_file(reason)
        )

    def about_file(self, reason: str) -> str:
        """The text of an error about the file as a whole."""
        return f"{self.file}: {reason}"


def parse(text: str, file: str) -> dict[str, Any]:
    """The tables of a TOML text; UsageError with file, line and column when it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: not TOML: {error}") from None
    except ValueError:
        raise UsageError(f"{file}: not TOML: a number of thousands of digits") from None
    except RecursionError:
        raise UsageError(f"{file}: arrays or tables are nested too deep") from None


def read_text(path: Path) -> str:
    """The text of a file; UsageError when it cannot be read or is no text."""
    try:
        if path.stat().st_size > FILE_SIZE_MAX:
            raise UsageError(f"{path}: larger than {FILE_SIZE_MAX} bytes")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text") from None
    except ValueError as error:  # a NUL in the path
        raise UsageError(f"{str(path)!r}: {error}") from None


def _folder(package: str) -> Path:
    """The folder of a package. It is one of files, as the compiled engine is; `importlib.resources`
    would do for archives too, and takes longer to import than most verbs to run.
    """
    return Path(import_module(package).__path__[0])


def shipped_names(package: str) -> list[str]:
    """Names of the TOML files that come with a package."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in _folder(package).iterdir()
        if entry.name.endswith(".toml")
    )


def find_text(name: str, package: str, kind: str, beside: Path | None = None) -> tuple[str, str]:
    """(text, file name for errors) of a shipped name or of a path, which ends in `.toml`."""
    if name.endswith(".toml"):
        path = Path(name) if beside is None else beside / name
        return read_text(path), str(path)
    shipped = shipped_names(package)
    found = meant(name, shipped)
    if found is None:
        raise UsageError(
            f"there is no {kind} {name!r}{near(name, shipped)}; shipped are {', '.join(shipped)}; "
            "a file of your own is given by its path, ending in .toml"
        )
    resource = _folder(package).joinpath(f"{found}.toml")
    try:
        return resource.read_text(encoding="utf-8"), f"{found}.toml"
    except OSError as error:
        raise InputError(f"{found}.toml: cannot be read: {error.strerror or error}") from None


def check_keys(table: Mapping[str, Any], known: Iterable[str], place: ValuePlace) -> None:
    """Refuse a key that means nothing here."""
    names = list(known)
    for key in table:
        if key not in names:
            raise place.error(f"no key {shown(key)} here{near(key, names)}")


def as_table(value: Any, place: ValuePlace) -> dict[str, Any]:
    """A table."""
    if not isinstance(value, dict):
        raise place.error(f"must be a table, not {shown(value)}")
    return value


def as_list(value: Any, place: ValuePlace, limit: int | None = None) -> list[Any]:
    """An array of at most `limit` entries."""
    if not isinstance(value, list):
        raise place.error(f"must be an array, not {shown(value)}")
    if limit is not None and len(value) > limit:
        raise place.error(f"has {len(value)} entries, at most {limit} fit")
    return value


def as_text(value: Any, place: ValuePlace, limit: int | None = None) -> str:
    """Text of at most `limit` UTF-16 units."""
    if not isinstance(value, str):
        raise place.error(f"must be text, not {shown(value)}")
    units = len(value.encode("utf-16-le", "surrogatepass")) // 2
    if limit is not None and units > limit:
        raise place.error(f"has {units} characters, at most {limit} fit")
    return value


def as_number(value: Any, place: ValuePlace, limit: int = 0xFFFFFFFF, lowest: int = 0) -> int:
    """A whole number from `lowest` to `limit`."""
    return as_within(value, place, Range(lowest, limit))


def as_within(value: Any, place: ValuePlace, within: Range) -> int:
    """A whole number of a range."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise place.error(f"must be a whole number, not {shown(value)}")
    if value not in within:
        raise place.error(f"{shown(value)} is not {within.text}")
    return value


def as_truth(value: Any, place: ValuePlace) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise place.error(f"must be true or false, not {shown(value)}")
    return value


def as_duration(value: Any, place: ValuePlace) -> int:
    """A duration such as "15ms", "1.5s" or "2min", in ns; a plain 0 is one too."""
    if value == 0 and isinstance(value, int) and not isinstance(value, bool):
        return 0
    try:
        return duration_ns(value if isinstance(value, str) else "")
    except ValueError as error:
        if isinstance(value, str) and is_duration(value):
            raise place.error(f"{shown(value)} {error}") from None
        raise place.error(f"{error}, not {shown(value)}") from None


def nanoseconds(duration: str | int) -> int:
    """A duration of a call: in ns, or a text as files have it."""
    return duration if isinstance(duration, int) else as_duration(duration, ValuePlace("duration"))


def as_member(values: str, value: Any, place: ValuePlace) -> int:
    """A member of an enumeration, flags joined by `|` or as an array, or the number itself."""
    if isinstance(value, list):
        total = 0
        for number, entry in enumerate(value, 1):
            inside = place.inside(f"entry {number}")
            total |= _number_named(values, as_text(entry, inside), inside)
    elif isinstance(value, int) and not isinstance(value, bool):
        total = value
    else:
        total = _number_named(values, as_text(value, place), place)
    row = PROTOCOL.enum_by_name.get(values)
    return as_within(total, place, U32 if row is None else members(row))


def _number_named(values: str, text: str, place: ValuePlace) -> int:
    try:
        return PROTOCOL.number_of(values, text)
    except UsageError as error:
        raise place.error(str(error)) from None


def as_octets(
    value: Any, place: ValuePlace, size: int | None = None, limit: int | None = None
) -> bytes:
    """Bytes in hexadecimal, blanks between them allowed."""
    try:
        octets = bytes.fromhex(as_text(value, place))
    except ValueError:
        raise place.error(f"must be bytes in hexadecimal, not {shown(value)}") from None
    if size is not None and len(octets) != size:
        raise place.error(f"has {len(octets)} bytes, must have {size}")
    if limit is not None and len(octets) > limit:
        raise place.error(f"has {len(octets)} bytes, at most {limit} fit")
    return octets


def as_address(value: Any, place: ValuePlace, version: int | None = None) -> bytes:
    """An IP address as text, in network order."""
    try:
        address = ip_address(as_text(value, place))
    except ValueError:
        raise place.error(f"{shown(value)} is not an IP address") from None
    if version is not None and address.version != version:
        raise place.error(f"{shown(value)} is not an IPv{version} address")
    return address.packed


def as_guid(value: Any, place: ValuePlace) -> bytes:
    """A GUID as text, in the order in which Windows keeps it in memory."""
    try:
        return uuid.UUID(as_text(value, place)).bytes_le
    except ValueError:
        raise place.error(f"{shown(value)} is not a GUID") from None


def as_oid(value: Any, place: ValuePlace) -> int:
    """An OID by name or number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return as_number(value, place)
    text = as_text(value, place)
    try:
        number = PROTOCOL.oid(text).number
    except UsageError as error:
        raise place.error(str(error)) from None
    if number is None:
        raise place.error(f"{text} is known by name only, not by number")
    return number
