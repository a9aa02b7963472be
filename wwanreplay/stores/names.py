"""Names of files in stores, which print without secrets, and what globs and folders stand for."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable
from typing import Any, Final

from wwanreplay.errors import InputError, UsageError
from wwanreplay.stores.access import StoreError, file_system, is_url, tried, without_secrets

#: The standard input as an argument, and the file that it is: every verb calls it so.
STANDARD_INPUT: Final = "-"
STANDARD_INPUT_FILE: Final = "/dev/stdin"
#: What listings call that by which a content is known from another, the surest first.
_VERSIONS: Final = (
    *("ETag", "etag", "md5Hash", "CRC", "content_hash"),
    *("mtime", "LastModified", "last_modified", "updated", "modified"),
)
#: What stands behind the name of a file in that of the one that says what is expected of it.
COMPANION_SUFFIX: Final = ".accepted.toml"


class Location(str):
    """A URL that is printed, compared with text and joined without user, password and query.

    `url` is the whole of it, by which two of them are the same file or not; `size` that of the file
    where a listing gave it, and `version` what it said of its content. `has_companion` says whether
    the listing had a file of the same name with COMPANION_SUFFIX, None where none was made.
    """

    __slots__ = ("has_companion", "size", "url", "version")
    url: str
    size: int | None
    has_companion: bool | None
    version: str | None

    def __new__(
        cls,
        url: str,
        size: int | None = None,
        has_companion: bool | None = None,
        version: str | None = None,
    ) -> Location:
        """A Location of a URL, with the size of the file in bytes where it is known."""
        made = super().__new__(cls, without_secrets(url))
        made.url = url
        made.size = size
        made.has_companion = has_companion
        made.version = version
        return made

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Location):
            return self.url == other.url
        return str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def numbered(self, number: int) -> Location:
        """The same with a number behind the name, before its ending."""
        head, ending = _parted(self.url)
        folder, slash, base = head.rpartition("/")
        stem, dot, suffix = base.rpartition(".")
        name = f"{stem}-{number}{dot}{suffix}" if stem else f"{base}-{number}"
        return Location(f"{folder}{slash}{name}{ending}")

    @property
    def base_name(self) -> str:
        """The name of the file without its folders, and without what its URL has behind."""
        return self.place.rpartition("/")[2]

    @property
    def place(self) -> str:
        """Where the file is, as a path: that of an archive is a folder. Two queries have one."""
        head, ending = _parted(str(self))
        container = ending.partition("::")[2]
        if not container:
            return head
        inner = head.partition("://")[2].lstrip("/")
        return f"{Location(container).place if is_url(container) else container}/{inner}"

    def companion(self) -> Location:
        """The file beside it that says what is expected of it, there or not."""
        head, ending = _parted(self.url)
        return Location(f"{head}{COMPANION_SUFFIX}{ending}")

    def __reduce__(self) -> tuple[Any, ...]:
        return Location, (self.url, self.size, self.has_companion, self.version)


def _parted(url: str) -> tuple[str, str]:
    """What names the file in a URL, and what stands behind: a query, and what it is inside of."""
    head, chain, rest = url.partition("::")
    if chain and "://" not in head:  # such as simplecache::s3://…
        inner, ending = _parted(rest)
        return f"{head}{chain}{inner}", ending
    head, question, query = head.partition("?")
    return head, f"{question}{query}{chain}{rest}"


def companion_of(location: Location) -> Location | None:
    """The file beside one that says what is expected of it, if it is there; StoreError.

    What a listing said is not asked again. A store that shows nobody what is missing has none.
    """
    companion = location.companion()
    if location.has_companion is None:
        store, path = file_system(companion.url)

        def is_there() -> bool:
            try:
                return bool(store.exists(path))
            except PermissionError:
                return False

        return companion if tried(is_there) else None
    return companion if location.has_companion else None


def named(name: str | os.PathLike[str]) -> str:
    """The name of a file: a Location for a URL, else as it is."""
    text = os.fspath(name)
    return Location(text) if is_url(text) and not isinstance(text, Location) else text


def size_of(name: str) -> int | None:
    """The size of a file in bytes where it costs no request to a store; None when unknown."""
    if isinstance(name, Location):
        return name.size
    try:
        return os.stat(name).st_size
    except (OSError, ValueError):
        return None


def version_of(name: str) -> str | None:
    """What tells the content of a file from another of its size, where it costs no request.

    The time of its last change on a disk; of a store the tag, sum or time that a listing gave.
    """
    if isinstance(name, Location):
        return name.version
    try:
        return str(os.stat(name).st_mtime_ns)
    except (OSError, ValueError):
        return None


def find_inputs(names: Iterable[str], *, one: bool = False) -> list[str]:
    """Names as they are, URLs as Locations, globs as what they match, in order.

    A name of the disk is a glob only where no file has it. UsageError for a glob that matches
    nothing, or several files where `one` is wanted; InputError for a store that does not answer.
    """
    found: list[str] = []
    for name in names:
        if is_url(name) and not isinstance(name, Location):
            here = _matches(Location(name)) if _is_glob(name) else [Location(name)]
        elif not is_url(name) and _is_glob(name) and not os.path.lexists(name):
            import glob

            here = sorted(glob.glob(name, recursive=True))
            if not here:
                here = [name]  # it is no pattern: whoever opens it says that there is no such file
        else:
            here = [name]
        if one and len(here) > 1:
            raise UsageError(f"{named(name)}: {len(here)} files match, and one is wanted")
        found += here
    return found


def listed(folder: Location, is_wanted: Callable[[str], bool]) -> list[str]:
    """The wanted files below a folder of a store, in order; the name itself if it is a file.

    InputError where the store does not answer.
    """
    last = folder.rstrip("/").rpartition("/")[2]
    if not folder.endswith("/") and "." in last:
        return [folder]
    try:
        store, path = file_system(folder.url)
        if not tried(lambda: store.isdir(path)):
            return [] if folder.endswith("/") else [folder]
        details = tried(lambda: store.find(path, detail=True))
    except StoreError as error:
        raise InputError(f"{folder}: cannot be read: {error}") from None
    wanted = {name: row for name, row in details.items() if is_wanted(name)}
    return _located(folder, store, wanted, details)


def _is_glob(name: str) -> bool:
    """Whether a name is a pattern; a question mark in a URL may begin a query."""
    marks = "*[" if is_url(name) else "*?["
    return any(mark in name for mark in marks)


def _matches(pattern: Location) -> list[str]:
    try:
        store, path = file_system(pattern.url)
        details = tried(lambda: store.glob(path, detail=True))
        companions = {}
        if details:  # one listing more, in place of a request for each file
            companions = tried(lambda: store.glob(f"{path}{COMPANION_SUFFIX}", detail=True))
    except StoreError as error:
        raise InputError(f"{pattern}: cannot be read: {error}") from None
    found = _located(pattern, store, details, companions)
    if not found:
        raise UsageError(f"{pattern}: no file matches")
    return found


def _located(
    pattern: Location, store: Any, details: dict[str, Any], beside: Container[str]
) -> list[str]:
    """The files of a listing as Locations: each with what the URL has in front and behind.

    `beside` has the names of the files that may be companions of them.
    """
    head, chain, rest = pattern.url.partition("::")
    if chain and "://" not in head:  # such as simplecache::s3://…
        head, chain, rest = rest, "", ""
    scheme, _, place = head.partition("://")
    authority = place.partition("/")[0]
    user = f"{authority.rpartition('@')[0]}@" if "@" in authority else ""
    names: list[str] = []
    for path in sorted(details):
        if details[path].get("type") == "directory":
            continue
        url = str(path) if is_url(path) else _joined(scheme, authority, user, store, str(path))
        size = details[path].get("size")
        known = size if isinstance(size, int) and size >= 0 else None
        has_companion = f"{path}{COMPANION_SUFFIX}" in beside
        versions = (details[path].get(each) for each in _VERSIONS)
        version = next((str(each) for each in versions if each), None)
        names.append(Location(f"{url}{chain}{rest}", known, has_companion, version))
    return names


def _joined(scheme: str, authority: str, user: str, store: Any, path: str) -> str:
    """The URL of a path that a store gave without its protocol."""
    if scheme in ("sftp", "ssh", "ftp", "smb"):  # the host is no part of their paths
        return f"{scheme}://{authority}/{path.lstrip('/')}"
    unstripped = str(store.unstrip_protocol(path))
    return f"{scheme}://{user}{unstripped.partition('://')[2]}"
