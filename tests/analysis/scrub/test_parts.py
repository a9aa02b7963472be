"""Whatever a log stands in: scrubbed in there it is the log that is scrubbed by itself."""

import base64
import io
import zipfile
from email.message import EmailMessage

import pytest
from field_samples import read
from groups import sampled
from log_samples import ICCID, IMSI, LOGS, MESSAGES, TEXTS, VALUES, spelled, wires
from scrub_matrix import STRETCHED
from scrub_samples import KEY
from wrapped_logs import WRAPPINGS, sent

from wwanreplay.analysis.scrub import scrub_log
from wwanreplay.analysis.scrub.logs import scrub_log_bytes
from wwanreplay.errors import InputError, PrivacyError

# A log whose bytes are no text cannot be wrapped; a joined one is read as it is.
_WRAPPED = [
    (log, wrapping)
    for log in TEXTS
    for wrapping in WRAPPINGS
    if not log.startswith(("umockdev", "umockdev cut")) and wrapping != "joined"
]


@pytest.mark.parametrize(("log", "wrapping"), sampled(_WRAPPED, 40))
def test_a_wrapped_log_is_scrubbed_as_the_log_is(log: str, wrapping: str) -> None:
    plain = LOGS[log](*MESSAGES)
    wrapped = WRAPPINGS[wrapping](plain.decode())[0]
    scrubbed = scrub_log_bytes(wrapped, STRETCHED)[0]
    assert wires(scrubbed) == wires(scrub_log_bytes(plain, STRETCHED)[0])
    assert wires(scrubbed)
    before, after = read(wrapped), read(scrubbed)
    assert [(each.place, each.time_ns) for each in before] == [
        (each.place, each.time_ns) for each in after
    ]
    assert [value for value in VALUES for form in spelled(value) if form in scrubbed] == []


def test_what_is_wrapped_around_stays_as_it_is() -> None:
    plain = TEXTS["libmbim"](*MESSAGES).decode()
    for name, wrap in WRAPPINGS.items():
        if name in ("colours", "breaks", "page", "table_of_lines", "quoted_printable"):
            before = wrap(plain)[0].split(b"\n")
            after = scrub_log(wrap(plain)[0], KEY).split(b"\n")
            assert [len(line) for line in before] == [len(line) for line in after], name
            assert any(line not in after for line in before), name


def _mail(text: str, coding: str = "quoted-printable") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Alice Doe <alice.doe@corp.example>"
    mail["To"] = "=?utf-8?Q?J=C3=BCrgen_M=C3=BCller?= <list@lists.example>"
    mail["Subject"] = f"SIM {IMSI} does not register"
    mail["Date"] = "Thu, 26 Nov 2026 10:00:00 +0100"
    mail.set_content(text, cte=coding)
    return mail


@pytest.mark.parametrize("coding", ["7bit", "quoted-printable", "base64"])
def test_a_mail_stays_a_mail(coding: str) -> None:
    log = TEXTS["libmbim"](*MESSAGES).decode()
    data = _mail(f"see the log\n{log}\nRegards, Alice Doe\n", coding).as_bytes()
    scrubbed = scrub_log(data, KEY)
    assert wires(scrubbed) == wires(scrub_log(log.encode(), KEY))
    for value in (IMSI, ICCID, "Alice", "Doe", "M=C3=BCller", "corp.example"):
        assert value.encode() not in scrubbed
        assert base64.b64encode(value.encode()).rstrip(b"=")[:-1] not in scrubbed
    kept = (b"MIME-Version: 1.0", b"Date: Thu, 26 Nov 2026 10:00:00 +0100", b"does not register")
    assert all(each in scrubbed for each in kept)


def test_attachments_of_a_mail_are_opened() -> None:
    log = TEXTS["umbim"](*MESSAGES)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("modem.log", log)
    mail = _mail("It fails, see there.\n")
    mail.add_attachment(archive.getvalue(), maintype="application", subtype="zip", filename="a.zip")
    mail.add_attachment(b"\x89PNG\0\1\2" + IMSI.encode(), maintype="image", subtype="png")
    scrubbed, report = scrub_log_bytes(sent(mail), STRETCHED)
    assert report.formats == ["text", "umbim", "other bytes"]
    assert wires(scrubbed) == wires(scrub_log_bytes(log, STRETCHED)[0])
    assert base64.b64encode(b"\x89PNG\0\1\2") not in scrubbed


def test_a_mail_that_is_not_decoded_here_is_refused() -> None:
    head = b"From: a@example.org\nSubject: x\nContent-Transfer-Encoding: "
    with pytest.raises(InputError, match="decode it first"):
        scrub_log(head + b"x-uuencode\n\nbegin 644 a\n#86)C\n`\nend\n", KEY)
    with pytest.raises(InputError, match="damaged base64"):
        scrub_log(head + b"base64\n\nYW!!Jj\n", KEY)


@pytest.mark.parametrize("boundary", ["===============2582112017626947743==", "112017626947743"])
def test_what_parts_a_mail_is_no_number_of_anybody(boundary: str) -> None:
    mail = _mail(TEXTS["umbim"](*MESSAGES).decode())
    mail.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream")
    mail.set_boundary(boundary)
    scrubbed = scrub_log(mail.as_bytes(), KEY)
    assert scrubbed.count(boundary.encode()) == 4
    assert IMSI.encode() not in scrubbed


def test_a_boundary_that_holds_a_value_of_the_log_is_refused() -> None:
    mail = _mail(TEXTS["umbim"](*MESSAGES).decode())
    mail.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream")
    mail.set_boundary(f"part-{IMSI}")
    with pytest.raises(PrivacyError, match="survives"):
        scrub_log(mail.as_bytes(), KEY)
