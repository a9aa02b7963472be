"""A saved mail, or a mailbox of them: its texts and attachments, decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from email.message import EmailMessage

#: A mail is taken apart in memory.
MAIL_SIZE_MAX: Final = 1 << 26
PARTS_MAX: Final = 1000
_HEADERS: Final = re.compile(rb"(?:From [^\n]{1,200}\n)?(?:[A-Za-z][A-Za-z0-9-]{1,60}:[ \t\r\n])")
_KNOWN: Final = re.compile(
    rb"^(?:From|Subject|Date|Message-ID|MIME-Version|Return-Path|Received|"
    rb"Content-Transfer-Encoding):[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
FIRST: Final = re.compile(rb"^From [^\n]{1,200}\n(?=[A-Za-z][A-Za-z0-9-]{1,60}:[ \t])", re.M)
#: Headers of a mail that must be there for a text to be one.
KNOWN_MIN: Final = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A text or an attachment: its name (empty for a text) and its bytes.

    `line_before` is the number of the line of the mail before it, None where its lines are not the
    mail's. `is_quoted`: the bytes are still quoted-printable.
    """

    name: str
    data: bytes
    line_before: int | None = None
    is_quoted: bool = False


def detect(head: bytes) -> bool:
    """Whether a text begins like a mail."""
    if _HEADERS.match(head) is None:
        return False
    end = re.search(rb"\r?\n\r?\n", head)
    headers = head[: end.start()] if end is not None else head
    return len(_KNOWN.findall(headers)) >= KNOWN_MIN


def parts_of(data: bytes) -> Iterator[Part]:
    """The parts of all mails, in order; HTML where there is no plain text beside it."""
    begins = [found.start() for found in FIRST.finditer(data)] or [0]
    for at, end in zip(begins, [*begins[1:], len(data)], strict=True):
        lines_before = data.count(b"\n", 0, at)
        mail = data[at:end]
        if mail.startswith(b"From "):
            cut = mail.find(b"\n") + 1
            mail, lines_before = mail[cut:], lines_before + 1
        yield from _parts_of_one(mail, lines_before)


def _parts_of_one(mail: bytes, lines_before: int) -> Iterator[Part]:
    # Few logs are mails, and this takes longer to import than any reader.
    import email
    import email.policy

    # By this policy every message is an EmailMessage, and so are its parts.
    message = email.message_from_bytes(mail, policy=email.policy.default)
    position = 0
    for count, part in enumerate(_leaves(message)):
        if count >= PARTS_MAX:
            return
        name = part.get_filename() or ""
        coding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        is_quoted = coding == "quoted-printable"
        printed = _payload(part, is_decoded=not is_quoted)
        if coding in ("base64", "x-uuencode", "uuencode", "x-uue", "uue"):
            yield Part(name, _utf8(part, printed))
            continue
        # The body is the mail's own bytes, so that it can be found in there.
        found = max(mail.find(printed, position), 0)
        position = found + len(printed)
        line_before = lines_before + mail.count(b"\n", 0, found)
        yield Part(name, printed if is_quoted else _utf8(part, printed), line_before, is_quoted)


def _payload(part: EmailMessage, *, is_decoded: bool) -> bytes:
    payload = part.get_payload(decode=True) if is_decoded else part.get_payload()
    if isinstance(payload, bytes):
        return payload
    return payload.encode("ascii", "replace") if isinstance(payload, str) else b""


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts without parts; of alternatives the plain text."""
    if message.get_content_type() == "multipart/alternative":
        chosen = message.get_body(("plain", "html"))
        if chosen is not None:
            yield cast("EmailMessage", chosen)
            return
    inside = message.get_payload()
    if isinstance(inside, list):
        for part in inside:
            if not isinstance(part, str):
                yield from _leaves(cast("EmailMessage", part))
    elif message.get_content_maintype() in ("text", "application"):
        yield message


def _utf8(part: EmailMessage, data: bytes) -> bytes:
    if part.get_content_maintype() != "text":
        return data
    charset = part.get_content_charset() or "utf-8"
    try:
        return data.decode(charset).encode("utf-8", "surrogateescape")
    except (LookupError, UnicodeError):
        return data
