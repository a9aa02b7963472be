"""The page: its sections in their order, its places, its width, and what it masks."""

import pytest
from explained_causes import CASES
from explained_sessions import CONNECTED, OPENED, session_bytes

from wwanreplay.analysis.explanation import explained, page_lines
from wwanreplay.analysis.report import WIDTH

SECTIONS = [
    "What this is",
    "What happened",
    "What stands out",
    "Likely causes",
    "Faults, then differences from the model",
    "What is missing to say more",
]


@pytest.fixture
def page(tmp_path):
    def page(text):
        path = tmp_path / "a.wwtrace"
        path.write_bytes(session_bytes(text))
        return list(page_lines(explained("a.wwtrace", str(path))))

    return page


def test_the_sections_stand_in_their_order(page):
    assert [line for line in page(CONNECTED) if line in SECTIONS] == SECTIONS


def test_nothing_stands_out_is_an_answer(page):
    lines = page(CONNECTED)
    assert "  nothing stands out" in lines
    assert "  none: no row of the table has its evidence in this session" in lines
    assert "  nothing compared" in lines  # messages alone: no event is made of them


def test_a_cause_has_its_observation_first_then_how_sure_it_is(page):
    lines = page(CASES["apn"].shows)
    start = next(at for at, line in enumerate(lines) if line.startswith("  1. "))
    whole = " ".join(line.strip() for line in lines[start:])
    observed, sure = whole.index("CONNECT was refused"), whole.index("Most often: the APN")
    assert observed < sure < whole.index("To confirm:") < whole.index("What helped:")
    assert "(line 12)" in whole


def test_lines_are_short_and_identities_are_masked(page):
    for name in ("apn", "at-error", "sim-pin", "second-client"):
        for line in page(CASES[name].shows):
            assert len(line) <= WIDTH, line
            assert "001010123456789" not in line
            assert "internet.example" not in line


def test_a_long_session_is_shown_by_its_beginning_and_its_end(page):
    changes = "".join(
        f"! RADIO_STATE HwRadioState=1 SwRadioState={number % 2}\n" for number in range(60)
    )
    lines = page(OPENED + changes)
    assert any("21 more changes" in line for line in lines)
    assert len(lines) < 110


def test_text_of_a_log_cannot_steer_a_terminal(page):
    lines = page(OPENED + "# fatal error \x1b[2J\n")
    assert not any("\x1b" in line for line in lines)
    assert any("\\x1b[2J" in line for line in lines)
