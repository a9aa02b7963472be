"""The row types of the protocol tables: frozen, checked when they are made, free of behaviour.

A structure's row has one or more layouts (the same name compiled for another Windows release),
revisions that say which layouts a `Header.Revision` may have, and at most one variable part (its
tail). Fields name a kind; offsets follow from kinds and natural alignment (`layouts.py`), and the
pinned `size` of a layout must agree.

This module imports nothing but the error tree, so that the build can read the rows before the
compiled engine exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from wwanreplay.errors import UsageError
from wwanreplay.protocol.releases import TARGETS, Release, place_of

# kind → (size in bytes, alignment). `struct` and `union` have no entry: they are computed.
SCALARS: dict[str, tuple[int, int]] = {
    "u8": (1, 1),
    "bool8": (1, 1),
    "char8": (1, 1),
    "u16": (2, 2),
    "wchar16": (2, 2),
    "u32": (4, 4),
    "i32": (4, 4),
    "u64": (8, 8),
    "i64": (8, 8),
    "pointer": (8, 8),
    "guid": (16, 4),
}

# What a field identifies: the person, the device, the place, the other party, a secret or the
# content of a conversation. An empty mark means that it identifies nobody.
PERSONAL = ("", "subscriber", "device", "place", "peer", "secret", "content")

# Where the value of an output field comes from: the request, the state machine, the environment.
ORIGINS = ("", "echo", "model", "environment")

# How a member of a report is compared with what a log shows: as it is; never, since it belongs to
# the place and the moment and no stimulus brings it about; of an active context only; of a failed
# report as well, whose other members mean nothing.
COMPARISONS = ("", "never", "active", "always")

# How events of an indication are compared with a log: not at all, unless the device emits one; a
# device owes them; it repeats and leaves them out as it likes; the log's interface has none.
EVENT_COMPARISONS = ("", "owed", "free", "hidden")

# How a member of an answer of a present device is compared with the recorded one (see
# `comparison.live_mark_of`, which also says what a member without a mark is): it must be the same;
# the same in an answer to a set; the same of the same modem; whatever it is, the device may not
# contradict itself; a difference is another SIM or modem; not at all.
LIVE_MARKS = ("", "bound", "ordered", "property", "steady", "identity", "free")

MODES = ("", "sync", "async", "unknown")
LEVELS = ("must", "should", "may")
BASES = ("modal", "statement", "inferred", "permission")
ACTORS = ("miniport", "service", "device", "checker")

# Which earlier sets the end of a set never overtakes; everything else may overtake it, queries too.
SET_ORDERS: dict[str, str] = {
    "oid": "every earlier set of the same OID, on whatever port",
    "device": "every earlier set of the whole device, on whatever port",
    "context": (
        "every earlier set of the same OID, port and ConnectionId; a cancel order overtakes those"
    ),
}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class RowError(UsageError):
    """A row of the protocol tables contradicts itself or another row; the message names it."""


def _require(holds: bool, row: str, reason: str) -> None:
    if not holds:
        raise RowError(f"protocol row {row}: {reason}")


def _require_name(name: str, row: str) -> None:
    _require(bool(_NAME.match(name)), row, f"{name!r} is not a name")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a value may be: from the lowest to the highest, and those besides.

    `values` names the enumeration or flag set that they are of.
    """

    lowest: int
    highest: int
    besides: tuple[int, ...] = ()
    values: str = ""

    def __post_init__(self) -> None:
        _require(
            self.lowest <= self.highest, self.values or "range", "the lowest is above the highest"
        )

    def __contains__(self, value: int) -> bool:
        return self.lowest <= value <= self.highest or value in self.besides

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """(lowest, highest) of every part."""
        return ((self.lowest, self.highest), *((value, value) for value in self.besides))

    @property
    def text(self) -> str:
        """What a value must be, for errors and documents: "from 0 to 31 or 99"."""
        numbers = " or ".join((f"from {self.lowest} to {self.highest}", *map(str, self.besides)))
        return f"a number of {self.values}, {numbers}" if self.values else numbers


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a structure.

    `within` is the documented range of a number, for profiles, stimuli and the like: requests and
    faults may break it on purpose, and recorded values are never checked against it. `count` is 0
    for a scalar, else the number of array elements. `of` and `layout` name the structure a `struct`
    field holds. `values` names the enumeration or flag set of a number. `bits` is (first bit,
    width) of a bit field; neighbours with bits share one number. A `union` has `cases`: (value of
    the field `selector`, member); the values are numbers or member names. An empty name means that
    the members are reached without one. `comparison` is how it is compared with what a log shows
    (see COMPARISONS), `live` with what a present device shows (see LIVE_MARKS).
    `fixed_by` is the rule that fixes what the state machine reports in the answer to a set.
    """

    name: str
    kind: str
    count: int = 0
    of: str = ""
    layout: str = ""
    values: str = ""
    bits: tuple[int, int] | None = None
    selector: str = ""
    cases: tuple[tuple[int | str, Field], ...] = ()
    personal: str = ""
    origin: str = ""
    within: Range | None = None
    comparison: str = ""
    live: str = ""
    fixed_by: str = ""

    def __post_init__(self) -> None:
        row = self.name or f"unnamed {self.kind}"
        _require(self.kind in SCALARS or self.kind in ("struct", "union"), row, "unknown kind")
        if self.name or self.kind != "union":
            _require_name(self.name, row)
        _require(self.count >= 0, row, "a negative count")
        _require((self.kind == "struct") == bool(self.of), row, "`of` belongs to structs")
        _require((self.kind == "union") == bool(self.cases), row, "`cases` belong to unions")
        _require(self.personal in PERSONAL, row, f"unknown personal mark {self.personal!r}")
        _require(self.origin in ORIGINS, row, f"unknown origin {self.origin!r}")
        _require(self.comparison in COMPARISONS, row, f"unknown comparison {self.comparison!r}")
        _require(not self.comparison or bool(self.origin), row, "compared from no known origin")
        _require(self.live in LIVE_MARKS, row, f"unknown live mark {self.live!r}")
        _require(not self.fixed_by or self.origin == "model", row, "fixed, but not the model's")
        if self.bits is not None:
            first, width = self.bits
            _require(self.kind == "u32", row, "bit fields live in 32-bit numbers")
            _require(first >= 0 and width > 0 and first + width <= 32, row, "bits outside 0 to 31")


@dataclass(frozen=True, slots=True)
class Layout:
    """One form of a structure in memory: the fields in order and the size they must come to.

    `targets` are the ids of the Windows releases it was compiled for (see TARGETS). `extends` names
    an earlier layout whose fields come first; `struct` puts them in.
    """

    id: str
    size: int
    fields: tuple[Field, ...]
    targets: str = ""
    extends: str = ""

    def __post_init__(self) -> None:
        _require(bool(re.match(r"L[1-9]\d*\Z", self.id)), self.id, "layout ids are L1, L2 …")
        _require(self.size >= 0, self.id, "a negative size")
        names = [field.name for field in self.fields if field.name]
        _require(len(names) == len(set(names)), self.id, "two fields have the same name")


@dataclass(frozen=True, slots=True)
class Revision:
    """A value of `Header.Revision`, its constant, and the layouts that `Header.Size` may select.

    Of two layouts of one size the last is taken unless the caller names one. `since` is the release
    that introduced it, where its layouts are older.
    """

    number: int
    constant: str
    layouts: tuple[str, ...]
    unverified: bool = False
    since: str = ""

    def __post_init__(self) -> None:
        _require_name(self.constant, self.constant or "revision")
        _require(not self.since or self.since in TARGETS, self.constant, "an unknown release")
        _require(0 < self.number < 256, self.constant, "a revision is 1 to 255")
        _require(bool(self.layouts), self.constant, "a revision without a layout")


@dataclass(frozen=True, slots=True)
class ListTail:
    """Elements after the whole fixed part, counted by a WWAN_LIST_HEADER.

    `elements` maps the name of an ElementType to the element: a field without meaning of its name,
    or several where the element's size changed between releases (oldest first). `older` are the
    paths that the list header has in older layouts; a layout without any has no list.
    """

    header: str
    elements: tuple[tuple[str, tuple[Field, ...]], ...]
    older: tuple[str, ...] = ()
    unverified: bool = False
    comparison: str = ""


@dataclass(frozen=True, slots=True)
class BytesTail:
    """Bytes whose length a field gives; `at` is the field they start at, empty for the end.

    Without `length` they fill the buffer. `older` are pairs of length and start in older layouts.
    """

    length: str
    at: str = ""
    older: tuple[tuple[str, str], ...] = ()
    personal: str = "content"
    unverified: bool = False
    comparison: str = ""


@dataclass(frozen=True, slots=True)
class ItemsTail:
    """Items counted by the field `count`, from the field `at`, or from the end when it is empty.

    Without `count` they fill the buffer.
    """

    item: Field
    count: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class PairsTail:
    """Blocks that pairs of an offset and a size point at, counted from the field `base`.

    `pairs` is (name, path of the offset, path of the size); `at` is the field that the data area
    starts at, empty for the end of the fixed part. Layouts that lack a pair's fields lack the pair.
    """

    base: str
    pairs: tuple[tuple[str, str, str], ...]
    at: str = ""
    personal: str = "content"
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class TlvTail:
    """Type-length-value elements (WWAN_TLV_IE) after the fixed part, from revision `since` on."""

    since: int
    personal: str = "content"
    pairs: PairsTail | None = None


@dataclass(frozen=True, slots=True)
class TablesTail:
    """Tables that pointer fields refer to.

    Memory outside the buffer cannot be recorded. A pointer below 0x10000, where no process has
    memory, is therefore read as the offset of its table in the buffer; any other is a number.
    `tables` is (name, path of the pointer, path of the count).
    """

    item: Field
    tables: tuple[tuple[str, str, str], ...]


Tail = ListTail | BytesTail | ItemsTail | PairsTail | TlvTail | TablesTail


@dataclass(frozen=True, slots=True)
class Struct:
    """A structure: its layouts, revisions and variable part; `header` is the kit's file name."""

    name: str
    layouts: tuple[Layout, ...]
    revisions: tuple[Revision, ...] = ()
    tail: Tail | None = None
    header: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _require_name(self.name, self.name)
        _require(bool(self.layouts), self.name, "no layout")
        ids = [layout.id for layout in self.layouts]
        _require(len(ids) == len(set(ids)), self.name, "two layouts have the same id")
        for revision in self.revisions:
            for layout_id in revision.layouts:
                _require(
                    layout_id in ids,
                    f"{self.name} revision {revision.number}",
                    f"unknown layout {layout_id}",
                )
        numbers = [revision.number for revision in self.revisions]
        _require(len(numbers) == len(set(numbers)), self.name, "two revisions share a number")

    def layout(self, layout_id: str) -> Layout:
        """The layout of that id; RowError when there is none."""
        for layout in self.layouts:
            if layout.id == layout_id:
                return layout
        raise RowError(f"protocol row {self.name}: no layout {layout_id}")

    def since(self, layout_id: str, revision: Revision | None = None) -> int:
        """The place of the release that introduced a layout, in this revision; 0 where none is."""
        targets = self.layout(layout_id).targets.split()
        places = [min(map(place_of, targets))] if targets else [0]
        if revision is not None and revision.since:
            places.append(place_of(revision.since))
        return max(places)

    def form(self, release: Release) -> tuple[str, int] | None:
        """The newest form in a release: the id of its layout and its revision, 0 without one.

        A release between those that a layout was compiled for has the latest one before it. None
        when all forms are newer than the release.
        """
        place = place_of(release.id)
        rows: list[tuple[str, Revision | None]] = [
            (layout_id, revision) for revision in self.revisions for layout_id in revision.layouts
        ] or [(layout.id, None) for layout in self.layouts]
        known = [row for row in rows if self.since(*row) <= place]
        named = [
            row
            for row in known
            if release.id in (self.layout(row[0]).targets.split() or [release.id])
        ]
        if not known:
            return None
        layout_id, revision = (named or known)[-1]
        return layout_id, 0 if revision is None else revision.number

    @property
    def has_header(self) -> bool:
        """Whether it begins with an NDIS_OBJECT_HEADER."""
        first = self.layouts[0].fields[:1]
        return bool(first) and first[0].of == "NDIS_OBJECT_HEADER"


@dataclass(frozen=True, slots=True)
class Member:
    """One value of an enumeration or flag set; `earlier` are numbers of older kits.

    `obsolete` members are not in the newest kit; `bound` marks a count of members, not a value.
    """

    name: str
    number: int
    earlier: tuple[int, ...] = ()
    obsolete: bool = False
    bound: bool = False

    def __post_init__(self) -> None:
        _require_name(self.name, self.name)
        _require(0 <= self.number < 1 << 32, self.name, "outside 32 bits")


@dataclass(frozen=True, slots=True)
class Enum:
    """Numbers of which a field holds one."""

    name: str
    members: tuple[Member, ...]
    note: str = ""

    def __post_init__(self) -> None:
        _require_name(self.name, self.name)
        names = [member.name for member in self.members]
        _require(len(names) == len(set(names)), self.name, "two members have the same name")


@dataclass(frozen=True, slots=True)
class FlagSet(Enum):
    """Numbers of which a field holds any sum."""


@dataclass(frozen=True, slots=True)
class Status:
    """A WWAN_STATUS or NDIS_STATUS code; `mbim` is (name, number) of the MBIM status tied to it.

    `of_state`: it says in which state device, SIM or network are, so that the same request may end
    otherwise at another time.
    """

    name: str
    number: int
    meaning: str
    mbim: tuple[str, int] | None = None
    documented: bool = True
    of_state: bool = False

    def __post_init__(self) -> None:
        _require_name(self.name, self.name)
        _require(0 <= self.number < 1 << 32, self.name, "outside 32 bits")


@dataclass(frozen=True, slots=True)
class Completion:
    """What ends an asynchronous operation: the indication and the structures it may carry."""

    operations: tuple[str, ...]
    indication: str
    structs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Modelled:
    """How the emulated device takes part in an OID, from which the engine's table is made.

    `subject` names the functions of the engine: `finish_SUBJECT` ends an asynchronous operation,
    `answer_SUBJECT` answers a synchronous one. `operations` are those that are answered, all of the
    row's unless given; of those in `offered`, `offered_SUBJECT` says which devices have them.
    `start` are the operations whose data `start_SUBJECT` checks first;
    `abandon` says that `abandon_SUBJECT` takes back a set that is cancelled in time.

    Inputs are the structures of the row; `also` are (operation, structure, layout, revision) taken
    besides. An input may be left out for the operations of `optional`, and is not looked at for
    those of `unread`. `set_order` says which earlier sets a set does not overtake (SET_ORDERS).
    `outcomes` are the operations that an ordered outcome can end. `place` is that of a
    general OID behind the WWAN ones in the list of supported OIDs. `aborted` is the uStatus of an
    operation that power cuts short, one of those that its indication may carry.

    Every device has the OID, unless `caps` is a flag of WWAN_OPTIONAL_SERVICE_CAPS: then those
    whose profile has it, and they report the flag. `named`: those whose profile names the OID. One
    that is added to the model is one or the other, so that devices of older recordings stay.
    """

    subject: str
    operations: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    abandon: bool = False
    also: tuple[tuple[str, str, str, int], ...] = ()
    optional: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    set_order: str = "oid"
    outcomes: tuple[str, ...] = ("query", "set")
    place: int = 0
    aborted: str = "WWAN_STATUS_FAILURE"
    caps: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True)
class Oid:
    """An object identifier: how it is queried and set, with which structures, and what ends it.

    `query`, `set` and `method` are modes: empty (not supported), sync, async or unknown.
    `needs` lists what of (sim, network, radio …) it uses;
    `searches`: its query lets the device search for networks, which takes its time.
    `number` is None for a name known from documents only; `modelled` says that the emulated device
    has it.
    """

    name: str
    number: int | None
    query: str = ""
    set: str = ""
    method: str = ""
    query_input: tuple[str, ...] = ()
    set_input: tuple[str, ...] = ()
    query_output: tuple[str, ...] = ()
    completions: tuple[Completion, ...] = ()
    unsolicited: bool | None = None
    modelled: Modelled | None = None
    needs: tuple[tuple[str, str], ...] = ()
    searches: bool = False
    technologies: tuple[str, ...] = ()
    optional: bool = False
    introduced: str = ""
    document: str = ""
    document_name: str = ""
    unverified: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        _require_name(self.name, self.name)
        for mode in (self.query, self.set, self.method):
            _require(mode in MODES, self.name, f"unknown mode {mode!r}")


@dataclass(frozen=True, slots=True)
class Indication:
    """A status indication: its structures and which OID and operations solicit it.

    `unsolicited` is yes, no, only, disputed or empty (no source says); `comparison` is how its
    events are compared with a log (see EVENT_COMPARISONS).
    """

    name: str
    number: int
    structs: tuple[str, ...] = ()
    solicited_by: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unsolicited: str = ""
    document: str = ""
    unverified: bool = False
    note: str = ""
    comparison: str = ""

    def __post_init__(self) -> None:
        _require_name(self.name, self.name)
        _require(
            self.unsolicited in ("", "yes", "no", "only", "disputed"),
            self.name,
            f"unknown use {self.unsolicited!r}",
        )
        _require(
            self.comparison in EVENT_COMPARISONS,
            self.name,
            f"unknown comparison {self.comparison!r}",
        )
        _require(
            self.comparison != "owed" or self.unsolicited in ("yes", "only"),
            self.name,
            "owes events, and none is unsolicited",
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A normative statement of the WWAN model and how a session shows that it was broken.

    `undecidable` says why no trace can decide it; it is empty for rules that one decides, wholly
    (`checkable` is trace) or where it shows enough (partial).
    """

    id: str
    subject: tuple[str, ...]
    actor: str
    level: str
    basis: str
    checkable: str
    text: str
    precondition: str
    violation: str
    sources: tuple[str, ...]
    undecidable: str = ""

    def __post_init__(self) -> None:
        decidable = self.checkable in ("trace", "partial")
        _require(decidable != bool(self.undecidable), self.id, "say why no trace can decide it")
        _require(bool(re.match(r"[a-z0-9-]+\.[a-z0-9-]+\Z", self.id)), self.id, "not a rule id")
        _require(self.level in LEVELS, self.id, f"unknown level {self.level!r}")
        _require(self.basis in BASES, self.id, f"unknown basis {self.basis!r}")
        _require(self.actor in ACTORS, self.id, f"unknown actor {self.actor!r}")


@dataclass(frozen=True, slots=True)
class RuleSubject:
    """What rules with the same first part of their ids are about, and why a host cares.

    `page` is the page in docs/rules/ that has them.
    """

    page: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One kind of change of the environment; its payload is the structure `struct`."""

    name: str
    number: int
    struct: str
    meaning: str

    def __post_init__(self) -> None:
        _require_name(self.name, self.name)
        _require(self.number > 0, self.name, "stimulus codes count from 1")


def marked(field: Field, personal: str, origin: str = "", comparison: str = "") -> Field:
    """The field as part of something marked: its own personal mark and the outer others win."""
    if not personal and not origin and not comparison:
        return field
    return replace(
        field,
        personal=field.personal or personal,
        origin=origin or field.origin,
        comparison=comparison or field.comparison,
    )
