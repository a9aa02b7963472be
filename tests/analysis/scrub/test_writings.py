"""Text is found in each form in which bytes are printed, or alone where it must stand alone."""

import base64

import pytest
from scrub_samples import IMSI, speller_of


@pytest.mark.parametrize("alignment", [0, 1, 2])
@pytest.mark.parametrize("text", [IMSI, "internet.example"])
@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_base64_is_replaced_at_each_alignment(alignment: int, text: str, encoding: str) -> None:
    name = "SubscriberId" if text == IMSI else "AccessString"
    speller, images = speller_of((name, text))
    before, behind = b"\x81" * alignment + b"abc", b"xyz\xfe"
    encoded = base64.b64encode(before + text.encode(encoding) + behind)
    replaced = speller.replaced(encoded)
    assert base64.b64decode(replaced) == before + images[text].encode(encoding) + behind


def test_a_word_is_replaced_where_it_stands_alone() -> None:
    speller, images = speller_of(("UserName", "web"), ("AccessString", "internet"))
    text = "user web on internet, webmail, internets, web_page; WEB INTERNET"
    web, internet = images["web"], images["internet"]
    assert speller.replaced_text(text) == (
        f"user {web} on {internet}, webmail, internets, web_page; {web.upper()} {internet.upper()}"
    )


def test_utf_16_is_not_taken_for_the_other_byte_order() -> None:
    speller, images = speller_of(("Password", "épinglé"))
    data = "\x0b\0épinglé\0".encode("utf-16-le")
    assert speller.replaced(data) == f"\x0b\0{images['épinglé']}\0".encode("utf-16-le")
