"""Random sessions of an emulated device: sound and hostile requests, stimuli, power and life."""

import struct
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from wwanreplay._core import Engine, Event, Kind, Lifecycle, Namespace, Profile
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.constants import numbers
from wwanreplay.protocol.documented_statuses import DOCUMENTED

NUMBER = dict(numbers())
SECOND = 1_000_000_000
WAITS_NS = (0, 1000, 300_000, 3_000_000, 400_000_000, 4_000_000_000, 40_000_000_000)
PROVIDERS = ("00101", "00102", "00103", "00104", "00106", "00107", "00331", "77777", "")
GUIDS = (
    "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c001",
    "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002",
    "00000000-0000-0000-0000-000000000001",
)
REQUESTS = (Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_METHOD)
# OIDs and stimuli that concern one port; everything else concerns the whole device.
PORT_OIDS = {
    NUMBER[f"OID_{name}"]
    for name in (
        *("WWAN_CONNECT", "WWAN_PCO", "GEN_LINK_STATE", "GEN_MEDIA_CONNECT_STATUS"),
        "GEN_STATISTICS",
    )
}
PORT_STIMULI = {
    NUMBER[f"STIMULUS_{name}"] for name in ("NETWORK_DEACTIVATE", "PCO", "IP_ADDRESS", "TRAFFIC")
}


class Batch(NamedTuple):
    """The outputs of one moment: after an input, or (None) when something was due."""

    input: Event | None
    outputs: list[Event]


def words(draw: Random, size: int) -> bytes:
    """Small numbers mostly, so that they often mean something; sometimes anything."""
    if draw.random() < 0.2:
        return draw.randbytes(size)
    values = (0, 1, 2, 3, 4, 5, 8, 10, 16, 0x20, 0xFFFF, 0xFFFFFFFF)
    return b"".join(draw.choice(values).to_bytes(4, "little") for _ in range((size + 3) // 4))[
        :size
    ]


def provider_id(draw: Random) -> str:
    return draw.choice(PROVIDERS)


def provider_octets(draw: Random, size: int) -> bytes:
    """A WWAN_PROVIDER or WWAN_PROVIDER2."""
    octets = provider_id(draw).encode("utf-16-le").ljust(16, b"\0")
    octets += draw.choice((1, 2, 4, 8, 0x20, 0x3F)).to_bytes(4, "little")
    octets += "Somebody".encode("utf-16-le").ljust(44, b"\0")
    octets += draw.choice((0, 4, 0x20, 0x24, 0xFFFFFFFF)).to_bytes(4, "little")
    octets += struct.pack("<III", draw.choice((0, 1, 2)), draw.randrange(32), draw.randrange(8))
    return octets[:size]


def guid_octets(draw: Random) -> bytes:
    return UUID(draw.choice(GUIDS)).bytes_le


def _pin(name: str, revision: int) -> Callable[[Random], bytes]:
    def build(draw: Random) -> bytes:
        return encode(
            name,
            {
                "PinAction.PinType": draw.choice((2, 2, 2, 11, 11, 3, 4, 12, 19)),
                "PinAction.PinOperation": draw.randrange(4),
                "PinAction.Pin": draw.choice(("1234", "12345678", "0000", "")),
                "PinAction.NewPin": draw.choice(("1234", "5678", "1", "")),
            },
            revision=revision,
        )

    return build


def _register(draw: Random) -> bytes:
    return encode(
        "NDIS_WWAN_SET_REGISTER_STATE",
        {
            "SetRegisterState.ProviderId": provider_id(draw),
            "SetRegisterState.RegisterAction": draw.randrange(2),
            "SetRegisterState.WwanDataClass": draw.choice((0, 0, 4, 0x20)),
        },
        revision=1,
    )


def _preferred(draw: Random) -> bytes:
    kind, size = draw.choice((("WwanStructProvider", 68), ("WwanStructProvider2", 80)))
    count = draw.randrange(20)
    head = b"\x80\x01\x0c\0" + struct.pack("<II", NUMBER[kind], count)
    return head + b"".join(provider_octets(draw, size) for _ in range(count))


def _provisioned(draw: Random) -> bytes:
    name, revision = draw.choice(
        (("NDIS_WWAN_SET_PROVISIONED_CONTEXT", 1), ("NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2", 2))
    )
    place = "ProvisionedContext" if revision == 1 else "ProvisionedContext.basicInfo"
    values: dict[str, Any] = {
        f"{place}.ContextType": draw.randrange(6),
        f"{place}.ContextId": draw.choice((0, 1, 2, 7, 0xFFFFFFFF)),
        f"{place}.AccessString": draw.choice(("internet.example", "new.example", "")),
        f"{place}.ProviderId": draw.choice(("", "00101", "77777")),
    }
    if revision == 2:
        values["ProvisionedContext.Operation"] = draw.randrange(3)
        values["ProvisionedContext.Enable"] = draw.randrange(2)
    return encode(name, values, revision=revision)


def _attach_contexts(draw: Random, *operation: int) -> list[dict[str, Any]]:
    """Three contexts to attach with, of each roaming condition mostly."""
    conditions = draw.choice(((0, 1, 2), (2, 0, 1), (0, 1, 1), (0, 1, 6)))
    texts = ("internet.example", "new.example", "")
    return [
        {
            "basicInfo": {"AccessString": draw.choice(texts), "ContextType": 14},
            "Roaming": roaming,
            "Enable": draw.randrange(2),
        }
        | dict.fromkeys(("Operation",) if operation else (), *operation)
        for roaming in conditions
    ]


def _lte_attach(draw: Random) -> bytes:
    contexts = _attach_contexts(draw, draw.choice((0, 0, 0, 1, 2)))
    return encode(
        "NDIS_WWAN_SET_LTE_ATTACH_CONTEXT", {"SetLteAttachContext": {"SetContextArray": contexts}}
    )


def _lte_attach_update(draw: Random) -> bytes:
    contexts = _attach_contexts(draw)
    attach = {"ElementCount": draw.choice((0, 1, 3, 9)), "LteContextArray": contexts}
    return encode("WWANREPLAY_STIMULUS_LTE_ATTACH", {"LteAttachContext": attach})


def _connect(draw: Random) -> bytes:
    revision = draw.choice((1, 2, 3))
    values: dict[str, Any] = {
        "SetContextState.ConnectionId": draw.choice((1, 1, 2, 0)),
        "SetContextState.ActivationCommand": draw.choice((1, 1, 1, 0, 2)),
        "SetContextState.AccessString": draw.choice(("internet.example", "", "#777", "nowhere")),
    }
    if revision > 1:
        values["SetContextState.IPType"] = draw.randrange(4)
    return encode("NDIS_WWAN_SET_CONTEXT_STATE", values, revision=revision)


def _command(draw: Random) -> bytes:
    data = draw.randbytes(draw.choice((0, 1, 5, 40)))
    body = guid_octets(draw) + struct.pack("<II", draw.randrange(4), len(data))
    return b"\x80\x01\x1c\0" + body + data


def _session(draw: Random) -> bytes:
    return encode(
        "NDIS_WWAN_SET_DEVICE_SERVICE_SESSION",
        {
            "Session.DeviceServiceGuid": draw.choice(GUIDS),
            "Session.State": draw.randrange(2),
            "Session.uSessionID": draw.randrange(4),
        },
    )


def _session_write(draw: Random) -> bytes:
    data = draw.randbytes(draw.choice((0, 1, 40)))
    return b"\x80\x01\x0c\0" + struct.pack("<II", draw.randrange(4), len(data)) + data


def _subscribe(draw: Random) -> bytes:
    guids = [guid_octets(draw) for _ in range(draw.randrange(3))]
    head = b"\x80\x01\x0c\0" + struct.pack("<II", NUMBER["WwanStructDeviceServiceGuid"], len(guids))
    return head + b"".join(guids)


SETS: dict[str, Callable[[Random], bytes]] = {
    "OID_WWAN_REGISTER_STATE": _register,
    "OID_WWAN_PACKET_SERVICE": lambda draw: encode(
        "NDIS_WWAN_SET_PACKET_SERVICE", {"PacketServiceAction": draw.choice((0, 0, 1))}
    ),
    "OID_WWAN_RADIO_STATE": lambda draw: encode(
        "NDIS_WWAN_SET_RADIO_STATE", {"RadioAction": draw.choice((0, 1, 1))}
    ),
    "OID_WWAN_SIGNAL_STATE": lambda draw: encode(
        "NDIS_WWAN_SET_SIGNAL_INDICATION",
        {
            "SignalIndication.RssiInterval": draw.choice((0, 1, 7, 30, 0xFFFFFFFF)),
            "SignalIndication.RssiThreshold": draw.choice((0, 1, 5, 0xFFFFFFFF)),
        },
        revision=1,
    ),
    "OID_WWAN_PIN": _pin("NDIS_WWAN_SET_PIN", 1),
    "OID_WWAN_PIN_EX": _pin("NDIS_WWAN_SET_PIN_EX", 2),
    "OID_WWAN_PREFERRED_PROVIDERS": _preferred,
    "OID_WWAN_PROVISIONED_CONTEXTS": _provisioned,
    "OID_WWAN_LTE_ATTACH_CONFIG": _lte_attach,
    "OID_WWAN_SERVICE_ACTIVATION": lambda draw: b"\x80\x01\x08\0" + bytes(4),
    "OID_WWAN_CONNECT": _connect,
    "OID_WWAN_DEVICE_SERVICE_COMMAND": _command,
    "OID_WWAN_DEVICE_SERVICE_SESSION": _session,
    "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE": _session_write,
    "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS": _subscribe,
}
# Queries that carry a structure.
QUERY_INPUTS: dict[str, Callable[[Random], bytes]] = {
    "OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS": lambda draw: (
        b"\x80\x01\x14\0" + guid_octets(draw)
    ),
    "OID_WWAN_DEVICE_SERVICE_COMMAND": _command,
    "OID_WWAN_VISIBLE_PROVIDERS": lambda draw: encode(
        "NDIS_WWAN_GET_VISIBLE_PROVIDERS", {"VisibleProviders.Action": draw.randrange(2)}
    ),
}


def documented(indication: str, *, is_set: bool) -> set[int]:
    """The uStatus codes that the documents list for an indication; empty when they list none."""
    return {
        NUMBER[name]
        for occasion, names in DOCUMENTED.get(indication, {}).items()
        if occasion == "any" or is_set
        for name in names
    }


def _outcome(draw: Random) -> bytes:
    """An order for the next operation of an OID, by the codes that its indication may carry."""
    name = draw.choice([name for name in SETS if "SESSION" not in name and "PIN" not in name])
    indication = next(
        completion.indication
        for completion in PROTOCOL.oid(name).completions
        if "set" in completion.operations
    )
    codes = sorted(documented(indication, is_set=False)) or [0, NUMBER["WWAN_STATUS_FAILURE"]]
    return struct.pack(
        "<IIII", NUMBER[name], draw.choice(codes), draw.choice((0, 0, 11)), draw.randrange(3)
    )


def _pco(draw: Random) -> bytes:
    size = draw.choice((0, 3, 9, 256))
    return struct.pack("<III", draw.choice((1, 2)), size, draw.randrange(2)) + draw.randbytes(
        size
    ).ljust(256, b"\0")


def _address(draw: Random) -> bytes:
    ipv4 = draw.choice((bytes(4), bytes((192, 0, 2, draw.randrange(1, 9)))))
    ipv6 = draw.choice((bytes(16), bytes.fromhex("20010db8") + bytes(11) + b"\x07"))
    return (
        struct.pack("<I", draw.choice((1, 2)))
        + ipv4 * 3
        + struct.pack("<I", 24)
        + ipv6 * 3
        + struct.pack("<II", 64, draw.choice((0, 1400)))
    )


def _data(draw: Random) -> bytes:
    data = draw.randbytes(draw.choice((0, 4, 3000)))
    return struct.pack("<II", draw.randrange(4), len(data)) + data


def _service_event(draw: Random) -> bytes:
    data = draw.randbytes(draw.choice((0, 4, 60)))
    return guid_octets(draw) + struct.pack("<II", draw.randrange(4), len(data)) + data


def _numbers(*choices: tuple[int, ...]) -> Callable[[Random], bytes]:
    return lambda draw: b"".join(draw.choice(each).to_bytes(4, "little") for each in choices)


ALL = 0xFFFFFFFF
STIMULI: dict[str, Callable[[Random], bytes]] = {
    "SIM": _numbers((0, 1, 1, 1, 2, 3, 4, 5, 9)),
    "HARDWARE_RADIO": _numbers((0, 1, 1)),
    "COVERAGE": _numbers((0, 1, 1), (ALL, 0, 1, 2, 99)),
    "NETWORK_DEREGISTER": _numbers((0, 11), (0, 0, 1), (0, 1)),
    "NETWORK_DETACH": _numbers((0, 10)),
    "NETWORK_DEACTIVATE": _numbers((1, 2), (0, 36)),
    "PROVIDER_CHANGE": lambda draw: (
        draw.randrange(2).to_bytes(4, "little") + provider_octets(draw, 80)
    ),
    "SIGNAL": _numbers((0, 3, 9, 17, 23, 31, 99), (0, 5, 99)),
    "OUTCOME": _outcome,
    "LATENCY": lambda draw: struct.pack(
        "<IIqq",
        draw.choice((0, NUMBER["OID_WWAN_CONNECT"], NUMBER["OID_WWAN_REGISTER_STATE"])),
        draw.randrange(3),
        draw.choice((-5, 0, SECOND, 2**62)),
        draw.choice((-1, 0, 5_000_000)),
    ),
    "SERVICE_ACTIVATION": _numbers((0, 1, 1), (0, 7)),
    "PCO": _pco,
    "DEVICE_SERVICE_DATA": _data,
    "DEVICE_SERVICE_EVENT": _service_event,
    "DEVICE_SERVICE_SESSION_CLOSED": _numbers((0, 1, 2, 3)),
    "VOICE_CALL": _numbers((0, 1, 2, 7)),
    "DATA_CLASS": _numbers((0, 4, 0x24, 0x3F, ALL), (0, 4, 0x20, 0x18, ALL)),
    "IP_ADDRESS": _address,
    "TRAFFIC": lambda draw: struct.pack("<8Q", *(draw.randrange(2**40) for _ in range(8))),
    "EMERGENCY_MODE": _numbers((0, 1)),
    "CELLULAR_CLASS": _numbers((1, 2, 9)),
    "LTE_ATTACH": _lte_attach_update,
    "ROAMING_TEXT": lambda draw: draw.choice(("", "Abroad")).encode("utf-16-le").ljust(128, b"\0"),
}


class Walk:
    """One device and the random session it lives through."""

    def __init__(
        self, mapping: dict[str, Any], seed: int, *, hostile: float = 0.0, endless: bool = True
    ) -> None:
        self.profile = Profile(mapping)
        self.engine = Engine(self.profile, seed)
        self.draw = Random(seed)
        self.hostile = hostile
        self.endless = endless
        self.ports = self.profile.port_count
        self.inputs: list[Event] = []
        self.request_id = 0

    # What there is to do next.

    def request(self) -> dict[str, Any]:
        oid = self.draw.choice(self.profile.supported_oids)
        name = PROTOCOL.oid_by_number[oid].name
        kind = self.draw.choice((Kind.KIND_QUERY, Kind.KIND_SET))
        if name in SETS and name not in QUERY_INPUTS and self.draw.random() < 0.5:
            kind = Kind.KIND_SET
        build = (SETS if kind == Kind.KIND_SET else QUERY_INPUTS).get(name)
        payload = build(self.draw) if build else b""
        if self.draw.random() < self.hostile:
            payload = self.spoiled(payload)
            kind = self.draw.choice(REQUESTS)
        if name.startswith("OID_PNP_SET"):
            # Sleep has its own place, so that sessions are awake most of the time.
            return {"kind": Kind.KIND_QUERY, "code": oid}
        return {
            "kind": kind,
            "code": oid,
            "payload": payload,
            "capacity": self.draw.choice((4096, 4096, 4096, 0, 12)),
        }

    def spoiled(self, payload: bytes) -> bytes:
        """A payload that is cut off, too long, altered, or none at all."""
        way = self.draw.randrange(5)
        if way == 0:
            return payload[: self.draw.randrange(len(payload) + 1)]
        if way == 1:
            return payload + self.draw.randbytes(self.draw.choice((1, 500, 9000)))
        if way == 2:
            return self.draw.randbytes(self.draw.randrange(64))
        if way == 3:
            return payload[:4] + words(self.draw, max(0, len(payload) - 4))
        altered = bytearray(payload or b"\0")
        altered[self.draw.randrange(len(altered))] = self.draw.randrange(256)
        return bytes(altered)

    def stimulus(self) -> dict[str, Any]:
        name = self.draw.choice(list(STIMULI))
        payload = STIMULI[name](self.draw)
        if self.draw.random() < self.hostile and name not in ("OUTCOME", "LATENCY"):
            payload = self.spoiled(payload)
        return {"kind": Kind.KIND_STIMULUS, "code": NUMBER[f"STIMULUS_{name}"], "payload": payload}

    def power(self) -> dict[str, Any]:
        return {
            "kind": Kind.KIND_SET,
            "code": NUMBER["OID_PNP_SET_POWER"],
            "payload": self.draw.choice((1, 1, 4, 3)).to_bytes(4, "little"),
            "capacity": 4,
        }

    def lifecycle(self) -> dict[str, Any]:
        return {"kind": Kind.KIND_LIFECYCLE, "code": self.draw.randint(1, 6)}

    def wake(self) -> dict[str, Any] | None:
        """What brings a device back that is asleep or away; None for one that is there."""
        state = self.engine.state()
        if state["miniport"] == "halted":
            return {"kind": Kind.KIND_LIFECYCLE, "code": int(Lifecycle.LIFECYCLE_INITIALIZE)}
        if state["miniport"] == "removed":
            return {"kind": Kind.KIND_LIFECYCLE, "code": int(Lifecycle.LIFECYCLE_ARRIVAL)}
        if state["power_state"] != NUMBER["NdisDeviceStateD0"]:
            return {**self.power(), "payload": NUMBER["NdisDeviceStateD0"].to_bytes(4, "little")}
        return None

    def cancel(self) -> dict[str, Any]:
        return {
            "kind": Kind.KIND_CANCEL,
            "code": 0,
            "request_id": max(1, self.request_id - self.draw.randrange(3)),
        }

    def mbim(self) -> dict[str, Any]:
        return {
            "kind": Kind.KIND_QUERY,
            "code": 1 << 32 | self.draw.choice((15, 20, 3)),
            "namespace": Namespace.NAMESPACE_MBIM,
            "payload": self.draw.choice((b"", b"\1\0\0\0")),
        }

    def next_event(self) -> Event:
        """The next input, at a time not before the present."""
        steps = ((40, self.request), (30, self.stimulus), (2, self.mbim), (4, self.cancel))
        if self.endless:
            steps = (*steps, (2, self.power), (2, self.lifecycle))
        weights = [weight for weight, _ in steps]
        asleep = self.draw.random() < 0.3 and self.wake()
        fields = asleep or self.draw.choices([act for _, act in steps], weights)[0]()
        kind, code = fields.pop("kind"), fields.pop("code")
        if kind in REQUESTS:
            self.request_id += 1
            fields.setdefault("request_id", self.request_id)
            fields.setdefault("handle", 0x7000 + self.request_id)
        port = self.draw.randrange(self.ports)
        if self.draw.random() < self.hostile / 10:
            port = self.draw.choice((self.ports, 77, 0xFFFFFFFF))
        time_ns = self.engine.now_ns + self.draw.choice(WAITS_NS)
        return self.at(kind, time_ns, code, port=port, **fields)

    def at(self, kind: Kind, time_ns: int, code: int, **fields: Any) -> Event:
        return Event(kind, time_ns, code=code, index=len(self.inputs), **fields)

    # Doing it.

    def wait(self, time_ns: int) -> Iterator[Batch]:
        """Let time pass, one moment at which something is due after the other."""
        while self.engine.next_due_ns is not None and self.engine.next_due_ns <= time_ns:
            self.engine.advance(self.engine.next_due_ns)
            yield Batch(None, self.engine.drain())
        self.engine.advance(time_ns)

    def take(self, event: Event) -> Batch:
        """One input, at the present time or later; nothing may be due before it."""
        self.inputs.append(event)
        self.engine.submit(event)
        return Batch(event, self.engine.drain())

    def steps(self, count: int) -> Iterator[Batch]:
        """`count` inputs, and what is due before each."""
        for _ in range(count):
            event = self.next_event()
            yield from self.wait(event.time_ns)
            yield self.take(event)

    def end(self) -> Iterator[Batch]:
        """Let the device live and be awake, until everything that was promised is kept."""
        now_ns = self.engine.now_ns
        for code in (Lifecycle.LIFECYCLE_ARRIVAL, Lifecycle.LIFECYCLE_INITIALIZE):
            yield self.take(self.at(Kind.KIND_LIFECYCLE, now_ns, int(code)))
        on = (1).to_bytes(4, "little")
        yield self.take(
            self.at(Kind.KIND_SET, now_ns, NUMBER["OID_PNP_SET_POWER"], payload=on, capacity=4)
        )
        # Everything ends with sleep at the latest.
        yield from self.wait(now_ns + 600 * SECOND)
        off = (4).to_bytes(4, "little")
        now_ns = self.engine.now_ns
        yield self.take(
            self.at(Kind.KIND_SET, now_ns, NUMBER["OID_PNP_SET_POWER"], payload=off, capacity=4)
        )
