"""Reports of replays: text, JSON, masking."""

import json

import pytest
from replay_samples import changed_octet, sample_events

from wwanreplay.analysis.report import report_lines, result_json
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import replay_events

PERSONAL = ("001010123456789", "89001010000000000117")


def places(events, name):
    number = PROTOCOL.indication(name).number
    return [n for n, event in enumerate(events) if event.code == number]


def diverging(edit):
    events, new_engine = sample_events()
    edited = list(events)
    edit(edited)
    return replay_events(edited, new_engine())


def alter(place, octet, difference=0x5A):
    def edit(events):
        events[place] = changed_octet(events[place], octet, difference)

    return edit


def alter_first_ready_info(events):
    place = places(events, "NDIS_STATUS_WWAN_READY_INFO")[0]
    events[place] = changed_octet(events[place], 22)


# Text and JSON.


def test_a_report_has_both_sides_the_fields_the_state_and_the_events_before():
    events, _ = sample_events()
    place = places(events, "NDIS_STATUS_WWAN_REGISTER_STATE")[1]
    result = diverging(alter(place, 12, 1))
    lines = list(report_lines(result))
    text = "\n".join(lines)
    assert lines[0] == "diverged: 1 root cause; 42 outputs compared"
    assert f"1. root cause: changed at record {place}, 2.685309112 s" in text
    row = next(
        line
        for line in lines
        if line.split()[:1] == ["RegistrationState.RegisterState"] and "=" not in line
    )
    assert row.split()[1:] == ["WwanRegisterStateSearching", "WwanRegisterStateHome"]
    assert "register_state WwanRegisterStateHome" in text
    assert f"     {place - 1}       0.820561123  ← indication NDIS_STATUS_WWAN_REGISTER" in text
    assert lines.count("     before:") == 1


def test_an_equal_report_is_one_line():
    assert list(report_lines(diverging(lambda events: None))) == ["equal, 42 outputs compared"]


@pytest.mark.parametrize("as_json", [False, True])
def test_personal_values_are_masked_unless_requested(as_json):
    result = diverging(alter_first_ready_info)
    assert result.root_count == 1

    def printed(show_personal):
        if as_json:
            return json.dumps(result_json(result, show_personal=show_personal))
        return "\n".join(report_lines(result, show_personal=show_personal))

    shown, hidden = printed(True), printed(False)
    for value in PERSONAL[1:]:
        assert value in shown
    for value in PERSONAL:
        assert value not in hidden
        assert value.encode("utf-16-le").hex() not in hidden
    assert "***" in hidden


def test_a_report_is_the_same_text_each_time():
    texts = {json.dumps(result_json(diverging(alter(2, 20)))) for _ in range(3)}
    assert len(texts) == 1


def test_roots_come_before_what_follows_from_them():
    def edit(events):
        for place, event in enumerate(events):
            if event.request_id == 12 and event.kind in (5, 6):
                events[place] = event.replace(time_ns=event.time_ns + 1000)
        events[-2] = events[-2].replace(handle=4)

    result = diverging(edit)
    assert [found.root for found in result.divergences] == [True, True, False]
    report = result_json(result)
    assert report["divergences"][2]["root_index"] == report["divergences"][0]["index"]
