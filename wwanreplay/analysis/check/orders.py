"""How the recorded environment ordered operations to end: OUTCOME stimuli, and who spends them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wwanreplay.analysis.check.session import Item, Session

# Orders that nothing spends are forgotten, the oldest first.
_ORDERS_MAX = 256


@dataclass(slots=True)
class _Order:
    stimulus: Item
    left: int


class Orders:
    """The orders for one OID, by their stimuli; each ends as many operations as it counts.

    To be asked in the order of the session. What is left of them goes into the next window.
    """

    def __init__(self, session: Session, oid: int) -> None:
        self._judged = session.judged
        key = f"orders of {oid:#x}"
        kept: list[_Order] = session.carried.get(key, [])
        self._orders = [_Order(each.stimulus, each.left) for each in kept if each.left]
        del self._orders[:-_ORDERS_MAX]
        self._carried = len(self._orders)
        self._orders += [
            _Order(stimulus, stimulus["Count"])
            for stimulus in session.stimuli_of("OUTCOME")
            if stimulus.at >= self._judged.start
            and stimulus["Operation"] == oid
            and stimulus["Count"]
        ]
        # What is left at the end of the judged part.
        self._after = [
            _Order(each.stimulus, each.left)
            for place, each in enumerate(self._orders)
            if place < self._carried or each.stimulus.at < self._judged.stop
        ]
        session.carried_on[key] = self._after

    def spent_on(self, item: Item, fits: Callable[[Item], bool] | None = None) -> Item | None:
        """The stimulus that ordered this end, None without one; only judged ends spend orders."""
        if item.at < self._judged.start:
            return None
        for place, order in enumerate(self._orders):
            if place >= self._carried and order.stimulus.at > item.at:
                return None
            if order.left and (fits is None or fits(order.stimulus)):
                order.left -= 1
                if item.at < self._judged.stop:
                    self._after[place].left -= 1
                return order.stimulus
        return None
