"""Small sessions as text, for rules: a line for each thing that happens, one file per subject.

    [ready.no-set] async.no-set-or-query
    # why this breaks the rule, if it is not plain
    set READY_INFO ~

A block's first line names the rule that its session breaks, then the rules that are implied: those
that break with it. A rule may have several blocks. The lines of a session:

    query OID FIELDS            a request; `set` and `method` likewise
    ... ~                       it is accepted, and nothing more
    ... ! STATUS                it is completed with this NDIS_STATUS
    ... : FIELDS                it is completed with success and these data
    ... = FIELDS                it is accepted, then closed by the indication of its OID
    ... = @INDICATION FIELDS    the same with another indication
    done OID STATUS FIELDS      one more completion of the last request of this OID
    ends OID FIELDS             one more indication of the last request of this OID, or @INDICATION
    event INDICATION FIELDS     an unsolicited indication
    stimulus NAME FIELDS        a recorded change of the environment
    lifecycle NAME              of the miniport: initialize, halt, surprise_removal, arrival ...
    cancel OID                  of the last request of this OID
    message TYPE ID OPTIONS     of MBIM: command_msg, command_done ..., `total=`, `length=`
    wait SECONDS                time passes; a clock record shows it

FIELDS are `Name=value`: the last words of a path suffice where they name one field. Values are
numbers, text, hexadecimal bytes (`hex:` where it would be text), or what a member's name ends with,
in lower case (`home`), flags joined by `|`. `{Name=value ...}` is one element of the list,
`Elements=1,2` a list of plain ones. `!Name=value` is written last, over what counts and types of a
list are by themselves. What a structure's `DEFAULTS` say need not be written. `port=`, `id=`,
`status=`, `handle=` and `revision=` set the event's own values, `as=` another structure, `cut=`
leaves only so many bytes of the buffer, `raw=` gives all of them. A request goes out a millisecond
after the event before it, its answers follow in milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from host import SECOND
from rule_events import message

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.analysis.check import Tally, judge
from wwanreplay.analysis.check.fields import flat_layout, number
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.encoder import encode
from wwanreplay.protocol.layouts import Leaf
from wwanreplay.protocol.schema import BytesTail, Field, ListTail, Oid, PairsTail, Struct

MILLISECOND = 1_000_000
FOLDER = Path(__file__).parent.parent / "analysis" / "check" / "sessions"

# What a report says unless a session says otherwise: a device at home, ready, attached.
DEFAULTS: dict[str, str] = {
    "NDIS_WWAN_READY_INFO": (
        "ReadyState=initialized SubscriberId=262010000000001 SimIccId=8949000000000000001"
    ),
    "NDIS_WWAN_RADIO_STATE": "HwRadioState=on SwRadioState=on",
    "NDIS_WWAN_REGISTRATION_STATE": (
        "RegisterState=home RegisterMode=automatic ProviderId=26201 ProviderName=Home"
        " CurrentCellularClass=gsm"
    ),
    "NDIS_WWAN_PACKET_SERVICE_STATE": (
        "PacketServiceState=attached AvailableDataClass=umts|lte CurrentDataClass=lte"
    ),
    "NDIS_WWAN_CONTEXT_STATE": "ConnectionId=1 ActivationState=activated IPType=ipv4",
    "NDIS_WWAN_SET_CONTEXT_STATE": (
        "ConnectionId=1 ActivationCommand=activate AccessString=internet"
    ),
    "NDIS_WWAN_DEVICE_CAPS": (
        "WwanDeviceType=embedded WwanCellularClass=gsm WwanVoiceClass=novoice"
        " WwanSimClass=simremovable WwanDataClass=umts|lte WwanControlCaps=reg_manual|"
        "hw_radio_switch MaxActivatedContexts=1 CellularClassListHeader.ElementType=cellularclass"
    ),
    "NDIS_WWAN_DEVICE_CAPS_EX": (
        "WwanDeviceType=embedded WwanCellularClass=gsm WwanVoiceClass=novoice"
        " WwanSimClass=simremovable WwanDataClass=umts|lte WwanControlCaps=reg_manual|"
        "hw_radio_switch MaxActivatedContexts=1 CellularClassListHeader.ElementType=cellularclass"
    ),
    "NDIS_WWAN_DRIVER_CAPS": "ulMajorVersion=2",
    "NDIS_WWAN_PIN_INFO": "AttemptsRemaining=0xffffffff",
    "NDIS_WWAN_SIGNAL_STATE": "Rssi=20 ErrorRate=99 RssiInterval=30 RssiThreshold=5",
    "NDIS_WWAN_HOME_PROVIDER2": "ProviderId=26201 ProviderName=Home ProviderState=home",
    "NDIS_LINK_STATE": (
        "MediaConnectState=connected XmitLinkSpeed=1000000 RcvLinkSpeed=1000000"
        " MediaDuplexState=full"
    ),
}

_OWN = ("port", "id", "status", "revision", "layout", "cut", "raw", "as", "handle")
_TOKEN = re.compile(r"\{[^}]*\}|[^\s\"]*\"[^\"]*\"|\S+")


@dataclass
class Block:
    """A session of a file: the rule it breaks, those that break with it, and its lines."""

    rule: str
    implied: frozenset[str]
    place: str
    lines: list[str] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        """The events of the session."""
        return Builder().build(self.lines)


def blocks(path: Path) -> Iterator[Block]:
    """The sessions of a file."""
    block: Block | None = None
    for at, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        heading = re.fullmatch(r"\[(\S+)\](.*)", line)
        if heading is None:
            assert block is not None, f"{path.name}:{at}: a line before the first rule"
            block.lines.append(line)
            continue
        if block is not None:
            yield block
        block = Block(heading[1], frozenset(heading[2].split()), f"{path.name}:{at}")
    if block is not None:
        yield block


def all_blocks() -> list[Block]:
    """The sessions of all files."""
    return [block for path in sorted(FOLDER.glob("*.txt")) for block in blocks(path)]


class Builder:
    """Events from lines."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._now_ns = 0
        self._next_id = 0x100
        self._last: dict[int, Event] = {}

    def build(self, lines: list[str]) -> list[Event]:
        """The events of these lines, ended by the time of the last one."""
        for line in lines:
            self._line(line)
        self._add(Event(Kind.KIND_CLOCK, self._now_ns))
        return self.events

    def _add(self, event: Event) -> None:
        self.events.append(event.replace(index=len(self.events)))

    def _line(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        actions: dict[str, Callable[[str], None]] = {
            "event": self._event,
            "done": self._done,
            "ends": self._ends,
            "stimulus": self._stimulus,
            "lifecycle": self._lifecycle,
            "cancel": self._cancel,
            "wait": self._wait,
            "message": self._message,
        }
        try:
            if word in ("query", "set", "method"):
                self._request(Kind[f"KIND_{word.upper()}"], rest)
            else:
                actions[word](rest)
        except Exception as error:
            raise AssertionError(f"{line}: {error}") from error

    def _give(self, kind: Kind, code: int, structs: tuple[str, ...], text: str, **own: Any) -> None:
        """An event of the next millisecond with the buffer that a text describes."""
        tokens = _TOKEN.findall(text)
        options = dict(token.split("=", 1) for token in tokens if token.split("=", 1)[0] in _OWN)
        rest = [token for token in tokens if token.split("=", 1)[0] not in _OWN]
        payload = _payload(structs, rest, options) if structs or "raw" in options else b""
        if "port" in options:
            own["port"] = int(options["port"], 0)
        if "id" in options:
            own["request_id"] = int(options["id"], 0)
        if "handle" in options:
            own["handle"] = int(options["handle"], 0)
        if "status" in options:
            own["status"] = _status(options["status"])
        self._now_ns += MILLISECOND
        self._add(Event(kind, self._now_ns, code=code, payload=payload, **own))
        if kind in (Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_METHOD):
            self._last[code] = self.events[-1]

    def _request(self, kind: Kind, text: str) -> None:
        parts = re.split(r"(?:^|\s)([~!:=])(?:\s|$)", text, maxsplit=1)
        name, _, fields = parts[0].strip().partition(" ")
        oid = _oid(name)
        self._next_id += 1
        structs = oid.query_input if kind == Kind.KIND_QUERY else oid.set_input
        wanted = structs if fields and (fields.split("=")[0] not in _OWN or structs) else ()
        self._give(
            kind,
            _code(oid),
            wanted or (structs if kind == Kind.KIND_SET else ()),
            fields,
            request_id=self._next_id,
        )
        if len(parts) == 1:
            return
        sign, answer = parts[1], parts[2].strip()
        if sign == "!":
            self._done(f"{name} {answer}")
        elif sign == ":":
            self._done(f"{name} SUCCESS {answer}", has_data=True)
        else:
            self._done(f"{name} INDICATION_REQUIRED")
            if sign == "=":
                self._ends(f"{name} {answer}")

    def _done(self, text: str, *, has_data: bool = False) -> None:
        name, _, rest = text.partition(" ")
        status, _, fields = rest.partition(" ")
        oid = _oid(name)
        request = self._last[_code(oid)]
        self._give(
            Kind.KIND_COMPLETION,
            _code(oid),
            oid.query_output if fields or has_data else (),
            fields,
            request_id=request.request_id,
            port=request.port,
            cause=None if "id=" in fields else request.index,
            status=_status(status),
        )

    def _ends(self, text: str) -> None:
        name, _, fields = text.partition(" ")
        oid = _oid(name)
        request = self._last[_code(oid)]
        word = "query" if request.kind == Kind.KIND_QUERY else "set"
        rows = [row for row in oid.completions if word in row.operations] or oid.completions
        indication = rows[0].indication if rows else ""
        if fields.startswith("@"):
            indication, _, fields = fields[1:].partition(" ")
        self._indication(indication, fields, request_id=request.request_id, port=request.port)

    def _event(self, text: str) -> None:
        name, _, fields = text.partition(" ")
        self._indication(name, fields)

    def _indication(self, name: str, fields: str, **own: Any) -> None:
        row = PROTOCOL.indication_by_name.get(name) or PROTOCOL.indication_by_name.get(
            f"NDIS_STATUS_WWAN_{name}", PROTOCOL.indication_by_name.get(f"NDIS_STATUS_{name}")
        )
        assert row is not None, f"no indication {name}"
        self._give(Kind.KIND_INDICATION, row.number, row.structs, fields, **own)

    def _stimulus(self, text: str) -> None:
        name, _, fields = text.partition(" ")
        row = PROTOCOL.stimulus_by_name[name]
        self._give(Kind.KIND_STIMULUS, row.number, (row.struct,), fields)

    def _lifecycle(self, text: str) -> None:
        self._now_ns += MILLISECOND
        code = Lifecycle[f"LIFECYCLE_{text.upper()}"]
        self._add(Event(Kind.KIND_LIFECYCLE, self._now_ns, code=code))

    def _cancel(self, text: str) -> None:
        request = self._last[_code(_oid(text))]
        self._give(Kind.KIND_CANCEL, 0, (), "", request_id=request.request_id, port=request.port)

    def _message(self, text: str) -> None:
        name, identity, *rest = text.split()
        options = {key: int(value) for key, _, value in (token.partition("=") for token in rest)}
        self._now_ns += MILLISECOND
        event = message(
            0,
            MessageType[f"MBIM_{name.upper()}"],
            int(identity),
            by_device=name not in ("open_msg", "close_msg", "command_msg"),
            length=options.get("length"),
            total=options.get("total", 1),
            current=options.get("current", 0),
        )
        self._add(event.replace(time_ns=self._now_ns))

    def _wait(self, text: str) -> None:
        self._now_ns += round(float(text) * SECOND)
        self._add(Event(Kind.KIND_CLOCK, self._now_ns))


def _oid(name: str) -> Oid:
    row = PROTOCOL.oid_by_name.get(name) or PROTOCOL.oid_by_name.get(f"OID_WWAN_{name}")
    assert row is not None, f"no OID {name}"
    return row


def _code(oid: Oid) -> int:
    assert oid.number is not None, f"{oid.name} has no number"
    return oid.number


def _status(name: str) -> int:
    return int(name, 0) if name[:1].isdigit() else int(getattr(number, f"NDIS_STATUS_{name}"))


def _payload(structs: tuple[str, ...], tokens: list[str], options: dict[str, str]) -> bytes:
    if "raw" in options:
        return bytes.fromhex(options["raw"])
    struct = _chosen((options["as"],) if "as" in options else structs, options)
    layout = _layout(struct, options)
    default = _defaults(struct, layout)
    if any(token.startswith("uStatus=") and token != "uStatus=success" for token in tokens):
        default = []
    given: dict[str, str] = {}
    over: dict[str, str] = {}
    for token in [*default, *(token for token in tokens if not token.startswith("{"))]:
        name, _, value = token.partition("=")
        (over if name.startswith("!") else given)[name.lstrip("!")] = value.strip('"')
    values = dict(_values(struct, layout, given))
    elements = [token for token in tokens if token.startswith("{")]
    if elements:
        values["Elements"] = [
            dict(_values(*_element(struct, values), _pairs(text))) for text in elements
        ]
    data = encode(struct, values, layout=layout, revision=_revision(struct, options))
    for name, text in over.items():
        _, leaf = _leaf(struct, layout, name)
        octets = int(_value(leaf.field, text)).to_bytes(leaf.size, "little")
        data = data[: leaf.offset] + octets + data[leaf.offset + leaf.size :]
    return data[: int(options["cut"])] if "cut" in options else data


def _defaults(struct: Struct, layout: str) -> list[str]:
    """What a structure says by itself, as far as this layout has it."""
    paths = [f".{path}" for path in flat_layout(struct.name, layout).by_path]
    return [
        token
        for token in DEFAULTS.get(struct.name, "").split()
        if any(path.endswith(f".{token.partition('=')[0]}") for path in paths)
    ]


def _pairs(text: str) -> dict[str, str]:
    return {
        name: value.strip('"')
        for name, _, value in (token.partition("=") for token in _TOKEN.findall(text[1:-1]))
    }


def _revision(struct: Struct, options: dict[str, str]) -> int | None:
    return int(options["revision"]) if "revision" in options and struct.revisions else None


def _chosen(structs: tuple[str, ...], options: dict[str, str]) -> Struct:
    """The last structure that has this revision, or the last one."""
    rows = [PROTOCOL.structure(name) for name in structs if name in PROTOCOL.structs]
    if "revision" in options:
        wanted = int(options["revision"])
        rows = [row for row in rows if any(each.number == wanted for each in row.revisions)] or rows
    return rows[-1]


def _layout(struct: Struct, options: dict[str, str]) -> str:
    if "layout" in options:
        return options["layout"]
    revision = _revision(struct, options)
    for row in struct.revisions:
        if row.number == revision:
            return row.layouts[-1]
    return struct.revisions[-1].layouts[-1] if struct.revisions else struct.layouts[-1].id


def _element(struct: Struct, values: dict[str, Any]) -> tuple[Struct, str]:
    """Structure and layout of a list's elements."""
    tail = struct.tail
    assert isinstance(tail, ListTail), f"{struct.name} has no list"
    given = values.get(f"{tail.header}.ElementType")
    name = None if given is None else PROTOCOL.text_of("WWAN_STRUCT_TYPE", given)
    choices = dict(tail.elements).get(name, tail.elements[-1][1])
    return PROTOCOL.structure(choices[-1].of), choices[-1].layout


def _values(struct: Struct, layout: str, given: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for name, text in given.items():
        if name == "Elements":
            yield name, [_plain(struct, part) for part in text.split(",")]
        elif name == "Data" and isinstance(struct.tail, BytesTail):
            yield name, text.encode()
        elif isinstance(struct.tail, PairsTail) and name in {row[0] for row in struct.tail.pairs}:
            yield name, bytes.fromhex(text)
        else:
            path, leaf = _leaf(struct, layout, name)
            yield path, _value(leaf.field, text)


def _plain(struct: Struct, text: str) -> Any:
    tail = struct.tail
    kind = tail.elements[-1][1][-1].kind if isinstance(tail, ListTail) else ""
    return text if kind in ("wchar16", "guid") else int(text, 0)


@cache
def _leaf(struct: Struct, layout: str, name: str) -> tuple[str, Leaf]:
    """The field whose path ends with a name."""
    paths = flat_layout(struct.name, layout).by_path
    ending = "." + name
    found = [path for path in paths if path == name or path.endswith(ending)]
    if name in found:
        found = [name]
    assert len(found) == 1, f"{struct.name} {layout}: {name} names {found or 'no field'}"
    return found[0], paths[found[0]]


def _value(row: Field, text: str) -> Any:
    if text.startswith("hex:"):
        return bytes.fromhex(text[4:]).decode("latin-1")
    if row.kind in ("wchar16", "char8", "guid"):
        return text
    if row.kind == "u8" and row.count:
        return bytes.fromhex(text).ljust(row.count, b"\0")
    if re.fullmatch(r"0x[0-9a-fA-F]+|\d+", text):
        return int(text, 0)
    if row.values == "WWAN_STATUS":
        return int(getattr(number, f"WWAN_STATUS_{text.upper()}"))
    return _members(row.values, text)


@cache
def _members(values: str, text: str) -> int:
    """The number of members by what their names end with, the shortest that does."""
    total = 0
    for part in text.split("|"):
        names = [
            member.name
            for member in PROTOCOL.enum_by_name[values].members
            if member.name.lower().endswith(part)
        ]
        assert names, f"{part} ends no member of {values}"
        total |= PROTOCOL.number_of(values, min(names, key=len))
    return total


# What the tests of a subject show


def tally(rule_id: str, text: str, *, is_whole: bool = True) -> Tally:
    """What a rule came to on a session of text; lines are joined by newlines or ` / `."""
    lines = [line.strip() for line in re.split(r"\n| / ", text) if line.strip()]
    return judge(Builder().build(lines), [rule_id], is_whole=is_whole)[rule_id]


def keeps(rule_id: str, text: str) -> None:
    """The rule is judged on the session, and kept."""
    found = tally(rule_id, text)
    assert found.kept, found
    assert not found.broken_count, found


def leaves_open(rule_id: str, text: str, *, is_whole: bool = True) -> None:
    """The rule applies, and the session does not show whether it is kept."""
    found = tally(rule_id, text, is_whole=is_whole)
    assert found.undecided, found
    assert not found.broken_count, found


def passes_over(rule_id: str, text: str) -> None:
    """The rule does not apply to the session."""
    found = tally(rule_id, text)
    assert not found.judged, found
    assert not found.undecided, found


def sound_sessions(kept: Iterable[tuple[str, str]]) -> Callable[[str, str], None]:
    """The test that each (rule, session) keeps its rule."""

    def test(rule_id: str, text: str) -> None:
        keeps(rule_id, text)

    return pytest.mark.parametrize(("rule_id", "text"), kept)(test)


def open_sessions(left: Iterable[tuple[str, str, bool]]) -> Callable[[str, str, bool], None]:
    """The test that each (rule, session, whether it is whole) leaves its rule open."""

    def test(rule_id: str, text: str, is_whole: bool) -> None:
        leaves_open(rule_id, text, is_whole=is_whole)

    return pytest.mark.parametrize(("rule_id", "text", "is_whole"), left)(test)


def other_sessions(passed: Iterable[tuple[str, str]]) -> Callable[[str, str], None]:
    """The test that each (rule, session) is none that the rule is about."""

    def test(rule_id: str, text: str) -> None:
        passes_over(rule_id, text)

    return pytest.mark.parametrize(("rule_id", "text"), passed)(test)
