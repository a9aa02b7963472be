"""The members of the messages of one session, as NDIS trees and structures, and what is wrong.
Keeps the state of the session: the MBIMEx version in force, and members of one message that the
structure of another needs.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event, RecordFlag
from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages, statuses
from wwanreplay.mbim import values as maps
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.commands import EMERGENCY_MODE
from wwanreplay.mbim.outstanding import Transaction
from wwanreplay.mbim.structures import Tree, build, is_input, release_of
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS, find_layout
from wwanreplay.mbim.ties import Message
from wwanreplay.mbim.translated import values_of
from wwanreplay.mbim.versions import VERSION, VERSION_MEMBER, agreed, understand, version_text

#: SessionIds are from 0 to 255 (MBIM 1.0, 10.5.12).
SESSION_COUNT_MAX: Final = 256
PROBLEMS_MAX: Final = 64
#: Buffers whose structures are remembered, and bytes of each: a log repeats them again and again.
MADE_MAX: Final = 512
MADE_SIZE_MAX: Final = 4096

_READY: Final = (BASIC_CONNECT, 2)
_REGISTER: Final = (BASIC_CONNECT, 9)
_PACKET_SERVICE: Final = (BASIC_CONNECT, 10)
_BUILD_ERRORS: Final = (UsageError, ValueError, TypeError, KeyError, OverflowError)


class Made(NamedTuple):
    """What was made of a buffer in which nothing was wrong: its members and the structure."""

    values: Values
    payload: bytes


class Interpretation:
    """One session: `mbimex` is the version in force, sure or taken of what its buffers fit.

    `problems` lists what was wrong since it was last emptied, `problem_count` the sum; `malformed`
    are those of messages that fit no layout.
    """

    def __init__(self, port_count: int, mbimex: int, *, version_sure: bool) -> None:
        self.port_count = port_count
        self.mbimex = mbimex
        self.version_sure = version_sure
        self.available_data_class = 0
        self.emergency_mode = 0
        self.problems: list[str] = []
        self.malformed: list[str] = []
        self.problem_count = 0
        self._made: dict[Hashable, Made] = {}

    def begin(self) -> None:
        """Forget what was wrong with the message before."""
        self.problems, self.malformed = [], []

    def problem(self, text: str) -> None:
        """Report what is wrong."""
        self.problem_count += 1
        if text and len(self.problems) < PROBLEMS_MAX:
            self.problems.append(text)

    def follow_version(
        self,
        requested: Values,
        buffer: bytes,
        fields: list[tuple[str, str]] | None,
        *,
        is_late: bool,
    ) -> None:
        """The version in force is the lower of the host's and the device's answer.

        One that `is_late` answers a host that has opened the function again since.
        """
        values = self.members(VERSION, "response", buffer, fields) or {}
        reported = values.get(VERSION_MEMBER)
        if not isinstance(reported, int):
            return
        wanted = requested.get(VERSION_MEMBER, reported)
        if is_late:
            self.problem("the answer of VERSION is of a session before: not in force")
            return
        self.mbimex = agreed(wanted, reported)
        self.version_sure = True
        if reported > wanted:
            self.problem(
                f"the device says MBIMEx {version_text(reported)}, more than was asked for; "
                f"{version_text(wanted)} is in force"
            )

    def key_of(self, buffer: bytes, *what: Hashable) -> Hashable:
        """By what the structure of a buffer is remembered: that, and the state of the session.

        None for a buffer that is too long for it.
        """
        if len(buffer) > MADE_SIZE_MAX:
            return None
        state = self.mbimex, self.version_sure, self.available_data_class, self.emergency_mode
        return buffer, what, state

    def recall(self, key: Hashable) -> Made | None:
        """What was made of a buffer before, in the same state of the session."""
        return self._made.get(key)

    def keep(self, key: Hashable, values: Values | None, payload: bytes | None) -> None:
        """Remember what was made of a buffer, unless something was wrong with its message."""
        if key is None or values is None or payload is None or self.problems:
            return
        self._made[key] = Made(values, payload)
        if len(self._made) > MADE_MAX:
            del self._made[next(iter(self._made))]

    def members(
        self,
        key: tuple[int, int],
        operation: str,
        buffer: bytes,
        fields: list[tuple[str, str]] | None,
    ) -> Values | None:
        """Return the members of a buffer or of printed fields; None when nothing fits."""
        if fields is not None:
            return values_of(*key, operation, fields, self.mbimex)
        understood = understand(*key, operation, buffer, self.mbimex)
        if isinstance(understood, str):
            self.problem(understood)
            if find_layout(*key, operation, self.mbimex) is not None:
                self.malformed.append(understood)
            return None
        if understood.problem:
            self.problem(understood.problem)
        if understood.malformed:
            self.malformed.append(understood.malformed)
        newer = understood.other_version and understood.mbimex > self.mbimex
        if newer and not self.version_sure:
            self.mbimex = understood.mbimex
        return understood.values

    def tree(self, message: Message, values: Values) -> Tree | None:
        """Return the tree of a structure, None when a value cannot be converted."""
        try:
            return message.tree(values)
        except _BUILD_ERRORS as error:
            self.problem(f"{message.structure}: {error}")
            return None

    def built(self, message: Message, tree: Tree, revision: int | None = None) -> bytes | None:
        """Return the structure's bytes, None when the values do not go into it."""
        cut: list[str] = []
        release = None if is_input(message.structure) else release_of(self.mbimex)
        try:
            payload = build(message.structure, tree, cut, release=release, revision=revision)
        except _BUILD_ERRORS as error:
            self.problem(f"{message.structure}: {error}")
            return None
        for text in cut:
            self.problem(text)
        return payload

    def answer_tree(
        self,
        key: tuple[int, int],
        message: Message,
        received: messages.Message,
        fields: list[tuple[str, str]] | None,
        transaction: Transaction,
    ) -> tuple[Values | None, Tree | None]:
        """Return members and tree of an answer, no tree when nothing fits its buffer."""
        values = self.members(key, "response", received.buffer, fields)
        tree = None if values is None else self.tree(message, values)
        if values is None or tree is None:
            return values, None
        if fields is None:
            self.supplement(key, message, tree, values, transaction)
        else:
            self.learn(key, values)
        return values, tree

    def learn(self, key: tuple[int, int], values: Values) -> None:
        """Keep what a later structure needs."""
        if key == _REGISTER and isinstance(values.get("AvailableDataClasses"), int):
            available = values["AvailableDataClasses"]
            self.available_data_class = maps.DATA_CLASS.to_wwan(available)
        elif key == EMERGENCY_MODE and isinstance(values.get("State"), int):
            self.emergency_mode = values["State"]

    def supplement(
        self,
        key: tuple[int, int],
        message: Message,
        tree: Tree,
        values: Values,
        transaction: Transaction | None,
    ) -> None:
        """Fill members that this message does not carry and that are known all the same."""
        self.learn(key, values)
        message.complete(tree)
        if key == _PACKET_SERVICE:
            tree["PacketService.AvailableDataClass"] = self.available_data_class
        elif key == _READY and self.emergency_mode:
            tree["ReadyInfo.EmergencyMode"] = self.emergency_mode
        elif key[0] == DSS and transaction is not None and transaction.tie is not None:
            command = transaction.tie.set
            tree.update({} if command is None else command.tree(transaction.values))

    def status(self, status: int) -> int:
        """Return the `uStatus` of a COMMAND_DONE's status."""
        found = statuses.wwan_of_status(status)
        if found is None:
            self.problem(f"status {status:#x} has no WWAN_STATUS: taken as a failure")
            return statuses.WWAN_FAILURE
        return found

    def own_event(
        self,
        structure: str,
        event: Event,
        tree: Tree,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event:
        """An event of a device's own service; printed members lack its data."""
        payload = self.built(Message(structure), tree) if fields is None else None
        if payload is not None:
            return event.replace(payload=payload, flags=flags)
        del tree["Data"]
        return event.replace(flags=flags | RecordFlag.FLAG_INCOMPLETE, fields=tree)

    def place(self, transaction: Transaction, values: Values) -> None:
        """Put an answer without its request on the port of the session that it names itself."""
        if not transaction.values and not transaction.port:
            transaction.port = self.port(values)

    def port(self, values: Mapping[str, Any]) -> int:
        """Return the port of the session that members name, 0 without one."""
        inner = values.get("PcoValue")
        session = (inner if isinstance(inner, dict) else values).get("SessionId", 0)
        return session if isinstance(session, int) and 0 <= session < self.port_count else 0
