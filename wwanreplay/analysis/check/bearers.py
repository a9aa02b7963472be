"""Rules that bind the device behind the driver: bearers of LTE, stored contexts, SAR."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import OID as CONNECT
from wwanreplay.analysis.check.contexts import STATE as CONTEXT
from wwanreplay.analysis.check.contexts import has_command
from wwanreplay.analysis.check.fields import Fields, number
from wwanreplay.analysis.check.optional import SAR, SAR_OID
from wwanreplay.analysis.check.packets import ATTACHED, CURRENT, REGISTER
from wwanreplay.analysis.check.packets import REPORT as PACKET
from wwanreplay.analysis.check.provisioned import LTE, LTE_OID, member
from wwanreplay.analysis.check.provisioned import OID as STORED_OID
from wwanreplay.analysis.check.provisioned import REPORT as STORED
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session
from wwanreplay.analysis.check.states import (
    PACKET_STATE,
    REGISTER_STATE,
    SOON_NS,
    closings,
    deregistered,
    judged_closings,
    registered,
)

_LTE = number.WWAN_DATA_CLASS_LTE | number.WWAN_DATA_CLASS_5G
_DELETE = number.WwanContextOperationDelete
_CONDITION_OF = {
    number.WwanRegisterStateHome: number.WwanContextRoamingControlHomeOnly,
    number.WwanRegisterStatePartner: number.WwanContextRoamingControlPartnerOnly,
    number.WwanRegisterStateRoaming: number.WwanContextRoamingControlNonPartnerOnly,
}
_REATTACH_NS = 30 * SECOND


def _on_lte(session: Session, at: int) -> bool:
    packet = session.last_report(PACKET, at)
    return (
        packet is not None
        and packet[PACKET_STATE] == ATTACHED
        and bool((packet[CURRENT] or 0) & _LTE)
        and not session.interrupted(packet.at, at)
    )


@rule("connect.lte-reuse-bearer")
def reuse_bearer(session: Session) -> Iterator[Judgement]:
    """An activation with the access string of the LTE bearer does not fail for the limit."""
    attach = number.NDIS_STATUS_WWAN_LTE_ATTACH_STATUS
    for transaction, closing in judged_closings(session, CONNECT, CONTEXT, "set"):
        if not has_command(transaction, "Activate") or not _on_lte(session, transaction.request.at):
            continue
        bearer = session.value_before(
            transaction.request.at, attach, "LteAttachStatus.basicInfo.AccessString"
        )
        if bearer and bearer == transaction["SetContextState.AccessString"]:
            full = closing.u_status == number.WWAN_STATUS_MAX_ACTIVATED_CONTEXTS
            yield closing, "the limit was reached, though the bearer is there" if full else ""


@rule("connect.lte-keep-bearer")
def keep_bearer(session: Session) -> Iterator[Judgement]:
    """The end of a context on LTE succeeds, and the registration stays."""
    for transaction, closing in closings(session, CONNECT, CONTEXT, "set"):
        start = transaction.request.at
        if not has_command(transaction, "Deactivate") or not _on_lte(session, start):
            continue
        if registered(session, start) is not True or closing.u_status:
            continue
        since_ns = transaction.request.time_ns
        until_ns = closing.time_ns + SOON_NS // 5
        lost = [
            item
            for item in session.reports_between(REGISTER, since_ns, until_ns)
            if item.is_event and item.at > start and deregistered(session, item.at + 1)
        ]
        if not lost:
            yield closing, ""
            continue
        others = session.any_stimulus_inside(start, lost[0].at)
        setting = session.any_open(number.OID_WWAN_REGISTER_STATE, start, lost[0].at)
        if others or setting or session.radio_off(lost[0].at):
            continue
        if session.is_whole:
            yield lost[0], "the end of a context took the device off the network"
        else:
            yield lost[0], Undecided("whether the network was lost is not in the session")


@rule("lte-config.reattach")
def reattach(session: Session) -> Iterator[Judgement]:
    """A new context for the present condition makes the device attach anew."""
    array = "SetLteAttachContext.SetContextArray"
    for transaction, closing in judged_closings(session, LTE_OID, LTE, "set"):
        start = transaction.request.at
        before = session.last_report(LTE, start)
        if closing.u_status or not _on_lte(session, start) or before is None:
            continue
        state = session.value_before(start, REGISTER, REGISTER_STATE)
        condition = _CONDITION_OF.get(state)
        if condition is None or not _changed(transaction.request, array, before, condition):
            continue
        until_ns = closing.time_ns + _REATTACH_NS
        reports = session.reports_between(PACKET, transaction.request.time_ns, until_ns)
        if any(item[PACKET_STATE] != ATTACHED for item in reports if item.u_status == 0):
            yield closing, ""
        elif session.end_ns >= until_ns and not session.interrupted(closing.at, 1 << 62):
            yield closing, "the present attach context changed, and the device did not attach anew"


def _changed(request: Item, array: str, before: Item, condition: int) -> bool:
    """Whether a set changes the access string of a roaming condition."""
    old = [
        before[f"LteAttachContext.LteContextArray[{at}].basicInfo.AccessString"]
        for at in range(3)
        if before[f"LteAttachContext.LteContextArray[{at}].Roaming"] == condition
    ]
    new = [
        request[f"{array}[{at}].basicInfo.AccessString"]
        for at in range(3)
        if request[f"{array}[{at}].Roaming"] == condition
        and not request[f"{array}[{at}].Operation"]
    ]
    return len(old) == len(new) == 1 and old != new


@rule("provctx.v2-delete")
def delete(session: Session) -> Iterator[Judgement]:
    """A context whose type was deleted is not listed."""
    for transaction, closing in judged_closings(session, STORED_OID, STORED, "query"):
        last = session.last_report(STORED, transaction.request.at, ending="set")
        if closing.u_status or last is None or last.transaction is None or closing.fields is None:
            continue
        ordered = last.transaction
        if ordered["ProvisionedContext.Operation"] != _DELETE:
            continue
        if session.any_open(STORED_OID, last.at + 1, closing.at):
            continue
        wanted = member(ordered, "ContextType", "ProvisionedContext.")
        listed = [
            member(each, "ContextType")
            for each in closing.fields.elements()
            if isinstance(each, Fields)
        ]
        yield closing, "a context of a type that was deleted is listed" if wanted in listed else ""


@rule("provctx.v2-disabled-fails")
def disabled(session: Session) -> Iterator[Judgement]:
    """An activation of a context that is listed as disabled fails."""
    for transaction, closing in judged_closings(session, CONNECT, CONTEXT, "set"):
        if not has_command(transaction, "Activate"):
            continue
        start = transaction.request.at
        stored = session.last_report(STORED, start, ending="query")
        if (
            stored is None
            or stored.fields is None
            or session.any_open(STORED_OID, stored.at + 1, closing.at)
        ):
            continue
        name = transaction["SetContextState.AccessString"]
        matching = [
            each["Enable"]
            for each in stored.fields.elements()
            if isinstance(each, Fields) and name and member(each, "AccessString") == name
        ]
        if matching and all(each == number.WwanContextDisabled for each in matching):
            succeeded = closing.u_status == 0
            yield closing, "a disabled context became active" if succeeded else ""


# SAR


def _levels(item: Item) -> dict[int, int]:
    if item.fields is None:
        return {}
    return {
        each["SarAntennaIndex"]: each["SarBackoffIndex"]
        for each in item.fields.elements()
        if isinstance(each, Fields)
    }


@rule("sar.keep-others")
def keep_others(session: Session) -> Iterator[Judgement]:
    """Antennas that a set does not name stay as they are."""
    for transaction, closing in judged_closings(session, SAR_OID, SAR, "set"):
        before = session.last_report(SAR, transaction.request.at)
        if closing.u_status or before is None or session.interrupted(before.at, closing.at):
            continue
        named, old, new = _levels(transaction.request), _levels(before), _levels(closing)
        changed = [
            antenna
            for antenna, level in old.items()
            if antenna not in named and new.get(antenna, level) != level
        ]
        yield closing, f"antenna {changed[0]} changed, and was not named" if changed else ""


@rule("sar.invalid-parameters")
def unknown_antennas(session: Session) -> Iterator[Judgement]:
    """A set for an antenna that the device does not have fails."""
    for transaction, closing in judged_closings(session, SAR_OID, SAR, "set"):
        before = session.last_report(SAR, transaction.request.at)
        if before is None or not _levels(before):
            yield closing, Undecided("which antennas there are was never reported")
            continue
        unknown = set(_levels(transaction.request)) - set(_levels(before))
        if unknown:
            succeeded = closing.u_status == 0
            yield (
                closing,
                f"there is no antenna {min(unknown)}, and it was set" if succeeded else "",
            )
