"""Random sessions: no crash, every accepted request closed once, states can be taken over."""

import random

import pytest

from wwanreplay._core import Engine, Event, Kind, Lifecycle

SETS = {
    "REGISTER_STATE": (28, 1),
    "PACKET_SERVICE": (8, 1),
    "RADIO_STATE": (8, 1),
    "SIGNAL_STATE": (12, 1),
    "PIN_EX": (84, 2),
    "PREFERRED_PROVIDERS": (12, 1),
    "SERVICE_ACTIVATION": (8, 1),
}
QUERIES = [
    "READY_INFO",
    "RADIO_STATE",
    "PIN_EX",
    "PIN_LIST",
    "HOME_PROVIDER",
    "VISIBLE_PROVIDERS",
    "PREFERRED_PROVIDERS",
    "REGISTER_STATE",
    "PACKET_SERVICE",
    "SIGNAL_STATE",
]
STIMULI = {
    "SIM": 4,
    "HARDWARE_RADIO": 4,
    "COVERAGE": 8,
    "NETWORK_DEREGISTER": 12,
    "NETWORK_DETACH": 4,
    "PROVIDER_CHANGE": 84,
    "SIGNAL": 8,
    "OUTCOME": 16,
    "SERVICE_ACTIVATION": 8,
    "DATA_CLASS": 8,
    "EMERGENCY_MODE": 4,
    "CELLULAR_CLASS": 4,
    "ROAMING_TEXT": 128,
}


def random_octets(walk, size):
    """Small numbers mostly, so that they often mean something; sometimes anything."""
    if walk.random() < 0.2:
        return walk.randbytes(size)
    return b"".join(
        walk.choice((0, 1, 2, 3, 5, 10, 0xFFFFFFFF)).to_bytes(4, "little")
        for _ in range((size + 3) // 4)
    )[:size]


def provider_octets(walk):
    identity = walk.choice(("00101", "00201", "00301", "77777"))
    return identity.encode("utf-16-le").ljust(16, b"\0")


def random_set(walk, name):
    size, revision = SETS[name]
    body = random_octets(walk, size - 4)
    if name == "REGISTER_STATE" and walk.random() < 0.8:
        body = provider_octets(walk) + walk.choice((0, 1)).to_bytes(4, "little") + body[20:]
    if name == "PREFERRED_PROVIDERS" and walk.random() < 0.8:
        elements = [
            provider_octets(walk) + walk.choice((2, 4)).to_bytes(4, "little") + bytes(60)
            for _ in range(walk.randrange(4))
        ]
        body = (10).to_bytes(4, "little") + len(elements).to_bytes(4, "little")
        return bytes([0x80, revision, size, 0]) + body + b"".join(elements)
    return bytes([0x80, revision, size, 0]) + body + walk.randbytes(walk.choice((0, 0, 7)))


def wake(device, number):
    """Power the device and start its miniport, where they are not."""
    device.engine.submit(
        Event(
            Kind.KIND_SET,
            device.engine.now_ns,
            code=number.OID_PNP_SET_POWER,
            payload=number.NdisDeviceStateD0.to_bytes(4, "little"),
            capacity=4,
        )
    )
    for code in (Lifecycle.LIFECYCLE_ARRIVAL, Lifecycle.LIFECYCLE_INITIALIZE):
        device.engine.submit(Event(Kind.KIND_LIFECYCLE, device.engine.now_ns, code=int(code)))


def step(walk, device, number, request_id):
    """One random input at a random later time."""
    if walk.random() < 0.1:
        wake(device, number)
    time_ns = device.engine.now_ns + walk.choice((0, 1000, 3_000_000, 400_000_000, 4_000_000_000))
    choice = walk.random()
    if choice < 0.35:
        name = walk.choice(list(SETS))
        return Event(
            Kind.KIND_SET,
            time_ns,
            code=getattr(number, f"OID_WWAN_{name}"),
            request_id=request_id,
            payload=random_set(walk, name),
            capacity=512,
        )
    if choice < 0.7:
        return Event(
            Kind.KIND_QUERY,
            time_ns,
            code=getattr(number, f"OID_WWAN_{walk.choice(QUERIES)}"),
            request_id=request_id,
            capacity=512,
        )
    if choice < 0.75:
        return Event(
            Kind.KIND_CANCEL,
            time_ns,
            code=number.OID_WWAN_REGISTER_STATE,
            request_id=max(1, request_id - 1),
        )
    if choice < 0.78:
        return Event(Kind.KIND_LIFECYCLE, time_ns, code=walk.randint(1, 6))
    if choice < 0.81:
        return Event(
            Kind.KIND_SET,
            time_ns,
            code=number.OID_PNP_SET_POWER,
            payload=walk.choice((1, 1, 4)).to_bytes(4, "little"),
            capacity=4,
        )
    name = walk.choice(list(STIMULI))
    payload = random_octets(walk, STIMULI[name])
    if name == "PROVIDER_CHANGE":
        payload = payload[:4] + provider_octets(walk) + payload[20:]
    return Event(
        Kind.KIND_STIMULUS, time_ns, code=getattr(number, f"STIMULUS_{name}"), payload=payload
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["gsm", "cdma", "windows 11"])
def test_a_random_session_closes_every_accepted_request_once(modem, view, seed, kind):
    print("seed", seed)
    changes = {
        "gsm": {},
        "cdma": {"cellular_class": 2, "data_class": 0x20000, "cellular_class_list": 6},
        "windows 11": {"structures": 3, "cellular_class_list": 6},
    }[kind]
    walk = random.Random(f"{kind} {seed}")
    device = modem(seed=seed, seconds=0, **changes)
    outputs = []
    for request_id in range(1, 400):
        device.engine.submit(step(walk, device, view.number, request_id))
        outputs += device.take()
    device.engine.advance(device.engine.now_ns + 60_000_000_000)
    outputs += device.take()
    accepted = {
        item.event.request_id
        for item in outputs
        if item.event.status == view.number.NDIS_STATUS_INDICATION_REQUIRED and not item.name
    }
    closed = [item.event.request_id for item in outputs if item.name and item.event.request_id]
    assert len(closed) == len(set(closed))
    assert set(closed) == accepted
    assert len(accepted) > 50
    for item in outputs:
        if item.name:
            assert item.fields.raw is None


@pytest.mark.parametrize("seed", range(6))
def test_an_event_is_sent_for_changes_only(modem, view, seed):
    """Between two reports of a subject with the same content no event repeats it needlessly."""
    walk = random.Random(seed)
    device = modem(seed=seed, seconds=0)
    last = {}
    for request_id in range(1, 400):
        device.engine.submit(step(walk, device, view.number, request_id))
        for item in device.take():
            if item.name not in ("REGISTER_STATE", "PACKET_SERVICE"):
                continue
            if item["uStatus"]:
                continue
            payload = item.event.payload
            if item.is_event:
                assert last.get(item.name) != payload, (request_id, item)
            last[item.name] = payload


@pytest.mark.parametrize("seed", range(6))
def test_what_a_report_says_can_be_taken_over(modem, view, seed):
    """A fresh device that adopts all reports answers the queries of the subject in the same way."""
    walk = random.Random(seed)
    device = modem(seed=seed)
    for _ in range(40):
        device.engine.submit(step(walk, device, view.number, 0))
    wake(device, view.number)
    device.run(60)
    names = [
        "RADIO_STATE",
        "READY_INFO",
        "VISIBLE_PROVIDERS",
        "REGISTER_STATE",
        "PACKET_SERVICE",
        "SIGNAL_STATE",
        "PIN_LIST",
    ]
    reports = {name: device.query(name).event for name in names}
    other = Engine(device.engine.profile, 99)
    for name in names:
        assert other.adopt(reports[name])
    twin = modem(seconds=0)
    twin.engine = other
    assert twin.take() == []
    for name in ("RADIO_STATE", "READY_INFO", "REGISTER_STATE", "PACKET_SERVICE", "SIGNAL_STATE"):
        assert twin.query(name).event.payload == reports[name].payload, name


@pytest.mark.parametrize("seed", range(4))
def test_damaged_reports_are_adopted_without_harm(modem, view, seed):
    walk = random.Random(seed)
    device = modem(seed=seed)
    codes = [
        getattr(view.number, f"NDIS_STATUS_WWAN_{name}")
        for name in (
            "READY_INFO",
            "RADIO_STATE",
            "PIN_INFO",
            "PIN_LIST",
            "HOME_PROVIDER",
            "VISIBLE_PROVIDERS",
            "PREFERRED_PROVIDERS",
            "REGISTER_STATE",
            "PACKET_SERVICE",
            "SIGNAL_STATE",
            "SERVICE_ACTIVATION",
        )
    ]
    for _ in range(600):
        payload = (
            bytes([0x80, walk.randint(1, 4), 0, 0])
            + bytes(4)
            + random_octets(walk, walk.choice((0, 3, 8, 12, 16, 60, 200, 204, 208, 400)))
        )
        report = Event(
            Kind.KIND_INDICATION,
            device.engine.now_ns,
            code=walk.choice(codes),
            payload=payload[: walk.choice((0, 3, 400, 400, 400))],
        )
        assert device.engine.adopt(report)
        device.engine.submit(step(walk, device, view.number, 0))
        snapshot = device.engine.snapshot()
        device.engine.restore(snapshot)
        assert device.engine.snapshot() == snapshot
    device.run(60)
