"""The profile in a header: scrubbed as the session is, and nothing else of it."""

import pytest
from groups import sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from scrub_samples import KEY, recording

from wwanreplay.analysis.scrub import scrub_bytes
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.profile import scrub_header
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import DeviceProfile, load_profile, shipped_profiles
from wwanreplay.trace import TraceHeader, TraceReader


def test_the_header_keeps_what_names_nobody() -> None:
    before = TraceReader(recording("demo")).header
    header = TraceReader(scrub_bytes(recording("demo"), KEY)[0]).header
    old, new = before.profile_mapping, header.profile_mapping
    changed = {key for key in old if old[key] != new[key]}
    assert {"subscriber_id", "sim_iccid", "device_id", "telephone_numbers", "pin1"} <= changed
    assert not {"providers", "home", "latencies_ns", "services", "mcc", "mnc"} & changed
    assert set(old) == set(new)
    assert (header.profile_text, header.profile) == ("", b"")
    assert header.seed == before.seed


def scrubbed(header: TraceHeader) -> TraceHeader:
    """The header with everything replaced, as a session does it: learned first."""
    identities = Identities(make_key(KEY))
    scrub_header(header, identities, None)
    return scrub_header(header, identities, Speller(identities))


@pytest.mark.parametrize("name", sampled(sorted(shipped_profiles()), 6))
def test_a_scrubbed_profile_makes_a_device_with_the_same_keys(name: str) -> None:
    mapping = load_profile(name).mapping
    found = scrubbed(TraceHeader(profile_name=name, profile_mapping=mapping)).profile_mapping
    assert found.keys() == mapping.keys()
    assert EmulatedDevice(DeviceProfile(name, found)).engine.now_ns == 0
    assert found["device_id"] != mapping["device_id"]


def test_learning_alone_changes_no_value_that_names_nobody() -> None:
    header = TraceHeader(producer="a program", notes=["a note"], seed=5, device={"model": "M 1"})
    found = scrubbed(header)
    assert (found.producer, found.notes, found.seed) == ("a program", ["a note"], 5)
    assert found.device == {"model": "M 1"}


def test_what_was_imported_is_kept_by_format_and_size_only() -> None:
    files = [{"name": "anne.log", "format": "umbim", "sha256": "ab", "size": 9}, "odd"]
    found = scrubbed(TraceHeader(source={"files": files, "size": 9, "path": "/home/anne"}))
    assert found.source == {"size": 9, "files": [{"format": "umbim", "size": 9}]}


def test_texts_and_the_mapping_get_the_same_images() -> None:
    imsi = "262011234567890"
    header = TraceHeader(
        notes=[f"the card {imsi}"],
        extra={"x-card": imsi},
        profile_mapping={"subscriber_id": imsi, "description": f"of {imsi}"},
    )
    found = scrubbed(header)
    image = Identities(make_key(KEY)).text("SubscriberId", imsi)
    assert found.notes == [f"the card {image}"]
    assert found.profile_mapping == {"subscriber_id": image, "description": f"of {image}"}
    assert imsi not in str(found)


@pytest.mark.long
@settings(max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from(["pin1", "tracking_area_code", "ipv4_address", "octets", "providers", 7]),
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.binary(max_size=4)
        | st.lists(st.text(max_size=4), max_size=2),
        max_size=4,
    )
)  # fmt: skip
def test_a_hostile_mapping_keeps_its_keys_and_the_types_of_its_values(mapping: dict) -> None:
    found = scrubbed(TraceHeader(profile_mapping=mapping)).profile_mapping
    assert found.keys() == mapping.keys()
    same = {key: type(value) for key, value in found.items() if not isinstance(value, bool | int)}
    assert same == {
        key: type(value) for key, value in mapping.items() if not isinstance(value, bool | int)
    }
