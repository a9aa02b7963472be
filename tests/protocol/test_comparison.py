"""The marks of the rows: what of a report is compared with a log, and which events are owed."""

import pytest

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import (
    NETWORK_SEARCHES,
    comparison_of,
    is_event_compared,
    is_event_owed,
    is_in_failures,
)
from wwanreplay.protocol.schema import EVENT_COMPARISONS

INDICATIONS = [row for row in PROTOCOL.tables.indications if row.number is not None]


def paths_of(row):
    """The paths of all layouts of an indication, those of parts included."""
    flats = [
        PROTOCOL.flat(name, layout.id)
        for name in row.structs
        for layout in PROTOCOL.structure(name).layouts
    ]
    return {path for flat in flats for path in (*flat.by_path, *flat.groups)} | {"Elements", "Data"}


@pytest.mark.parametrize("row", INDICATIONS, ids=lambda row: row.name)
def test_what_is_passed_over_is_a_part_of_the_report(row):
    found = comparison_of(row.number)
    named = {*found.never, *found.inactive, *found.activation}
    assert {path for path in named if "[" not in path} <= {
        path.partition("[")[0] if "[" in path else path for path in paths_of(row)
    }


def test_members_of_a_context_count_while_it_is_not_deactivated():
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
    found = comparison_of(code)
    assert found.activation
    assert found.inactive
    deactivated = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateDeactivated")
    activated = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateActivated")
    (path,) = found.activation[:1]
    assert found.passed_over({path: activated}) == found.never
    assert found.passed_over({path: deactivated}) == found.never + found.inactive
    assert found.passed_over({}) == found.never


def test_a_code_without_a_row_is_compared_as_it_is_and_owed():
    found = comparison_of(0x4004FFFF)
    assert found.never == found.inactive == found.activation == ()
    assert is_event_owed(0x4004FFFF)
    assert not is_event_compared(0x4004FFFF)


def test_each_mark_of_events_is_used_and_means_what_it_says():
    marks = {row.comparison for row in INDICATIONS}
    assert marks - {""} <= set(EVENT_COMPARISONS)
    for row in INDICATIONS:
        assert is_event_compared(row.number) == (row.comparison in ("owed", "free")), row.name
        assert is_event_owed(row.number) == (row.comparison not in ("free", "hidden")), row.name


def test_a_failed_report_means_its_status_and_not_its_strings():
    assert is_in_failures("uStatus")
    assert not is_in_failures("ContextState.AccessString")
    assert not is_in_failures("ReadyInfo.SubscriberId")


def test_a_search_of_the_network_is_one_of_the_oids():
    assert PROTOCOL.oid("OID_WWAN_VISIBLE_PROVIDERS").number in NETWORK_SEARCHES
    assert PROTOCOL.oid("OID_WWAN_RADIO_STATE").number not in NETWORK_SEARCHES
