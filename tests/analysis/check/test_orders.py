"""Which ends the recorded environment ordered, over windows as in the whole."""

from hypothesis import given
from hypothesis import strategies as st
from rule_scenarios import SECOND, pack

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.orders import Orders
from wwanreplay.analysis.check.session import Session
from wwanreplay.analysis.check.windows import Sizes, windows
from wwanreplay.protocol import stimuli

ROW = next(row for row in stimuli.ROWS if row.number == number.STIMULUS_OUTCOME)
OID = number.OID_WWAN_CONNECT
REPORT = number.NDIS_STATUS_WWAN_RADIO_STATE


def events_of(steps: list[int]) -> list[Event]:
    """An order for so many ends, or (0) an end."""
    found = []
    for at, count in enumerate(steps):
        if count:
            order = pack(ROW.struct, Operation=OID, uStatus=7, NwError=at, Count=count)
            kind = {"kind": Kind.KIND_STIMULUS, "code": number.STIMULUS_OUTCOME, "payload": order}
        else:
            kind = {"kind": Kind.KIND_INDICATION, "code": REPORT, "payload": b""}
        found.append(Event(kind.pop("kind"), at * SECOND, index=at, **kind))
    return found


def spent(session: Session) -> list[tuple[int, int]]:
    orders = Orders(session, OID)
    found = []
    for item in session.reports(REPORT):
        order = orders.spent_on(item)
        if order is not None and item.at in session.judged:
            found.append((item.number, order["NwError"]))
    return found


def test_an_order_is_spent_by_the_ends_behind_it_the_oldest_first():
    assert spent(Session(events_of([0, 2, 1, 0, 0, 0, 0]))) == [(3, 1), (4, 1), (5, 2)]


def test_an_order_that_does_not_fit_waits():
    session = Session(events_of([1, 1, 0, 0]))
    orders = Orders(session, OID)
    first, second = session.reports(REPORT)
    assert orders.spent_on(first, lambda order: order["NwError"] == 1)["NwError"] == 1
    assert orders.spent_on(second)["NwError"] == 0


def test_orders_for_another_operation_are_not_spent():
    session = Session(events_of([1, 0]))
    assert Orders(session, OID + 1).spent_on(session.reports(REPORT)[0]) is None


@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 2]), max_size=60), st.integers(1, 9), st.integers(0, 9)
)
def test_what_is_spent_does_not_depend_on_windows(steps, judged, behind):
    events = events_of(steps)
    sizes = Sizes(judged=judged, behind=behind, ahead_ns=3 * SECOND)
    found = [pair for window in windows(events, sizes) for pair in spent(window)]
    assert found == spent(Session(events))
