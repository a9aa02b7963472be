"""Rules of the card: channels, APDUs, applications, files, reset, terminal capability."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    closings,
    judged_closings,
    ready_throughout,
)

OPEN_OID = number.OID_WWAN_UICC_OPEN_CHANNEL
OPENED = number.NDIS_STATUS_WWAN_UICC_OPEN_CHANNEL_INFO
CLOSE_OID = number.OID_WWAN_UICC_CLOSE_CHANNEL
CLOSED = number.NDIS_STATUS_WWAN_UICC_CLOSE_CHANNEL_INFO
APDU_OID = number.OID_WWAN_UICC_APDU
APDU = number.NDIS_STATUS_WWAN_UICC_APDU_INFO
RESET_OID = number.OID_WWAN_UICC_RESET
RESET = number.NDIS_STATUS_WWAN_UICC_RESET_INFO
TERMINAL_OID = number.OID_WWAN_UICC_TERMINAL_CAPABILITY
TERMINAL = number.NDIS_STATUS_WWAN_UICC_TERMINAL_CAPABILITY_INFO
LIST_OID = number.OID_WWAN_UICC_APP_LIST
LIST = number.NDIS_STATUS_WWAN_UICC_APP_LIST
CHANNEL = "UiccOpenChannelInfo.Channel"
_ATR_MAX = 36
_CHANNEL_MAX = 19
_NO_APPLICATION = 0xFFFFFFFF
_INVALID_CHANNEL = number.WWAN_STATUS_UICC_INVALID_LOGICAL_CHANNEL
_DONE = b"\x90\0"


@rule("uicc.atr-length")
def atr_length(session: Session) -> Iterator[Judgement]:
    """AtrLength is within the buffer."""
    for item in session.judged_reports(number.NDIS_STATUS_WWAN_ATR_INFO):
        length = item["AtrInfo.AtrLength"]
        if item.u_status == 0 and length is not None:
            yield item, f"AtrLength {length} is beyond {_ATR_MAX}" if length > _ATR_MAX else ""


def _opens(session: Session) -> Iterator[tuple[Transaction, Item]]:
    return closings(session, OPEN_OID, OPENED, "set")


@rule("uicc.open-no-channel")
def no_channel(session: Session) -> Iterator[Judgement]:
    """Without a channel nothing but the status is given."""
    for _, closing in _opens(session):
        if closing.u_status == number.WWAN_STATUS_UICC_NO_LOGICAL_CHANNELS:
            given = closing[CHANNEL] or closing["UiccOpenChannelInfo.ResponseLength"]
            yield closing, "no channel could be made, and one is given" if given else ""


@rule("uicc.open-select-failed")
def select_failed(session: Session) -> Iterator[Judgement]:
    """After a SELECT that failed no channel is left."""
    for _, closing in _opens(session):
        if closing.u_status == number.WWAN_STATUS_UICC_SELECT_FAILED:
            yield closing, "SELECT failed, and a channel is given" if closing[CHANNEL] else ""


@rule("uicc.open-success-channel")
def opened_channel(session: Session) -> Iterator[Judgement]:
    """A channel is 1 to 19."""
    for _, closing in _opens(session):
        if closing.u_status == 0 and closing[CHANNEL] is not None:
            fits = 1 <= closing[CHANNEL] <= _CHANNEL_MAX
            yield closing, "" if fits else f"channel {closing[CHANNEL]} was opened"


class _Channels:
    """The channels that are open at positions, with their groups, by what was opened and closed."""

    def __init__(self, session: Session) -> None:
        changes: list[tuple[int, int, Transaction, Item]] = [
            (closing.at, 0, transaction, closing) for transaction, closing in _opens(session)
        ]
        changes += [
            (closing.at, 1, transaction, closing)
            for transaction, closing in closings(session, CLOSE_OID, CLOSED, "set")
        ]
        self._states: list[tuple[int, dict[int, int]]] = []
        channels: dict[int, int] = {}
        for at, is_close, transaction, closing in sorted(changes, key=lambda each: each[:2]):
            if closing.u_status:
                continue
            channels = dict(channels)
            if not is_close:
                group = transaction["SetUiccOpenChannel.ChannelGroup"] or 0
                channels[closing[CHANNEL]] = group
            else:
                number_, group = _closed(transaction)
                if number_:
                    channels.pop(number_, None)
                else:
                    channels = {each: g for each, g in channels.items() if g != group}
            self._states.append((at, channels))
        # What was opened before the session began is not known.
        self.known = session.is_whole

    def before(self, at: int) -> dict[int, int]:
        """The groups of the open channels before a position."""
        states = [channels for place, channels in self._states if place < at]
        return states[-1] if states else {}


def _closed(transaction: Transaction) -> tuple[int, int]:
    return (
        transaction["SetUiccCloseChannel.Channel"] or 0,
        transaction["SetUiccCloseChannel.ChannelGroup"] or 0,
    )


def _channels(session: Session) -> _Channels:
    return session.derived("card channels", _Channels)


@rule("uicc.close-unknown")
def close_unknown(session: Session) -> Iterator[Judgement]:
    """To close a channel that is not open: invalid logical channel."""
    for transaction, closing in judged_closings(session, CLOSE_OID, CLOSED, "set"):
        channel, _ = _closed(transaction)
        view = _channels(session)
        if not channel or not view.known or channel in view.before(transaction.request.at):
            continue
        right = closing.u_status == _INVALID_CHANNEL
        yield closing, "" if right else f"channel {channel} is not open, and was closed"


@rule("uicc.close-group")
def close_group(session: Session) -> Iterator[Judgement]:
    """Channel 0 closes the channels of the group; without any the words are 90 00."""
    for transaction, closing in judged_closings(session, CLOSE_OID, CLOSED, "set"):
        channel, group = _closed(transaction)
        if channel:
            continue
        words = closing["UiccCloseChannelInfo.Status"]
        opened = group in _channels(session).before(transaction.request.at).values()
        if closing.u_status:
            yield closing, "a group of channels cannot be closed"
        elif not opened and words is not None:
            yield (
                closing,
                "" if words == _DONE else "an empty group was closed otherwise than 90 00",
            )
        else:
            yield closing, ""


@rule("uicc.apdu-open-channel")
def apdu_channel(session: Session) -> Iterator[Judgement]:
    """An APDU on a channel that is not open: invalid logical channel."""
    for transaction, closing in judged_closings(session, APDU_OID, APDU, "set"):
        channel = transaction["SetUiccApdu.Channel"]
        view = _channels(session)
        if not channel or not view.known or channel in view.before(transaction.request.at):
            continue
        right = closing.u_status == _INVALID_CHANNEL
        yield closing, "" if right else f"an APDU on channel {channel}, which is not open"


@rule("uicc.apdu-status")
def apdu_status(session: Session) -> Iterator[Judgement]:
    """What the card answered came with success."""
    for _, closing in judged_closings(session, APDU_OID, APDU, "set"):
        words = closing["UiccApduInfo.Status"]
        if words is None:
            continue
        answered = words != b"\0\0"
        if answered or closing.u_status == 0:
            failed = answered and closing.u_status != 0
            yield closing, "the card answered, and uStatus is an error" if failed else ""


@rule("uicc.reset-status")
def reset_status(session: Session) -> Iterator[Judgement]:
    """After a set the pass-through is as it was ordered."""
    wanted = {
        number.WwanUiccPassThroughEnable: number.WwanUiccPassThroughEnabled,
        number.WwanUiccPassThroughDisable: number.WwanUiccPassThroughDisabled,
    }
    for transaction, closing in judged_closings(session, RESET_OID, RESET, "set"):
        action = transaction["SetUiccReset.PassThroughAction"]
        if closing.u_status == 0 and action in wanted:
            same = closing["UiccResetInfo.PassThroughStatus"] == wanted[action]
            yield closing, "" if same else "the pass-through is not as it was ordered"


@rule("uicc.termcap-echo")
def terminal_capability(session: Session) -> Iterator[Judgement]:
    """A query repeats the objects that were set."""
    for transaction, closing in judged_closings(session, TERMINAL_OID, TERMINAL, "query"):
        last = session.last_report(
            TERMINAL,
            transaction.request.at,
            accept=lambda each: each.transaction is not None and each.transaction.is_set,
        )
        if last is None or last.transaction is None or closing.u_status:
            continue
        ordered, given = last.transaction.request.fields, closing.fields
        if ordered is None or given is None or session.interrupted(last.at, closing.at):
            continue
        same = ordered.tail() == given.tail()
        yield closing, "" if same else "not the objects that were sent last"


@rule("uicc.applist")
def applications(session: Session) -> Iterator[Judgement]:
    """The active application is one of the list, or none."""
    for transaction, closing in judged_closings(session, LIST_OID, LIST, "query"):
        active, count = closing["UiccAppList.ActiveAppIndex"], closing["UiccAppList.AppCount"]
        if closing.u_status or active is None or count is None:
            continue
        if ready_throughout(session, transaction, number.WwanReadyStateInitialized):
            fits = active < count or active == _NO_APPLICATION
            yield closing, "" if fits else f"application {active} of {count} is active"


_VERSIONS = (
    (LIST, "UiccAppList.Version"),
    (number.NDIS_STATUS_WWAN_UICC_FILE_STATUS, "UiccFileStatus.Version"),
    (number.NDIS_STATUS_WWAN_UICC_BINARY_RESPONSE, "UiccResponse.Version"),
    (number.NDIS_STATUS_WWAN_UICC_RECORD_RESPONSE, "UiccResponse.Version"),
)


@rule("uicc.version-one")
def version(session: Session) -> Iterator[Judgement]:
    """Version is 1."""
    for code, path in _VERSIONS:
        for item in session.judged_reports(code):
            if item.u_status == 0 and item[path] is not None:
                yield item, "" if item[path] == 1 else f"Version is {item[path]}"
