"""Predicates about the network: registration, contexts, addresses, optional parts.

Those about the modem itself are in predicates.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.predicates import OPENS_MAX, PREDICATES, Evidence, predicate
from wwanreplay.analysis.explanation.steps import Step, StepKind, Story
from wwanreplay.mbim.tables import SERVICES_BY_NAME

#: A context that ended so long before a detach ended for another reason, s.
DETACH_S: Final = 5.0
#: MBIM_STATUS_PACKET_SERVICE_DETACHED.
DETACHED: Final = 12
_BASIC: Final = SERVICES_BY_NAME["Basic Connect"].number

#: Those that every modem has, so that their absence is no matter of taste.
_NEEDED: Final = frozenset(
    {
        "DEVICE_CAPS",
        "SUBSCRIBER_READY_STATUS",
        "RADIO_STATE",
        "PIN",
        "REGISTER_STATE",
        "PACKET_SERVICE",
        "CONNECT",
        "IP_CONFIGURATION",
    }
)


# ------------------------------------------------------------------ network


@predicate
def denied(story: Story, *, causes: tuple[int, ...]) -> Iterator[Evidence]:
    """Registration denied, or the attach refused, with one of these causes."""
    for step in story.of(StepKind.ANSWER, StepKind.EVENT):
        number = step.values.get("NwError")
        if number not in causes:
            continue
        values = step.values
        is_refusal = (
            (step.name == "REGISTER_STATE" and values.get("RegisterState") in (1, 2, 6))
            or (step.name == "PACKET_SERVICE" and values.get("PacketServiceState") in (1, 3, 4))
            or (step.name in ("REGISTER_STATE", "PACKET_SERVICE") and step.value == 2)
        )
        if is_refusal:
            yield Evidence(step, f"{step.name} was refused with {words.network_text(story, step)}")


@predicate
def searching_without_signal(story: Story) -> Iterator[Evidence]:
    """Searching at the end, without cause, and no or hardly any signal."""
    registration = story.last("REGISTER_STATE", "RegisterState")
    signal = story.last("SIGNAL_STATE", "Rssi")
    if registration is None or signal is None:
        return
    if registration.values["RegisterState"] != 2 or registration.values.get("NwError"):
        return
    rssi = signal.values["Rssi"]
    if rssi in (0, 99) and not signal.values.get("RsrpSnr"):
        yield Evidence(registration, "still searching, and no cause is named")
        yield Evidence(signal, f"Rssi is {rssi}: {'unknown' if rssi else 'the lowest'}")


@predicate
def attach_profile(story: Story) -> Iterator[Evidence]:
    """ESM failure at the attach, no attach profile, or an LTE attach without one."""
    yield from denied(story, causes=(19,))
    for step in story.failed(41):
        yield Evidence(step, f"{step.operation} {step.name} was answered NO_LTE_ATTACH_CONFIG (41)")
    registration = story.last("REGISTER_STATE", "RegisterState")
    if registration is None or registration.values["RegisterState"] not in (2, 6):
        return
    for step in story.reports("MS_LTE_ATTACH_STATUS", "LteAttachState"):
        if step.values["LteAttachState"] == 0 and not step.values.get("AccessString"):
            yield Evidence(step, "not attached to LTE, and the attach profile has no APN")


@predicate
def roaming_unused(story: Story) -> Iterator[Evidence]:
    """Roaming or at a partner at the end, and a host that made the modem ready did not connect.

    One that only asks for states wants no connection.
    """
    last = story.last("REGISTER_STATE", "RegisterState")
    if last is None or last.values["RegisterState"] not in (4, 5):
        return
    for step in story.of(StepKind.COMMAND, name="CONNECT", operation="set"):
        if step.values.get("ActivationCommand", 1) == 1:
            return
    if len(list(story.of(StepKind.OPEN))) > OPENS_MAX:
        return  # runs of a tool, each of which does what it was called for
    if not any(_makes_ready(step) for step in story.commands):
        return
    went_on = any(
        step.is_command_of_host and step.place.record > last.place.record for step in story.steps
    )
    if story.has_wire and went_on and any(story.of(StepKind.COMMAND, name="REGISTER_STATE")):
        state = words.named(words.REGISTERED, last.values["RegisterState"])
        yield Evidence(last, f"{state}, and the host sends no CONNECT")


def _makes_ready(step: Step) -> bool:
    """Whether a host wants more of the modem than its states."""
    if step.operation != "set":
        return False
    return step.name in ("REGISTER_STATE", "PIN") or (
        (step.name == "RADIO_STATE" and step.values.get("RadioState") == 1)
        or (step.name == "PACKET_SERVICE" and step.values.get("PacketServiceAction") == 0)
    )


# ------------------------------------------------------------------ contexts


def _activations(story: Story) -> Iterator[Step]:
    """Answers of sets of CONNECT that were to activate."""
    for step in story.of(StepKind.ANSWER, name="CONNECT"):
        request = step.request
        if step.operation and step.operation != "set":
            continue
        if request is None and not step.has_failed:
            continue
        if request is None or request.values.get("ActivationCommand", 1) == 1:
            yield step


def _refusal(step: Step) -> int | None:
    """The network cause of an activation that did not succeed; None where it did."""
    number = step.values.get("NwError")
    if not isinstance(number, int):
        number = 0
    if step.value == 2:
        return number
    if not step.has_failed and step.values.get("ActivationState") in (3, 4) and number:
        return number
    return None


@predicate
def connect_refused(
    story: Story, *, causes: tuple[int, ...] = (), statuses: tuple[int, ...] = ()
) -> Iterator[Evidence]:
    """An activation refused with one of these network causes, or of these statuses."""
    for step in _activations(story):
        number = _refusal(step)
        if number is not None and number in causes:
            yield Evidence(
                step,
                f"CONNECT was refused with {words.network_text(story, step)}{_requested(step)}",
            )
        elif step.has_failed and step.value in statuses:
            assert step.value is not None
            yield Evidence(
                step, f"CONNECT was answered {words.status_text(step.value)}{_requested(step)}"
            )


def _requested(step: Step) -> str:
    """What the request had, as far as it can matter and names nobody."""
    request = step.request
    if request is None or "ActivationCommand" not in request.values:
        return ""
    values = request.values
    apn = words.masked(request, "AccessString")
    parts = [f"APN {apn}" if apn else "no APN"]
    if "IpType" in values:
        parts.append(f"IP type {words.named(words.IP_TYPES, values['IpType'])}")
    if values.get("AuthProtocol"):
        parts.append(words.named(words.AUTHENTICATIONS, values["AuthProtocol"]))
    return f" (request: {', '.join(parts)})"


@predicate
def connect_status(story: Story, *, statuses: tuple[int, ...]) -> Iterator[Evidence]:
    """An activation answered with a status that is the cause itself, and without network cause."""
    for step in _activations(story):
        if step.has_failed and step.value in statuses and not step.values.get("NwError"):
            assert step.value is not None
            meaning = words.status_meaning(step.value)
            text = f"CONNECT was answered {words.status_text(step.value)}"
            yield Evidence(step, f"{text}: {meaning}" if meaning else text)


@predicate
def connect_before_attach(story: Story, *, statuses: tuple[int, ...]) -> Iterator[Evidence]:
    """An activation refused while the packet service was not attached."""
    for step in _activations(story):
        if not step.has_failed or step.value not in statuses or step.values.get("NwError"):
            continue
        packets = story.before(step.request or step, "PACKET_SERVICE", "PacketServiceState")
        if packets is not None and packets.values["PacketServiceState"] in (1, 3, 4):
            state = words.named(words.ATTACHED, packets.values["PacketServiceState"])
            yield Evidence(step, f"CONNECT was sent while the packet service was {state}")
        elif packets is None and step.value == DETACHED and any(story.of(StepKind.OPEN)):
            text = f"CONNECT was answered {words.status_text(DETACHED)}"
            yield Evidence(step, f"{text}, and the log has no attach before it")


@predicate
def network_ended(story: Story, *, causes: tuple[int, ...]) -> Iterator[Evidence]:
    """An active context ends by an event with one of these causes, not ordered by the host."""
    active: dict[int, bool] = {}
    ordered: set[int] = set()
    for step in story.steps:
        if step.name != "CONNECT":
            continue
        session = step.values.get("SessionId", 0)
        if step.kind is StepKind.COMMAND and step.operation == "set":
            ordered.discard(session)
            if step.values.get("ActivationCommand") == 0:
                ordered.add(session)
        state = step.values.get("ActivationState")
        if step.kind not in (StepKind.ANSWER, StepKind.EVENT) or state is None or step.has_failed:
            continue
        is_end = state == 3 and step.kind is StepKind.EVENT and active.get(session)
        if is_end and session not in ordered and step.values.get("NwError") in causes:
            text = f"context {session} was ended by the network: {words.network_text(story, step)}"
            yield Evidence(step, text)
        active[session] = state == 1


@predicate
def contexts_used_up(story: Story) -> Iterator[Evidence]:
    """MAX_ACTIVATED_CONTEXTS, cause 65, or a failure while the session is active already."""
    yield from connect_refused(story, causes=(65,), statuses=(13,))
    for step in _activations(story):
        request = step.request
        if step.value != 2 or step.values.get("NwError") or request is None:
            continue
        session = request.values.get("SessionId", 0)
        report = story.before(request, "CONNECT", "ActivationState")
        if report is None or report.values.get("SessionId", 0) != session:
            continue
        if report.values["ActivationState"] == 1:
            yield Evidence(step, f"CONNECT failed while context {session} was active already")


@predicate
def throttled(story: Story, *, at_least: int) -> Iterator[Evidence]:
    """After a refusal with a cause, failures without one, each answered far sooner."""
    explained: Step | None = None
    found: list[Step] = []
    for step in _activations(story):
        if not step.has_failed:
            explained, found = None, []
        elif _refusal(step):
            explained = step
        elif step.value == 2 and explained is not None and _is_sooner(story, step, explained):
            found.append(step)
    if len(found) >= at_least:
        what = "a refusal" if len(found) == 1 else f"{len(found)} refusals, each"
        text = f"{what} without a cause and far sooner, after one that named its cause"
        yield Evidence(found[0], text)


def _is_sooner(story: Story, step: Step, explained: Step) -> bool:
    if not story.has_times or step.request is None or explained.request is None:
        return False
    first_s = story.seconds(explained.request, explained)
    return first_s > 0 and story.seconds(step.request, step) <= first_s / 4


@predicate
def at_error_as_cause(story: Story, *, vendor: str) -> Iterator[Evidence]:
    """A cause above 100 on a modem of a vendor that puts its AT error there."""
    pattern = re.compile(vendor, re.I)
    is_vendor = any(
        pattern.search(str(step.values.get(member, "")))
        for step in story.of(StepKind.ANSWER)
        if step.name.endswith("DEVICE_CAPS")
        for member in ("HardwareInfo", "FirmwareInfo")
    )
    if not is_vendor:
        return
    for step in _activations(story):
        number = _refusal(step)
        if number is not None and 100 < number < 200:
            text = f"CONNECT was refused with network cause {number}; less 100 it is {number - 100}"
            yield Evidence(step, text)


@predicate
def detached_not_connected_again(story: Story) -> Iterator[Evidence]:
    """An active context, a detach by event without cause, attached again, and no new CONNECT."""
    connects = story.of(StepKind.COMMAND, name="CONNECT", operation="set")
    last_connect = max((step.place.record for step in connects), default=-1)
    active = False
    ended: Step | None = None
    detached: Step | None = None
    for step in story.steps:
        if step.name == "CONNECT" and step.kind is StepKind.COMMAND and step.operation == "set":
            active, ended, detached = False, None, None
        elif step.name == "CONNECT" and not step.has_failed:
            state = step.values.get("ActivationState")
            if state == 1:
                active, ended = True, None
            elif state == 3 and active:
                ended = step
        elif step.name == "PACKET_SERVICE" and not step.has_failed:
            state = step.values.get("PacketServiceState")
            is_event = step.kind is StepKind.EVENT
            is_near = ended is None or story.seconds(ended, step) <= DETACH_S
            if state == 4 and active and is_near and is_event and not step.values.get("NwError"):
                detached = step
            elif state == 2 and detached is not None and step.place.record > last_connect:
                yield Evidence(detached, "the packet service was detached without a cause")
                yield Evidence(step, "it is attached again, and no CONNECT follows")
                detached = None


# ------------------------------------------------------------------ addresses, optional parts


@predicate
def no_address(story: Story) -> Iterator[Evidence]:
    """An active context whose IP configuration lacks IPv4, though IPv4 was not left out."""
    for step in story.reports("IP_CONFIGURATION", "IPv4ConfigurationAvailable"):
        if step.values["IPv4ConfigurationAvailable"]:
            continue
        context = story.before(step, "CONNECT", "ActivationState")
        if context is None or context.values["ActivationState"] != 1:
            continue
        family = words.named(words.IP_TYPES, context.values.get("IpType", 0))
        yield Evidence(step, f"IP_CONFIGURATION has no IPv4 address; the context is {family}")


@predicate
def dhcp_unanswered(story: Story, *, mark: str) -> Iterator[Evidence]:
    """Addresses in IP_CONFIGURATION, and a DHCP client in the log that gets no offer."""
    if mark not in story.marks:
        return
    for step in story.reports("IP_CONFIGURATION", "IPv4ConfigurationAvailable"):
        if step.values["IPv4ConfigurationAvailable"] & 1:
            yield Evidence(
                step, "IP_CONFIGURATION has the address, and a DHCP client gets no offer"
            )
            return


@predicate
def small_mtu(story: Story, *, below: int, mark: str) -> Iterator[Evidence]:
    """An MTU of IP_CONFIGURATION below that which the log's text shows of an interface."""
    if mark not in story.marks:
        return
    for step in story.reports("IP_CONFIGURATION", "IPv4Mtu"):
        mtu = step.values["IPv4Mtu"]
        if 0 < mtu < below and step.values.get("IPv4ConfigurationAvailable", 8) & 8:
            text = (
                f"IP_CONFIGURATION names an MTU of {mtu}, and an interface in the log has {below}"
            )
            yield Evidence(step, text)
            return


@predicate
def optional_missing(story: Story) -> Iterator[Evidence]:
    """NO_DEVICE_SUPPORT to what not every modem has, while the session goes on."""
    succeeded = [step for step in story.of(StepKind.ANSWER) if not step.has_failed]
    for step in story.failed(9):
        is_needed = step.key is not None and step.key[0] == _BASIC and step.name in _NEEDED
        goes_on = succeeded and succeeded[-1].place.record > step.place.record
        if not is_needed and goes_on:
            yield Evidence(step, f"{step.operation} {step.name} was answered NO_DEVICE_SUPPORT (9)")


#: Every predicate by its name, those about the modem among them: here the last is known.
ALL_PREDICATES: Final = PREDICATES
