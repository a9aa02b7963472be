"""What a trace tells of the subscriber: the card, its PINs and the subscription."""

from __future__ import annotations

from typing import Any

from wwanreplay.analysis.infer.draft import Draft, plain_text
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.devices.profile import PIN_DESCRIPTIONS
from wwanreplay.protocol import PROTOCOL

READY_OFF = 0
READY_INITIALIZED = 1
READY_SIM_NOT_INSERTED = 2
READY_BAD_SIM = 3
READY_FAILURE = 4
READY_NOT_ACTIVATED = 5
READY_DEVICE_LOCKED = 6

PIN_TYPE_PIN1 = PROTOCOL.number_of("WWAN_PIN_TYPE", "WwanPinTypePin1")
PIN_TYPE_PUK1 = PROTOCOL.number_of("WWAN_PIN_TYPE", "WwanPinTypePuk1")
ATTEMPTS_UNKNOWN = 0xFFFFFFFF
ATTEMPTS_MAX = 99
_ENTER, _ENABLE, _DISABLE, _CHANGE = range(4)
_MODE_NOT_SUPPORTED, _MODE_ENABLED = 0, 1
_FAILURE = PROTOCOL.wwan_status_by_name["WWAN_STATUS_FAILURE"].number

_SIM_STATES = {
    READY_SIM_NOT_INSERTED: "SimRemoved",
    READY_BAD_SIM: "SimBad",
    READY_FAILURE: "SimFailure",
}
_PIN_MEMBERS = {
    "mode": "PinMode",
    "format": "PinFormat",
    "length_min": "PinLengthMin",
    "length_max": "PinLengthMax",
}
# PINs to take when none is known: the first that was not refused.
_PINS = ("1234", "0000", "1111", "4321", "2580", "9999")
_PUKS = ("12345678", "87654321", "00000000", "11111111", "13572468", "99999999")


class SubscriberPart:
    """Gathers what tells of the subscriber."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.ready_told = False
        self.cdma = False
        self.secrets = {"pin1": Secret(), "puk1": Secret()}
        self.attempts = {"pin1": 0, "puk1": 0}
        self.attempts_reading: dict[str, Reading] = {}
        self.failures = 0  # wrong PINs whose answers do not tell the attempts left
        self.emergency_told = False
        self.blank: dict[str, Reading] = {}  # what a SIM that is ready leaves blank

    def take(self, reading: Reading) -> None:
        """Take one event."""
        if reading.name == "NDIS_STATUS_WWAN_READY_INFO" and reading.is_indication:
            self._take_ready(reading)
        elif reading.name == "NDIS_STATUS_WWAN_PIN_INFO" and reading.is_indication:
            self._take_pin(reading)
        elif reading.name == "NDIS_STATUS_WWAN_PIN_LIST" and reading.succeeded:
            self._take_pin_list(reading)

    def _take_ready(self, reading: Reading) -> None:
        draft = self.draft
        state = reading.number("ReadyInfo.ReadyState")
        for key, member in (("subscriber_id", "SubscriberId"), ("iccid", "SimIccId")):
            text = reading.text(f"ReadyInfo.{member}")
            draft.tell("sim", key, text or None, reading)
            readable = (READY_INITIALIZED, READY_NOT_ACTIVATED)
            if text == "" and (state in readable or (state, key) == (READY_DEVICE_LOCKED, "iccid")):
                self.blank.setdefault(key, reading)
        numbers = [plain_text(item) for item in reading.elements if isinstance(item, str)]
        if numbers:
            self._tell_numbers(numbers, reading)
        if state == READY_DEVICE_LOCKED:
            draft.tell("sim", "pin1_enabled", True, reading)
        if state in (READY_INITIALIZED, READY_NOT_ACTIVATED):
            draft.tell("sim", "service_activated", state == READY_INITIALIZED, reading)
        if state is not None and not self.ready_told:
            self.ready_told = True
            if state in _SIM_STATES and not reading.is_unsolicited:
                draft.tell("sim", "state", _number(_SIM_STATES[state]), reading)
            else:
                draft.tell("sim", "state", _number("SimInserted"), reading)
        if reading.number("ReadyInfo.CdmaShortMsgSize"):
            self.cdma = True
        mode = reading.number("ReadyInfo.EmergencyMode")
        if mode in (0, 1) and not self.emergency_told:
            self.emergency_told = True
            draft.tell("sim", "emergency_mode", mode, reading)

    def _tell_numbers(self, numbers: list[str], reading: Reading) -> None:
        fitting = [
            number
            for number in numbers
            if self.draft.fitting("sim", {"telephone_numbers": [number]}, "a number")
        ]
        self.draft.tell("sim", "telephone_numbers", fitting[:4], reading)

    def _take_pin(self, reading: Reading) -> None:
        """An answer tells the PIN that is expected; one to a set also how its PIN was received."""
        status = reading.status
        pin_type = reading.number("PinInfo.PinType")
        attempts = reading.number("PinInfo.AttemptsRemaining")
        name = {PIN_TYPE_PIN1: "pin1", PIN_TYPE_PUK1: "puk1"}.get(pin_type or 0)
        if pin_type == PIN_TYPE_PUK1 and self.failures:
            self._tell_attempts("pin1", self.failures, reading)
            self.failures = 0
        order = reading.request if reading.answers_set else None
        if order is not None:
            self._take_order(order, reading, status)
        elif pin_type == PIN_TYPE_PIN1 and status == 0:
            self.draft.tell("sim", "pin1_enabled", True, reading)
        if name and attempts is not None and attempts != ATTEMPTS_UNKNOWN:
            wrong = order is not None and order.number("PinAction.PinType") == pin_type
            spent = (1 if wrong and status == _FAILURE else 0) + self.failures
            self._tell_attempts(name, attempts + spent, reading)
        if pin_type in (PIN_TYPE_PIN1, PIN_TYPE_PUK1) or status == 0:
            self.failures = 0
        elif order is not None and status == _FAILURE:
            self.failures += 1

    def _tell_attempts(self, name: str, attempts: int, reading: Reading) -> None:
        """The most attempts that were ever left are those of a fresh card."""
        if self.attempts[name] < attempts <= ATTEMPTS_MAX:
            self.attempts[name] = attempts
            self.attempts_reading[name] = reading

    def _take_order(self, order: Reading, reading: Reading, status: int) -> None:
        operation = order.number("PinAction.PinOperation")
        kind = order.number("PinAction.PinType")
        pin, new_pin = order.text("PinAction.Pin") or "", order.text("PinAction.NewPin") or ""
        if kind == PIN_TYPE_PIN1 and operation in (_ENTER, _ENABLE, _DISABLE, _CHANGE):
            if status == 0:
                self.draft.tell("sim", "pin1_enabled", operation != _ENABLE, order, reading.name)
                sure = operation in (_ENTER, _CHANGE)
                self.secrets["pin1"].right(pin, order, sure=sure)
                if operation == _CHANGE:
                    self.secrets["pin1"].replaced()
            elif status == _FAILURE:
                self.secrets["pin1"].wrong(pin)
        elif kind == PIN_TYPE_PUK1 and operation == _ENTER:
            if status == 0:
                self.secrets["puk1"].right(pin, order, sure=True)
                # What PIN1 was before is of no matter from here on; what it is now, the set says.
                self.secrets["pin1"].replaced()
                if self.draft.fitting("sim", {"pin1": new_pin}, f"event {order.index}"):
                    self.draft.assume("sim", "pin1", plain_text(new_pin))
                self.draft.tell("sim", "pin1_enabled", True, order, reading.name)
            elif status == _FAILURE:
                self.secrets["puk1"].wrong(pin)

    def _take_pin_list(self, reading: Reading) -> None:
        if self.draft.told("sim.pins"):
            return
        pins: dict[str, Any] = {}
        for name in PIN_DESCRIPTIONS:
            entry = {
                key: number
                for key, member in _PIN_MEMBERS.items()
                if (number := as_number(value_at(reading.values, f"PinList.{name}.{member}")))
                is not None
            }
            if entry and self.draft.fitting("sim", {"pins": {name: entry}}, f"event {name}"):
                pins[name] = entry
        if not pins:
            return
        self.draft.tell("sim", "pins", pins, reading)
        mode = pins.get("WwanPinDescPin1", {}).get("mode", _MODE_NOT_SUPPORTED)
        if mode != _MODE_NOT_SUPPORTED:
            self.draft.tell("sim", "pin1_enabled", mode == _MODE_ENABLED, reading)

    def finish(self) -> None:
        """What all events together tell."""
        draft = self.draft
        if self.cdma:
            number = PROTOCOL.number_of("WWAN_CELLULAR_CLASS", "WwanCellularClassCdma")
            draft.assume("device", "cellular_class", number, "CDMA messages have a size")
        for key, reading in self.blank.items():
            draft.tell("sim", key, "", reading)
        for name, candidates in (("pin1", _PINS), ("puk1", _PUKS)):
            secret = self.secrets[name]
            value, order = secret.value()
            fits = value is not None and draft.fitting("sim", {name: value}, "a PIN")
            if fits and order is not None:
                draft.tell("sim", name, value, order, "a PIN that was accepted")
            elif draft.value("sim", name) in (None, ""):
                free = [pin for pin in candidates if pin not in secret.refused]
                draft.assume("sim", name, (free or ["98765432"])[0], "no PIN was accepted")
        draft.assume("sim", "pin2", "4321")
        for name, default in (("pin1", 3), ("puk1", 10)):
            seen = min(self.attempts[name], ATTEMPTS_MAX)
            if name in self.attempts_reading:
                draft.tell(
                    "sim", f"{name}_attempts", max(seen, default), self.attempts_reading[name]
                )
            else:
                draft.assume("sim", f"{name}_attempts", default)


class Secret:
    """One PIN at the beginning of the trace: what was accepted as it, what was refused."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self._sure: tuple[str, Reading] | None = None
        self._likely: tuple[str, Reading] | None = None
        self._open = True

    def right(self, pin: str, order: Reading, *, sure: bool) -> None:
        """A PIN was accepted; not `sure` where no PIN may have been looked at."""
        if self._open and pin:
            if sure and self._sure is None:
                self._sure = (pin, order)
            elif self._likely is None:
                self._likely = (pin, order)

    def wrong(self, pin: str) -> None:
        """A PIN was refused."""
        if self._open and pin:
            self.refused.add(pin)

    def replaced(self) -> None:
        """From here on it is another one."""
        self._open = False

    def value(self) -> tuple[str | None, Reading | None]:
        """The PIN with the order that tells it."""
        if self._sure is not None:
            return self._sure
        if self._likely is not None and self._likely[0] not in self.refused:
            return self._likely
        return None, None


def _number(state: str) -> int:
    return PROTOCOL.number_of("WWANREPLAY_SIM_STATE", state)
