"""A modem with short calls: requests with named fields, decoded answers and events."""

from types import SimpleNamespace

import pytest

from wwanreplay._core import Engine, Event, Kind, Profile
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, decode_event, encode
from wwanreplay.protocol.constants import numbers

SECOND = 1_000_000_000
NUMBER = SimpleNamespace(**dict(numbers()))
LTE, UMTS = 0x20, 0x4
HOME = {"provider_id": "00101", "provider_name": "Home Net", "data_class": LTE | UMTS, "kind": 1}
PARTNER = {
    "provider_id": "00201",
    "provider_name": "Partner Net",
    "data_class": LTE | UMTS,
    "kind": 2,
    "roaming_text": "Welcome",
}
FOREIGN = {"provider_id": "00301", "provider_name": "Foreign Net", "data_class": UMTS, "kind": 3}
PIN = {"mode": 2, "pin_format": 1, "length_min": 4, "length_max": 8}
MAPPING = {
    "subscriber_id": "001010123456789",
    "sim_iccid": "8988211000000000001",
    "telephone_numbers": ["15550100"],
    "data_class": LTE | UMTS,
    "control_caps": NUMBER.WWAN_CTRL_CAPS_REG_MANUAL | NUMBER.WWAN_CTRL_CAPS_HW_RADIO_SWITCH,
    "home": HOME,
    "providers": [HOME, PARTNER, FOREIGN],
    "pins": [PIN],
    "pin1": "1234",
    "puk1": "12345678",
    "default_access_string": "internet",
}
REQUESTS = {
    "REGISTER_STATE": ("NDIS_WWAN_SET_REGISTER_STATE", 1),
    "PACKET_SERVICE": ("NDIS_WWAN_SET_PACKET_SERVICE", 1),
    "RADIO_STATE": ("NDIS_WWAN_SET_RADIO_STATE", 1),
    "SIGNAL_STATE": ("NDIS_WWAN_SET_SIGNAL_INDICATION", 1),
    "PIN_EX": ("NDIS_WWAN_SET_PIN_EX", 2),
    "CONNECT": ("NDIS_WWAN_SET_CONTEXT_STATE", 2),
    "SERVICE_ACTIVATION": ("NDIS_WWAN_SERVICE_ACTIVATION", 1),
    "PREFERRED_PROVIDERS": ("NDIS_WWAN_SET_PREFERRED_PROVIDERS", 1),
}


class Output:
    """One output of the device: short name, whether it is an event, and the decoded fields."""

    def __init__(self, event):
        self.event = event
        self.is_event = event.kind == Kind.KIND_INDICATION and event.request_id == 0
        self.fields = decode_event(event) if event.kind == Kind.KIND_INDICATION else None
        row = PROTOCOL.indication_by_number.get(event.code) if self.fields is not None else None
        self.name = row.name.removeprefix("NDIS_STATUS_").removeprefix("WWAN_") if row else ""

    def __getitem__(self, path):
        """A field by the end of its path."""
        if path == "uStatus":
            return self.fields["uStatus"]
        return next(leaf.value for leaf in self.fields.leaves() if leaf.path.split(".")[-1] == path)

    def __repr__(self):
        return f"<{self.name or 'completion'} {'event' if self.is_event else 'answer'}>"


class Modem:
    """An emulated device with a clock that the test moves."""

    number = NUMBER

    def __init__(self, *, seed=1, seconds=10, **changes):
        self.engine = Engine(Profile({**MAPPING, **changes}), seed)
        self.request_id = 0
        self.started = self.run(seconds) if seconds else []

    def take(self):
        return [Output(event) for event in self.engine.drain()]

    def run(self, seconds=10):
        self.engine.advance(self.engine.now_ns + int(seconds * SECOND))
        return self.take()

    def send(self, kind, name, payload=b"", *, port=0):
        """Submit a request and leave it open; its RequestId."""
        self.request_id += 1
        self.engine.submit(
            Event(
                kind,
                self.engine.now_ns,
                code=PROTOCOL.oid(f"OID_WWAN_{name}").number,
                request_id=self.request_id,
                handle=7,
                payload=payload,
                capacity=4096,
                port=port,
            )
        )
        return self.request_id

    def set_payload(self, name, fields, **options):
        structure, revision = REQUESTS[name]
        return encode(structure, fields, **{"revision": revision, **options})

    def send_set(self, name, fields, *, port=0, **options):
        payload = self.set_payload(name, fields, **options)
        return self.send(Kind.KIND_SET, name, payload, port=port)

    def cancel(self, name, request_id):
        """Cancel a request; the outputs at once."""
        self.engine.submit(
            Event(
                Kind.KIND_CANCEL,
                self.engine.now_ns,
                code=PROTOCOL.oid(f"OID_WWAN_{name}").number,
                request_id=request_id,
            )
        )
        return self.take()

    def closed(self, request_id, seconds=10):
        """Let time pass; the closing indication of a request, and all outputs."""
        outputs = self.run(seconds)
        closing = [item for item in outputs if item.name and item.event.request_id == request_id]
        assert len(closing) == 1, outputs
        return closing[0], outputs

    def set(self, name, fields, **options):
        return self.closed(self.send_set(name, fields, **options))

    def query(self, name, payload=b"", *, port=0):
        return self.closed(self.send(Kind.KIND_QUERY, name, payload, port=port), 0.1)[0]

    def refused(self, kind, name, payload=b""):
        """The NDIS status of a request that fails at once."""
        before = self.engine.state()
        self.send(kind, name, payload)
        (answer,) = self.take()
        assert self.engine.state() == before
        return answer.event.status

    def stimulus(self, name, **fields):
        """Change the environment; the outputs at once."""
        payload = encode(f"WWANREPLAY_STIMULUS_{name}", fields)
        code = getattr(NUMBER, f"STIMULUS_{name}")
        self.engine.submit(
            Event(Kind.KIND_STIMULUS, self.engine.now_ns, code=code, payload=payload)
        )
        return self.take()

    def outcome(self, oid, u_status, cause=0, count=1):
        return self.stimulus(
            "OUTCOME",
            Operation=getattr(NUMBER, f"OID_WWAN_{oid}"),
            uStatus=getattr(NUMBER, u_status),
            NwError=cause,
            Count=count,
        )

    def power(self, state):
        self.engine.submit(
            Event(
                Kind.KIND_SET,
                self.engine.now_ns,
                code=NUMBER.OID_PNP_SET_POWER,
                payload=state.to_bytes(4, "little"),
                capacity=4,
            )
        )
        return self.take()

    def lifecycle(self, code):
        self.engine.submit(Event(Kind.KIND_LIFECYCLE, self.engine.now_ns, code=int(code)))
        return self.take()

    def connect(self, connection_id=1):
        return self.set(
            "CONNECT",
            {
                "SetContextState.ConnectionId": connection_id,
                "SetContextState.ActivationCommand": "WwanActivationCommandActivate",
                "SetContextState.AccessString": "internet",
            },
        )[0]

    def register(self, action="Automatic", provider="", data_class=0):
        return self.set(
            "REGISTER_STATE",
            {
                "SetRegisterState.ProviderId": provider,
                "SetRegisterState.RegisterAction": f"WwanRegisterAction{action}",
                "SetRegisterState.WwanDataClass": data_class,
            },
        )

    def radio(self, on):
        return self.set("RADIO_STATE", {"RadioAction": "WwanRadioOn" if on else "WwanRadioOff"})


def names_of(outputs):
    """Short names of the events, in order."""
    return [item.name for item in outputs if item.is_event]


def only(outputs, name):
    """The one event of this name."""
    (found,) = [item for item in outputs if item.is_event and item.name == name]
    return found


def states(outputs, name, path):
    """The values of a field over all reports of an indication, in order."""
    return [item[path] for item in outputs if item.name == name]


@pytest.fixture
def modem():
    return Modem


@pytest.fixture
def view():
    """Views of outputs, and the names and numbers that tests compare with."""
    return SimpleNamespace(
        number=NUMBER,
        names=names_of,
        only=only,
        states=states,
        decode=decode,
        encode=encode,
        home=HOME,
        partner=PARTNER,
        foreign=FOREIGN,
        lte=LTE,
        umts=UMTS,
    )
