"""A profile in the making: what a profile can hold, each value from its first event."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.draft import TEXT_SIZE_MAX, Draft, fit_text, plain_text
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.devices.profile import read_mapping
from wwanreplay.devices.toml import ValuePlace


def reading(index=7):
    return Reading(Event(Kind.KIND_INDICATION, 1), index, "NDIS_STATUS", "", {})


def test_the_first_event_decides_and_is_named():
    draft = Draft()
    assert draft.observe("device", "model", "one", reading(3))
    assert not draft.observe("device", "model", "two", reading(4))
    assert draft.value("device", "model") == "one"
    assert [(each.key, each.record) for each in draft.witnesses] == [("device.model", 3)]


def test_what_is_observed_is_not_assumed_otherwise():
    draft = Draft()
    draft.observe("device", "model", "one", reading())
    draft.assume("device", "model", "two", "nothing shows it")
    draft.assume("device", "manufacturer", "three", "nothing shows it")
    assert draft.tables["device"] == {"model": "one", "manufacturer": "three"}
    assert draft.assumed == ["device.manufacturer: nothing shows it"]


def test_what_no_profile_holds_is_left_out_and_noted():
    draft = Draft()
    assert not draft.observe("device", "max_sessions", 1 << 40, reading(5))
    assert draft.value("device", "max_sessions") is None
    assert len(draft.assumed) == 1


def test_more_rows_than_the_device_has_room_for_are_cut_and_noted():
    draft = Draft()
    assert draft.limited("provider", [1, 2, 3], 2) == [1, 2]
    assert len(draft.assumed) == 1
    assert draft.limited("provider", [1, 2], 2) == [1, 2]
    assert len(draft.assumed) == 1


@given(st.text(max_size=2 * TEXT_SIZE_MAX))
def test_a_text_that_is_fitted_begins_the_text_and_a_profile_takes_it(text):
    fitted = fit_text("device", "model", text)
    assert fitted is not None
    assert plain_text(text).startswith(fitted)
    read_mapping({"device": {"model": fitted}}, ValuePlace("test"))


def test_a_text_ends_at_its_first_nul():
    assert plain_text("one\0two") == "one"
    assert fit_text("device", "model", "M" * 9) == "M" * 9
