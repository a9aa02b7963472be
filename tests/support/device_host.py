"""A host for tests of the emulated device: it sends requests and decodes what comes."""

from wwanreplay._core import Engine, Event, Kind, Lifecycle, Namespace, Profile
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode

MS = 1_000_000
SECOND = 1_000_000_000
SERVICE = bytes(range(16))
WRITE_ONLY_SERVICE = bytes(range(16, 32))
PLAIN_SERVICE = bytes(range(32, 48))
HOME = {"provider_id": "00101", "provider_name": "Test PLMN", "data_class": 0x3F, "kind": 1}
IPV4 = {
    "ipv4_address": bytes([192, 0, 2, 10]),
    "ipv4_gateway": bytes([192, 0, 2, 1]),
    "ipv4_dns": bytes([192, 0, 2, 53]),
    "ipv4_prefix_length": 24,
}
IPV6 = {
    "ipv6_address": bytes.fromhex("20010db8000000000000000000000010"),
    "ipv6_gateway": bytes.fromhex("20010db8000000000000000000000001"),
    "ipv6_dns": bytes.fromhex("20010db8000000000000000000000053"),
    "ipv6_prefix_length": 64,
}
MAPPING = {
    "subscriber_id": "001010123456789",
    "sim_iccid": "8988211000000000001",
    "home": HOME,
    "providers": [HOME],
    "default_access_string": "internet.example",
    "data_class": 0x3F,
    "optional_service_caps": 0x82,
    "addresses": [{**IPV4, **IPV6}, {**IPV4, **IPV6}],
    "services": [
        {
            "guid": SERVICE,
            "session_capability": 3,
            "session_instances_max": 2,
            "events": 1,
            "commands": [1, 7],
        },
        {"guid": WRITE_ONLY_SERVICE, "session_capability": 1, "session_instances_max": 1},
        {"guid": PLAIN_SERVICE, "commands": [3]},
    ],
    "session_data_size_max": 8,
    "command_data_size_max": 32,
}


def status(name):
    return PROTOCOL.status(name).number


def member(name):
    """The number of a member of any enumeration."""
    for enum in PROTOCOL.enum_by_name.values():
        for row in enum.members:
            if row.name == name:
                return row.number
    raise KeyError(name)


class Host:
    """One emulated device and the host that talks to it."""

    def __init__(self, seed=1, settle_ns=10 * SECOND, **changes):
        self.engine = Engine(Profile({**MAPPING, **changes}), seed)
        self.request_id = 0
        self.run(settle_ns)

    def run(self, duration_ns=20 * SECOND):
        """Let time pass; the outputs meanwhile."""
        self.engine.advance(self.engine.now_ns + duration_ns)
        return self.engine.drain()

    def send(self, kind, name, payload=b"", *, port=0, capacity=4096):
        """Submit a request; the outputs at once."""
        self.request_id += 1
        self.engine.submit(
            Event(
                kind,
                self.engine.now_ns,
                code=PROTOCOL.oid(name).number,
                request_id=self.request_id,
                payload=payload,
                port=port,
                capacity=capacity,
                handle=0x77,
                index=self.request_id,
            )
        )
        return self.engine.drain()

    def _exchange(self, kind, name, payload, port):
        """The transactional indication, decoded, and the events that came with it."""
        outputs = self.send(kind, name, payload, port=port)
        outputs += self.run()
        completion = outputs.pop(0)
        assert completion.status == status("NDIS_STATUS_INDICATION_REQUIRED")
        answers = [event for event in outputs if event.request_id == self.request_id]
        assert len(answers) == 1
        assert answers[0].handle == 0x77
        assert answers[0].port == port
        return decode_event(answers[0]), [event for event in outputs if event.request_id == 0]

    def query(self, name, payload=b"", *, port=0):
        answer, events = self._exchange(Kind.KIND_QUERY, name, payload, port)
        assert events == []
        return answer

    def set(self, name, payload, *, port=0):
        return self._exchange(Kind.KIND_SET, name, payload, port)

    def refused(self, kind, name, payload=b"", *, port=0):
        """The NDIS status of a request that fails at once and changes nothing."""
        before = self.engine.copy()
        (completion,) = self.send(kind, name, payload, port=port)
        assert self.engine.same_state(before), "a refused request changes nothing"
        assert self.run() == []
        return completion.status

    def answered(self, name, *, port=0, capacity=4096):
        """The completion of a synchronous query."""
        (completion,) = self.send(Kind.KIND_QUERY, name, port=port, capacity=capacity)
        return completion

    def stimulus(self, name, payload=b"", *, port=0, **values):
        """Change the environment: named members, or the payload itself. The outputs of 20 s."""
        row = PROTOCOL.stimulus(name)
        if values:
            payload = encode(row.struct, values)
        self.engine.submit(
            Event(
                Kind.KIND_STIMULUS, self.engine.now_ns, code=row.number, payload=payload, port=port
            )
        )
        return self.run()

    def lifecycle(self, name):
        self.engine.submit(
            Event(Kind.KIND_LIFECYCLE, self.engine.now_ns, code=Lifecycle[f"LIFECYCLE_{name}"])
        )
        return self.run()

    def power(self, state):
        payload = member(f"NdisDeviceState{state}").to_bytes(4, "little")
        return self.send(Kind.KIND_SET, "OID_PNP_SET_POWER", payload) + self.run()

    def mbim(self, cid, payload=b"", *, port=0, kind=Kind.KIND_QUERY, service=1):
        """The answer to a request in the MBIM namespace."""
        self.request_id += 1
        self.engine.submit(
            Event(
                kind,
                self.engine.now_ns,
                code=service << 32 | cid,
                namespace=Namespace.NAMESPACE_MBIM,
                request_id=self.request_id,
                payload=payload,
                port=port,
                index=self.request_id,
            )
        )
        (answer,) = self.engine.drain() + self.run()
        assert answer.kind == Kind.KIND_COMPLETION
        assert answer.namespace == Namespace.NAMESPACE_MBIM
        assert answer.request_id == self.request_id
        assert answer.code == service << 32 | cid
        return answer

    def order(self, connection_id=1, command="Activate", *, revision=2, **values):
        """The bytes of an NDIS_WWAN_SET_CONTEXT_STATE."""
        return encode(
            "NDIS_WWAN_SET_CONTEXT_STATE",
            {
                "SetContextState.ConnectionId": connection_id,
                "SetContextState.ActivationCommand": f"WwanActivationCommand{command}",
                **{f"SetContextState.{name}": value for name, value in values.items()},
            },
            revision=revision,
        )

    def connect(self, connection_id=1, command="Activate", *, port=0, revision=2, **values):
        """Order a context: uStatus, the decoded answer and the events."""
        payload = self.order(connection_id, command, revision=revision, **values)
        answer, events = self.set("OID_WWAN_CONNECT", payload, port=port)
        return answer.number("uStatus"), answer, events

    def up(self, connection_id=1, *, port=0, **values):
        """Activate a context that must come up."""
        code, _, events = self.connect(connection_id, port=port, **values)
        assert code == status("WWAN_STATUS_SUCCESS")
        return events


def names(events):
    """(indication name without its prefix, port) of each."""
    return [
        (PROTOCOL.indication_by_number[event.code].name.removeprefix("NDIS_STATUS_"), event.port)
        for event in events
    ]
