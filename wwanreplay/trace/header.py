"""The header frame of a trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]

from wwanreplay._core import Profile
from wwanreplay.errors import InputError, TraceError, UsageError, shown

NUMBER_MAX = 2**64 - 1
NAMESPACE_NAMES = {1: "oid", 2: "ndis_status", 3: "stimulus", 4: "mbim", 5: "lifecycle"}


#: How a recorded device is reached, in the header's map of the device.
RECORDED_WAY = "recorded"


@dataclass
class TraceHeader:
    """The header of a trace; what is empty or None is left out of the file.

    `profile_mapping` is the resolved profile as plain values, of which the emulated device is made
    again; `profile_text` is its TOML and `profile` the flat form of one build. `seed` is 0 to
    2^64-1. `comparison` is "field" when the outputs were read from a log, which is compared as far
    as a log is exact, and empty for exact comparison. `start` holds records as a chunk does: the
    events that lead the emulated device to the beginning of the session (inputs are driven, outputs
    are adopted). `cut` says which part of a session this is, `filtered` what was left out of it
    (docs/trace-format.md). `extra` keeps the keys that this version does not know.

    What may identify a person is not in the repr.
    """

    created: str = ""
    producer: str = ""
    model_version: int | None = None
    table_hash: str = ""
    interface: str = ""
    device: dict[str, Any] = field(default_factory=dict, repr=False)
    profile_name: str = ""
    profile_text: str = field(default="", repr=False)
    profile: bytes = field(default=b"", repr=False)
    profile_mapping: dict[str, Any] = field(default_factory=dict, repr=False)
    seed: int | None = None
    comparison: str = ""
    start: bytes = field(default=b"", repr=False)
    clock: dict[str, Any] = field(default_factory=dict)
    namespaces: dict[int, str] = field(default_factory=lambda: dict(NAMESPACE_NAMES))
    source: dict[str, Any] = field(default_factory=dict, repr=False)
    notes: list[str] = field(default_factory=list, repr=False)
    cut: dict[str, Any] = field(default_factory=dict)
    filtered: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_of_recorded_device(self) -> bool:
        """Whether the device was itself the recorded one of another trace."""
        return self.device.get("way") == RECORDED_WAY

    @property
    def has_times(self) -> bool:
        """Whether what was recorded had times; others are made up, to keep the order."""
        return self.clock.get("kind") != "none"

    @property
    def is_mapped(self) -> bool:
        """Whether the events are what the class driver would have made of MBIM messages."""
        return self.interface == "mbim" and self.comparison == "field"

    @property
    def begins_inside(self) -> bool:
        """Whether the trace is a cut that begins behind the first record of its session."""
        return self._of_cut("first_record") > 0

    @property
    def ends_inside(self) -> bool:
        """Whether the trace is a cut that ends before the last record of its session."""
        return self._of_cut("stop_record") < self._of_cut("records")

    @property
    def pending(self) -> int:
        """How many outputs of the start are the first that the session has."""
        return self._of_cut("pending")

    @property
    def filtered_count(self) -> int:
        """How many records were left out because a filter did not mean them."""
        value = self.filtered.get("count", 0)
        return value if type(value) is int and value > 0 else 0

    @property
    def filtered_records(self) -> bytes | None:
        """What a replay needs of the records left out, as `start` has them; None without."""
        value = self.filtered.get("records")
        return value if isinstance(value, bytes) else None

    def refuse_filtered(self, path: str | None, reason: str) -> None:
        """UsageError for a trace of which records were filtered out, with a reason."""
        if self.filtered_count:
            name = "the trace" if path is None else path
            raise UsageError(f"{name}: {self.filtered_count} records were filtered out: {reason}")

    def _of_cut(self, key: str) -> int:
        """A number of the map of a cut, 0 where there is none."""
        value = self.cut.get(key, 0)
        return value if type(value) is int and value >= 0 else 0

    def to_map(self) -> dict[str, Any]:
        """The map of the header frame, in the order of the specification."""
        profile = {
            "name": self.profile_name,
            "text": self.profile_text,
            "compiled": self.profile,
            "mapping": self.profile_mapping,
        }
        values: dict[str, Any] = {
            "created": self.created,
            "producer": self.producer,
            "model_version": self.model_version,
            "table_hash": self.table_hash,
            "interface": self.interface,
            "device": self.device,
            "profile": {key: value for key, value in profile.items() if value},
            "seed": self.seed,
            "comparison": self.comparison,
            "start": self.start,
            "clock": self.clock,
            "namespaces": list(self.namespaces.items()),
            "source": self.source,
            "notes": self.notes,
            "cut": self.cut,
            "filtered": self.filtered,
        }
        known = {key: value for key, value in values.items() if value or isinstance(value, int)}
        return {**known, **self.extra}

    def engine_profile(self) -> Profile:
        """The emulated device's profile; InputError when it holds what no profile may."""
        try:
            return _profile_of(self.profile_mapping)
        except UsageError as error:
            raise InputError(f"the trace's {error}") from None

    @classmethod
    def from_map(cls, values: dict[Any, Any]) -> TraceHeader:
        """The header of a map; raises TraceError when a known key has a value of another type."""
        rest = dict(values)
        header = cls(namespaces={})
        for key, kind in _KEY_TYPES.items():
            if key in rest:
                setattr(header, key, _typed(key, rest.pop(key), kind))
        header.namespaces = _namespaces(_typed("namespaces", rest.pop("namespaces", []), list))
        profile = _typed("profile", rest.pop("profile", {}), dict)
        header.profile_name = _typed("profile name", profile.get("name", ""), str)
        header.profile_text = _typed("profile text", profile.get("text", ""), str)
        header.profile = _typed("compiled profile", profile.get("compiled", b""), bytes)
        header.profile_mapping = _typed("profile mapping", profile.get("mapping", {}), dict)
        header.extra = rest
        return header


def _profile_of(mapping: dict[str, Any]) -> Profile:
    """The profile of a mapping; one that was made shortly before is given again."""
    try:
        packed = msgpack.packb(mapping)
    except (TypeError, ValueError, OverflowError):
        return Profile(mapping)
    if len(packed) > _KEPT_SIZE_MAX:
        return Profile(mapping)
    found = _kept_profiles.get(packed)
    if found is None:
        found = Profile(mapping)
        with _kept_lock:
            while len(_kept_profiles) >= _KEPT_COUNT_MAX:
                del _kept_profiles[next(iter(_kept_profiles))]
            _kept_profiles[packed] = found
    return found


#: Profiles, which never change, by their packed mapping: many traces are of few devices.
_kept_profiles: dict[bytes, Profile] = {}
_kept_lock = Lock()
_KEPT_SIZE_MAX: Final = 1 << 16
_KEPT_COUNT_MAX: Final = 16


_KEY_TYPES: dict[str, type] = {
    "created": str,
    "producer": str,
    "model_version": int,
    "table_hash": str,
    "interface": str,
    "device": dict,
    "seed": int,
    "comparison": str,
    "start": bytes,
    "clock": dict,
    "source": dict,
    "notes": list,
    "cut": dict,
    "filtered": dict,
}


def _namespaces(rows: list[Any]) -> dict[int, str]:
    names = {}
    for row in rows:
        if not isinstance(row, list) or len(row) < 2:
            raise TraceError("the header's namespaces are not pairs of number and name")
        names[_typed("namespace number", row[0], int)] = _typed("namespace name", row[1], str)
    return names


def _typed(key: str, value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise TraceError(f"the header's {key} is a {type(value).__name__}, not a {kind.__name__}")
    if isinstance(value, int) and not 0 <= value <= NUMBER_MAX:
        raise TraceError(f"the header's {key} is {shown(value)}, not from 0 to {NUMBER_MAX}")
    return value
