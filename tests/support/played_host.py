"""Messages of a host to a recorded device."""

from wwanreplay._core import WireDirection
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
SECOND = 10**9
TO_HOST = WireDirection.WIRE_DEVICE_TO_HOST


def opening(transaction_id: int = 1, size: int = 4096) -> bytes:
    return Message(messages.MBIM_OPEN_MSG, transaction_id, size).to_bytes()


def command(transaction_id: int, cid: int, buffer: bytes = b"", *, is_set: bool = False) -> bytes:
    kind = messages.COMMAND_SET if is_set else messages.COMMAND_QUERY
    return Message(messages.MBIM_COMMAND_MSG, transaction_id, kind, BASIC, cid, buffer).to_bytes()


def connecting(name: str) -> bytes:
    values = {
        "ActivationCommand": 1,
        "AccessString": name,
        "IpType": 1,
        "ContextType": "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e",
    }
    return codec.encode(BASIC_CONNECT, 12, "set", values)
