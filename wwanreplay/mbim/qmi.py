"""QMI messages inside MBIM (service "QMI over MBIM", CID 1), as far as people need them named."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wwanreplay.mbim.row_forms import QmiMember
from wwanreplay.mbim.rows.qmi import CHANGING, CTL, ERRORS, MEMBERS, MESSAGES, SERVICES

_MARKER: Final = 0x01
_QMUX: Final = struct.Struct("<BHBBB")  # marker, length, flags, service, client
_TLV: Final = struct.Struct("<BH")
_RESULT: Final = 0x02
_RESULT_VALUES: Final = struct.Struct("<HH")
_CTL_KINDS: Final = {0: "request", 1: "response", 2: "indication"}
_KINDS: Final = {0: "request", 2: "response", 4: "indication"}


@dataclass(frozen=True, slots=True)
class QmiMessage:
    """What a QMI message says of itself; `result` is 0 for success, None where it has none."""

    service: int
    message: int
    kind: str
    transaction: int
    result: int | None
    error: int | None
    tlvs: tuple[tuple[int, bytes], ...]
    is_whole: bool

    @property
    def name(self) -> str:
        """Service and message: QMI DMS Set FCC Authentication."""
        service = SERVICES.get(self.service, f"service {self.service:#04x}")
        name = MESSAGES.get((self.service, self.message), f"message {self.message:#06x}")
        return f"QMI {service} {name}"

    @property
    def changes_modem(self) -> bool:
        """Whether it asks for a change of the modem or the network, and not for a report."""
        return (self.service, self.message) in CHANGING

    @property
    def title(self) -> str:
        """Its name, what it is, and how a response ends."""
        parts = [self.name, self.kind, str(self.transaction)]
        if self.result is not None:
            parts.append(f"failed: {self.error_name}" if self.result else "succeeded")
        return " ".join(parts)

    @property
    def error_name(self) -> str:
        """The name of its error, or its number."""
        number = self.error or 0
        return ERRORS.get(number, f"error {number:#06x}")


def look_qmi(data: bytes) -> QmiMessage | None:
    """Read a QMI message, as far as it is there; None where it begins like none. Never raises."""
    if len(data) < _QMUX.size or data[0] != _MARKER:
        return None
    _, length, _, service, _ = _QMUX.unpack_from(data)
    is_ctl = service == CTL
    header = struct.Struct("<BBHH" if is_ctl else "<BHHH")
    if length < _QMUX.size - 1 + header.size or len(data) < _QMUX.size + header.size:
        return None
    flags, transaction, message, size = header.unpack_from(data, _QMUX.size)
    start = _QMUX.size + header.size
    tlvs = tuple(_tlvs(data[start : min(start + size, length + 1)]))
    have = sum(_TLV.size + len(value) for _, value in tlvs)
    result = error = None
    for kind, value in tlvs:
        if kind == _RESULT and len(value) >= _RESULT_VALUES.size:
            result, error = _RESULT_VALUES.unpack_from(value)
    names = _CTL_KINDS if is_ctl else _KINDS
    word = names.get(flags, f"flags {flags:#04x}")
    if word != "response":
        result = error = None
    return QmiMessage(service, message, word, transaction, result, error, tlvs, have == size)


def _tlvs(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _TLV.size <= len(data):
        kind, size = _TLV.unpack_from(data, at)
        at += _TLV.size
        if at + size > len(data):
            return
        yield kind, data[at : at + size]
        at += size


def qmi_lines(data: bytes) -> list[tuple[str, str]]:
    """What a QMI message holds, as names and texts; personal values have no row. Never raises."""
    found = look_qmi(data)
    if found is None:
        return []
    lines = [("Qmi", found.title)]
    lines += [(f"Qmi.{name}", text) for name, text in qmi_members(found)]
    if not found.is_whole:
        lines.append(("Qmi.Members", "not whole"))
    return lines


def qmi_members(message: QmiMessage) -> Iterator[tuple[str, str]]:
    """The members of a message that have a row, by name, as texts."""
    rows = MEMBERS.get((message.service, message.message), {})
    for kind, value in message.tlvs:
        at = 0
        for member in rows.get(kind, ()):
            size = struct.calcsize(f"<{member.form}")
            if at + size > len(value):
                break
            number = int(struct.unpack_from(f"<{member.form}", value, at)[0])
            yield member.name, _text(member, number)
            at += size


def qmi_text(data: bytes) -> str:
    """The same in one line; empty for what is no QMI message."""
    lines = qmi_lines(data)
    members = [f"{name.removeprefix('Qmi.')} {text}" for name, text in lines[1:]]
    return "; ".join([*(text for _, text in lines[:1]), *members])


def _text(member: QmiMember, number: int) -> str:
    if member.names is not None:
        return member.names.get(number, str(number))
    value = number / member.scale
    shown = f"{value:g}" if member.scale != 1 else str(number)
    return f"{shown} {member.unit}".strip()
