"""Free texts of the page: personal values are masked, and nothing in them is invisible."""

import pytest
from checkout import TRACES
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.view.masking import MASK, Masking, shortened, visible
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import TEXTS
from wwanreplay.trace import TraceReader


def learnt(**options):
    masking = Masking(**options)
    with TraceReader(TRACES / "demo.wwtrace") as reader:
        masking.learn(reader.events())
    return masking


def personal_texts():
    """The personal texts of the demo's fields."""
    found = set()
    with TraceReader(TRACES / "demo.wwtrace") as reader:
        for event in reader.events():
            decoded = decode_event(event) if event.payload and event.kind not in TEXTS else None
            for leaf in () if decoded is None else decoded.leaves():
                if leaf.personal and isinstance(leaf.value, str) and len(leaf.value) > 3:
                    found.add(leaf.value)
    return sorted(found)


def test_known_values_are_masked_in_any_text():
    masking = learnt()
    assert len(personal_texts()) >= 3
    for value in personal_texts():
        shown = masking.text(f"the user wrote {value}, and ({value})")
        assert value not in shown
        assert shown.count(MASK) == 2


@pytest.mark.parametrize(
    "text",
    ["IMSI: 001010123456789", "number +44 7700 900123", "APN=internet.example", "192.0.2.44"],
)
def test_what_has_the_form_of_an_identity_is_masked_without_being_known(text):
    value = text.split(" ", 1)[-1].split("=")[-1]
    assert value not in Masking().text(text)
    assert Masking(show_personal=True).text(text) == text


def test_a_value_at_the_cut_of_a_long_text_is_not_shown_in_part():
    identity = "001010123456789"
    for shift in range(20):
        text = "x " * ((400 - shift) // 2) + identity * 40
        assert identity[:9] not in Masking().text(text, 200)


def test_a_long_text_ends_in_a_mark():
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
    assert Masking().text("word " * 2000, 100).endswith("…")
    assert len(Masking(show_personal=True).text("word " * 2000, 100)) == 100


@given(st.text())
def test_every_character_of_a_visible_text_has_a_form(text):
    assert visible(text).isprintable()
    assert visible(visible(text)) == visible(text)


def test_controls_and_marks_of_direction_become_escapes():
    assert visible("a\0b\u202ec\ud800d") == "a\\x00b\\u202ec\\ud800d"
    assert visible("Zürich 漢") == "Zürich 漢"
