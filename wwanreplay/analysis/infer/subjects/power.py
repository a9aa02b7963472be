"""The life of the miniport: running, asleep, halted, paused or removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wwanreplay._core import Event, Kind, Lifecycle, Namespace
from wwanreplay.analysis.infer.evidence import oid
from wwanreplay.analysis.infer.first_observations import Fact
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.states import ndis_status
from wwanreplay.analysis.infer.subject import StartPart, Subject, observes

# The status of a completion → how the miniport is.
_LIFE_OF_STATUS: Final = {
    ndis_status("LOW_POWER_STATE"): "asleep",
    ndis_status("ADAPTER_NOT_READY"): "halted",
    ndis_status("ADAPTER_REMOVED"): "removed",
}
# A lifecycle event → how the miniport is before it.
_LIFE_BEFORE: Final[dict[int, str]] = {
    Lifecycle.LIFECYCLE_INITIALIZE: "halted",
    Lifecycle.LIFECYCLE_ARRIVAL: "removed",
    Lifecycle.LIFECYCLE_RESTART: "paused",
}
# How the miniport is → the lifecycle event that leads there.
_LIFECYCLE_OF: Final = {
    "halted": Lifecycle.LIFECYCLE_HALT,
    "removed": Lifecycle.LIFECYCLE_SURPRISE_REMOVAL,
    "paused": Lifecycle.LIFECYCLE_PAUSE,
}
SET_POWER: Final = "OID_PNP_SET_POWER"
_SET_POWER: Final = oid(SET_POWER)
_POWER_D0: Final = (1).to_bytes(4, "little")
_POWER_D3: Final = (4).to_bytes(4, "little")


class PowerStartPart(StartPart):
    """How the miniport is when the trace begins."""

    _life: str | None = None
    _is_awake = False  # a request was answered

    @property
    def life(self) -> str:
        """`asleep`, `halted`, `removed` or `paused`; empty for running."""
        return self._life or ""

    def observe_event(self, event: Event) -> None:
        """Take a lifecycle event, a change of power or a completion."""
        if event.kind == Kind.KIND_LIFECYCLE:
            self.first.show(Fact.SEARCH_WAS_CAUSED)
            found = _LIFE_BEFORE.get(event.code, "")
            if self._life is None and (found == "paused" or not self._is_awake):
                self._life = found
            self._life = self._life or ""
        elif self._life is not None or event.namespace == Namespace.NAMESPACE_MBIM:
            return
        elif event.kind == Kind.KIND_SET and event.code == _SET_POWER:
            wakes = event.payload[:4] == _POWER_D0
            self._life = "asleep" if wakes and not self._is_awake else ""
        elif event.kind == Kind.KIND_COMPLETION:
            found = _LIFE_OF_STATUS.get(event.status & 0xFFFFFFFF, "")
            if found and not self._is_awake:
                self._life = found
            self._is_awake = True

    @observes(SET_POWER)
    def _observe(self, reading: Reading) -> None:
        if reading.is_completed:
            self.first.show(Fact.SEARCH_WAS_CAUSED)

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Lead the miniport to where it is."""
        if self.life == "asleep":
            yield make.set_request(SET_POWER, _POWER_D3)
        elif self.life in _LIFECYCLE_OF:
            yield make.lifecycle(_LIFECYCLE_OF[self.life])


SUBJECT: Final = Subject("power", 170, start=PowerStartPart)
