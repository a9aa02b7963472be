"""Words in any case, with hyphens or underscores, are the known ones they mean."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.words import folded, harmless, meant, printable

KNOWN = ("error-status", "MBIM_CID_CONNECT", "lte-home", "two words")


def test_the_known_word_is_given_as_it_is_listed():
    assert meant("Error_Status", KNOWN) == "error-status"
    assert meant("mbim-cid-connect", KNOWN) == "MBIM_CID_CONNECT"
    assert meant("two-words", KNOWN) is None
    assert meant("", KNOWN) is None


def test_a_word_as_it_stands_comes_first():
    assert meant("a_b", ("a-b", "a_b")) == "a_b"


@given(st.sampled_from(KNOWN), st.data())
def test_case_and_the_sign_between_do_not_matter(word, data):
    written = "".join(
        data.draw(st.sampled_from((each.lower(), each.upper()))) if each not in "-_" else "_"
        for each in word
    )
    assert meant(written, KNOWN) == word
    assert folded(written) == folded(word)


def test_a_text_is_printed_on_one_line_and_steers_nothing():
    assert printable("Bänder 5") == "Bänder 5"
    assert printable("a\nb\x1b[1m") == "a\\nb\\x1b[1m"
    assert harmless("a\nb\x1b[1m\u202e→") == "a\nb\\x1b[1m\\u202e→"


@given(st.text())
def test_any_text_is_harmless(text):
    shown = harmless(text)
    assert all(each.isprintable() or each == "\n" or ord(each) > 0x9F for each in shown)
    assert shown.count("\n") == text.count("\n")
    assert printable(text).isprintable()
