"""What free text says: labelled values, numbers, addresses."""

import pytest

from wwanreplay.analysis.scrub import scrub_log, scrub_text
from wwanreplay.errors import InputError

KEY = b"a key of the tests"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("  SubscriberId = '310260123456789'", "310260123456789"),
        ("IMSI: 262011234567890", "262011234567890"),
        ("  SimIccId = '8949020000123456789'", "8949020000123456789"),
        ("iccid=89490200001234567890F", "89490200001234567890F"),
        ("  DeviceId = '490154203237518'", "490154203237518"),
        ("imei 490154203237518 found", "490154203237518"),
        ("own number: +491701234567", "+491701234567"),
        ("--connect=access-string=internet.example,ip-type=ipv4", "internet.example"),
        ("  AccessString = 'internet'", "internet"),
        ("apn: web, user", "web"),
        ('user-name="alice"', "alice"),
        ("Password = 'hunter22'", "hunter22"),
        ("  Pin = '1234'", "1234"),
        ("new-pin: 9876.", "9876"),
        ('{"pin":9876}', "9876"),
        ('"SimPin": "9876"', "9876"),
        ("pw: hunter22", "hunter22"),
        ("cell id: 0x1a2b3c", "0x1a2b3c"),
        ("TAC: 4711", "4711"),
        ("cell identity: 01C8BC12", "01C8BC12"),
        ("ci: 0x12345 of", "0x12345"),
        ("eci=29932562, up", "29932562"),
        ("eNB ID: 116924", "116924"),
        ("position lat 52.520008 of", "52.520008"),
        ("position lon -13.404954 of", "13.404954"),
        ("address 198.51.100.7/24", "198.51.100.7"),
        ("gateway 2001:db8:0:17::fe is up", "2001:db8:0:17::fe"),
        ("mac 02:50:f3:a1:b2:c3;", "02:50:f3:a1:b2:c3"),
        ("temp conn ID 0x61 APN [corp.example] IPType", "corp.example"),
        (
            '"AdapterID":"{7971731f-33f9-4f1a-9718-087c12e64c5d}","N":24',
            "7971731f-33f9-4f1a-9718-087c12e64c5d",
        ),
        (
            "Interface: {{7971731f-33f9-4f1a-9718-087c12e64c5d}}",
            "7971731f-33f9-4f1a-9718-087c12e64c5d",
        ),
        ("mail to alice@corp.example now", "alice@corp.example"),
    ],
)
def test_a_personal_value_is_replaced_and_the_text_around_it_stays(text: str, value: str) -> None:
    scrubbed = scrub_text(text, KEY)
    before, _, behind = text.partition(value)
    assert value not in scrubbed
    assert scrubbed.startswith(before)
    assert scrubbed.endswith(behind)
    assert len(scrubbed) > len(before) + len(behind)


@pytest.mark.parametrize(
    "text",
    [
        "Interface: wwan0, miniport: ready",
        "12:34:56.789 OPEN_DONE, transaction 7",
        "PIN type: 'pin1', remaining attempts: 3",
        "pin = 'not required'",
        "firmware EM10.01.00, mcc 262 mnc 01",
        "[/dev/cdc-wdm0] sent message: length 48",
        "UUID a289cc33-bcbb-8b4f-b6b0-133ec2aae6df",
        "at 1700000000000000000 ns",
        "password: none, apn: (null)",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert scrub_text(text, KEY) == text


def test_a_value_that_was_labelled_once_is_replaced_everywhere() -> None:
    text = "IMSI: 262011234567890\nraw 3236323031313233343536373839 30 / 262011234567890"
    scrubbed = scrub_text(text, KEY)
    image = scrubbed.split()[1]
    assert scrubbed.count(image) == 2
    assert "262011234567890" not in scrubbed


def test_hexadecimal_dumps_of_a_labelled_value_are_replaced() -> None:
    imsi = "262011234567890"
    wide = imsi.encode("utf-16-le").hex().upper()
    scrubbed = scrub_text(f"SubscriberId = '{imsi}'\n{wide}\n", KEY)
    image = scrubbed.split("'")[1]
    assert scrubbed.splitlines()[1] == image.encode("utf-16-le").hex().upper()


def test_a_log_in_utf_16_is_read() -> None:
    text = "IMSI: 262011234567890\r\n"
    scrubbed = scrub_log(b"\xff\xfe" + text.encode("utf-16-le"), KEY)
    assert scrubbed.decode("utf-16") == scrub_text(text, KEY)


def test_a_packed_log_that_cannot_be_opened_is_refused() -> None:
    with pytest.raises(InputError, match="unpack it first"):
        scrub_log(b"PK\x03\x04....", KEY)
