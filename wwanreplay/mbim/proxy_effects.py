"""What a multiplexer of clients (`wwanreplay.mbim.proxy`) wants to be done, in order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToDevice:
    """A message to the function, in the transfers that carry it; None is nobody's but ours."""

    message: bytes
    transfers: list[bytes]
    client: int | None = None


@dataclass(frozen=True, slots=True)
class ToClient:
    """A whole message to a client; `is_relayed` when it is one of the function."""

    client: int
    message: bytes
    is_relayed: bool = False


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The message of the function that was just taken has no one to go to."""

    reason: str
    client: int | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection of a client ends here."""

    client: int
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a recording should have and no transfer shows; `is_fault`: it is wrong."""

    text: str
    client: int | None = None
    is_fault: bool = False


Effect = ToDevice | ToClient | Undelivered | HangUp | Remark
