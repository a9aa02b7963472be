"""The personal arguments of commands, by their field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.scrub.commands import ROWS, arguments


def found(text: str) -> list[tuple[str, str]]:
    """The arguments, each once: several rows may find it."""
    spans = dict.fromkeys(arguments(text))
    return [(each.field, text[each.start : each.end]) for each in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('AT+CPIN="1234"', [("Pin", "1234")]),
        ("at+cpin=12345678,4321", [("Pin", "12345678"), ("Pin", "4321")]),
        ('AT+CLCK="SC",1,"1234"', [("Pin", "1234")]),
        ('+CGDCONT: 1,"IP","internet.example"', [("AccessString", "internet.example")]),
        (
            '+QENG: "servingcell","NOCONN","LTE","FDD",262,01,1C8BC12,303,1300,3,5,5,5F3D,-101',
            [("Hexadecimal", "1C8BC12"), ("Hexadecimal", "5F3D")],
        ),
        (
            '+QENG: "servingcell","NOCONN","NR5G-SA","TDD",262,01,1C8BC120F,303,5F3D,1300',
            [("Hexadecimal", "1C8BC120F"), ("Hexadecimal", "5F3D")],
        ),
        (
            '+QENG: "servingcell","LIMSRV","WCDMA",262,03,1A2B,1C8BC,10713',
            [("Hexadecimal", "1A2B"), ("Hexadecimal", "1C8BC")],
        ),
        ('+QENG: "LTE","FDD",262,01,1C8BC12,303', [("Hexadecimal", "1C8BC12")]),
        (
            "+CPSI: LTE,Online,262-01,0x5B1E,187214780,257,EUTRAN-BAND3",
            [("CellId", "0x5B1E"), ("CellId", "187214780")],
        ),
        ('SendPin("1234")', [("Pin", "1234")]),
        ("org.freedesktop.ModemManager1.Sim SendPin s 1234", [("Pin", "1234")]),
        ('Sim.ChangePin ss "1234" "4321"', [("Pin", "1234"), ("Pin", "4321")]),
        ('member=SendPin\n   string "1234"', [("Pin", "1234")]),
        ("enter_pin(1234)", [("Pin", "1234")]),
        ("PIN (1234)", [("Pin", "1234")]),
        ("pin \u2192 1234", [("Pin", "1234")]),
        ("PIN:\n1234\n", [("Pin", "1234")]),
        ("SIM 'pin' '1234'", [("Pin", "1234")]),
        ("the code of my SIM is 1234", [("Pin", "1234")]),
        ("password Sommer2022", [("Password", "Sommer2022")]),
        ("password 5290", [("Password", "5290")]),
        ("auth_pw 5290", [("Password", "5290")]),
        ("user me pass 5290", [("Password", "5290")]),
        ("usb 1-2: SerialNumber: 0123456789ABCDEF", [("DeviceId", "0123456789ABCDEF")]),
        ("serial number: 98F31C", [("DeviceId", "98F31C")]),
        ("attached to cell id 0x1C8BC12 now", [("CellId", "0x1C8BC12")]),
        ("Mfr=1, Product=2, SerialNumber=3", []),
        ("pass 2022-07-26", []),
        ("cell id unknown", []),
        ("SendPin failed after 1234 ms", []),
        ("password required", []),
        ("PIN\n2022-07-26 05:24:07", []),
        ("AT+CPIN?", []),
        ("+CPIN: READY", []),
    ],
)
def test_an_argument_has_its_field(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@given(
    text=st.lists(st.sampled_from([row.token for row in ROWS]) | st.text(max_size=9)).map("".join)
)
def test_any_text_has_spans_inside_it(text: str) -> None:
    for each in arguments(text):
        assert 0 <= each.start < each.end <= len(text)


def test_letters_that_grow_when_they_are_small_do_not_move_a_span() -> None:
    assert found("İİ AT+CPIN=1234") == [("Pin", "1234")]
