"""Ethernet in front of the data path, for interfaces that have it: frames, VLANs and ARP.

Sessions are chosen as Linux' cdc_mbim does: no VLAN is IP session 0, VLANs 1 to 255 are the IP
session of that number, 256 to 511 device service streams from 0 on. RFC 826; IEEE 802.1Q.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address
from typing import Final

from wwanreplay.mbim.usb.ntb import SESSION_MAX, Datagram, Stream
from wwanreplay.serve.data.configuration import Configuration
from wwanreplay.serve.data.network import DataPath
from wwanreplay.serve.data.responder import hosts_of

#: The link-layer address of every host behind it: a local one.
LINK_ADDRESS: Final = bytes.fromhex("020000000001")
_HEAD: Final = struct.Struct(">6s6sH")
_TAG: Final = struct.Struct(">HH")
_ARP: Final = struct.Struct(">HHBBH6s4s6s4s")
_IPV4, _ARP_KIND, _VLAN, _IPV6 = 0x0800, 0x0806, 0x8100, 0x86DD
_VERSIONS: Final = {4: _IPV4, 6: _IPV6}
_ETHERNET, _REQUEST, _REPLY = 1, 1, 2
_VLAN_MASK: Final = 0x0FFF


def respond(frame: bytes, path: DataPath) -> list[bytes]:
    """The frames that come back for one frame of the host; nothing for one that is wrong."""
    if len(frame) < _HEAD.size:
        return []
    destination, source, kind = _HEAD.unpack_from(frame)
    vlan, data = 0, frame[_HEAD.size :]
    if kind == _VLAN:
        if len(data) < _TAG.size:
            return []
        tag, kind = _TAG.unpack_from(data)
        vlan, data = tag & _VLAN_MASK, data[_TAG.size :]
    is_group = bool(destination[0] & 1)
    if vlan > 2 * SESSION_MAX + 1 or not (is_group or destination == LINK_ADDRESS):
        return []
    if vlan > SESSION_MAX:
        stream = Datagram(Stream.DEVICE_SERVICE, vlan - SESSION_MAX - 1, data)
        return [_framed(source, vlan, kind, each.data) for each in path.receive(stream)]
    if kind == _ARP_KIND:
        configuration = path.contexts.configuration(vlan)
        answer = None if configuration is None else _arp(data, configuration)
        return [] if answer is None else [_framed(source, vlan, _ARP_KIND, answer)]
    if kind not in _VERSIONS.values():
        return []
    answers = path.receive(Datagram(Stream.IP, vlan, data), LINK_ADDRESS)
    return [_framed(source, vlan, _VERSIONS[each.data[0] >> 4], each.data) for each in answers]


def _framed(destination: bytes, vlan: int, kind: int, data: bytes) -> bytes:
    if not vlan:
        return _HEAD.pack(destination, LINK_ADDRESS, kind) + data
    return _HEAD.pack(destination, LINK_ADDRESS, _VLAN) + _TAG.pack(vlan, kind) + data


def _arp(data: bytes, configuration: Configuration) -> bytes | None:
    """The answer to a question for the link-layer address of one of the hosts, or None."""
    if len(data) < _ARP.size:
        return None
    *form, operation, sender, sender_ip, _, target_ip = _ARP.unpack_from(data)
    target = IPv4Address(target_ip)
    if form != [_ETHERNET, _IPV4, 6, 4] or operation != _REQUEST:
        return None
    if target not in hosts_of(4, configuration):
        return None
    answered = (LINK_ADDRESS, target_ip, sender, sender_ip)
    return _ARP.pack(*form, _REPLY, *answered)
