"""The radio: the switch of the hardware, and that of the host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.analysis.infer.evidence import AT_OR_BEFORE, Evidence, Proposal, proposal
from wwanreplay.analysis.infer.first_observations import RADIO, Fact
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.states import RADIO_OFF, RADIO_ON, register_state_of
from wwanreplay.analysis.infer.subject import (
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    successes,
)

RADIO_STATE: Final = "NDIS_STATUS_WWAN_RADIO_STATE"
_HARDWARE, _SOFTWARE = "RadioState.HwRadioState", "RadioState.SwRadioState"


class RadioProfilePart(ProfilePart):
    """How the switches are at the beginning."""

    neutral: Mapping[str, Mapping[str, Any]] = {
        "device": {"hardware_radio": "WwanRadioOn", "software_radio": "WwanRadioOn"},
    }

    @observes(RADIO_STATE, of=successes)
    def _observe(self, reading: Reading) -> None:
        """A state that answers a query stands; one that changed was the other one before."""
        for key, path in (("hardware_radio", _HARDWARE), ("software_radio", _SOFTWARE)):
            state = reading.number(path)
            if state in (RADIO_OFF, RADIO_ON):
                turned_off = key == "software_radio" and reading.answers_set and not state
                turned = key == "hardware_radio" and reading.is_unsolicited
                self.draft.observe("device", key, state ^ (turned_off or turned), reading)


class RadioStartPart(StartPart):
    """How the switches are when the trace begins."""

    _registration_behind: Reading | None = None

    @observes(RADIO_STATE)
    def _observe(self, reading: Reading) -> None:
        if reading.succeeded and reading.number(_SOFTWARE) in (RADIO_OFF, RADIO_ON):
            self.first.note(RADIO, reading)
            if not reading.answers_query:
                self.first.show(Fact.SEARCH_WAS_CAUSED)

    @observes("NDIS_STATUS_WWAN_REGISTER_STATE")
    def _observe_registration(self, reading: Reading) -> None:
        is_first = self._registration_behind is None and self.first.get(RADIO) is not None
        if is_first and register_state_of(reading):
            self._registration_behind = reading

    @cached_property
    def hardware(self) -> int:
        """The state of the hardware's switch."""
        first = self.first.get(RADIO)
        if first is None:
            return RADIO_ON
        state = RADIO_OFF if first.number(_HARDWARE) == RADIO_OFF else RADIO_ON
        if first.is_unsolicited and not first.answers_set:
            return RADIO_ON if state == RADIO_OFF else RADIO_OFF
        return state

    @cached_property
    def software(self) -> int:
        """The state of the host's switch."""
        first = self.first.get(RADIO)
        if first is None:
            return RADIO_ON
        state = RADIO_OFF if first.number(_SOFTWARE) == RADIO_OFF else RADIO_ON
        if not first.answers_set:
            return state
        # Off is set where the radio was on; on is often set where it was on already.
        if state == RADIO_OFF or self.first.is_shown_before(Fact.NETWORK_SERVES, RADIO):
            return RADIO_ON
        behind = self._registration_behind
        return RADIO_OFF if behind is not None and behind.is_unsolicited else RADIO_ON

    @property
    def is_on(self) -> bool:
        """Whether both switches are on."""
        return self.hardware == RADIO_ON and self.software == RADIO_ON

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report both switches."""
        yield make.report(RADIO_STATE, {_HARDWARE: self.hardware, _SOFTWARE: self.software})


def _hardware_radio(evidence: Evidence) -> Iterator[Proposal]:
    """The switch of the hardware was turned."""
    state = evidence.get(_HARDWARE, None)
    if state is not None:
        yield proposal("hardware_radio", AT_OR_BEFORE, State=state)


SUBJECT: Final = Subject(
    "radio",
    40,
    profile=RadioProfilePart,
    start=RadioStartPart,
    variables=(Variable("radio switch", "hardware_radio", (RADIO_STATE,), _hardware_radio),),
)
