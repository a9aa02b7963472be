"""A modem whose host opens sessions and streams, for the tests of what is behind its data path."""

from data_path import GATEWAY, OURS, echo_request
from mbim_host import latency

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.commands import CONNECT
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import DSS, SERVICES
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
