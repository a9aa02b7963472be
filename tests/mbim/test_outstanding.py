"""RequestIds are never given twice, in bounded memory; answers find the newest of their command."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.mbim.outstanding import Outstanding, RequestIds, Transaction


def transaction(number: int, cid: int, request_id: int = 0) -> Transaction:
    return Transaction(number, request_id, b"service", cid, False, 0)


@given(st.lists(st.sampled_from([0, 1, 2, 1023, 1024, 0xFFFFFFFF]), max_size=60))
def test_request_ids_count_the_uses_of_an_id(numbers: list[int]) -> None:
    ids = RequestIds()
    uses: dict[int, int] = {}
    for number in numbers:
        use = uses.get(number, 0)
        assert ids.take(number) == number | use << 32
        uses[number] = use + 1


def test_request_ids_stay_unique_when_their_memory_is_full() -> None:
    ids = RequestIds()
    given_out = [ids.take(7) for _ in range(3000)]
    given_out += [ids.take(block * 1024) for block in range(70_000)]
    given_out += [ids.take(block * 1024) for block in range(0, 70_000, 1000)]
    assert len(set(given_out)) == len(given_out)


def test_the_replaced_transaction_is_found_by_its_command() -> None:
    outstanding = Outstanding()
    old, new = transaction(5, 3, 1), transaction(5, 4, 2)
    assert outstanding.add(old) is None
    assert outstanding.add(new) is old
    assert outstanding.find(5, b"service", 3) is old
    assert outstanding.find(5, b"service", 4) is new
    assert outstanding.find(5, None, None) is new
    assert outstanding.find(5, b"other", 4) is None
    newest = transaction(5, 3, 3)
    outstanding.add(newest)
    assert outstanding.find(5, b"service", 3) is newest
    assert newest.previous is new
    assert new.previous is None or new.previous.previous is None


def test_the_oldest_go_first_and_only_unanswered_ones_count() -> None:
    outstanding = Outstanding(limit=2)
    answered = transaction(1, 1)
    answered.answered = True
    for each in (answered, transaction(2, 1), transaction(3, 1), transaction(4, 1)):
        outstanding.add(each)
    assert len(outstanding) == 2
    assert outstanding.forgotten == 1
    assert [each.transaction_id for each in outstanding.unanswered] == [3, 4]
