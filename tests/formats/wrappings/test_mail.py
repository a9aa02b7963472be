"""The texts and attachments of mails, one after the other."""

from email.message import EmailMessage

import pytest

from wwanreplay.formats.wrappings import mail


def test_a_log_is_no_mail() -> None:
    assert not mail.detect(b"[26 Nov 2026, 10:00:00] [Debug] x\n\nFrom: a\nSubject: b\n")
    assert not mail.detect(b"Header:\n  length = 4\n\n")
    assert mail.detect(b"From: a\r\nSubject: b\r\n\r\ntext")


def test_a_mail_in_a_mail_is_looked_into() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "a", "b"
    inner.set_content("the log\n")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "c", "d"
    outer.set_content("see below\n")
    outer.add_attachment(inner)
    assert [part.data.strip() for part in mail.parts_of(outer.as_bytes())] == [
        b"see below",
        b"the log",
    ]


@pytest.mark.long
def test_pictures_are_passed_and_parts_have_an_end() -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a", "b"
    made.set_content("x")
    made.add_attachment(b"png", maintype="image", subtype="png", filename="screen.png")
    for _ in range(mail.PARTS_MAX + 5):
        made.add_attachment(b"y", maintype="application", subtype="octet-stream", filename="y")
    found = list(mail.parts_of(made.as_bytes()))
    assert len(found) == mail.PARTS_MAX
    assert "screen.png" not in {part.name for part in found}


def test_text_of_another_character_set_becomes_utf_8() -> None:
    data = (
        b"From: a\nSubject: b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n"
        b"Content-Transfer-Encoding: 8bit\n\ncaf\xe9\n"
    )
    (part,) = mail.parts_of(data)
    assert (part.data, part.line_before) == ("caf\u00e9\n".encode(), 6)


def test_bytes_that_are_no_text_of_their_set_stay() -> None:
    data = b"From: a\nSubject: b\nContent-Type: text/plain; charset=none-such\n\n\xff\n"
    (part,) = mail.parts_of(data)
    assert part.data == b"\xff\n"
