"""How a store is reached: its file system, attempts with a limit, errors without secrets."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

#: So often a request is made before the store counts as unreachable, with growing pauses.
ATTEMPTS: Final = 4
PAUSE_S: Final = 0.2

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:::[A-Za-z][A-Za-z0-9+.-]*)*://")
#: What stands behind it is of the sentence.
_URL_IN_TEXT: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.:-]*://[^\s'\"<>]+?(?=[:.,;)]*(?:[\s'\"<>]|$))"
)
#: What no further attempt changes, by the names of the classes of the stores' own libraries.
_FINAL: Final = frozenset(
    {
        "AuthenticationException",
        "BadAuthenticationType",
        "BadHostKeyException",
        "NoCredentialsError",
        "NoSuchBucket",
        "ParamValidationError",
        "PartialCredentialsError",
        "UnknownHostError",
    }
)
_FINAL_TYPES: Final = (
    FileNotFoundError,
    FileExistsError,
    PermissionError,
    IsADirectoryError,
    NotADirectoryError,
    ImportError,
    NotImplementedError,
    TypeError,
    ValueError,
)
#: Answers of HTTP below 500 after which another attempt makes sense.
_PASSING: Final = frozenset({408, 425, 429})
#: What stands behind the reason where all attempts failed.
_AFTER: Final = re.compile(r" \(\d+ attempts?\)")
_SFTP: Final = re.compile(r"(^|::)(?:sftp|ssh)://", re.I)
_EXTRAS: Final = {"s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp"}


class StoreError(OSError):
    """A store cannot be reached, or refuses; the text has no credentials."""


def is_url(name: object) -> bool:
    """Whether a name is one of a file in a store."""
    return isinstance(name, str) and _URL.match(name) is not None


def without_secrets(url: str) -> str:
    """A URL as it may be printed: without user, password, query and fragment."""
    return "::".join(_shown_part(part) for part in url.split("::"))


def _shown_part(part: str) -> str:
    scheme, mark, rest = part.partition("://")
    if not mark:
        return part
    place, question, _ = rest.partition("?")
    if scheme.lower().startswith("http"):
        place = place.partition("#")[0]
    authority, slash, path = place.partition("/")
    host = authority.rpartition("@")[2]
    port = host.rpartition(":")[2] if ":" in host else ""
    if port and not port.isdigit() and "@" in path and not host.startswith("["):
        host, path = "", path.rpartition("@")[2]  # a password with a slash in it
        slash = ""
    return f"{scheme}://{host}{slash}{path}{'?…' if question else ''}"


def text_without_secrets(text: str) -> str:
    """A text with what is secret taken out of the URLs in it."""
    return _URL_IN_TEXT.sub(lambda match: without_secrets(match[0]), text)


def reason_of(error: BaseException) -> str:
    """What a store's library says, on one line and without what is secret in URLs."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    status = getattr(error, "status", None)
    if isinstance(status, int):
        return f"HTTP {status} {getattr(error, 'message', '')}".rstrip()
    text = getattr(error, "strerror", None) or str(error)
    if type(error).__name__ == "ParamValidationError":  # it repeats the name, secrets included
        return "the store takes no such name: before the first slash stands a bucket, nothing else"
    line = next(iter(text.strip().splitlines()), "")
    return text_without_secrets(line) or type(error).__name__


def _cause_of(error: Exception) -> BaseException:
    """What is behind an error: fsspec calls a file missing when no server answers for it."""
    found: BaseException = error
    while isinstance(found, FileNotFoundError) and found.__cause__ is not None:
        found = found.__cause__
    if isinstance(found, ValueError):
        return found  # the URL can be none
    is_of_http = type(found).__module__.startswith("aiohttp")
    return found if is_of_http and getattr(found, "status", None) not in (404, 410) else error


def _is_final(error: BaseException) -> bool:
    status = getattr(error, "status", None)
    if isinstance(status, int):
        return 400 <= status < 500 and status not in _PASSING
    return isinstance(error, _FINAL_TYPES) or type(error).__name__ in _FINAL


class _Reached:
    """Whether stores answered lately: of one that is gone nobody waits for each file anew."""

    is_gone = False


def tried(
    action: Callable[[], Result], *, attempts: int = ATTEMPTS, is_request: bool = True
) -> Result:
    """What an action on a store gives, after so many attempts at most; StoreError otherwise.

    Where the one before failed so often, there is one attempt, until a request is answered.
    """
    attempts = 1 if _Reached.is_gone else attempts
    for attempt in range(1, attempts + 1):
        try:
            found = action()
        except StoreError:
            raise
        except Exception as raised:  # each store's library has errors of its own
            error = _cause_of(raised)
            if _is_final(error):
                _Reached.is_gone = False
                raise StoreError(reason_of(error)) from None
            if attempt == attempts:
                _Reached.is_gone = True
                raise StoreError(f"{reason_of(error)} {_after(attempts)}") from None
            time.sleep(PAUSE_S * 2 ** (attempt - 1))
        else:
            _Reached.is_gone &= not is_request
            return found
    raise AssertionError("no attempt was made")


def _after(attempts: int) -> str:
    return f"({attempts} attempts)" if attempts > 1 else "(1 attempt)"


def may_pass(text: str) -> bool:
    """Whether an error of a store, as it is printed, is one that another time may not be there."""
    return _AFTER.search(text) is not None


def _of_known_hosts(url: str) -> str:
    """The URL as it is opened: with SFTP to hosts that are known only."""
    if _SFTP.search(url) is None:
        return url
    from wwanreplay.stores.known_hosts import PROTOCOL

    return _SFTP.sub(rf"\1{PROTOCOL}://", url)


def file_system(url: str) -> tuple[Any, str]:
    """The store's file system (of fsspec) and the path in it; StoreError without its package."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise StoreError("URLs need the package fsspec: the extra wwanreplay[fleet]") from None
    scheme = url.partition("://")[0].rpartition("::")[2]

    def opened() -> tuple[Any, str]:
        try:
            store, path = url_to_fs(_of_known_hosts(url))
        except ImportError as error:
            extra = _EXTRAS.get(scheme.lower())
            hint = f": the extra wwanreplay[{extra}]" if extra else f": {reason_of(error)}"
            raise StoreError(f"{scheme}:// needs a package that is not here{hint}") from None
        except ValueError as error:
            raise StoreError(reason_of(error)) from None
        return store, path

    return tried(opened, is_request=False)  # most stores are asked later
