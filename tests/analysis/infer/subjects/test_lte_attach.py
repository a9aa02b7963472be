"""What the device attaches to LTE with: from reports and logs to profile, start and stimuli."""

from pathlib import Path
from typing import Any

import pytest
from field_matrix import clean_session
from infer_samples import mapping_of, query, report, started_from

from wwanreplay._core import Event
from wwanreplay.protocol import PROTOCOL

USER, OPERATOR, MODEM = 0, 2, 4


def configuration(*contexts: tuple[str, int], request_id: int = 0, time_ns: int = 5) -> Event:
    """A report of (access string, source) for each condition."""
    rows: list[dict[str, Any]] = [
        {
            "basicInfo": {"AccessString": text, "ContextType": 14},
            "Roaming": condition,
            "Enable": 1,
            "Source": source,
        }
        for condition, (text, source) in enumerate(contexts)
    ]
    values = {
        "LteAttachContext": {"ElementCount": len(rows), "LteContextArray": rows},
    }
    return report("LTE_ATTACH_CONFIG", values, time_ns, request_id)


def attach_rows(*events: Event) -> list[tuple[str, int]]:
    rows = mapping_of(*events).get("provisioned", [])
    return [(row["access_string"], row["roaming"]) for row in rows if row["context_type"] == 14]


FACTORY = (("home", MODEM), ("partner", MODEM), ("", MODEM))
OTHER = (("set", USER), ("partner", MODEM), ("updated", OPERATOR))


def test_the_factorys_contexts_become_contexts_of_the_profile() -> None:
    assert attach_rows(configuration(*FACTORY)) == [("home", 0), ("partner", 1)]
    assert attach_rows(configuration(*OTHER)) == [("partner", 1)]


def test_a_device_that_reports_a_configuration_has_the_optional_service() -> None:
    assert mapping_of(configuration(*OTHER))["optional_service_caps"] & 1
    failure = PROTOCOL.status("WWAN_STATUS_NO_DEVICE_SUPPORT").number
    failed = report("LTE_ATTACH_CONFIG", {"uStatus": failure}, 5)
    assert not mapping_of(failed)["optional_service_caps"] & 1


def test_a_device_is_led_to_the_configuration_of_an_answer() -> None:
    answer = (query("LTE_ATTACH_CONFIG", 1), configuration(*OTHER, request_id=1))
    engine = started_from(*answer)
    time_ns = engine.now_ns
    engine.submit(query("LTE_ATTACH_CONFIG", 9).replace(time_ns=time_ns))
    engine.advance(time_ns + 10**10)
    found = [event.payload for event in engine.drain() if event.code == answer[1].code]
    assert found == [answer[1].payload]


@pytest.mark.parametrize("form", ["quick", "slow"])
def test_a_log_is_explained_with_its_start_and_the_update_of_the_network(form: str) -> None:
    _, clean = clean_session("lte attach", "lte-attach", form)
    assert clean.result.root_count == 0
    (update,) = clean.inferred.stimuli
    assert update.event.code == PROTOCOL.stimulus("lte_attach").number


def test_a_log_of_a_modem_without_it_is_explained_as_well(tmp_path: Path) -> None:
    profile = tmp_path / "without.toml"
    profile.write_text(
        'extends = "lte-home"\n[device]\n'
        'optional_service_caps = "WWAN_OPTIONAL_SERVICE_CAPS_NONE"\nsupported = []\n'
    )
    _, clean = clean_session("lte attach", str(profile), "quick")
    assert clean.result.root_count == 0
    assert not clean.inferred.stimuli
