"""The parts of a saved mail, or of a mailbox, as they stand in the file: decoded, and put back.

Headers and what stands between parts are text. A body in base64 or quoted-printable is decoded; any
other is text as it is.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from email.header import decode_header
from typing import Final, NamedTuple

from wwanreplay.analysis.scrub.wrapped import QUOTED, Unwrapped
from wwanreplay.errors import InputError
from wwanreplay.formats.wrappings.mail import FIRST, PARTS_MAX

_HEADERS_END: Final = re.compile(rb"\r?\n(?=\r?\n)")
_BOUNDARY: Final = re.compile(
    rb"boundary[ \t]*=[ \t]*(?:\"([^\"\n]{1,200})\"|([^\s;\"]{1,200}))", re.I
)
_NAME: Final = re.compile(
    rb"(?:file)?name[ \t]*=[ \t]*(?:\"([^\"\n]{1,200})\"|([^\s;\"]{1,200}))", re.I
)
_CODING: Final = re.compile(rb"^Content-Transfer-Encoding:[ \t]*([\w-]+)", re.I | re.M)
_TYPE: Final = re.compile(rb"^Content-Type:[ \t]*([^\s;]+)((?:[^\n]|\n(?=[ \t]))*)", re.I | re.M)
_ENCODED_WORD: Final = re.compile(
    rb"=\?[\w*-]+\?[bBqQ]\?[^?\s]*\?=(?:\s+=\?[\w*-]+\?[bBqQ]\?[^?\s]*\?=)*"
)
_FOLDED: Final = re.compile(rb"\r?\n[ \t]+")
#: What names a person: the words of these headers.
_OF_PEOPLE: Final = re.compile(
    rb"^(From|To|Cc|Bcc|Sender|Reply-To|X-Original-From|Resent-[\w-]+)(:[ \t]*)"
    rb"((?:[^\n]|\n(?=[ \t]))*)",
    re.I | re.M,
)
_PERSON: Final = re.compile(rb"\"[^\"]+\"(?=\s*<)|[^,<>\"]+(?=<)|(?<=\()[^()\n]+(?=\))")
_DEPTH_MAX: Final = 8
_UNREAD: Final = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_SPACE: Final = re.compile(rb"\s+")


class Body(NamedTuple):
    """A piece of a mail: its bytes as they stand there, and how they are coded (empty: not).

    `name` is that of an attachment. `is_header`: headers, or what stands between parts.
    `is_boundary`: what parts them, made up by a program.
    """

    data: bytes
    coding: str = ""
    name: str = ""
    is_header: bool = False
    is_boundary: bool = False


def pieces_of(data: bytes) -> Iterator[Body]:
    """All of a file in pieces, in order. InputError for a body that is not decoded here."""
    begins = [found.start() for found in FIRST.finditer(data)]
    if not begins or begins[0]:
        begins.insert(0, 0)
    for at, end in zip(begins, [*begins[1:], len(data)], strict=True):
        yield from _pieces(data[at:end], 0)


def _pieces(mail: bytes, depth: int) -> Iterator[Body]:
    found = _HEADERS_END.search(mail)
    if mail.startswith((b"\n", b"\r\n")):
        headers, body = b"", mail
    elif found is None:
        yield Body(mail, is_header=True)
        return
    else:
        headers, body = mail[: found.end()], mail[found.end() :]
    kind = _TYPE.search(headers)
    media = b"text/plain" if kind is None else kind[1].lower()
    boundary = None if kind is None else _BOUNDARY.search(headers, *kind.span(2))
    if media.startswith(b"multipart/") and boundary is not None and depth < _DEPTH_MAX:
        start, end = boundary.span(1 if boundary[1] else 2)
        yield Body(headers[:start], is_header=True)
        yield Body(headers[start:end], is_boundary=True)
        yield Body(headers[end:], is_header=True)
        yield from _parted(body, headers[start:end], depth)
        return
    yield Body(headers, is_header=True)
    if media == b"message/rfc822" and depth < _DEPTH_MAX:
        lead = len(body) - len(body.lstrip(b"\r\n"))
        yield Body(body[:lead], is_header=True)
        yield from _pieces(body[lead:], depth + 1)
    else:
        name = _NAME.search(headers)
        coding = _CODING.search(headers)
        yield Body(
            body,
            "" if coding is None else coding[1].decode("ascii", "replace").lower(),
            "" if name is None else (name[1] or name[2]).decode("utf-8", "replace"),
        )


def _parted(body: bytes, boundary: bytes, depth: int) -> Iterator[Body]:
    lines = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)", re.M)
    at = 0
    is_inside = False
    for number, found in enumerate(lines.finditer(body)):
        if number > PARTS_MAX:
            raise InputError(f"a mail of more than {PARTS_MAX} parts")
        before = body[at : found.start()]
        if is_inside:
            yield from _pieces(before, depth + 1)
        else:
            yield Body(before, is_header=True)
        yield Body(found[0], is_boundary=True)
        at = found.end()
        is_inside = found[1] is None
    if is_inside:
        yield from _pieces(body[at:], depth + 1)
    else:
        yield Body(body[at:], is_header=True)


class Decoded:
    """The content of a body, and the way back."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._quoted: Unwrapped | None = None
        coding = body.coding
        if coding == "quoted-printable":
            self._quoted = Unwrapped(body.data, QUOTED)
            self.data = self._quoted.octets
        elif coding == "base64":
            printed = _SPACE.sub(b"", body.data)
            try:
                self.data = base64.b64decode(printed + b"=" * (-len(printed) % 4), validate=True)
            except (binascii.Error, ValueError) as error:
                raise InputError(f"damaged base64 in a mail: {error}") from None
        elif coding in _UNREAD:
            raise InputError(f"a mail with an attachment in {coding}; decode it first")
        else:
            self.data = body.data

    def coded(self, data: bytes) -> bytes | None:
        """Another content in the same coding; None where that cannot be."""
        if data == self.data:
            return self._body.data
        if self._quoted is not None:
            return self._quoted.wrapped(data)
        if self._body.coding == "base64":
            return self._in_lines(base64.b64encode(data))
        return data

    def _in_lines(self, printed: bytes) -> bytes:
        """Base64 in lines as long as those of before."""
        before = self._body.data
        lead = before[: len(before) - len(before.lstrip())]
        tail = before[len(before.rstrip()) :]
        lines = before.strip().split(b"\n")
        end = b"\r\n" if lines[0].endswith(b"\r") else b"\n"
        size = max(len(lines[0].strip()), 4) if len(lines) > 1 else max(len(printed), 1)
        rows = (printed[at : at + size] for at in range(0, len(printed), size))
        return lead + end.join(rows) + tail


def people_in(headers: bytes) -> Iterator[tuple[int, int, str]]:
    """(start, end, text) of the names of people in headers, encoded words decoded."""
    for found in _OF_PEOPLE.finditer(headers):
        for each in _PERSON.finditer(found[3]):
            core = each[0].strip(b" \t\r\n\"'")
            if not core or b"@" in core:
                continue
            start = found.start(3) + each.start() + each[0].index(core)
            yield start, start + len(core), _decoded(core)


def words_in(headers: bytes) -> Iterator[tuple[int, int, str]]:
    """(start, end, text) of the encoded words in headers."""
    for found in _ENCODED_WORD.finditer(headers):
        yield *found.span(), _decoded(found[0])


def _decoded(words: bytes) -> str:
    text = _FOLDED.sub(b" ", words).decode("utf-8", "surrogateescape")
    if not _ENCODED_WORD.search(words):
        return text
    parts = []
    for part, charset in decode_header(text):
        octets = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        try:
            parts.append(octets.decode(charset or "utf-8", "replace"))
        except LookupError:
            parts.append(octets.decode("utf-8", "replace"))
    return "".join(parts)
