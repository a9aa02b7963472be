"""What of a present device is held against a recording: the marks of the rows, and a file's own.

[times]
answer = "2s"                      # a query for what the modem knows by itself
event = "5s"                       # an event, behind the answer that shows its change

[[member]]
code = "NDIS_STATUS_WWAN_REGISTER_STATE"
path = "RegistrationState.ProviderId"
compare = "bound"

[[event]]
code = "NDIS_STATUS_WWAN_SIGNAL_STATE"
compare = "owed"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.devices.toml import (
    ValuePlace,
    as_duration,
    as_list,
    as_table,
    as_text,
    check_keys,
    parse,
    read_text,
)
from wwanreplay.mbim.known import unindexed
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import (
    Live,
    is_event_compared,
    is_event_owed,
    live_mark_of,
    live_marks,
)
from wwanreplay.protocol.tables import full_name, near
from wwanreplay.protocol.timing import LOCAL_ANSWER_NS
from wwanreplay.replay.matchers.field import LATE_NS
from wwanreplay.replay.observed import REMEMBERED_MAX, leaves

#: What a file may say of events: each is compared, or none is.
_EVENT_WORDS: Final = ("owed", "free")
_PATH: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]]*\Z")


@dataclass(frozen=True, slots=True)
class Policy:
    """How the outputs of a present device are compared.

    `members` has the marks that a file gives, by code and the path without indexes; `events` which
    events are compared; `answer_ns` how long an answer may take to a query for what the modem knows
    by itself, `order_ns` to any other request (None: what its row says); `event_ns` how much later
    than the answer that shows a change its event may come.
    """

    members: Mapping[tuple[int, str], Live] = field(default_factory=dict)
    events: Mapping[int, bool] = field(default_factory=dict)
    answer_ns: int = LOCAL_ANSWER_NS
    order_ns: int | None = None
    event_ns: int = LATE_NS
    _known: dict[tuple[int, str], Live] = field(default_factory=dict, repr=False, compare=False)

    def mark(self, code: int, path: str) -> Live:
        """How a member is compared."""
        key = (code, unindexed(path))
        named = self.members.get(key)
        if named is not None:
            return named
        known = self._known.get(key)
        return live_marks(code).get(key[1], Live.FREE) if known is None else known

    def learn(self, event: Event) -> None:
        """Take the marks of the members of an output, those of elements and nested ones too."""
        if event.kind == Kind.KIND_INDICATION and event.payload:
            self._known.update(_marks_of(event.code, event.payload))

    def is_owed(self, code: int) -> bool:
        """Whether a device owes an event of a change that an indication reports."""
        named = self.events.get(code)
        return is_event_owed(code) and is_event_compared(code) if named is None else named


@lru_cache(maxsize=REMEMBERED_MAX)
def _marks_of(code: int, payload: bytes) -> Mapping[tuple[int, str], Live]:
    """The marks of all members of an indication by code and path without indexes."""
    known = leaves(Event(Kind.KIND_INDICATION, 0, code=code, payload=payload)).values()
    return {(code, unindexed(leaf.path)): live_mark_of(leaf.field, code) for leaf in known}


def load_policy(path: str) -> Policy:
    """The policy of a file; UsageError with file and place."""
    return parse_policy(read_text(Path(path)), path)


def parse_policy(text: str, file: str) -> Policy:
    """The policy that a TOML text describes; UsageError with file and place."""
    values, place = parse(text, file), ValuePlace(file)
    check_keys(values, ("description", "times", "member", "event"), place)
    if "description" in values:
        as_text(values["description"], place.inside("description"))
    times = as_table(values.get("times", {}), place.inside("times"))
    check_keys(times, ("answer", "order", "event"), place.inside("times"))
    named: dict[str, Any] = {
        f"{key}_ns": as_duration(value, place.inside(f"times {key}"))
        for key, value in times.items()
    }
    members: dict[tuple[int, str], Live] = {}
    for number, entry in enumerate(as_list(values.get("member", []), place.inside("member")), 1):
        at = place.inside(f"member {number}")
        code, path, word = _entry(entry, ("code", "path", "compare"), at)
        members[_code(code, at), _path(path, _code(code, at), at)] = Live(
            _one_of(word, tuple(Live), at)
        )
    events: dict[int, bool] = {}
    for number, entry in enumerate(as_list(values.get("event", []), place.inside("event")), 1):
        at = place.inside(f"event {number}")
        code, word = _entry(entry, ("code", "compare"), at)
        events[_code(code, at)] = _one_of(word, _EVENT_WORDS, at) == "owed"
    return Policy(members, events, **named)


def _entry(entry: Any, keys: tuple[str, ...], place: ValuePlace) -> list[str]:
    table = as_table(entry, place)
    check_keys(table, keys, place)
    for key in keys:
        if key not in table:
            raise place.error(f"{key} is missing")
    return [as_text(table[key], place.inside(key)) for key in keys]


def _code(name: str, place: ValuePlace) -> int:
    meant = full_name(name, PROTOCOL.indication_by_name)
    row = None if meant is None else PROTOCOL.indication_by_name[meant]
    if row is None:
        raise place.error(f"{name!r} is no indication{near(name, PROTOCOL.indication_by_name)}")
    return row.number


def _path(path: str, code: int, place: ValuePlace) -> str:
    known = live_marks(code)
    is_element = path.startswith(("Elements", "Data")) and _PATH.match(path)
    if path not in known and not is_element:
        raise place.error(f"{path!r} is no member of it{near(path, known)}")
    return unindexed(path)


def _one_of(word: str, words: tuple[str, ...], place: ValuePlace) -> str:
    if word not in words:
        raise place.error(f"compare is {word!r}, but must be one of {', '.join(words)}")
    return word
