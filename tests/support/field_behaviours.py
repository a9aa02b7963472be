"""Sessions of a host with a modem as logs of mbimcli show them, written message by message.

Nothing of the emulated device or of the inference is used: the values of each message are those
that the documents and public threads show. `Log` has one method for each thing that happens.
"""

from typing import Any, Self

from class_driver_host import BASIC, command, done, indicate
from field_samples import old_libmbim

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message

INTERNET = "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e"
NO_CONTEXT = "00000000-0000-0000-0000-000000000000"
CAPS, READY, RADIO, PIN, SCAN, REGISTER, PACKET = 1, 2, 3, 4, 8, 9, 10
SIGNAL, CONNECT, PROVISIONED, ADDRESSES, SERVICES, EVENTS, STATISTICS = 11, 12, 13, 15, 16, 19, 20
IDLE = 21
#: What a modem in a healthy session answers to a query, by CID.
USUAL: dict[int, dict[str, Any]] = {
    CAPS: {
        "DeviceType": 1,
        "CellularClass": 1,
        "VoiceClass": 1,
        "SimClass": 2,
        "DataClass": 0x3F,
        "SmsCaps": 3,
        "ControlCaps": 1,
        "MaxSessions": 8,
        "DeviceId": "350001234567894",
        "FirmwareInfo": "FW1.0.1",
        "HardwareInfo": "MODEM X1",
    },
    READY: {
        "ReadyState": 1,
        "SubscriberId": "001010123456789",
        "SimIccId": "8988211000000000007",
        "TelephoneNumbers": [],
    },
    RADIO: {"HwRadioState": 1, "SwRadioState": 1},
    PIN: {"PinType": 0, "PinState": 0, "RemainingAttempts": 0xFFFFFFFF},
    REGISTER: {
        "RegisterState": 3,
        "RegisterMode": 1,
        "AvailableDataClasses": 0x20,
        "CurrentCellularClass": 1,
        "ProviderId": "00101",
        "ProviderName": "Testnet",
    },
    PACKET: {
        "PacketServiceState": 2,
        "HighestAvailableDataClass": 0x20,
        "UplinkSpeed": 50_000_000,
        "DownlinkSpeed": 150_000_000,
    },
    SIGNAL: {
        "Rssi": 20,
        "ErrorRate": 99,
        "SignalStrengthInterval": 10,
        "RssiThreshold": 0xFFFFFFFF,
        "ErrorRateThreshold": 0xFFFFFFFF,
    },
    CONNECT: {"ActivationState": 1, "IpType": 1, "ContextType": INTERNET},
    ADDRESSES: {
        "IPv4ConfigurationAvailable": 15,
        "IPv4Address": [{"OnLinkPrefixLength": 30, "IPv4Address": "10.11.12.13"}],
        "IPv4Gateway": "10.11.12.14",
        "IPv4DnsServer": ["10.0.0.1"],
        "IPv4Mtu": 1500,
    },
    IDLE: {"State": 0},
}


class Log:
    """A log that is written as the session goes on.

    `faulty` are the first lines of the messages at which a fault must be named, `transactions` what
    they belong to, and `layer` the layer that must name it; a session without is benign.
    """

    def __init__(self) -> None:
        self.text = ""
        self.layer = ""
        self.faulty: set[int] = set()
        self.transactions: set[int] = set()
        self._s = 36_000
        self._transaction = 0
        self._last_line = 0

    # ------------------------------------------------------------------------ what happens

    def wait(self, seconds: int) -> Self:
        """Let time pass."""
        self._s += seconds
        return self

    def open(self, size: int = 4096, status: int = 0) -> Self:
        """OPEN and OPEN_DONE."""
        self._transaction += 1
        self.raw(Message(messages.MBIM_OPEN_MSG, self._transaction, size).to_bytes())
        return self.raw(Message(messages.MBIM_OPEN_DONE, self._transaction, status).to_bytes())

    def close(self, status: int = 0) -> Self:
        """CLOSE and CLOSE_DONE."""
        self._transaction += 1
        self.raw(Message(messages.MBIM_CLOSE_MSG, self._transaction).to_bytes())
        return self.raw(Message(messages.MBIM_CLOSE_DONE, self._transaction, status).to_bytes())

    def query(self, cid: int, **values: Any) -> Self:
        """A query of the host."""
        if cid == CONNECT:
            values = {"ContextType": NO_CONTEXT, **values}
        return self._send(cid, "query", values)

    def order(self, cid: int, **values: Any) -> Self:
        """A set of the host."""
        return self._send(cid, "set", values)

    def answer(self, cid: int, status: int = 0, **values: Any) -> Self:
        """The answer to the last command: the usual values with those that are given."""
        buffer = self._response(cid, "response", values)
        return self.raw(done(self._transaction, BASIC, cid, buffer, status))

    def refusal(self, cid: int, status: int) -> Self:
        """The answer to the last command: a status and nothing else."""
        return self.raw(done(self._transaction, BASIC, cid, b"", status))

    def event(self, cid: int, **values: Any) -> Self:
        """An indication: the usual values with those that are given."""
        return self.raw(indicate(BASIC, cid, self._response(cid, "notification", values)))

    def error(self, number: int, transaction: int | None = None) -> Self:
        """FUNCTION_ERROR of the last command."""
        of = self._transaction if transaction is None else transaction
        return self.raw(Message(messages.MBIM_FUNCTION_ERROR_MSG, of, number).to_bytes())

    def queried(self, cid: int, **values: Any) -> Self:
        """A query with its answer."""
        return self.query(cid).answer(cid, **values)

    def queried_usual(self, *cids: int) -> Self:
        """Queries with the usual answers."""
        for cid in cids or (CAPS, READY, RADIO, REGISTER, PACKET, SIGNAL):
            self.queried(cid)
        return self

    def connect(self, **values: Any) -> Self:
        """The order to activate a context."""
        given = {
            "ActivationCommand": 1,
            "AccessString": "internet",
            "IpType": 1,
            "ContextType": INTERNET,
        }
        return self.order(CONNECT, **{**given, **values})

    def disconnect(self) -> Self:
        """The order to deactivate it."""
        return self.order(CONNECT, ActivationCommand=0, IpType=0, ContextType=INTERNET)

    def connected(self) -> Self:
        """A context that is activated."""
        return self.connect().wait(1).answer(CONNECT)

    def raw(self, data: bytes) -> Self:
        """One message, as it stands."""
        self._last_line = self.text.count("\n") + 1
        time = f"26 Nov 2026, {self._s // 3600:02}:{self._s // 60 % 60:02}:{self._s % 60:02}"
        self.text += old_libmbim(data, time, "cdc-wdm0")
        return self

    # ------------------------------------------------------------------------ what is expected

    def is_faulty(self, layer: str) -> Self:
        """The last message is a fault, which this layer must name."""
        self.layer = layer
        self.faulty.add(self._last_line)
        self.transactions.add(self._transaction)
        return self

    @property
    def transaction(self) -> int:
        """Of the last command."""
        return self._transaction

    def _send(self, cid: int, operation: str, values: dict[str, Any]) -> Self:
        self._transaction += 1
        buffer = codec.encode(BASIC, cid, operation, values)
        return self.raw(command(self._transaction, BASIC, cid, int(operation == "set"), buffer))

    def _response(self, cid: int, operation: str, values: dict[str, Any]) -> bytes:
        return codec.encode(BASIC, cid, operation, {**USUAL.get(cid, {}), **values})


def begun() -> Log:
    """A session that was opened, with the usual queries."""
    return Log().open().queried_usual()
