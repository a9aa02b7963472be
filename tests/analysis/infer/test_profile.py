"""The profile that a trace's events show: answers that a device of it gives as the recorded one."""

from pathlib import Path

import pytest
from checkout import TRACES
from groups import sampled
from infer_samples import (
    PAGE,
    PAIRS,
    TRACE_NAMES,
    answer_of,
    answers,
    events_of_session,
    events_of_trace,
    report,
    started,
)

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.analysis.infer.start import start_of
from wwanreplay.devices.profile import load_profile, shipped_profiles
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event

STATIC = {
    PROTOCOL.oid(name).number
    for name in (
        "OID_WWAN_DRIVER_CAPS",
        "OID_WWAN_DEVICE_CAPS",
        "OID_WWAN_DEVICE_CAPS_EX",
        "OID_WWAN_HOME_PROVIDER",
        "OID_WWAN_PREFERRED_PROVIDERS",
        "OID_WWAN_PROVISIONED_CONTEXTS",
        "OID_WWAN_ENUMERATE_DEVICE_SERVICES",
        "OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS",
        "OID_GEN_SUPPORTED_LIST",
    )
}


def sets_before(events: list[Event], position: int, code: int) -> bool:
    """Whether a set may have changed what a query asks for."""
    return any(event.kind == Kind.KIND_SET and event.code == code for event in events[:position])


def check_static(events: list[Event]) -> int:
    """Ask a device of the whole session's profile for what does not change."""
    profile = profile_of(events)
    seen: set[tuple[int, bytes]] = set()
    for position, query, answer in answers(events):
        decoded = decode_event(answer)
        refused = decoded is not None and decoded.get("uStatus", 0)
        if query.code not in STATIC or refused or sets_before(events, position, query.code):
            continue
        if (query.code, query.payload) in seen:
            continue
        seen.add((query.code, query.payload))
        engine = started(profile.mapping, start_of(events[position:], profile.mapping))
        emitted = answer_of(engine, query, answer.time_ns - query.time_ns)
        assert emitted is not None
        assert emitted.payload == answer.payload, PROTOCOL.oid_by_number[query.code].name
    return len(seen)


@pytest.mark.parametrize("name", sampled(TRACE_NAMES, 8))
def test_a_device_of_the_profile_answers_as_in_the_trace(name: str) -> None:
    check_static(events_of_trace(name))


@pytest.mark.parametrize("profile", sampled(sorted(shipped_profiles()), ["cdma", "two-ports"]))
@pytest.mark.parametrize("script", sorted({script for _, script in PAIRS}))
def test_a_device_of_the_profile_answers_as_in_the_session(profile: str, script: str) -> None:
    count = check_static(events_of_session(profile, script))
    assert count >= (5 if script == "queries" else 0)


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_the_text_gives_the_same_mapping(name: str, tmp_path: Path) -> None:
    profile = profile_of(events_of_trace(name))
    file = tmp_path / "inferred.toml"
    file.write_text(profile.text, encoding="utf-8")
    loaded = load_profile(str(file))
    assert loaded.mapping == profile.mapping
    assert profile.name == "inferred"


def test_every_witness_is_an_event_that_can_show_it() -> None:
    events = events_of_trace("queries")
    profile = profile_of(events)
    assert {witness.key for witness in profile.witnesses} >= {
        "device.model",
        "sim.pins",
        "home",
        "provider",
        "preferred",
        "context",
        "service",
        "structures",
    }
    for witness in profile.witnesses:
        assert events[witness.record].kind in (
            Kind.KIND_INDICATION,
            Kind.KIND_COMPLETION,
            Kind.KIND_SET,
        )
        assert witness.what


def as_fields(event: Event) -> Event:
    """The event with its payload replaced by decoded fields."""
    decoded = decode_event(event) if event.payload else None
    if decoded is None or decoded.raw is not None:
        return event
    return event.replace(payload=b"", fields={leaf.path: leaf.value for leaf in decoded})


@pytest.mark.parametrize("name", ["queries", "registration", "pin", "contexts", "two-ports"])
def test_decoded_fields_show_as_much_as_the_bytes(name: str) -> None:
    events = events_of_trace(name)
    whole = profile_of(events).mapping
    as_printed = profile_of([as_fields(event) for event in events]).mapping
    for key in ("home", "providers", "pins", "provisioned", "data_class", "pin1", "model"):
        assert as_printed.get(key) == whole.get(key), key
    assert as_printed["sim_iccid"] == whole["sim_iccid"]


def test_without_events_everything_is_assumed() -> None:
    profile = profile_of([])
    assert profile.witnesses == []
    assert profile.mapping["providers"][0]["provider_id"] == "00101"
    assert profile.mapping["completion_latency_ns"] == [0, 0]
    assert all(jitter == 0 for _, jitter in profile.mapping["latencies_ns"].values())
    assert any(line.startswith("device.control_caps") for line in profile.assumed)
    started(profile.mapping)


def test_members_that_a_message_does_not_carry_are_left_alone() -> None:
    caps = report("DEVICE_CAPS", {"DeviceCaps.Model": "One", "DeviceCaps.Manufacturer": "Two"})
    assert profile_of([caps]).mapping["manufacturer"] == "Two"
    mapping = profile_of([caps], of_messages=True).mapping
    assert mapping["model"] == "One"
    assert "manufacturer" not in mapping


def test_the_example_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    section = PAGE.read_text(encoding="utf-8").split("## Profile and start")[1]
    example = section.split("```python\n")[1].split("```")[0]
    (tmp_path / "demo.wwtrace").write_bytes((TRACES / "demo.wwtrace").read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "inference.md", "exec"), {})
    assert 'model = "Emulated LTE modem"' in capsys.readouterr().out
