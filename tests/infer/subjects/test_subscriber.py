"""The subscriber: a card that becomes ready was off, and what it leaves blank is blank."""

from infer_samples import (
    SECOND,
    mapping_of,
    query,
    report,
    set_request,
    started_from,
    state_before,
    status,
)

from wwanreplay._core import Engine, Event, Kind, Profile
from wwanreplay.protocol import PROTOCOL


def test_a_cold_start_waits_for_the_card() -> None:
    off = [query("READY_INFO", 1), report("READY_INFO", {"ReadyInfo.ReadyState": 0}, 5, 1)]
    ready = report("READY_INFO", {"ReadyInfo.ReadyState": 1}, 3 * SECOND)
    mapping = mapping_of(*off, ready)
    engine = started_from(*off, ready)
    assert (engine.state()["ready_state"], engine.next_due_ns) == (0, None)
    inserted = (1).to_bytes(4, "little")
    code = PROTOCOL.stimulus("sim").number
    engine.submit(Event(Kind.KIND_STIMULUS, 3 * SECOND, code=code, payload=inserted))
    engine.advance(3 * SECOND)
    assert engine.drain()[0].payload == ready_payload(mapping)


def ready_payload(mapping: dict) -> bytes:
    engine = Engine(Profile(mapping), 0)
    engine.advance(0)
    return next(event.payload for event in engine.drain())


def test_a_card_that_is_ready_and_has_no_identity_is_blank() -> None:
    ready = {"ReadyInfo.ReadyState": 1, "ReadyInfo.SubscriberId": "", "ReadyInfo.SimIccId": "8901"}
    mapping = mapping_of(report("READY_INFO", ready, 5, 1))
    assert (mapping["subscriber_id"], mapping["sim_iccid"]) == ("", "8901")


def test_a_refusal_shows_the_ready_state_behind_it() -> None:
    refused = report("HOME_PROVIDER", {"uStatus": status("SIM_NOT_INSERTED")}, 5, 1)
    assert state_before(query("HOME_PROVIDER", 1), refused)["ready_state"] == 2


def test_a_subscription_that_is_activated_was_not_active() -> None:
    activated = report("SERVICE_ACTIVATION", {}, 5, 3)
    request = set_request(
        "SERVICE_ACTIVATION", "NDIS_WWAN_SERVICE_ACTIVATION", {"uVendorSpecificBufferSize": 0}, 3
    )
    assert state_before(request, activated)["ready_state"] == 5
