"""The device: capabilities, structures and OIDs are those that it shows."""

from pathlib import Path

import pytest
from groups import sampled
from infer_samples import events_of_session, events_of_trace, report, status

from wwanreplay._core import Event, Kind, Profile
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.devices.profile import load_profile, shipped_profiles
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.engine_table import reports
from wwanreplay.protocol.releases import release_of_mapping
from wwanreplay.record import Session

# What DEVICE_CAPS_EX of Windows 11 has; earlier revisions and DEVICE_CAPS have less.
CAPS = (
    *("device_type", "cellular_class", "voice_class", "sim_class", "data_class"),
    *("gsm_band_class", "cdma_band_class", "sms_caps", "control_caps", "contexts_active_max"),
    *("device_id", "manufacturer", "model", "firmware", "auth_algo_caps"),
)


@pytest.mark.parametrize("name", sampled(sorted(shipped_profiles()), 6))
def test_capabilities_are_those_of_the_profile(name: str) -> None:
    recorded = load_profile(name).mapping
    found = profile_of(events_of_session(name, "queries"))
    for key in CAPS:
        assert found.mapping.get(key, 0) == recorded.get(key, 0), key
    # Some releases look the same: they have the same OIDs and forms.
    releases = [release_of_mapping(mapping) for mapping in (found.mapping, recorded)]
    assert Profile(found.mapping).supported_oids == Profile(recorded).supported_oids
    for structure in reports():
        forms = [PROTOCOL.structure(structure).form(release) for release in releases]
        assert forms[0] == forms[1] or None in forms, structure
    assert any(witness.key == "device.model" for witness in found.witnesses)


def test_the_first_witness_of_a_value_counts() -> None:
    first = report("DEVICE_CAPS", {"DeviceCaps.Model": "One", "DeviceCaps.WwanDataClass": 4}, 5, 1)
    second = report(
        "DEVICE_CAPS", {"DeviceCaps.Model": "Two", "DeviceCaps.WwanDataClass": 32}, 5, 1
    )
    mapping = profile_of([first, second]).mapping
    assert (mapping["model"], mapping["data_class"]) == ("One", 4)
    assert profile_of([second, first]).mapping["model"] == "Two"


def test_a_failed_report_tells_nothing() -> None:
    failure = status("FAILURE")
    caps = report("DEVICE_CAPS", {"uStatus": failure, "DeviceCaps.Model": "One"}, 5, 1)
    assert "model" not in profile_of([caps]).mapping


def test_values_at_their_limits_are_cut_to_what_fits() -> None:
    row = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_CAPS")
    fields = {
        "uStatus": 0,
        "DeviceCaps.Model": "\U0001f600" * 40,
        "DeviceCaps.FirmwareInfo": 'quote " back \\ slash\n\x7f' + "x" * 400,
        "DeviceCaps.DeviceId": "0" * 400,
        "DeviceCaps.MaxActivatedContexts": 0xFFFFFFFF,
        "DeviceCaps.WwanDataClass": 0xFFFFFFFF,
        "DeviceCaps.WwanControlCaps": 1 << 40,
        "DeviceCaps.WwanSimClass": 77,
        "DeviceCaps.ExecutorIndex": "three",
    }
    event = Event(Kind.KIND_INDICATION, 0, request_id=1, code=row.number or 0, fields=fields)
    profile = profile_of([event])
    assert profile.mapping["contexts_active_max"] == 0xFFFFFFFF
    assert profile.mapping["data_class"] == 0xFFFFFFFF
    assert profile.mapping["device_id"] == "0" * 17
    assert profile.mapping["firmware"].startswith('quote " back \\ slash\n\x7f')
    assert any(line.startswith("device.sim_class") for line in profile.assumed)


def test_refused_oids_are_not_supported() -> None:
    mapping = profile_of(events_of_trace("cdma")).mapping
    names = {PROTOCOL.oid_by_number[oid].name for oid in mapping["unsupported"]}
    assert names == {"OID_WWAN_PIN_EX", "OID_WWAN_PREFERRED_PROVIDERS", "OID_WWAN_PCO"}
    assert profile_of(events_of_trace("failures")).mapping["unsupported"] == []


def test_the_supported_list_tells_what_is_not_supported(tmp_path: Path) -> None:
    file = tmp_path / "less.toml"
    file.write_text('extends = "lte-home"\n[device]\nunsupported = ["OID_WWAN_PIN_LIST"]\n')
    with Session(f"emulated:{file}") as session:
        session.query("OID_GEN_SUPPORTED_LIST")
        session.until_idle()
        events = list(session.events)
    # The session's events are the outputs; the query itself comes first.
    query = Event(
        Kind.KIND_QUERY, 0, request_id=1, code=PROTOCOL.oid("OID_GEN_SUPPORTED_LIST").number or 0
    )
    mapping = profile_of([query, *events]).mapping
    assert mapping["unsupported"] == [PROTOCOL.oid("OID_WWAN_PIN_LIST").number]
