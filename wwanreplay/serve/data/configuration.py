"""The addresses that a context was given, and where a served device has them from."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Any, Protocol

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.commands import IP_CONFIGURATION
from wwanreplay.mbim.device_requests import ANSWER_CAPACITY
from wwanreplay.mbim.statuses import SUCCESS
from wwanreplay.mbim.tables import command_code
from wwanreplay.mbim.usb.descriptors import MTU

#: A request that nobody sent has the last number.
_REQUEST_ID = 0xFFFFFFFF
#: An answer that takes longer is none.
_ANSWER_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the network gave a context; None and empty for what it did not."""

    ipv4: IPv4Interface | None = None
    ipv4_gateway: IPv4Address | None = None
    ipv4_dns: tuple[IPv4Address, ...] = ()
    ipv6: IPv6Interface | None = None
    ipv6_gateway: IPv6Address | None = None
    ipv6_dns: tuple[IPv6Address, ...] = ()
    ipv4_mtu: int = MTU
    ipv6_mtu: int = MTU


class Contexts(Protocol):
    """What the data path asks about sessions."""

    def configuration(self, session: int) -> Configuration | None:
        """The addresses of an IP session, None while its context is not active."""

    def has_stream(self, session: int) -> bool:
        """Whether a device service stream is open."""


def configuration_of(values: codec.Values) -> Configuration:
    """The addresses in a decoded MBIM_IP_CONFIGURATION_INFO; of several the first."""

    def interface(family: str) -> str | None:
        for each in values.get(f"{family}Address") or ():
            return f"{each[f'{family}Address']}/{each['OnLinkPrefixLength']}"
        return None

    def gateway(family: str) -> Any:
        return values.get(f"{family}Gateway") or None

    ipv4, ipv6 = interface("IPv4"), interface("IPv6")
    ipv4_gateway, ipv6_gateway = gateway("IPv4"), gateway("IPv6")
    return Configuration(
        None if ipv4 is None else IPv4Interface(ipv4),
        None if ipv4_gateway is None else IPv4Address(ipv4_gateway),
        tuple(IPv4Address(each) for each in values.get("IPv4DnsServer") or ()),
        None if ipv6 is None else IPv6Interface(ipv6),
        None if ipv6_gateway is None else IPv6Address(ipv6_gateway),
        tuple(IPv6Address(each) for each in values.get("IPv6DnsServer") or ()),
        values.get("IPv4Mtu") or MTU,
        values.get("IPv6Mtu") or MTU,
    )


class EmulatedContexts:
    """Asks a copy of the emulated device, as a host would by IP_CONFIGURATION.

    The device itself stays as it is: what the data path needs to know is no request of a session.
    """

    def __init__(self, device: EmulatedDevice, bridge: Bridge) -> None:
        self.device = device
        self.bridge = bridge

    def configuration(self, session: int) -> Configuration | None:
        """The addresses of a session that the host opened and whose context is active."""
        if not self.bridge.is_open or session not in self.bridge.memory.active:
            return None
        engine = self.device.engine.copy()
        question = codec.encode(*IP_CONFIGURATION, "query", {"SessionId": session})
        request = Event(
            Kind.KIND_QUERY,
            engine.now_ns,
            port=self.bridge.memory.active[session],
            request_id=_REQUEST_ID,
            code=command_code(*IP_CONFIGURATION),
            namespace=Namespace.NAMESPACE_MBIM,
            payload=question,
            handle=_REQUEST_ID,
            capacity=ANSWER_CAPACITY,
        )
        engine.submit(request)
        engine.advance(engine.now_ns + _ANSWER_NS)
        for output in engine.drain():
            if output.kind == Kind.KIND_COMPLETION and output.request_id == _REQUEST_ID:
                return self._read(output)
        return None

    @staticmethod
    def _read(answer: Event) -> Configuration | None:
        if answer.status != SUCCESS:
            return None
        try:
            return configuration_of(codec.decode(*IP_CONFIGURATION, "response", answer.payload))
        except (DecodeError, ValueError):
            return None

    def has_stream(self, session: int) -> bool:
        """Whether the host opened a stream that is still open."""
        return self.bridge.is_open and session in self.bridge.memory.open_streams
