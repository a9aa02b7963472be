"""Sleep, the miniport's life, and what lives through them."""

import random
import struct

import pytest
from device_host import MS, PLAIN_SERVICE, SECOND, SERVICE, Host, member, names, status

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode

CONTEXT = ("WWAN_CONTEXT_STATE", 0)
LINK = ("LINK_STATE", 0)
SUCCESS = 0
HEADER = struct.pack("<BBH", 0x80, 1, 28)
OPEN_SESSION = HEADER + SERVICE + struct.pack("<II", 1, 1)
SUBSCRIPTION = struct.pack("<BBHII", 0x80, 1, 12, 11, 1) + SERVICE
SERVICE_EVENT = SERVICE + struct.pack("<II", 1, 0)


def busy_host(**changes):
    """A device with a context, a session and a subscription."""
    host = Host(**changes)
    host.up(1)
    host.set("OID_WWAN_DEVICE_SERVICE_SESSION", OPEN_SESSION)
    host.set("OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", SUBSCRIPTION)
    return host


def ready_state(host):
    return host.query("OID_WWAN_READY_INFO").number("ReadyInfo.ReadyState")


def test_a_device_that_goes_to_sleep_says_what_it_gives_up_then_completes():
    host = busy_host(voice_class=3)
    host.stimulus("voice_call", State="WwanVoiceCallStateInProgress")
    *events, completion = host.power("D3")
    assert names(events) == [CONTEXT, LINK, CONTEXT]
    report = decode_event(events[0])
    assert report.number("uStatus") == 0
    assert report.number("ContextState.uNwError") == 0
    assert decode_event(events[2]).number("ContextState.VoiceCallState") == 2
    assert completion.status == SUCCESS
    assert host.engine.state()["power_state"] == 4


@pytest.mark.parametrize("state", ["D1", "D2", "D3"])
def test_a_device_asleep_takes_power_requests_only(state):
    host = Host()
    host.power(state)
    low = status("NDIS_STATUS_LOW_POWER_STATE")
    for name in ("OID_WWAN_READY_INFO", "OID_WWAN_DRIVER_CAPS", "OID_GEN_LINK_STATE"):
        assert host.refused(Kind.KIND_QUERY, name) == low
    assert host.refused(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order()) == low
    (completion,) = host.send(Kind.KIND_QUERY, "OID_PNP_QUERY_POWER", b"\1\0\0\0")
    assert completion.status == SUCCESS
    (completion,) = host.power("D2")
    assert completion.status == SUCCESS


def test_after_waking_the_device_registers_again_but_contexts_stay_down():
    host = busy_host()
    host.power("D3")
    completion, *events = host.power("D0")
    assert completion.status == SUCCESS
    assert "WWAN_REGISTER_STATE" in [name for name, _ in names(events)]
    assert CONTEXT not in names(events)
    state = host.engine.state()
    assert state["packet_service_state"] == 2
    assert state["ports"][0]["contexts"] == []
    assert state["sessions_open"] == []
    assert host.stimulus("device_service_event", SERVICE_EVENT) == []
    host.up(1)


def test_waking_and_asking_for_the_present_state_says_nothing():
    host = busy_host()
    (completion,) = host.power("D0")
    assert completion.status == SUCCESS
    assert host.engine.state()["ports"][0]["link_connected"]


@pytest.mark.parametrize("name", ["OID_PNP_SET_POWER", "OID_PNP_QUERY_POWER"])
@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", "NDIS_STATUS_INVALID_LENGTH"),
        (b"\4\0\0", "NDIS_STATUS_INVALID_LENGTH"),
        (bytes(4), "NDIS_STATUS_INVALID_DATA"),
        (b"\5\0\0\0", "NDIS_STATUS_INVALID_DATA"),
    ],
)
def test_a_power_request_without_a_state_is_refused(name, payload, expected):
    kind = Kind.KIND_SET if name == "OID_PNP_SET_POWER" else Kind.KIND_QUERY
    assert Host().refused(kind, name, payload) == status(expected)


@pytest.mark.parametrize(
    ("gone", "refusal"),
    [
        (lambda host: host.power("D3"), "NDIS_STATUS_LOW_POWER_STATE"),
        (lambda host: host.lifecycle("HALT"), "NDIS_STATUS_CLOSING"),
        (lambda host: host.lifecycle("SURPRISE_REMOVAL"), "NDIS_STATUS_ADAPTER_REMOVED"),
    ],
)
def test_what_is_under_way_ends_before_the_device_goes(gone, refusal):
    host = Host()
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1))
    host.run(MS)
    accepted = host.request_id
    host.send(Kind.KIND_QUERY, "OID_WWAN_HOME_PROVIDER")
    waiting = host.request_id
    outputs = gone(host)
    (ended,) = [event for event in outputs if event.request_id == accepted]
    assert ended.kind == Kind.KIND_INDICATION
    assert decode_event(ended).number("uStatus") == status("WWAN_STATUS_FAILURE")
    (completed,) = [event for event in outputs if event.request_id == waiting]
    assert completed.kind == Kind.KIND_COMPLETION
    assert completed.status == status(refusal)
    assert host.engine.state()["queue_depth"] == 0
    assert host.run(300 * SECOND) == []


def test_a_provider_query_cut_short_ends_with_a_status_it_may_have():
    host = Host()
    host.send(Kind.KIND_QUERY, "OID_WWAN_HOME_PROVIDER")
    host.run(MS)
    ended = decode_event(host.power("D3")[0])
    assert ended.number("uStatus") == status("WWAN_STATUS_READ_FAILURE")


def test_a_paused_miniport_answers_requests():
    host = Host()
    assert host.lifecycle("PAUSE") == []
    assert host.engine.state()["miniport"] == "paused"
    host.up(1)
    assert host.lifecycle("RESTART") == []
    assert host.engine.state()["miniport"] == "running"
    assert host.engine.state()["ports"][0]["link_connected"]


@pytest.mark.parametrize(
    ("leave", "come", "refusal"),
    [
        ("HALT", "INITIALIZE", "NDIS_STATUS_ADAPTER_NOT_READY"),
        ("SURPRISE_REMOVAL", "ARRIVAL", "NDIS_STATUS_ADAPTER_REMOVED"),
    ],
)
def test_the_miniport_goes_and_comes_back(leave, come, refusal):
    host = busy_host()
    host.stimulus("traffic", struct.pack("<8Q", *[9] * 8))
    assert names(host.lifecycle(leave))[:2] == [CONTEXT, LINK]
    for name in ("OID_WWAN_READY_INFO", "OID_GEN_SUPPORTED_LIST"):
        assert host.refused(Kind.KIND_QUERY, name) == status(refusal)
    (completion,) = host.send(Kind.KIND_SET, "OID_PNP_SET_POWER", b"\1\0\0\0")
    assert completion.status == status(refusal)
    assert host.lifecycle("RESTART") == []
    assert host.lifecycle("PAUSE") == []
    assert names(host.lifecycle(come))
    assert host.engine.state()["miniport"] == "running"
    assert host.engine.state()["register_state"] == 3
    assert host.query("OID_WWAN_CONNECT").number("ContextState.ConnectionId") == 0
    assert not any(host.answered("OID_GEN_STATISTICS").payload[8:])
    host.up(1)


def test_counters_live_through_sleep():
    host = Host()
    host.stimulus("traffic", struct.pack("<8Q", *[9] * 8))
    counted = host.answered("OID_GEN_STATISTICS").payload
    host.power("D3")
    host.power("D0")
    assert host.answered("OID_GEN_STATISTICS").payload == counted


def test_a_halted_miniport_may_be_removed():
    host = Host()
    host.lifecycle("HALT")
    assert host.lifecycle("SURPRISE_REMOVAL") == []
    assert host.lifecycle("INITIALIZE") == [], "it is not there"
    assert host.engine.state()["miniport"] == "removed"
    host.lifecycle("ARRIVAL")
    assert ready_state(host) == 1


def test_steps_that_do_not_fit_change_nothing():
    host = busy_host()
    for step in ("INITIALIZE", "ARRIVAL", "RESTART"):
        before = host.engine.copy()
        assert host.lifecycle(step) == []
        before.advance(host.engine.now_ns)
        assert host.engine.same_state(before)


@pytest.mark.parametrize(
    ("leave", "come"),
    [
        (lambda host: host.power("D3"), lambda host: host.power("D0")),
        (lambda host: host.lifecycle("HALT"), lambda host: host.lifecycle("INITIALIZE")),
        (lambda host: host.lifecycle("SURPRISE_REMOVAL"), lambda host: host.lifecycle("ARRIVAL")),
    ],
)
def test_the_environment_changes_unheard_and_is_found_on_return(leave, come):
    host = Host()
    leave(host)
    assert host.stimulus("sim", State="SimRemoved") == []
    assert host.stimulus("coverage", Available=0, ProviderIndex=0) == []
    assert host.stimulus("pco", struct.pack("<III", 1, 2, 0) + b"ab".ljust(256, b"\0")) == []
    assert host.engine.state()["queue_depth"] == 0
    come(host)
    assert ready_state(host) == 2
    assert host.engine.state()["register_state"] != 3
    host.stimulus("sim", State="SimInserted")
    host.stimulus("coverage", Available=1, ProviderIndex=0)
    assert names(host.up(1)) == [LINK, ("WWAN_PCO_STATUS", 0)]


def test_a_radio_switch_turned_during_sleep_is_reported_on_waking():
    host = Host(control_caps=3)
    host.power("D3")
    assert host.stimulus("hardware_radio", State="WwanRadioOff") == []
    completion, radio, *_ = host.power("D0")
    assert completion.status == SUCCESS
    assert names([radio]) == [("WWAN_RADIO_STATE", 0)]
    assert decode_event(radio).number("RadioState.HwRadioState") == 0
    assert host.connect()[0] == status("WWAN_STATUS_RADIO_POWER_OFF")
    host.power("D3")
    assert ("WWAN_RADIO_STATE", 0) not in names(host.power("D0")[1:])


def test_the_lock_and_the_register_mode_live_on():
    host = Host(pin1="1234", pin1_enabled=1, pins=[{"mode": 2, "length_min": 4, "length_max": 8}])
    assert ready_state(host) == 6
    pin = {
        "PinAction.PinType": "WwanPinTypePin1",
        "PinAction.PinOperation": "WwanPinOperationEnter",
        "PinAction.Pin": "1234",
    }
    host.set("OID_WWAN_PIN_EX", encode("NDIS_WWAN_SET_PIN_EX", pin, revision=2))
    manual = {
        "SetRegisterState.ProviderId": "00101",
        "SetRegisterState.RegisterAction": "WwanRegisterActionManual",
    }
    host.set("OID_WWAN_REGISTER_STATE", encode("NDIS_WWAN_SET_REGISTER_STATE", manual, revision=1))
    assert ready_state(host) == 1
    host.power("D3")
    host.power("D0")
    assert ready_state(host) == 6, "PIN1 is asked for again"
    answer = host.query("OID_WWAN_REGISTER_STATE")
    assert answer.number("RegistrationState.RegisterMode") == member("WwanRegisterModeManual")


def random_payload(chance, host, name):
    if name == "OID_WWAN_CONNECT":
        command = chance.choice(["Activate", "Activate", "Deactivate", "Cancel"])
        return host.order(chance.randrange(3), command, revision=chance.randrange(1, 5))
    if name == "OID_WWAN_DEVICE_SERVICE_SESSION":
        numbers = struct.pack("<II", chance.choice([1, 1, 2]), chance.randrange(3))
        return HEADER + chance.choice([SERVICE, PLAIN_SERVICE]) + numbers
    if name == "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE":
        size = chance.randrange(10)
        return struct.pack("<BBHII", 0x80, 1, 12, chance.randrange(3), size) + bytes(size)
    if name == "OID_WWAN_DEVICE_SERVICE_COMMAND":
        return HEADER + SERVICE + struct.pack("<II", 7, 3) + b"abc"
    if name == "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS":
        return SUBSCRIPTION
    if name == "OID_PNP_SET_POWER":
        return struct.pack("<I", chance.choice([1, 1, 4]))
    return bytes(chance.randrange(256) for _ in range(chance.randrange(64)))


def silent(host):
    state = host.engine.state()
    return state["power_state"] != 1 or state["miniport"] in ("halted", "removed")


def return_of(host, number, time_ns):
    """The input that brings the device back."""
    miniport = host.engine.state()["miniport"]
    if miniport in ("halted", "removed"):
        step = "INITIALIZE" if miniport == "halted" else "ARRIVAL"
        return Event(Kind.KIND_LIFECYCLE, time_ns, code=Lifecycle[f"LIFECYCLE_{step}"])
    code = PROTOCOL.oid("OID_PNP_SET_POWER").number
    return Event(Kind.KIND_SET, time_ns, code=code, request_id=number, payload=b"\1\0\0\0")


def random_event(chance, host, number, time_ns):
    """Any input, sound or not, with sound ones common enough to lead somewhere."""
    place = {"port": chance.choice([0, 0, 1]), "request_id": number, "handle": number, "index": 1}
    what = chance.random()
    if silent(host) and chance.random() < 0.2:
        return return_of(host, number, time_ns)
    if what < 0.6:
        row = chance.choice([row for row in PROTOCOL.oid_by_name.values() if row.number])
        if chance.random() < 0.6:
            row = PROTOCOL.oid(
                chance.choice(
                    [
                        "OID_WWAN_CONNECT",
                        "OID_WWAN_DEVICE_SERVICE_SESSION",
                        "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE",
                        "OID_WWAN_DEVICE_SERVICE_COMMAND",
                        "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
                        "OID_PNP_SET_POWER",
                    ]
                )
            )
        payload = random_payload(chance, host, row.name)
        kind = chance.choice([Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_SET])
        return Event(kind, time_ns, code=row.number, payload=payload, capacity=4096, **place)
    if what < 0.95:
        payload = bytes(chance.choice([0, 0, 0, 1, 1, 2]) for _ in range(280))
        if chance.random() < 0.7:
            payload = struct.pack("<II", chance.randrange(3), 1) + SERVICE * 17
        code = chance.randrange(1, 24)
        return Event(Kind.KIND_STIMULUS, time_ns, code=code, payload=payload, port=place["port"])
    if what < 0.98:
        return Event(Kind.KIND_CANCEL, time_ns, port=place["port"], request_id=max(1, number - 2))
    return Event(Kind.KIND_LIFECYCLE, time_ns, code=chance.choice(list(Lifecycle)))


@pytest.mark.parametrize("seed", range(12))
def test_any_walk_through_power_and_presence_closes_what_was_accepted_once(seed):
    print("seed", seed)
    chance = random.Random(seed)
    host = Host(seed, port_count=2, structures=1 + seed % 3, voice_class=2, contexts_active_max=2)
    outputs = []
    away = 0
    for number in range(1, 400):
        time_ns = host.engine.now_ns + chance.choice([0, 0, MS, 50 * MS, 3 * SECOND])
        host.engine.submit(random_event(chance, host, number, time_ns))
        outputs += host.engine.drain()
        if silent(host):
            state = host.engine.state()
            away += 1
            assert state["queue_depth"] == 0
            assert not any(port["contexts"] for port in state["ports"])
            assert not any(port["link_connected"] for port in state["ports"])
    outputs += host.run(600 * SECOND)
    accepted = [
        event.request_id
        for event in outputs
        if event.kind == Kind.KIND_COMPLETION
        and event.status == status("NDIS_STATUS_INDICATION_REQUIRED")
    ]
    closed = [
        event.request_id
        for event in outputs
        if event.kind == Kind.KIND_INDICATION and event.request_id
    ]
    assert sorted(accepted) == sorted(closed)
    assert len(accepted) == len(set(accepted)) > 10
    assert away, "the walk slept or was away"
    for event in outputs:
        if event.kind == Kind.KIND_INDICATION:
            decode_event(event)
