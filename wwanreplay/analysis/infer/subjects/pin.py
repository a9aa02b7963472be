"""The PINs of the card: which there are, which is waited for, and the attempts left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft, plain_text
from wwanreplay.analysis.infer.first_observations import PIN, Fact
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.states import FAILURE
from wwanreplay.analysis.infer.subject import (
    Parts,
    ProfilePart,
    StartPart,
    Subject,
    observes,
    reports,
)
from wwanreplay.devices.profile_rows import PIN_DESCRIPTIONS
from wwanreplay.protocol import PROTOCOL

PIN_INFO: Final = "NDIS_STATUS_WWAN_PIN_INFO"
PIN_LIST: Final = "NDIS_STATUS_WWAN_PIN_LIST"

PIN1: Final = PROTOCOL.number_of("WWAN_PIN_TYPE", "WwanPinTypePin1")
PUK1: Final = PROTOCOL.number_of("WWAN_PIN_TYPE", "WwanPinTypePuk1")
_KEYS: Final = {PIN1: "pin1", PUK1: "puk1"}
ATTEMPTS_UNKNOWN: Final = 0xFFFFFFFF
ATTEMPTS_MAX: Final = 99
_ATTEMPTS_USUAL: Final = {"pin1": 3, "puk1": 10}
_ENTER, _ENABLE, _DISABLE, _CHANGE = (
    PROTOCOL.number_of("WWAN_PIN_OPERATION", f"WwanPinOperation{name}")
    for name in ("Enter", "Enable", "Disable", "Change")
)
_NOT_SUPPORTED, _ENABLED = (
    PROTOCOL.number_of("WWAN_PIN_MODE", f"WwanPinMode{name}")
    for name in ("NotSupported", "Enabled")
)

_MEMBERS: Final = {
    "mode": "PinMode",
    "format": "PinFormat",
    "length_min": "PinLengthMin",
    "length_max": "PinLengthMax",
}
_NEUTRAL_PIN: Final = {
    "mode": PROTOCOL.number_of("WWAN_PIN_MODE", "WwanPinModeDisabled"),
    "format": PROTOCOL.number_of("WWAN_PIN_FORMAT", "WwanPinFormatNumeric"),
    "length_min": 4,
    "length_max": 8,
}
# PINs to take when none is known: the first that was not refused.
_CANDIDATES: Final = {
    "pin1": ("1234", "0000", "1111", "4321", "2580", "9999"),
    "puk1": ("12345678", "87654321", "00000000", "11111111", "13572468", "99999999"),
}
_LAST_CANDIDATE: Final = "98765432"


class _Secret:
    """One PIN at the beginning of the trace: what was accepted as it, what was refused."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self._sure: tuple[str, Reading] | None = None
        self._likely: tuple[str, Reading] | None = None
        self._is_first = True

    def accept(self, pin: str, request: Reading, *, is_sure: bool) -> None:
        """A PIN was accepted; not surely, where the card may not have looked at it."""
        if self._is_first and pin:
            if is_sure and self._sure is None:
                self._sure = (pin, request)
            elif self._likely is None:
                self._likely = (pin, request)

    def refuse(self, pin: str) -> None:
        """A PIN was refused."""
        if self._is_first and pin:
            self.refused.add(pin)

    def replace(self) -> None:
        """From here on it is another one."""
        self._is_first = False

    def value(self) -> tuple[str | None, Reading | None]:
        """The PIN, with the request that shows it."""
        if self._sure is not None:
            return self._sure
        if self._likely is not None and self._likely[0] not in self.refused:
            return self._likely
        return None, None


class PinProfilePart(ProfilePart):
    """The PINs of the card, and what they are."""

    neutral: Mapping[str, Mapping[str, Any]] = {"sim": {"pin1_enabled": False}}

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._secrets = {"pin1": _Secret(), "puk1": _Secret()}
        self._attempts = {"pin1": 0, "puk1": 0}
        self._attempts_shown: dict[str, Reading] = {}
        self._failures = 0  # wrong PINs whose answers do not have the attempts left

    @observes(PIN_INFO, of=reports)
    def _observe_info(self, reading: Reading) -> None:
        """An answer has the PIN that is expected; one to a set also how its PIN was received."""
        status = reading.status
        pin_type = reading.number("PinInfo.PinType")
        attempts = reading.number("PinInfo.AttemptsRemaining")
        key = _KEYS.get(pin_type or 0)
        if pin_type == PUK1 and self._failures:
            self._show_attempts("pin1", self._failures, reading)
            self._failures = 0
        request = reading.request if reading.answers_set else None
        if request is not None:
            self._observe_set(request, reading, status)
        elif pin_type == PIN1 and status == 0:
            self.draft.observe("sim", "pin1_enabled", True, reading)
        if key and attempts is not None and attempts != ATTEMPTS_UNKNOWN:
            same = request is not None and request.number("PinAction.PinType") == pin_type
            spent = (1 if same and status == FAILURE else 0) + self._failures
            self._show_attempts(key, attempts + spent, reading)
        if pin_type in _KEYS or status == 0:
            self._failures = 0
        elif request is not None and status == FAILURE:
            self._failures += 1

    def _show_attempts(self, key: str, attempts: int, reading: Reading) -> None:
        """The most attempts that were ever left are those of a fresh card."""
        if self._attempts[key] < attempts <= ATTEMPTS_MAX:
            self._attempts[key] = attempts
            self._attempts_shown[key] = reading

    def _observe_set(self, request: Reading, reading: Reading, status: int) -> None:
        operation = request.number("PinAction.PinOperation")
        pin_type = request.number("PinAction.PinType")
        pin = request.text("PinAction.Pin") or ""
        if pin_type == PIN1 and operation in (_ENTER, _ENABLE, _DISABLE, _CHANGE):
            secret = self._secrets["pin1"]
            if status == 0:
                was_enabled = operation != _ENABLE
                self.draft.observe("sim", "pin1_enabled", was_enabled, request, reading.name)
                secret.accept(pin, request, is_sure=operation in (_ENTER, _CHANGE))
                if operation == _CHANGE:
                    secret.replace()
            elif status == FAILURE:
                secret.refuse(pin)
        elif pin_type == PUK1 and operation == _ENTER:
            if status == 0:
                self._observe_unblocking(request, reading, pin)
            elif status == FAILURE:
                self._secrets["puk1"].refuse(pin)

    def _observe_unblocking(self, request: Reading, reading: Reading, puk: str) -> None:
        """PIN1 is a new one from here on; what it was before is of no matter."""
        draft = self.draft
        self._secrets["puk1"].accept(puk, request, is_sure=True)
        self._secrets["pin1"].replace()
        new_pin = request.text("PinAction.NewPin") or ""
        if draft.fitting("sim", {"pin1": new_pin}, f"event {request.index}"):
            draft.assume("sim", "pin1", plain_text(new_pin))
        draft.observe("sim", "pin1_enabled", True, request, reading.name)

    @observes(PIN_LIST)
    def _observe_list(self, reading: Reading) -> None:
        draft = self.draft
        if not reading.succeeded or draft.is_observed("sim.pins"):
            return
        pins: dict[str, Any] = {}
        for name in PIN_DESCRIPTIONS:
            entry = {
                key: number
                for key, member in _MEMBERS.items()
                if (number := as_number(value_at(reading.values, f"PinList.{name}.{member}")))
                is not None
            }
            if entry and draft.fitting("sim", {"pins": {name: entry}}, f"event {name}"):
                pins[name] = entry
        if not pins:
            return
        draft.observe("sim", "pins", pins, reading)
        mode = pins.get("WwanPinDescPin1", {}).get("mode", _NOT_SUPPORTED)
        if mode != _NOT_SUPPORTED:
            draft.observe("sim", "pin1_enabled", mode == _ENABLED, reading)

    def conclude(self) -> None:
        """Set the PINs and their attempts."""
        draft = self.draft
        for key, secret in self._secrets.items():
            value, request = secret.value()
            fits = value is not None and draft.fitting("sim", {key: value}, "a PIN")
            if fits and request is not None:
                draft.observe("sim", key, value, request, "a PIN that was accepted")
            elif draft.value("sim", key) in (None, ""):
                free = [pin for pin in _CANDIDATES[key] if pin not in secret.refused]
                draft.assume("sim", key, (free or [_LAST_CANDIDATE])[0], "no PIN was accepted")
        draft.assume("sim", "pin2", "4321")
        for key, usual in _ATTEMPTS_USUAL.items():
            most = max(min(self._attempts[key], ATTEMPTS_MAX), usual)
            if key in self._attempts_shown:
                draft.observe("sim", f"{key}_attempts", most, self._attempts_shown[key])
            else:
                draft.assume("sim", f"{key}_attempts", usual)

    def complete(self) -> None:
        """Have the usual PINs where nothing lists them."""
        if not self.draft.is_observed("sim.pins"):
            pins = {name: dict(_NEUTRAL_PIN) for name in ("WwanPinDescPin1", "WwanPinDescPin2")}
            self.draft.assume("sim", "pins", pins, "PIN1 and PIN2 are supported")


class PinStartPart(StartPart):
    """Which PIN is waited for when the trace begins."""

    _behind_failures: Reading | None = None  # what is reported behind wrong PINs
    _failures = 0  # wrong PINs before that

    @observes(PIN_LIST)
    def _observe_list(self, reading: Reading) -> None:
        if reading.succeeded:
            self.first.show(Fact.CARD_IS_READABLE)

    @observes(PIN_INFO, of=reports)
    def _observe_info(self, reading: Reading) -> None:
        if reading.answers_query and reading.status == 0:
            self.first.show(Fact.CARD_IS_READABLE)
        if reading.number("PinInfo.PinType") is None:
            return
        self.first.note(PIN, reading)
        if self._behind_failures is not None:
            return
        if reading.answers_query:
            self._behind_failures = reading
        elif reading.answers_set and reading.request is not None:
            is_entered = reading.request.number("PinAction.PinOperation") == _ENTER
            if is_entered and reading.status == 0:
                self._behind_failures = reading
            self._failures += is_entered and reading.status == FAILURE

    @property
    def awaited(self) -> int:
        """The type of the PIN that is waited for, 0 for none."""
        return self._conclusion[0]

    @property
    def attempts(self) -> int:
        """How many attempts it has left, `ATTEMPTS_UNKNOWN` when nothing shows it."""
        return self._conclusion[1]

    @cached_property
    def _conclusion(self) -> tuple[int, int]:
        first = self.first.get(PIN)
        if first is None:
            return 0, ATTEMPTS_UNKNOWN
        pin_type = first.number("PinInfo.PinType") or 0
        attempts = first.number("PinInfo.AttemptsRemaining")
        attempts = ATTEMPTS_UNKNOWN if attempts is None else attempts
        request = first.request if first.answers_set else None
        if request is None:
            return (pin_type, attempts) if pin_type in _KEYS else (0, ATTEMPTS_UNKNOWN)
        entered = request.number("PinAction.PinType") or 0
        is_entered = request.number("PinAction.PinOperation") == _ENTER
        if not is_entered or entered not in _KEYS or first.status not in (0, FAILURE):
            return 0, ATTEMPTS_UNKNOWN
        if first.status != FAILURE:
            return entered, ATTEMPTS_UNKNOWN
        if pin_type not in _KEYS:
            return self._conclusion_of_failures(entered)
        # Where another PIN is expected next, the last attempt was spent.
        is_known = pin_type == entered and attempts != ATTEMPTS_UNKNOWN
        return entered, attempts + 1 if is_known else 1

    def _conclusion_of_failures(self, entered: int) -> tuple[int, int]:
        """Wrong PINs were answered without the attempts left; what is behind them shows these."""
        behind = self._behind_failures
        if behind is None:
            return 0, ATTEMPTS_UNKNOWN
        pin_type = behind.number("PinInfo.PinType") or 0
        if not behind.answers_query:
            return entered, ATTEMPTS_UNKNOWN
        if pin_type not in _KEYS:
            return 0, ATTEMPTS_UNKNOWN
        if pin_type != entered:
            return entered, self._failures
        attempts = behind.number("PinInfo.AttemptsRemaining")
        if attempts is None or attempts == ATTEMPTS_UNKNOWN:
            return entered, ATTEMPTS_UNKNOWN
        return entered, attempts + self._failures

    def awaited_records(self, make: StartRecords) -> Iterator[Event]:
        """Report the PIN that is waited for, which a card that is locked by it depends on."""
        if self.awaited:
            yield make.report(
                PIN_INFO,
                {
                    "PinInfo.PinType": self.awaited,
                    "PinInfo.PinState": 1,
                    "PinInfo.AttemptsRemaining": self.attempts & 0xFFFFFFFF,
                },
            )


SUBJECT: Final = Subject("pin", 30, profile=PinProfilePart, start=PinStartPart)
