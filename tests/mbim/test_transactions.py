"""Commands that wait for the device: what ends them, and what is left of their requests."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.mbim.transactions import OUTSTANDING_MAX, Transaction, Transactions

BASIC = bytes(16)


def request(request_id: int) -> Event:
    return Event(Kind.KIND_QUERY, 5, port=1, request_id=request_id, code=7, handle=request_id)


def begun(*request_ids: int, transaction_id: int = 3) -> tuple[Transactions, Transaction]:
    table, transaction = Transactions(), Transaction(transaction_id, BASIC, 1)
    table.begin(transaction, [request(each) for each in request_ids])
    return table, transaction


def test_a_command_is_found_by_each_of_its_requests_until_that_is_answered() -> None:
    table, transaction = begun(1, 2)
    assert transaction.main == 1
    assert 3 in table
    assert list(table) == [transaction]
    assert not table.answer(2, transaction)
    assert table.of_request(1) is transaction
    assert table.of_request(2) is None
    assert table.answer(1, transaction)


def test_an_ended_command_leaves_nothing_to_find_or_cancel() -> None:
    table, transaction = begun(1, 2)
    table.end(transaction)
    assert 3 not in table
    assert table.of_request(1) is None
    assert table.give_up(3, 9) == []


def test_only_what_the_device_did_not_complete_is_cancelled() -> None:
    table, transaction = begun(1, 2)
    assert table.complete(1) is transaction
    (cancel,) = table.give_up(3, 9)
    assert (cancel.kind, cancel.request_id, cancel.time_ns) == (Kind.KIND_CANCEL, 2, 9)
    assert (cancel.port, cancel.code, cancel.handle) == (1, 7, 2)
    assert table.complete(2) is None


def test_a_command_that_does_not_wait_is_given_up_without_a_cancel() -> None:
    table, _ = begun(1)
    assert table.give_up(4, 9) == []
    assert 3 in table


def test_the_table_is_full_at_its_limit() -> None:
    table = Transactions()
    for number in range(1, OUTSTANDING_MAX + 1):
        assert not table.is_full
        table.begin(Transaction(number, BASIC, 1), [request(number)])
    assert table.is_full
    table.clear()
    assert not table.is_full
    assert list(table) == []
    assert table.complete(1) is None


@given(
    st.lists(
        st.tuples(st.sampled_from(("answer", "complete", "end", "give up")), st.integers(0, 7))
    )
)
def test_nothing_is_left_when_all_commands_have_ended(steps: list[tuple[str, Any]]) -> None:
    table = Transactions()
    waiting = {number: Transaction(number, BASIC, 1) for number in range(4)}
    for number, transaction in waiting.items():
        table.begin(transaction, [request(2 * number + 10), request(2 * number + 11)])
    for step, number in steps:
        transaction = waiting[number // 2]
        if step == "answer":
            table.answer(number + 10, transaction)
        elif step == "complete":
            table.complete(number + 10)
        elif step == "end":
            table.end(transaction)
        else:
            table.give_up(number // 2, 1)
    for transaction in waiting.values():
        table.end(transaction)
    assert list(table) == []
    assert all(table.complete(number) is None for number in range(10, 18))
    assert all(table.give_up(number, 1) == [] for number in waiting)
