"""What a context was given is what the device would answer, and asking leaves no trace."""

from ipaddress import IPv4Address, IPv4Interface, IPv6Interface

import pytest
from data_path import GATEWAY, OURS, echo_request
from mbim_host import latency

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.bridge import bridge_of
from wwanreplay.mbim.commands import CONNECT
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import DSS, SERVICES, SERVICES_BY_NAME
from wwanreplay.mbim.usb.ntb import Datagram, Stream
from wwanreplay.serve.data.configuration import EmulatedContexts
from wwanreplay.serve.data.network import DataPath

START_NS = 10_000_000_000
STEP_NS = 100_000_000
STREAM_SERVICE = "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002"


class Modem:
    """A function whose host opens sessions and streams; its time is ours."""

    def __init__(self, profile: str = "lte-home") -> None:
        loaded = load_profile(profile)
        self.device = EmulatedDevice(loaded, 7)
        self.device.submit(latency(2_000_000))
        self.bridge = bridge_of(loaded.mapping)
        self.function = Function(self.device, self.bridge)
        self.time_ns = START_NS
        self.number = 1
        self.contexts = EmulatedContexts(self.device, self.bridge)
        self.path = DataPath(self.contexts)
        self.send(Message(messages.MBIM_OPEN_MSG, 1, 4096))

    def send(self, message: Message) -> list[bytes]:
        self.time_ns += STEP_NS
        answers = self.function.host_transfer(message.to_bytes(), self.time_ns)
        self.time_ns += STEP_NS
        return answers + self.function.advance(self.time_ns)

    def set(self, service: int, cid: int, values: codec.Values) -> None:
        self.number += 1
        buffer = codec.encode(service, cid, "set", values)
        wire = bytes.fromhex(SERVICES[service].uuid.replace("-", ""))
        answers = self.send(Message(messages.MBIM_COMMAND_MSG, self.number, 1, wire, cid, buffer))
        done = [messages.parse_message(each) for each in answers]
        assert [each.value for each in done if each.type == messages.MBIM_COMMAND_DONE] == [0]

    def connect(self, session: int, *, activate: bool = True, ip_type: int = 3) -> None:
        values = {
            "SessionId": session,
            "ActivationCommand": int(activate),
            "AccessString": "internet.example",
            "UserName": "",
            "Password": "",
            "Compression": 0,
            "AuthProtocol": 0,
            "IpType": ip_type,
            "ContextType": "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e",
        }
        self.set(*CONNECT, values)

    def stream(self, session: int, *, is_open: bool = True) -> None:
        values = {
            "DeviceServiceId": STREAM_SERVICE,
            "DssSessionId": session,
            "DssLinkState": int(is_open),
        }
        self.set(DSS, 1, values)

    def ping(self, session: int, version: int = 4) -> bool:
        packet = echo_request(OURS[version], GATEWAY[version])
        return bool(self.path.receive(Datagram(Stream.IP, session, packet)))


def test_a_context_has_the_addresses_of_its_profile() -> None:
    modem = Modem()
    assert modem.contexts.configuration(0) is None
    modem.connect(0)
    found = modem.contexts.configuration(0)
    assert found is not None
    assert found.ipv4 == IPv4Interface("192.0.2.17/30")
    assert found.ipv4_dns == (IPv4Address("192.0.2.53"),)
    assert found.ipv6 == IPv6Interface("2001:db8:0:17::1/64")
    assert (found.ipv4_mtu, found.ipv6_mtu) == (1428, 1428)
    assert modem.contexts.configuration(1) is None


def test_a_context_of_one_version_has_no_addresses_of_the_other() -> None:
    modem = Modem()
    modem.connect(0, ip_type=1)
    assert (modem.ping(0), modem.ping(0, 6)) == (True, False)
    modem.connect(0, activate=False)
    modem.connect(0, ip_type=2)
    assert (modem.ping(0), modem.ping(0, 6)) == (False, True)


@pytest.mark.parametrize("how", ["deactivated", "closed", "opened anew"])
def test_nothing_answers_for_a_context_that_is_not_active(how: str) -> None:
    modem = Modem()
    assert not modem.ping(0)
    modem.connect(0)
    assert modem.ping(0)
    if how == "deactivated":
        modem.connect(0, activate=False)
    else:
        kind = messages.MBIM_CLOSE_MSG if how == "closed" else messages.MBIM_OPEN_MSG
        modem.send(Message(kind, 99, 4096 if how == "opened anew" else 0))
    assert not modem.ping(0)
    assert modem.path.unanswered == 2


def test_sessions_have_addresses_of_their_own_and_no_others() -> None:
    modem = Modem("two-ports")
    modem.connect(1)
    assert modem.contexts.configuration(0) is None
    modem.connect(0)
    found = [modem.contexts.configuration(session) for session in (0, 1)]
    assert [each.ipv4 for each in found if each] == [
        IPv4Interface("192.0.2.33/30"),
        IPv4Interface("198.51.100.5/30"),
    ]


def test_stream_data_come_back_while_the_stream_is_open() -> None:
    modem = Modem()
    sent = Datagram(Stream.DEVICE_SERVICE, 4, b"stream data")
    assert modem.path.receive(sent) == []
    modem.stream(4)
    assert modem.path.receive(sent) == [sent]
    assert modem.path.receive(sent._replace(session=5)) == []
    modem.stream(4, is_open=False)
    assert modem.path.receive(sent) == []


def test_asking_changes_nothing_in_the_device() -> None:
    modem = Modem()
    modem.connect(0)
    before = modem.device.snapshot()
    for session in range(3):
        modem.contexts.configuration(session)
    assert modem.device.snapshot() == before
    assert modem.device.drain() == []
    assert "DSS" in SERVICES_BY_NAME
