"""Events read for inference: their values by path, whether the trace has bytes or fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.errors import WwanReplayError
from wwanreplay.mbim.known import known_paths
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, structure_of, structures_of
from wwanreplay.protocol.kinds import OUTPUTS, REQUESTS
from wwanreplay.protocol.trees import put
from wwanreplay.replay.recording import REQUESTS_MAX

#: Buffers whose members are remembered, and bytes of each.
REMEMBERED_MAX: Final = 512
REMEMBERED_SIZE_MAX: Final = 4096
_NAMED = (
    Namespace.NAMESPACE_DEFAULT,
    Namespace.NAMESPACE_OID,
    Namespace.NAMESPACE_NDIS_STATUS,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One event with what could be read of it.

    `name` is that of the OID or indication, `structure` that of the payload (empty when there is
    none that can be read), `values` a tree of its members. `request` is what it answers.
    """

    event: Event
    index: int
    name: str
    structure: str
    values: Mapping[str, Any]
    revision: int = 0
    element_size: int = 0
    request: Reading | None = None

    @property
    def kind(self) -> int:
        """The Kind of its event."""
        return self.event.kind

    @property
    def is_request(self) -> bool:
        """Whether it is a request of the host."""
        return self.event.kind in REQUESTS

    @property
    def is_indication(self) -> bool:
        """Whether it is an indication whose contents could be read."""
        return self.event.kind == Kind.KIND_INDICATION and bool(self.values)

    @property
    def is_unsolicited(self) -> bool:
        """Whether it is an event of the device's own."""
        return self.event.kind == Kind.KIND_INDICATION and self.event.request_id == 0

    @property
    def answers_query(self) -> bool:
        """Whether it answers a query: it reports a state and changes none."""
        return self.request is not None and self.request.event.kind == Kind.KIND_QUERY

    @property
    def answers_set(self) -> bool:
        """Whether it ends a set."""
        return self.request is not None and self.request.event.kind == Kind.KIND_SET

    @property
    def status(self) -> int:
        """The uStatus; 0 (success) for what has none."""
        return self.number("uStatus") or 0

    @property
    def succeeded(self) -> bool:
        """Whether it is an indication of success."""
        return self.is_indication and self.status == 0

    @property
    def is_completed(self) -> bool:
        """Whether it is a completion of an OID that succeeded."""
        event = self.event
        is_completion = event.kind == Kind.KIND_COMPLETION and event.status == 0
        return is_completion and event.namespace != Namespace.NAMESPACE_MBIM

    def get(self, path: str) -> Any:
        """The value at a path, None when it is not there."""
        return value_at(self.values, path)

    def number(self, path: str) -> int | None:
        """The number at a path, None when there is none."""
        return as_number(self.get(path))

    def text(self, path: str) -> str | None:
        """The text at a path, None when there is none."""
        value = self.get(path)
        return value if isinstance(value, str) else None

    @property
    def elements(self) -> list[Any]:
        """The elements of its list."""
        value = self.get("Elements")
        return list(value) if isinstance(value, list | tuple) else []

    @property
    def has_list(self) -> bool:
        """Whether it has a list at all, which may be empty."""
        return isinstance(self.get("Elements"), list | tuple)


def as_number(value: Any) -> int | None:
    """A whole number of at most 64 bits, else None."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64:
        return int(value)
    return None


def value_at(tree: Any, path: str) -> Any:
    """The value at a dotted path of nested mappings, None when it is not there."""
    for name in path.split("."):
        if not isinstance(tree, Mapping):
            return None
        tree = tree.get(name)
    return tree


def readings(events: Iterable[Event], *, of_messages: bool = False) -> Iterator[Reading]:
    """Every request, completion and indication with its request; nothing in an event raises.

    `of_messages` is for events made of MBIM messages: members that no message carries are left out.
    The last `REQUESTS_MAX` requests are held, nothing else is: what answers one behind so many
    later ones counts as unsolicited.
    """
    open_requests: dict[tuple[int, int, bool], Reading] = {}
    for position, event in enumerate(events):
        if not (event.kind in REQUESTS or event.kind in OUTPUTS):
            continue
        index = position if event.index is None else event.index
        key = (event.port, event.request_id, event.namespace == Namespace.NAMESPACE_MBIM)
        request = None
        if event.kind in REQUESTS:
            reading = _read(event, index, None, of_messages)
            open_requests.pop(key, None)
            open_requests[key] = reading
            if len(open_requests) > REQUESTS_MAX:
                del open_requests[next(iter(open_requests))]
        else:
            if event.request_id or event.kind == Kind.KIND_COMPLETION:
                request = open_requests.get(key)
            reading = _read(event, index, request, of_messages)
        yield reading


def _read(event: Event, index: int, request: Reading | None, of_messages: bool) -> Reading:
    name = _name_of(event)
    structure, revision, element_size = "", 0, 0
    values: Mapping[str, Any] = {}
    if event.fields:
        values = _tree(event.fields)
        candidates = structures_of(event)
        structure = candidates[-1].name if candidates else name
    elif event.payload:
        is_short = len(event.payload) <= REMEMBERED_SIZE_MAX
        decode_it = _decoded if is_short else _decoded.__wrapped__
        found = decode_it(event.kind, event.code, event.namespace, event.payload, of_messages)
        structure, values, revision, element_size = found
    return Reading(event, index, name, structure, values, revision, element_size, request)


@lru_cache(maxsize=REMEMBERED_MAX)
def _decoded(
    kind: int, code: int, namespace: int, payload: bytes, of_messages: bool
) -> tuple[str, Mapping[str, Any], int, int]:
    """Structure, values, revision and size of an element; a log repeats buffers again and again."""
    event = Event(kind, 0, code=code, namespace=namespace, payload=payload)
    structure, revision, element_size = "", 0, 0
    values: dict[str, Any] = {}
    try:
        struct = structure_of(event)
        decoded = None if struct is None else decode(struct, payload)
        if decoded is not None and decoded.raw is None:
            values = decoded.to_dict()
            structure, revision = decoded.name, decoded.revision
            element_size = decoded.element_size or 0
    except (WwanReplayError, ValueError, KeyError, IndexError):
        values = {}
    if values and of_messages:
        paths = known_paths(code, structure)
        if paths:
            values = _only(values, paths)
    return structure, values, revision, element_size


def _name_of(event: Event) -> str:
    if event.namespace not in _NAMED:
        return ""
    if event.kind == Kind.KIND_INDICATION:
        indication = PROTOCOL.indication_by_number.get(event.code)
        return "" if indication is None else indication.name
    oid = PROTOCOL.oid_by_number.get(event.code)
    return "" if oid is None else oid.name


def _tree(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Decoded-only fields as a tree. Paths may number the elements of lists."""
    tree: dict[str, Any] = {}
    for path, value in fields.items():
        try:
            put(tree, str(path), value)
        except (ValueError, TypeError, AttributeError, IndexError):
            continue
    return tree


def _only(values: Mapping[str, Any], paths: frozenset[str], prefix: str = "") -> dict[str, Any]:
    """The members that are among the paths, or below one, or above one.

    Elements of lists may be named with any number, with empty brackets or without.
    """
    kept: dict[str, Any] = {}
    for name, value in values.items():
        path = f"{prefix}{name}"
        if path in paths or path == "uStatus":
            kept[name] = value
        elif isinstance(value, Mapping):
            below = _only(value, paths, f"{path}.")
            if below:
                kept[name] = below
        elif isinstance(value, list) and any(_is_of_list(known, path) for known in paths):
            kept[name] = [_only_element(item, paths, path) for item in value]
    return kept


def _is_of_list(known: str, path: str) -> bool:
    return known.startswith((f"{path}.", f"{path}["))


def _only_element(item: Any, paths: frozenset[str], path: str) -> Any:
    if not isinstance(item, Mapping):
        return item
    below = frozenset(
        known[len(path) :].split("]", 1)[-1].lstrip(".")
        for known in paths
        if _is_of_list(known, path)
    )
    if below <= {""}:
        return dict(item)
    return _only(item, below)
