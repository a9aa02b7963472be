"""What an answer means for the command that was sent: its status, and what a set has chosen."""

from collections.abc import Collection, Mapping
from typing import Final

from wwanreplay.mbim import statuses
from wwanreplay.mbim.commands import CONNECT, SUBSCRIBE_LIST
from wwanreplay.mbim.memory import Memory
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS
from wwanreplay.mbim.transactions import Transaction
from wwanreplay.mbim.values import ACTIVATE
from wwanreplay.protocol import codec as ndis

HOME_PROVIDER: Final = (BASIC_CONNECT, 6)
SIGNAL_STATE: Final = (BASIC_CONNECT, 11)


def status_of_answer(
    transaction: Transaction, answer: ndis.Decoded, memory: Memory, limits: Mapping[str, int]
) -> int:
    """The MBIM status of an answer; `limits` are how many streams may be open, by service."""
    status = statuses.status_of_wwan(answer.get("uStatus", 0))
    if status == statuses.FAILURE and _is_beyond_limit(transaction, memory, limits):
        return statuses.DSS_INSTANCE_LIMIT
    if transaction.is_set and _is_unchanged_home(transaction, answer):
        return statuses.FAILURE
    return status


def _is_beyond_limit(transaction: Transaction, memory: Memory, limits: Mapping[str, int]) -> bool:
    """Whether a stream could not be opened for their number, which has no status in WWAN."""
    tie, values = transaction.tie, transaction.values
    if tie is None or tie.service != DSS or not values["DssLinkState"]:
        return False
    opened = list(memory.open_streams.values())
    service = values["DeviceServiceId"]
    return len(opened) >= limits.get("", len(opened) + 1) or (
        opened.count(service) >= limits.get(service, len(opened) + 1)
    )


def _is_unchanged_home(transaction: Transaction, answer: ndis.Decoded) -> bool:
    """Return whether a set of the home provider left another one; its answer has no status."""
    if transaction.tie is None or transaction.tie.key != HOME_PROVIDER:
        return False
    wanted = transaction.values["Provider"]["ProviderId"]
    return bool(answer.get("HomeProvider.Provider.ProviderId", wanted) != wanted)


def asked_context(transaction: Transaction) -> tuple[str, int] | None:
    """Type and IP type of the context that a command activates; None for all other commands."""
    tie, values = transaction.tie, transaction.values
    if tie is None or tie.key != CONNECT or not transaction.is_set:
        return None
    if values["ActivationCommand"] != ACTIVATE:
        return None
    return values["ContextType"], values["IpType"]


def remember(transaction: Transaction, memory: Memory, services: Collection[str]) -> None:
    """Keep what a set that succeeded has chosen; `services` are the device's own."""
    tie, values = transaction.tie, transaction.values
    if tie is None or not transaction.is_set:
        return
    if tie.key == SUBSCRIBE_LIST:
        entries = values["Events"]
        memory.subscribed = {
            entry["DeviceServiceId"]: frozenset(entry["Cids"]) for entry in entries
        }
        memory.vendor_events = any(entry["DeviceServiceId"] in services for entry in entries)
    elif tie.key == SIGNAL_STATE:
        memory.error_rate_threshold = values["ErrorRateThreshold"]
    elif tie.key == CONNECT and (context := asked_context(transaction)) is not None:
        memory.contexts[values["SessionId"]] = context
    elif tie.service == DSS:
        session = values["DssSessionId"]
        memory.open_streams.pop(session, None)
        if values["DssLinkState"]:
            memory.open_streams[session] = values["DeviceServiceId"]
