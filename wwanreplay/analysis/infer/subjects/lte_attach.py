"""What the device attaches to LTE with, by roaming condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wwanreplay import _core
from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.evidence import AT_OR_BEFORE, Evidence, Proposal, proposal
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.subject import (
    Parts,
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    successes,
)
from wwanreplay.analysis.infer.subjects.provisioned import context_row
from wwanreplay.protocol import PROTOCOL

CONFIG: Final = "NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG"
_START: Final = ("LTE attach",)
_AT: Final = "LteAttachContext."
_CONTEXTS: Final = f"{_AT}LteContextArray"
_CAPS: Final = PROTOCOL.number_of(
    "WWAN_OPTIONAL_SERVICE_CAPS", "WWAN_OPTIONAL_SERVICE_CAPS_LTE_ATTACH"
)
_TYPE: Final = PROTOCOL.number_of("WWAN_CONTEXT_TYPE", "WwanContextTypeLteAttach")
_NO_DEVICE_SUPPORT: Final = PROTOCOL.number_of("WWAN_STATUS", "WWAN_STATUS_NO_DEVICE_SUPPORT")
_FROM_FACTORY: Final = PROTOCOL.number_of("WWAN_CONFIGURATION_SOURCE", "WwanModemProvisioned")


class LteAttachProfilePart(ProfilePart):
    """That the device has such a configuration, and what the factory provided of it."""

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._first: Reading | None = None
        self._factory: dict[int, dict[str, Any]] = {}

    @observes(CONFIG)
    def _observe(self, reading: Reading) -> None:
        if reading.get("uStatus") == _NO_DEVICE_SUPPORT:
            return
        self._first = self._first or reading  # also one that refuses, as for want of a SIM
        if not reading.succeeded:
            return
        for context in _contexts_of(reading):
            condition = as_number(value_at(context, "Roaming"))
            if condition is None or value_at(context, "Source") != _FROM_FACTORY:
                continue
            if condition not in self._factory:
                row = context_row(self.draft, context, reading)
                self._factory[condition] = row | {"type": _TYPE}

    def complete(self) -> None:
        """Add the optional service and the factory's contexts that name an access point."""
        if self._first is None:
            return
        draft = self.draft
        services = draft.value("device", "optional_service_caps") or 0
        draft.assume("device", "optional_service_caps", services | _CAPS, f"{CONFIG} is reported")
        rows = [row for _, row in sorted(self._factory.items()) if row.get("access_string")]
        if rows:
            contexts = [*draft.tables.get("context", ()), *rows]
            limit = _core.PROVISIONED_COUNT_MAX
            draft.tables["context"] = draft.limited("context", contexts, limit)


class LteAttachStartPart(StartPart):
    """The configuration that the device has when the trace begins."""

    @observes(CONFIG, of=successes)
    def _observe(self, reading: Reading) -> None:
        self.first.note(_START, reading)

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report the configuration of the first answer to a query."""
        first = self.first.get(_START)
        if first is not None and first.answers_query:
            contexts = list(_contexts_of(first))
            values = {f"{_AT}ElementCount": len(contexts)}
            for number, context in enumerate(contexts):
                values |= _flat(context, f"{_CONTEXTS}[{number}].")
            yield make.report(CONFIG, values)


def _contexts_of(reading: Reading) -> Iterator[Mapping[str, Any]]:
    """The contexts of a report, as far as they are reported."""
    found = reading.get(_CONTEXTS)
    for context in found if isinstance(found, list | tuple) else ():
        if isinstance(context, Mapping):
            yield context


def _flat(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The members of nested structures by their paths."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _update(evidence: Evidence) -> Iterator[Proposal]:
    """The network updated contexts over the air."""
    values = {path: value for path, value in evidence.values.items() if path.startswith(_AT)}
    if values and not evidence.get("uStatus"):
        yield proposal("lte_attach", AT_OR_BEFORE, **values)


SUBJECT: Final = Subject(
    "LTE attach",
    95,
    profile=LteAttachProfilePart,
    start=LteAttachStartPart,
    variables=(Variable("LTE attach contexts", "lte_attach", (CONFIG,), _update),),
)
