"""Synthetic twins of the reports that stand in public threads: what was posted, and the answer.

Each is a kind of report (a program's log, as people paste, mail or attach it), with an invented
session. `messages` is how many stand in the text, and `verdict` what a maintainer would answer,
which is written here by hand and not taken from the program: the exit code of `explain`, and the
cause (a row of `causes.py`) or, for one without a cause, words of the page or of the error.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import printed_logs
import sample_logs
import wrapped_logs
from explained_sessions import (
    ATTACHED,
    CONNECTED,
    OPENED,
    READY,
    REGISTERED,
    session_bytes,
    session_log,
)
from field_samples import new_libmbim

import wwanreplay
from wwanreplay._core import Kind
from wwanreplay.errors import InputError
from wwanreplay.trace import TraceReader

YES, FAULT, UNREADABLE = 0, 1, 3


def messages_of(session: str) -> list[bytes]:
    """The messages of a session in lines."""
    with TraceReader(session_bytes(session)) as reader:
        return [event.payload for event in reader.events() if event.kind == Kind.KIND_WIRE]


@dataclass(frozen=True)
class Twin:
    """A report: `kind` names the program, `way` how it was posted, `about` the session."""

    kind: str
    way: str
    about: str
    log: bytes
    messages: int
    exit_code: int
    words: str

    @property
    def name(self) -> str:
        """For tests."""
        return f"{self.kind}, {self.way}: {self.about}"


@dataclass(frozen=True)
class Outcome:
    """What came out of a twin."""

    messages: int
    exit_code: int
    text: str

    def is_read(self, twin: Twin) -> bool:
        """Whether all messages that stand there came out, and none besides."""
        return self.messages == twin.messages

    def is_judged(self, twin: Twin) -> bool:
        """Whether the answer is that of a maintainer."""
        return self.exit_code == twin.exit_code and twin.words in self.text


def outcome(twin: Twin, folder: Path) -> Outcome:
    """Give a twin to `explain`, as its reader would."""
    path = folder / "report.txt"
    path.write_bytes(twin.log)
    try:
        pages = wwanreplay.explain(path)
    except InputError as error:
        return Outcome(0, UNREADABLE, str(error))
    causes = [f"cause {each.cause.id}" for page in pages for each in page.causes]
    text = " ".join([*causes, *(" ".join(str(page).split()) for page in pages)])
    count = sum(page.story.messages for page in pages)
    return Outcome(count, max(page.exit_code for page in pages), text)


# ---------------------------------------------------------------------------------- sessions

FCC = READY.replace("SwRadioState=1", "SwRadioState=0") + (
    "> set RADIO_STATE RadioState=1\n< RADIO_STATE status=28 HwRadioState=1\n"
)
SWITCH = OPENED + "> query RADIO_STATE\n< RADIO_STATE HwRadioState=0 SwRadioState=1\n"
NO_SIM = OPENED + "> query SUBSCRIBER_READY_STATUS\n< SUBSCRIBER_READY_STATUS ReadyState=2\n"
LOCKED = (
    OPENED
    + "> query SUBSCRIBER_READY_STATUS\n< SUBSCRIBER_READY_STATUS ReadyState=6\n"
    + "> query PIN\n< PIN PinType=2 PinState=1 RemainingAttempts=3\n"
)
PIN2 = READY + "> query PIN\n< PIN PinType=3 PinState=1 RemainingAttempts=3\n"
NO_SIGNAL = (
    READY
    + "> query REGISTER_STATE\n< REGISTER_STATE RegisterState=2\n"
    + "> query SIGNAL_STATE\n< SIGNAL_STATE Rssi=99 ErrorRate=99\n"
)
TOO_LARGE = "> open 4096\n< error 8\n"
SILENT = "> open 4096\n@ 5\n> open 4096\n@ 5\n> open 4096\n@ 20\n> close\n"
FORGOTTEN = READY + "@ 30\n> query REGISTER_STATE\n< error 5\n"
UNSUPPORTED = (
    REGISTERED
    + "> query PACKET_STATISTICS\n< PACKET_STATISTICS status=9\n"
    + "> query RADIO_STATE\n< RADIO_STATE HwRadioState=1 SwRadioState=1\n"
)


def refused(cause: int, ip_type: int = 1) -> str:
    return (
        ATTACHED
        + f"> set CONNECT ActivationCommand=1 AccessString=internet.example IpType={ip_type}\n"
        + f"< CONNECT status=2 ActivationState=3 NwError={cause}\n"
    )


def denied(cause: int) -> str:
    return READY + f"> query REGISTER_STATE\n< REGISTER_STATE RegisterState=6 NwError={cause}\n"


# ---------------------------------------------------------------------------------- programs


def _printed(each: Callable[[bytes], str]) -> Callable[[str], str]:
    return lambda session: "".join(map(each, messages_of(session)))


def _kernel(session: str) -> str:
    lines = ["[  100.000000] usb 1-2: new high-speed USB device number 5 using xhci_hcd\n"]
    for number, data in enumerate(messages_of(session)):
        head = f"[  10{number}.250000] cdc_mbim 1-2:1.0: "
        lines.append(printed_logs.dumped(data, head + "{offset:08x}: {pairs}  {text}", 1))
    return "".join(lines)


def _umb(session: str) -> str:
    out = ""
    for data in messages_of(session):
        out += f"umb0: {'<- rcv' if data[3] & 0x80 else '-> snd'} a message\n"
        for at in range(0, len(data), 16):
            out += f"{at:4}:   {data[at : at + 16].hex(' ')}\n"
    return out


def _strace(session: str) -> str:
    lines = ['7 10:00:00.000000 openat(AT_FDCWD, "/dev/cdc-wdm0", O_RDWR|O_NONBLOCK) = 5\n']
    for number, data in enumerate(messages_of(session)):
        lines.append(printed_logs.strace_line(data, f"7 10:00:{number:02}.250000 "))
    return "".join(lines)


def _routeros(session: str) -> str:
    start = printed_logs.ROUTEROS
    return "".join(
        printed_logs.routeros_rows(data, start, "wdm >>> recv #0" if data[3] & 0x80 else "wdm <<<")
        for data in messages_of(session)
    )


def _usbmon(session: str) -> str:
    out = printed_logs.USBMON_NOISE
    for number, data in enumerate(messages_of(session), 1):
        one = printed_logs.usbmon_received if data[3] & 0x80 else printed_logs.usbmon_sent
        out += one(data, 570_400_000 + number * 1_000_000)
    return out


PRINTED: dict[str, Callable[[str], str]] = {
    "ModemManager debug": session_log,
    "mbimcli verbose": _printed(new_libmbim),
    "umbim": _printed(printed_logs.umbim_printed),
    "dmesg": _kernel,
    "umb(4)": _umb,
    "strace": _strace,
    "RouterOS": _routeros,
    "usbmon": _usbmon,
    "xxd": _printed(printed_logs.dumped),
}


def _as_is(text: str) -> bytes:
    return text.encode()


def _quoted(text: str) -> bytes:
    return b"Hi all,\n\n" + b"".join(b"> " + line + b"\n" for line in text.encode().split(b"\n"))


def _wrapping(name: str) -> Callable[[str], bytes]:
    return lambda text: wrapped_logs.WRAPPINGS[name](text)[0]


def _begun_inside(text: str) -> bytes:
    """An excerpt: what stands before the third message was left out."""
    return text.split("\n\n", 2)[2].encode()


def _cut(text: str) -> bytes:
    """An excerpt that ends in the middle of its last bytes."""
    return text.rstrip()[:-40].encode()


def _syslog(change: Callable[[str], str]) -> Callable[[str], bytes]:
    return lambda text: change(text).encode()


WAYS: dict[str, Callable[[str], bytes]] = {
    "as it is": _as_is,
    "quoted in a mail": _quoted,
    "begins inside": _begun_inside,
    "cut at its end": _cut,
    "journalctl": _syslog(sample_logs.journal_text),
    "journalctl -o json": _syslog(sample_logs.journal_json),
    "syslog of rsyslog": _syslog(sample_logs.rsyslog),
    "syslog of OpenWrt": _syslog(sample_logs.openwrt),
    "CRLF": _syslog(sample_logs.windows_ends),
    "forum post": _wrapping("breaks"),
    "saved page": _wrapping("page"),
    "terminal colours": _wrapping("colours"),
    "joined to a line": _wrapping("joined"),
    "mail, quoted-printable": _wrapping("mail_quoted_printable"),
    "mail, packed attachment": _wrapping("packed_attachment"),
    "mailbox": _wrapping("mailbox"),
    "tracker JSON": _wrapping("tracker"),
    "comments JSON": _wrapping("tracker_pretty"),
}

#: Program, way, what it is about, session, messages, exit code, words.
_SESSIONS: tuple[tuple[str, str, str, str, int, int, str], ...] = (
    ("ModemManager debug", "as it is", "FCC lock", FCC, 8, YES, "cause radio-locked"),
    ("ModemManager debug", "journalctl", "cause 33", refused(33), 12, YES, "cause not-subscribed"),
    ("ModemManager debug", "journalctl -o json", "no SIM", NO_SIM, 4, YES, "cause sim-absent"),
    ("ModemManager debug", "syslog of rsyslog", "cause 27", refused(27), 12, YES, "cause apn"),
    ("ModemManager debug", "syslog of OpenWrt", "cause 50", refused(50, 3), 12, YES, "IPv4 only"),
    ("ModemManager debug", "tracker JSON", "cause 11", denied(11), 8, YES, "network (PLMN) not"),
    ("ModemManager debug", "comments JSON", "silent OPEN", SILENT, 4, FAULT, "cause open-silent"),
    ("ModemManager debug", "terminal colours", "no signal", NO_SIGNAL, 10, YES, "cause no-signal"),
    ("ModemManager debug", "mail, packed attachment", "connects", CONNECTED, 12, YES, "no fault"),
    ("ModemManager debug", "begins inside", "cause 27", refused(27), 10, YES, "cause apn"),
    ("ModemManager debug", "cut at its end", "cause 27", refused(27), 12, YES, "no fault"),
    ("ModemManager debug", "CRLF", "radio switch", SWITCH, 4, YES, "cause radio-switch"),
    ("ModemManager debug", "joined to a line", "PIN2", PIN2, 8, YES, "cause pin2"),
    ("mbimcli verbose", "as it is", "a PIN", LOCKED, 6, YES, "--verbose-full"),
    ("mbimcli verbose", "saved page", "connects", CONNECTED, 12, YES, "--verbose-full"),
    ("mbimcli verbose", "mailbox", "silent OPEN", SILENT, 4, FAULT, "cause open-silent"),
    ("umbim", "as it is", "a PIN", LOCKED, 6, YES, "cause sim-pin"),
    ("umbim", "quoted in a mail", "OPEN too large", TOO_LARGE, 2, FAULT, "cause open-size"),
    ("umbim", "forum post", "cause 27", refused(27), 12, YES, "cause apn"),
    ("umbim", "joined to a line", "connects", CONNECTED, 12, YES, "no fault"),
    ("umbim", "mail, quoted-printable", "no SIM", NO_SIM, 4, YES, "cause sim-absent"),
    ("dmesg", "as it is", "OPEN too large", TOO_LARGE, 2, FAULT, "cause open-size"),
    ("dmesg", "saved page", "connects", CONNECTED, 12, YES, "no fault"),
    ("umb(4)", "as it is", "OPEN too large", TOO_LARGE, 2, FAULT, "cause open-size"),
    ("strace", "as it is", "NOT_OPENED", FORGOTTEN, 8, FAULT, "cause closed-by-modem"),
    ("RouterOS", "as it is", "denied, cause 3", denied(3), 8, YES, "illegal UE"),
    ("usbmon", "as it is", "OPEN too large", TOO_LARGE, 2, FAULT, "cause open-size"),
    ("xxd", "as it is", "cause 29", refused(29), 12, YES, "cause login"),
    ("xxd", "forum post", "not offered", UNSUPPORTED, 12, YES, "cause optional"),
)

_MM = "Mar 02 09:00:07 laptop ModemManager[566]: <info>  [modem0] state changed (registered)\n"
#: Reports of another kind: program, way, text, words of what it is.
_FOREIGN: tuple[tuple[str, str, str, str], ...] = (
    ("ModemManager", "without debug", _MM * 3, "without debug messages"),
    ("mmcli", "-m any", "  --------\n  General  | path: /org/freedesktop/ModemManager1/Modem/0\n"
     "  Status   |  lock: sim-pin\n", "output of mmcli"),
    ("mbimcli", "without verbose", "[/dev/cdc-wdm0] Device capabilities retrieved:\n"
     "\tDevice type: 'embedded'\n", "--verbose-full"),
    ("qmicli", "verbose", "<<<<<< QMUX:\n<<<<<<   length  = 11\n<<<<<<   flags   = 0x00\n"
     "<<<<<< QMI:\n<<<<<<   message     = \"Get IDs\" (0x0025)\n", "QMI"),
    ("uqmi", "forum post", 'root@OpenWrt:~# uqmi -d /dev/cdc-wdm0 --get-serving-system\n'
     '{ "registration": "searching" }\n', "uqmi"),
    ("quectel-CM", "without messages", "[03-02_09:00:07:141] Quectel_QConnectManager_Linux_V1.6\n"
     "[03-02_09:00:07:142] Find usbnet_adapter = wwan0\n", "quectel-CM"),
    ("AT", "terminal", "AT+CPIN?\r\n+CPIN: SIM PIN\r\nOK\r\nAT+COPS?\r\nERROR\r\n", "AT commands"),
    ("dmesg", "without transfers", "[   12.345678] usb 1-2: new high-speed USB device number 5\n"
     "[   12.567890] cdc_mbim 1-2:1.0 wwan0: register 'cdc_mbim'\n", "dmesg"),
    ("netsh mbn", "show interfaces", "C:\\> netsh mbn show interfaces\n\n"
     "There is 1 interface on the system:\n    Name : Cellular\n", "netsh"),
)  # fmt: skip


def twins() -> Iterator[Twin]:
    """All of them."""
    for kind, way, about, session, count, exit_code, words in _SESSIONS:
        log = WAYS[way](PRINTED[kind](session))
        yield Twin(kind, way, about, log, count, exit_code, words)
    for kind, way, text, words in _FOREIGN:
        yield Twin(kind, way, "no message", text.encode(), 0, UNREADABLE, words)


TWINS = tuple(twins())


def table(outcomes: dict[str, Outcome]) -> Iterator[str]:
    """What came out of each twin, and the counts."""
    yield f"{'messages':>12}  {'verdict':<8} report"
    for twin in TWINS:
        found = outcomes[twin.name]
        count = f"{found.messages} of {twin.messages}"
        verdict = "right" if found.is_judged(twin) else "WRONG"
        yield f"{count:>12}  {verdict:<8} {twin.name}"
    yield counts_text(outcomes)


def counts_text(outcomes: dict[str, Outcome]) -> str:
    """The counts, as the document has them."""
    read = sum(outcomes[twin.name].is_read(twin) for twin in TWINS)
    judged = sum(outcomes[twin.name].is_judged(twin) for twin in TWINS)
    standing = sum(twin.messages for twin in TWINS)
    got = sum(min(outcomes[twin.name].messages, twin.messages) for twin in TWINS)
    return (
        f"{len(TWINS)} reports: all messages right in {read}, verdict right in {judged};"
        f" {got} of {standing} messages"
    )
