"""The one tree of errors that wwanreplay raises; a command prints each as a single line.

    WwanReplayError
    ├── UsageError       the caller broke a contract: a bad option, script, profile or call
    ├── InputError       a file or a peer is not what it should be
    │   ├── NoProfileError  a trace has no profile of the device that it is compared with
    │   ├── TraceError   a trace cannot be read: carries file, offset and reason
    │   │   └── ReadError   the system fails to read it, whatever is in it
    │   └── DecodeError  bytes are not the structure they claim: structure, field, offset
    ├── OutputError      a file cannot be written: carries file and reason
    ├── LimitError       a named limit was exceeded: thing, value, limit
    ├── PrivacyError     what was to be removed is still there: what kind, where
    ├── DeviceError      a device or a live host is gone or refuses (also an OSError)
    └── PluginError      what another package brings cannot be used; names the package

Exit codes of the command line: 0 yes, 1 no, 2 usage, 3 unreadable input, 70 internal; see
`wwanreplay.verdict`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from reprlib import Repr
from typing import Any

EXIT_YES = 0
EXIT_NO = 1
EXIT_USAGE = 2
EXIT_UNREADABLE = 3
EXIT_INTERNAL = 70  # EX_SOFTWARE of sysexits.h

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80


def shown(value: Any) -> str:
    """A value as an error names it: its beginning when it is long."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python prints no number of more than 4300 digits
        return "a number of thousands of digits"


#: What there is to say where memory is out.
OUT_OF_MEMORY = "out of memory: this needs more than the process may have"


def internal_text(error: BaseException) -> str:
    """One line about an error that nothing foresaw."""
    return (
        f"internal error: {type(error).__name__}: {error} "
        "(wwanreplay --debug VERB … shows where; please report it)"
    )


class WwanReplayError(Exception):
    """Base of every error of this package."""

    exit_code = EXIT_UNREADABLE


class UsageError(WwanReplayError, ValueError):
    """The caller broke a contract; the message says what to do instead."""

    exit_code = EXIT_USAGE


class NothingMatchedError(UsageError):
    """The selection is well written, but no record of the trace is in it."""

    exit_code = EXIT_NO


class InputError(WwanReplayError):
    """A file or a peer is not what it should be."""


@contextmanager
def in_file(path: str | None) -> Iterator[None]:
    """Name the file in an InputError that does not name it yet."""
    try:
        yield
    except NoProfileError as error:
        raise NoProfileError(f"{path}: {error}" if path else str(error)) from None
    except InputError as error:
        if not path or str(error).startswith(path):
            raise
        raise InputError(f"{path}: {error}") from None


class NoProfileError(InputError):
    """A trace has no profile, so that there is no emulated device to compare it with."""

    exit_code = EXIT_NO


class TraceError(InputError):
    """A trace cannot be read.

    `path` is the file or None, `offset` the byte where reading failed or None, `reason` one clause.
    """

    def __init__(self, reason: str, *, path: str | None = None, offset: int | None = None) -> None:
        self.reason = reason
        self.path = path
        self.offset = offset
        place = "" if path is None else f"{path}: "
        where = "" if offset is None else f" (at byte {offset})"
        super().__init__(f"{place}{reason}{where}")


class ReadError(TraceError):
    """The system fails to read a trace; what is in it is not known to be wrong."""


class DecodeError(InputError):
    """Bytes are not the structure they claim to be.

    `structure` and `field` name the place, `offset` counts from the start of the buffer, `needed`
    and `had` are bytes; each is None where it does not apply.
    """

    def __init__(
        self,
        reason: str,
        *,
        structure: str,
        field: str | None = None,
        offset: int | None = None,
        needed: int | None = None,
        had: int | None = None,
    ) -> None:
        self.reason = reason
        self.structure = structure
        self.field = field
        self.offset = offset
        self.needed = needed
        self.had = had
        place = structure if field is None else f"{structure}.{field}"
        at = "" if offset is None else f" at offset {offset}"
        sizes = "" if needed is None else f": needs {needed} bytes, has {had}"
        super().__init__(f"{place}: {reason}{at}{sizes}")


class OutputError(WwanReplayError):
    """A file cannot be written; what was there before is there still.

    `path` is the file or None, `reason` one clause, `errno` the system's number or None.
    """

    def __init__(self, reason: str, *, path: str | None = None, errno: int | None = None) -> None:
        self.reason = reason
        self.path = path
        self.errno = errno
        place = "" if path is None else f"{path}: "
        super().__init__(f"{place}cannot be written: {reason}")


class LimitError(WwanReplayError):
    """A named limit was exceeded."""

    def __init__(self, thing: str, value: int, limit: int) -> None:
        self.thing = thing
        self.value = value
        self.limit = limit
        super().__init__(f"{thing}: {value} exceeds the limit of {limit}")

    def at(self, place: str) -> "LimitError":
        """The same error with where it was met in front: a file, a record."""
        return LimitError(f"{place}: {self.thing}", self.value, self.limit)


class PrivacyError(WwanReplayError):
    """A personal value is still in what was to be free of it; says its kind and place, not it."""

    exit_code = EXIT_NO


class DeviceError(WwanReplayError, OSError):
    """A device or a live host is gone or refuses to work."""


class PluginError(WwanReplayError):
    """What another package brings cannot be used; the message names the package."""
