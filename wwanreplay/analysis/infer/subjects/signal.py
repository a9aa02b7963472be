"""The signal: strength, error rate, and how often they are reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.analysis.infer.evidence import Evidence, Proposal, proposal
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.states import RSSI_MAX, UNKNOWN
from wwanreplay.analysis.infer.subject import (
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    successes,
)

SIGNAL_STATE: Final = "NDIS_STATUS_WWAN_SIGNAL_STATE"
_SIGNAL: Final = ("signal",)
_PART: Final = "SignalState."
_REPORTING: Final = {"rssi_interval_s": "RssiInterval", "rssi_threshold": "RssiThreshold"}
# Of a device whose profile has none.
_INTERVAL_USUAL_S, _THRESHOLD_USUAL = 5, 3


class SignalProfilePart(ProfilePart):
    """Strength and error rate at the beginning, and their reporting."""

    neutral: Mapping[str, Mapping[str, Any]] = {
        "network": {
            "rssi": UNKNOWN,
            "error_rate": UNKNOWN,
            "rssi_interval_s": 30,
            "rssi_threshold": 3,
        },
    }

    @observes(SIGNAL_STATE, of=successes)
    def _observe(self, reading: Reading) -> None:
        draft = self.draft
        rssi = reading.number(f"{_PART}Rssi")
        is_known = rssi is not None and rssi <= RSSI_MAX
        if is_known and draft.observe("network", "rssi", rssi, reading):
            draft.observe("network", "error_rate", reading.number(f"{_PART}ErrorRate"), reading)
        if not reading.answers_set:
            for key, member in _REPORTING.items():
                draft.observe("network", key, reading.number(f"{_PART}{member}"), reading)


class SignalStartPart(StartPart):
    """The signal when the trace begins."""

    is_served = False  # set by registration, whether there is a network

    @observes(SIGNAL_STATE)
    def _observe(self, reading: Reading) -> None:
        if reading.succeeded and reading.number(f"{_PART}Rssi") is not None:
            self.first.note(_SIGNAL, reading)

    def _strength(self) -> tuple[int | None, int]:
        """Strength and error rate; None for a strength that is as the profile says."""
        first = self.first.get(_SIGNAL)
        if first is None:
            return None, UNKNOWN
        if first.is_unsolicited:
            return UNKNOWN, UNKNOWN
        rssi = first.number(f"{_PART}Rssi")
        error_rate = first.number(f"{_PART}ErrorRate")
        if rssi is not None and rssi <= RSSI_MAX:
            return rssi, UNKNOWN if error_rate is None else error_rate
        return UNKNOWN if self.is_served else None, UNKNOWN

    def _reporting(self, key: str, usual: int) -> int:
        """How the signal is reported: as the first report has it, unless a set changed it."""
        first = self.first.get(_SIGNAL)
        if first is not None and not first.answers_set:
            shown = first.number(f"{_PART}{_REPORTING[key]}")
            if shown is not None:
                return shown
        return int(self.profile.get(key) or usual)

    def unserved_records(self, make: StartRecords) -> Iterator[Event]:
        """Let the strength be known to a device that is in no network."""
        rssi, error_rate = self._strength()
        if rssi is not None:
            yield make.stimulus("signal", {"Rssi": rssi, "ErrorRate": error_rate})

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report the signal."""
        rssi, error_rate = self._strength()
        if rssi is None:
            rssi = int(self.profile.get("rssi", UNKNOWN))
            error_rate = int(self.profile.get("error_rate", UNKNOWN))
        interval_s = self._reporting("rssi_interval_s", _INTERVAL_USUAL_S)
        threshold = self._reporting("rssi_threshold", _THRESHOLD_USUAL)
        yield make.report(
            SIGNAL_STATE,
            {
                f"{_PART}Rssi": rssi if self.is_served else UNKNOWN,
                f"{_PART}ErrorRate": error_rate if self.is_served else UNKNOWN,
                f"{_PART}RssiInterval": interval_s & 0xFFFFFFFF,
                f"{_PART}RssiThreshold": threshold & 0xFFFFFFFF,
            },
        )


def _signal(evidence: Evidence) -> Iterator[Proposal]:
    """Strength or error rate changed."""
    rssi = evidence.get(f"{_PART}Rssi", None)
    if rssi is not None:
        places = ("witness", "before", "delayed")
        yield proposal("signal", places, Rssi=rssi, ErrorRate=evidence.get(f"{_PART}ErrorRate"))


SUBJECT: Final = Subject(
    "signal",
    80,
    profile=SignalProfilePart,
    start=SignalStartPart,
    variables=(Variable("signal", "signal", (SIGNAL_STATE,), _signal),),
)
