"""The queue of what waits for a client, and what it had not read in the end."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.serve.transports.base import WRITTEN_SIZE_MAX, Outbox, Unread


@given(
    st.lists(st.binary(min_size=1, max_size=40), max_size=20),
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_the_outbox_knows_the_end_that_was_not_read(
    transfers: list[bytes], capacity: int, read: int
) -> None:
    """A pipe takes `capacity` bytes; of these so many are read."""
    outbox, piped = Outbox(), bytearray()

    def write(data: bytes) -> int:
        taken = data[: capacity - len(piped)]
        if not taken:
            raise BlockingIOError
        piped.extend(taken)
        return len(taken)

    for index, transfer in enumerate(transfers):
        outbox.add(transfer, index)
    try:
        outbox.write(write)
    except BlockingIOError:
        assert len(piped) == capacity
    assert outbox.size == len(b"".join(transfers)) - len(piped)
    got = bytes(piped[:read])
    unread = {each.index: each for each in outbox.end(len(piped) - len(got))}
    kept = [
        transfer[: len(transfer) - (unread[index].unread if index in unread else 0)]
        for index, transfer in enumerate(transfers)
    ]
    assert b"".join(kept) == got
    assert outbox.size == 0


def test_a_message_longer_than_the_outbox_goes_when_nothing_waits() -> None:
    outbox = Outbox(100)
    assert outbox.refusal(1000) is None
    outbox.add(bytes(1000), 0)
    assert outbox.refusal(1) == "1000 bytes wait for a client that does not read"


def test_what_has_gone_long_ago_was_read() -> None:
    outbox = Outbox()
    for index in range(5):
        outbox.add(bytes(WRITTEN_SIZE_MAX // 2), index)
        outbox.write(len)
    unread = outbox.end(10 * WRITTEN_SIZE_MAX)
    assert [each.index for each in unread] == [2, 3, 4]
    assert all(each.size == each.unread for each in unread)


def test_there_is_room_again_when_the_client_reads() -> None:
    outbox = Outbox(100)
    outbox.add(bytes(60), 0)
    assert outbox.refusal(40) is None
    assert outbox.refusal(41) == "60 bytes wait for a client that does not read"
    outbox.write(len)
    assert (outbox.size, outbox.refusal(41)) == (0, None)


def test_a_transfer_goes_on_where_the_writing_stopped() -> None:
    outbox, taken = Outbox(), []

    def write(data: bytes) -> int:
        taken.append(bytes(data[:2]))
        return len(taken[-1])

    outbox.add(b"abcde", 0)
    outbox.add(b"f", 1)
    outbox.write(write)
    assert taken == [b"ab", b"cd", b"e", b"f"]


def test_a_queue_that_ended_begins_anew() -> None:
    outbox = Outbox()
    outbox.add(b"abc", 7)
    assert outbox.end(0) == [Unread(7, 3, 3)]
    assert outbox.end(0) == []
    outbox.add(b"de", 8)
    outbox.write(len)
    assert outbox.end(1) == [Unread(8, 2, 1)]
