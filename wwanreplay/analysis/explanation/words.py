"""Numbers of the session as words: enumerations, statuses, errors, times, technology."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wwanreplay.analysis.explanation.steps import SECOND_NS, Step, StepKind, StepPlace, Story
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.rows.meanings import MEANINGS
from wwanreplay.mbim.tables import ENUMS, find_cid, find_layout
from wwanreplay.protocol.network_causes import Technology, cause_text
from wwanreplay.protocol.presentation import mask_value
from wwanreplay.replay.names import status_name

_STATUS_NAMES: Final = {value: name for name, value in framing.STATUS_CODES.items()}
_ERROR_NAMES: Final = {row[0]: (name, row[1]) for name, row in framing.ERROR_CODES.items()}
_5G: Final = 0xC0
_LTE: Final = 0x20

READY: Final = {
    0: "not initialised",
    1: "ready",
    2: "no SIM",
    3: "bad SIM",
    4: "failure of the SIM",
    5: "subscription not activated",
    6: "locked",
    7: "eSIM without a profile",
}
REGISTERED: Final = {
    0: "unknown",
    1: "not registered",
    2: "searching",
    3: "registered at home",
    4: "registered, roaming",
    5: "registered at a partner",
    6: "denied",
}
ATTACHED: Final = {
    0: "unknown",
    1: "attaching",
    2: "attached",
    3: "detaching",
    4: "detached",
}
ACTIVATED: Final = {
    0: "unknown",
    1: "active",
    2: "activating",
    3: "not active",
    4: "deactivating",
}
IP_TYPES: Final = {0: "default", 1: "IPv4", 2: "IPv6", 3: "IPv4v6", 4: "IPv4 and IPv6"}
AUTHENTICATIONS: Final = {0: "none", 1: "PAP", 2: "CHAP", 3: "MSCHAPv2"}


def status_text(value: int) -> str:
    """A status of an answer by name with its number, FAILURE (2); an NDIS_STATUS by name."""
    name = _STATUS_NAMES.get(value)
    if name is None:
        return status_name(value)
    return f"{name.removeprefix('MBIM_STATUS_')} ({value})"


def status_meaning(value: int) -> str:
    """What a status means, empty for one that has no words."""
    return MEANINGS.get(_STATUS_NAMES.get(value, ""), "")


def error_text(value: int | None) -> str:
    """An error code of FUNCTION_ERROR or HOST_ERROR by name: MAX_TRANSFER (8)."""
    if value is None:
        return "an error that the log does not show"
    name = _ERROR_NAMES.get(value, ("", ""))[0]
    return f"{name.removeprefix('MBIM_ERROR_')} ({value})" if name else f"error {value}"


def error_meaning(value: int | None) -> str:
    """What an error code means."""
    return _ERROR_NAMES.get(value or 0, ("", ""))[1].split(";")[0]


_PIN_TYPES = dict(ENUMS["MbimPinType"].members)
PIN1: Final = _PIN_TYPES["MBIM_PIN_TYPE_PIN1"]
PUK1: Final = _PIN_TYPES["MBIM_PIN_TYPE_PUK1"]


def attempts_text(values: Mapping[str, Any]) -> str:
    """The attempts left at a PIN, to stand behind its name; empty where none are reported."""
    left = values.get("RemainingAttempts")
    if not isinstance(left, int) or left >= 0xFFFF:
        return ""
    return f", {left} attempt{'' if left == 1 else 's'} left"


def pin_name(value: int) -> str:
    """A kind of PIN: PIN1, network PIN."""
    for name, number in ENUMS["MbimPinType"].members:
        if number == value:
            text = name.removeprefix("MBIM_PIN_TYPE_")
            return text if text[-1].isdigit() else _lower(text)
    return f"PIN type {value}"


def _lower(text: str) -> str:
    words = text.replace("_", " ").split()
    return " ".join(word if word in ("PIN", "PUK", "SIM") else word.lower() for word in words)


def technology_of(story: Story, step: Step) -> Technology:
    """The technology in use at a step, as far as the session shows it; else LTE."""
    for member in ("CurrentDataClass", "HighestAvailableDataClass"):
        report = story.before(step, "PACKET_SERVICE", member)
        found = 0 if report is None else report.values[member]
        if isinstance(found, int) and found:
            return _technology(found)
    return Technology.LTE


def _technology(data_class: int) -> Technology:
    if data_class & _5G:
        return Technology.NR
    return Technology.LTE if data_class & _LTE else Technology.GSM_UMTS


def failure_text(story: Story, step: Step) -> str:
    """A failed answer in words: its status, and the network's cause or what the status means."""
    assert step.value is not None
    text = status_text(step.value)
    cause = network_text(story, step)
    meaning = status_meaning(step.value)
    if cause:
        text += f", {cause}"
    elif step.value == 2 and step.values.get("NwError") == 0:
        text += ": refused, and no network cause is named"
    elif meaning:
        text += f": {meaning}"
    if step.name == "CONNECT" and isinstance(step.values.get("ActivationState"), int):
        session = step.values.get("SessionId", 0)
        text += f"; context {session} is {named(ACTIVATED, step.values['ActivationState'])}"
    return text


def network_text(story: Story, step: Step) -> str:
    """The network cause of a report in words, empty without one that counts."""
    number = step.values.get("NwError")
    if not isinstance(number, int) or not number:
        return ""
    is_session = step.name == "CONNECT"
    technology = technology_of(story, step)
    return f"network cause {cause_text(number, session=is_session, technology=technology)}"


def title(step: Step) -> str:
    """A message as people name it: set CONNECT (transaction 7)."""
    if step.kind is StepKind.OPEN:
        size = "" if step.value is None else f" with MaxControlTransfer {step.value}"
        return f"OPEN (transaction {step.transaction}){size}"
    if step.kind is StepKind.CLOSE:
        return f"CLOSE (transaction {step.transaction})"
    if step.kind in (StepKind.COMMAND, StepKind.ANSWER):
        return f"{step.label} (transaction {step.transaction})"
    return step.name or str(step.kind)


def time_text(place: StepPlace, story: Story) -> str:
    """Seconds from the beginning; empty for a log without times."""
    return f"{place.time_ns / SECOND_NS:.3f} s" if story.has_times else ""


def masked(step: Step, member: str) -> str:
    """A member of a message as `show` prints it: masked where the tables call it personal."""
    value: Any = step.values.get(member)
    if value is None:
        return ""
    return mask_value(value) if is_personal(step, member) else str(value).strip()


def is_personal(step: Step, member: str) -> bool:
    """Whether the tables mark a member as personal in any of its directions and versions."""
    if step.key is None or find_cid(*step.key) is None:
        return True
    for operation in ("query", "set", "response", "notification"):
        for mbimex in (0x0100, 0x0200, 0x0300, 0x0400):
            layout = find_layout(*step.key, operation, mbimex)
            for field in () if layout is None else layout.fields:
                if field.name == member and field.personal:
                    return True
    return False


def named(table: Mapping[int, str], value: Any) -> str:
    """A number by its words, or the number."""
    return table.get(value, f"{value}")
