"""Why a network refused or ended something: the cause numbers of 3GPP in words.

One number means different things by procedure and technology. Registration and attach (mobility
management) use 3GPP TS 24.008, 10.5.3.6 and 10.5.5.14, TS 24.301, 9.9.3.9, and TS 24.501, 9.11.3.2;
contexts (session management) use TS 24.008, 10.5.6.6, TS 24.301, 9.9.4.4, and TS 24.501, 9.11.4.2.
A column is empty where the number is not assigned there. The wording is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Technology(StrEnum):
    """Which of the three documents counts."""

    GSM_UMTS = "2G/3G"
    LTE = "LTE"
    NR = "5G"


@dataclass(frozen=True, slots=True)
class NetworkCause:
    """One number, in words for each document; `hint` is what it usually comes down to."""

    number: int
    gsm_umts: str
    lte: str
    nr: str
    hint: str = ""

    def text(self, technology: Technology = Technology.LTE) -> str:
        """Its words where the technology has some, else those of another one."""
        own = {Technology.GSM_UMTS: self.gsm_umts, Technology.LTE: self.lte, Technology.NR: self.nr}
        return own[technology] or self.lte or self.gsm_umts or self.nr


def _same(number: int, text: str, hint: str = "", *, nr: bool = True) -> NetworkCause:
    return NetworkCause(number, text, text, text if nr else "", hint)


_PROTOCOL: Final = (
    _same(95, "semantically incorrect message", "protocol"),
    _same(96, "invalid mandatory information", "protocol"),
    _same(97, "message type unknown", "protocol"),
    _same(98, "message type does not fit the state", "protocol"),
    _same(99, "information element unknown", "protocol"),
    _same(100, "conditional element wrong", "protocol"),
    _same(101, "message does not fit the state", "protocol"),
    _same(111, "protocol error, unspecified", "protocol"),
)

#: Of REGISTER_STATE and PACKET_SERVICE.
MOBILITY: Final = (
    NetworkCause(
        2, "subscriber unknown in HLR", "subscriber unknown in HSS", "", "until the operator acts"
    ),
    NetworkCause(
        3, "illegal MS", "illegal UE", "illegal UE", "until power-off or change of the SIM"
    ),
    NetworkCause(4, "subscriber unknown in VLR", "", "", "until registered anew"),
    NetworkCause(
        5,
        "IMEI not accepted",
        "IMEI not accepted",
        "PEI not accepted",
        "the device is not permitted",
    ),
    _same(6, "illegal ME", "until power-off or change of the SIM"),
    NetworkCause(7, "GPRS not allowed", "EPS not allowed", "5GS not allowed", "subscription"),
    NetworkCause(
        8, "GPRS and non-GPRS not allowed", "EPS and non-EPS not allowed", "", "subscription"
    ),
    _same(9, "identity cannot be derived by the network", "the modem attaches anew"),
    NetworkCause(
        10,
        "implicitly detached",
        "implicitly detached",
        "implicitly deregistered",
        "the modem attaches anew",
    ),
    _same(11, "network (PLMN) not allowed", "kept in the list of forbidden networks"),
    NetworkCause(
        12,
        "location area not allowed",
        "tracking area not allowed",
        "tracking area not allowed",
        "area",
    ),
    NetworkCause(
        13,
        "no roaming in this location area",
        "no roaming in this tracking area",
        "no roaming in this tracking area",
        "another network may do",
    ),
    NetworkCause(
        14, "GPRS not allowed in this network", "EPS not allowed in this network", "", "network"
    ),
    NetworkCause(
        15,
        "no suitable cells in this location area",
        "no suitable cells in this tracking area",
        "no suitable cells in this tracking area",
        "another area or technology is tried",
    ),
    _same(16, "MSC temporarily not reachable", "temporary", nr=False),
    _same(17, "network failure", "temporary", nr=False),
    NetworkCause(18, "", "CS domain not available", "", "voice only"),
    NetworkCause(
        19,
        "",
        "ESM failure: the data connection of the attach was refused",
        "",
        "look at the attach APN",
    ),
    _same(20, "MAC failure", "authentication"),
    _same(21, "sequence number out of step", "authentication, repeats itself"),
    _same(22, "congestion", "temporary"),
    NetworkCause(
        23,
        "GSM authentication unacceptable",
        "security capabilities mismatch",
        "security capabilities mismatch",
    ),
    NetworkCause(24, "", "security mode rejected", "security mode rejected"),
    _same(25, "not authorised for this closed subscriber group", "cell", nr=False),
    NetworkCause(
        26, "", "non-EPS authentication unacceptable", "non-5G authentication unacceptable"
    ),
    NetworkCause(27, "", "", "N1 mode not allowed: 5G stand-alone is barred", "falls back to LTE"),
    NetworkCause(28, "SMS over GPRS in this routing area", "", "restricted service area"),
    NetworkCause(31, "", "redirection to 5G core", "redirection to EPC"),
    NetworkCause(32, "service option not supported", "", ""),
    NetworkCause(33, "service option not subscribed", "", "", "subscription"),
    NetworkCause(34, "service option temporarily out of order", "", "", "temporary"),
    NetworkCause(35, "", "service option not authorised in this network", "", "network"),
    NetworkCause(38, "call cannot be identified", "", ""),
    NetworkCause(39, "", "CS temporarily not available", "", "temporary"),
    NetworkCause(
        40, "no PDP context activated", "no EPS bearer context activated", "", "reconnect"
    ),
    NetworkCause(42, "", "severe network failure", "", "temporary"),
    NetworkCause(43, "", "", "LADN not available"),
    NetworkCause(62, "retry on entering a new cell", "", "no network slices available"),
    NetworkCause(65, "", "", "maximum number of PDU sessions"),
    NetworkCause(67, "", "", "not enough resources for slice and DNN", "temporary"),
    NetworkCause(69, "", "", "not enough resources for the slice", "temporary"),
    NetworkCause(71, "", "", "key set identifier in use"),
    NetworkCause(72, "", "", "non-3GPP access not allowed"),
    NetworkCause(73, "", "", "serving network not authorised"),
    NetworkCause(74, "", "", "temporarily not authorised for this private network"),
    NetworkCause(75, "", "", "permanently not authorised for this private network"),
    NetworkCause(76, "", "", "restricted to cells of closed access groups"),
    NetworkCause(77, "", "", "wireline area not allowed"),
    NetworkCause(90, "", "", "payload not forwarded"),
    NetworkCause(91, "", "", "DNN not in the slice"),
    NetworkCause(92, "", "", "no user-plane resources"),
    *_PROTOCOL,
)

#: Of CONNECT. SM 24, 48 and 49 are left out: the published tables disagree on them.
SESSION: Final = (
    _same(8, "operator determined barring", "barred or unpaid"),
    NetworkCause(25, "LLC or SNDCP failure", "", "", "radio link, retry"),
    _same(26, "insufficient resources", "temporary"),
    NetworkCause(
        27, "missing or unknown APN", "missing or unknown APN", "missing or unknown DNN", "APN"
    ),
    NetworkCause(
        28, "unknown PDP address or type", "unknown PDN type", "unknown PDU session type", "IP type"
    ),
    NetworkCause(
        29,
        "user authentication failed",
        "user authentication failed",
        "authentication or authorisation failed",
        "login",
    ),
    _same(30, "refused by the gateway", "APN, login or address trouble", nr=False),
    _same(31, "refused, unspecified"),
    _same(32, "service option not supported", "the network lacks it"),
    _same(33, "service option not subscribed", "tariff or APN"),
    _same(34, "service option temporarily out of order", "retry later"),
    NetworkCause(
        35,
        "NSAPI already used",
        "transaction identity already in use",
        "transaction identity already in use",
    ),
    _same(36, "regular deactivation", "orderly end"),
    NetworkCause(37, "QoS not accepted", "EPS QoS not accepted", "", "profile"),
    _same(38, "network failure", "retry"),
    _same(39, "reactivation requested", "connect again"),
    NetworkCause(40, "feature not supported", "", ""),
    _same(41, "semantic error in the traffic flow template"),
    _same(42, "syntactical error in the traffic flow template"),
    NetworkCause(
        43, "unknown PDP context", "invalid EPS bearer identity", "invalid PDU session identity"
    ),
    _same(44, "semantic error in a packet filter"),
    _same(45, "syntactical error in a packet filter"),
    NetworkCause(
        46, "PDP context without traffic flow template already active", "", "out of the LADN's area"
    ),
    NetworkCause(
        47,
        "multicast group membership time-out",
        "transaction identity mismatch",
        "transaction identity mismatch",
    ),
    NetworkCause(49, "", "disconnection of the last connection not allowed", "", "one must stay"),
    _same(50, "IPv4 only", "use IP type v4"),
    _same(51, "IPv6 only", "use IP type v6"),
    _same(52, "single-address bearers only", "one family for each session", nr=False),
    NetworkCause(53, "", "ESM information not received", "", "attach sequence"),
    NetworkCause(54, "", "connection does not exist", "session does not exist", "connect anew"),
    NetworkCause(
        55, "", "a second connection to this APN is not allowed", "", "the APN is up already"
    ),
    _same(56, "collision with a request of the network", "retry", nr=False),
    NetworkCause(57, "", "IPv4v6 only", "IPv4v6 only", "use IP type v4v6"),
    NetworkCause(58, "", "non-IP only", "unstructured only"),
    NetworkCause(59, "", "unsupported QCI", "unsupported 5QI"),
    NetworkCause(60, "", "bearer handling not supported", ""),
    NetworkCause(61, "", "Ethernet only", "Ethernet only"),
    NetworkCause(
        65, "maximum number of PDP contexts", "maximum number of EPS bearers", "", "close one"
    ),
    _same(66, "APN not supported in this technology and network", "another technology", nr=False),
    NetworkCause(67, "", "", "not enough resources for slice and DNN", "temporary"),
    NetworkCause(68, "", "", "SSC mode not supported"),
    NetworkCause(69, "", "", "not enough resources for the slice", "temporary"),
    NetworkCause(70, "", "", "DNN unknown in the slice"),
    NetworkCause(
        81,
        "invalid transaction identifier",
        "invalid transaction identity",
        "invalid transaction identity",
        "protocol",
    ),
    NetworkCause(82, "", "", "rate with integrity protection too low"),
    NetworkCause(83, "", "", "semantic error in a QoS operation"),
    NetworkCause(84, "", "", "syntactical error in a QoS operation"),
    NetworkCause(85, "", "", "invalid mapped EPS bearer"),
    *_PROTOCOL,
    _same(112, "APN restriction clashes with an active context", "close the other", nr=False),
    _same(113, "multiple accesses to a connection not allowed", nr=False),
)

_MOBILITY: Final = {row.number: row for row in MOBILITY}
_SESSION: Final = {row.number: row for row in SESSION}


def network_cause(number: int, *, session: bool) -> NetworkCause | None:
    """The row of a number: of CONNECT with `session`, else of registration and attach."""
    return (_SESSION if session else _MOBILITY).get(number)


def cause_text(number: int, *, session: bool, technology: Technology = Technology.LTE) -> str:
    """A cause as people read it, `27, missing or unknown APN`; a number alone where none knows."""
    row = network_cause(number, session=session)
    return f"{number}" if row is None else f"{number}, {row.text(technology)}"
