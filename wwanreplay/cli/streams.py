"""The three standard streams of the command, made safe to use.

A redirected stream may have an encoding that lacks characters (a Windows console's cp1252), be
closed, or lead to a full disk. Text is then written with what the encoding has, and an error of a
stream names it, so that the command ends with one line and a documented exit code.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

# What stands for a character that the encoding of a stream lacks; all others become escapes.
SPELLINGS = {
    "→": "->",
    "←": "<-",
    "⇒": "=>",
    "⇐": "<=",
    "–": "-",
    "—": "--",
    "…": "...",
    "·": "*",
    "µ": "u",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "─": "-",
    "│": "|",
    "├": "+",
    "└": "+",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "�": "?",
    "\N{NO-BREAK SPACE}": " ",
}
SPELLING_ERRORS = "wwanreplay.spelling"


def spelled(error: UnicodeError) -> tuple[str, int]:
    """Spell what an encoding lacks; an error handler of `codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    text = "".join(
        SPELLINGS.get(character) or character.encode("ascii", "backslashreplace").decode()
        for character in lacking
    )
    return text, error.end


codecs.register_error(SPELLING_ERRORS, spelled)


class _NamedFile(io.FileIO):
    """A standard stream whose errors say which stream it was."""

    def __init__(self, descriptor: int, mode: str, title: str) -> None:
        super().__init__(descriptor, mode, closefd=False)
        self._title = title

    def write(self, data: Any, /) -> int:
        """Write as a file does."""
        try:
            return super().write(data)
        except OSError as error:
            error.filename = self._title
            raise

    def readinto(self, buffer: Any, /) -> int | None:
        """Read as a file does."""
        try:
            return super().readinto(buffer)
        except OSError as error:
            error.filename = self._title
            raise


_before_printing: list[Callable[[], None]] = []


@contextmanager
def before_printing(action: Callable[[], None]) -> Iterator[None]:
    """In the block, do this before anything is printed on a terminal."""
    _before_printing.append(action)
    try:
        yield
    finally:
        _before_printing.remove(action)


class _Terminal(io.TextIOWrapper):
    """Text for a terminal, where something may stand that goes away before it."""

    def write(self, text: str, /) -> int:
        """Write as a file does."""
        for action in _before_printing:
            action()
        return super().write(text)


class _AsciiText(_Terminal):
    """Text in ASCII that calls itself UTF-8, of which ASCII is a part.

    click writes UTF-8 to a stream that calls itself ASCII.
    """

    def write(self, text: str, /) -> int:
        """Write; characters that ASCII lacks are spelled."""
        super().write(text.encode("ascii", SPELLING_ERRORS).decode("ascii"))
        return len(text)


def takes_ascii_alone(stream: TextIO) -> bool:
    """Whether a stream spells all that ASCII lacks, whatever it calls itself."""
    return isinstance(stream, _AsciiText)


def prepare() -> None:
    """Make the standard streams of this process safe to use.

    A closed standard input or output fails when it is used, a closed standard error takes
    everything: no file that is opened later can be taken for one of them.
    """
    for descriptor, flags in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, flags)  # the lowest descriptor that is free, which is this one
    sys.stdin = _reader(sys.stdin)
    sys.stdout = _writer(sys.stdout, 1, "standard output")
    sys.stderr = _writer(sys.stderr, 2, "standard error")


def _reader(stream: TextIO | None) -> TextIO:
    if stream is not None and not _is_plain(stream):
        return stream
    file = _NamedFile(0, "rb", "standard input")
    encoding, errors = (stream.encoding, stream.errors) if stream else (None, None)
    return io.TextIOWrapper(io.BufferedReader(file), encoding, errors)


def _writer(stream: TextIO | None, descriptor: int, title: str) -> TextIO:
    if stream is not None and not _is_plain(stream):
        return stream
    encoding = "utf-8" if stream is None else stream.encoding
    is_ascii = codecs.lookup(encoding).name == "ascii"
    buffer = io.BufferedWriter(_NamedFile(descriptor, "wb", title))
    is_terminal = os.isatty(descriptor)
    return (_AsciiText if is_ascii else _Terminal if is_terminal else io.TextIOWrapper)(
        buffer,
        "utf-8" if is_ascii else encoding,
        SPELLING_ERRORS,
        line_buffering=is_terminal or descriptor == 2,
    )


def _is_plain(stream: TextIO) -> bool:
    """Whether a stream is a file of the operating system, not a console of Windows."""
    buffer = getattr(stream, "buffer", None)
    return isinstance(getattr(buffer, "raw", buffer), io.FileIO)  # unbuffered, it has no `raw`


def settle() -> None:
    """Flush the standard streams; what cannot be written is discarded.

    Otherwise the interpreter's own flush at exit fails again and takes another exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            _abandon(stream)


def _abandon(stream: TextIO) -> None:
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
