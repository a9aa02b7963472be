"""Text and messages that stand encoded in a log: base64 of mails, strings of C."""

import base64

import pytest
from log_samples import KEY, pin, spelled
from scrub_matrix import escaped

from wwanreplay.analysis.scrub import scrub_log
from wwanreplay.analysis.scrub.encoded import blocks

IMSI, PIN = "262011234567890", "9374"
TEXT = "a line of text\n" * 9 + f"IMSI: {IMSI}\n"


def mail(data: bytes) -> bytes:
    return b"Subject: x\n\n" + base64.encodebytes(data) + b"\nend\n"


def test_text_in_base64_is_scrubbed_as_text_and_its_lines_stay_as_long() -> None:
    scrubbed = scrub_log(mail(TEXT.encode()), KEY)
    before, after = (each.split(b"\n") for each in (mail(TEXT.encode()), scrubbed))
    assert list(map(len, before)) == list(map(len, after))
    inside = base64.b64decode(scrubbed.split(b"\n\n")[1]).decode()
    assert inside.startswith("a line of text\n" * 9 + "IMSI: 26201")
    assert IMSI not in inside


def test_text_in_base64_that_identifies_nobody_stays() -> None:
    log = mail(b"a line of text\n" * 9)
    assert scrub_log(log, KEY) == log


def test_other_bytes_in_base64_become_others() -> None:
    data = bytes(range(1, 250))
    scrubbed = base64.b64decode(scrub_log(mail(data), KEY).split(b"\n\n")[1])
    assert len(scrubbed) == len(data)
    assert data[:16] not in scrubbed
    assert data[-16:] not in scrubbed


def test_the_values_of_a_message_in_a_string_are_known_elsewhere() -> None:
    log = f"write(3, {escaped(pin(PIN))}, 80) = 80\nthen {PIN} was typed\n".encode()
    scrubbed = scrub_log(log, KEY)
    assert [form for form in spelled(PIN) if form in scrubbed] == []
    assert scrubbed.startswith(b'write(3, "')
    assert scrubbed.endswith(b" was typed\n")


@pytest.mark.parametrize(
    "text",
    ['puts("a\\tb\\n\\n\\n\\n\\n");', '"\\033[1mbold\\033[0m"', "0123456789abcdef" * 8, "A" * 80],
)
def test_ordinary_strings_and_hexadecimal_are_no_blocks(text: str) -> None:
    assert list(blocks(text)) == []
