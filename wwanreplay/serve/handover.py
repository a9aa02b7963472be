"""The emulated device behind a recorded one: it answers what the recording does not have."""

from __future__ import annotations

from collections.abc import Iterable

from wwanreplay.devices.base import Device
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.fragments import Joiner
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import MBIM_INDICATE_STATUS_MSG, parse_header


class Handover:
    """Gives single commands to an emulated device; of what it says only their answers count.

    Its events are dropped: those of the recording are the host's.
    """

    def __init__(self, device: Device, bridge: Bridge) -> None:
        self._function = Function(device, bridge)
        self._asked: set[int] = set()
        self._answers: list[tuple[int, bytes]] = []

    @property
    def next_due_ns(self) -> int | None:
        """When `advance` has something to do, or None."""
        return self._function.next_due_ns

    def pass_on(self, data: bytes, time_ns: int) -> None:
        """Open or close its function as the host's is."""
        self._asked.clear()
        self._function.host_transfer(data, time_ns)

    def version(self, mbimex: int) -> None:
        """The MBIMEx version that is in force."""
        self._function.bridge.mbimex = mbimex

    def reset(self) -> None:
        """Nothing is waited for any more."""
        self._asked.clear()
        self._answers.clear()

    def ask(self, data: bytes, transaction_id: int, time_ns: int) -> None:
        """Give it a command."""
        self._asked.add(transaction_id)
        self._keep(self._function.host_transfer(data, time_ns), time_ns)

    def advance(self, time_ns: int) -> list[tuple[int, bytes]]:
        """(when, message) of the answers until `time_ns`."""
        while (due_ns := self.next_due_ns) is not None and due_ns <= time_ns:
            self._keep(self._function.advance(due_ns), due_ns)
        answers, self._answers = self._answers, []
        return answers

    def _keep(self, transfers: Iterable[bytes], time_ns: int) -> None:
        joiner = Joiner()
        for transfer in transfers:
            message = joiner.feed(parse_header(transfer), transfer, time_ns).message
            head = look(transfer)
            if message is None or head.type == MBIM_INDICATE_STATUS_MSG:
                continue
            if head.transaction_id in self._asked:
                self._asked.discard(head.transaction_id)
                self._answers.append((time_ns, message))
