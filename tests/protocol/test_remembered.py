"""What was made of equal things is kept within a bound."""

from wwanreplay.protocol.remembered import Remembered


def test_what_was_kept_is_found_by_an_equal_key():
    memory = Remembered[str]()
    assert memory.get((1, b"ab")) is None
    assert memory.keep((1, bytes([97, 98])), "made", 10) == "made"
    assert memory.get((1, b"ab")) == "made"


def test_memory_stays_within_its_size_whatever_comes():
    memory = Remembered[bytes](10_000)
    most = 0
    for number in range(1_000):
        memory.keep(number, bytes(300), 300)
        most = max(most, len(memory))
    assert 2 <= most <= 10_000 // 300
    assert memory.get(999) is not None


def test_what_is_too_large_is_not_kept_and_costs_no_more_than_the_rest():
    memory = Remembered[bytes](10_000)
    assert memory.keep("large", bytes(20_000), 20_000) == bytes(20_000)
    assert memory.get("large") is None
    memory.keep("small", b"1", 1)
    assert memory.get("small") == b"1"
