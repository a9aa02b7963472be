"""Causes of the network in words: by procedure and technology."""

import pytest

from wwanreplay.mbim.tables import ENUMS
from wwanreplay.protocol.network_causes import (
    MOBILITY,
    SESSION,
    Technology,
    cause_text,
    network_cause,
)


@pytest.mark.parametrize("rows", [MOBILITY, SESSION])
def test_numbers_stand_once_and_in_order_and_have_words(rows):
    numbers = [row.number for row in rows]
    assert len(numbers) == len(set(numbers))
    assert all(row.text(technology) for row in rows for technology in Technology)


@pytest.mark.parametrize(
    ("number", "session", "technology", "text"),
    [
        (27, True, Technology.LTE, "27, missing or unknown APN"),
        (27, True, Technology.NR, "27, missing or unknown DNN"),
        (27, False, Technology.NR, "27, N1 mode not allowed: 5G stand-alone is barred"),
        (8, True, Technology.LTE, "8, operator determined barring"),
        (8, False, Technology.LTE, "8, EPS and non-EPS not allowed"),
        (12, False, Technology.GSM_UMTS, "12, location area not allowed"),
        (12, False, Technology.LTE, "12, tracking area not allowed"),
        (200, True, Technology.LTE, "200"),
    ],
)
def test_one_number_has_its_words_by_procedure_and_technology(number, session, technology, text):
    assert cause_text(number, session=session, technology=technology) == text


def test_every_number_that_mbim_names_has_words_in_one_of_the_tables():
    unnamed = {
        number
        for _, number in ENUMS["MbimNwError"].members
        if number and network_cause(number, session=True) is None
        if network_cause(number, session=False) is None
    }
    assert unnamed == {48}  # on which the published tables disagree
