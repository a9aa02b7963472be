"""The MBIM function of a trace: OPEN, CLOSE and commands, each answered once and in time."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.mbim.messages import (
    MBIM_CLOSE_DONE,
    MBIM_CLOSE_MSG,
    MBIM_COMMAND_DONE,
    MBIM_COMMAND_MSG,
    MBIM_FUNCTION_ERROR_MSG,
    MBIM_OPEN_DONE,
    MBIM_OPEN_MSG,
    Message,
)
from wwanreplay.replay.function_check import check_function

SERVICE = bytes(range(16))
HOST, DEVICE = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST
FROM_HOST = {MBIM_OPEN_MSG, MBIM_CLOSE_MSG, MBIM_COMMAND_MSG}


def opened(number: int = 1) -> Message:
    return Message(MBIM_OPEN_MSG, number, 4096)


def open_done(number: int = 1, status: int = 0) -> Message:
    return Message(MBIM_OPEN_DONE, number, status)


def command(number: int) -> Message:
    return Message(MBIM_COMMAND_MSG, number, 0, SERVICE, 3)


def done(number: int) -> Message:
    return Message(MBIM_COMMAND_DONE, number, 0, SERVICE, 3, bytes(8))


def error(number: int, code: int) -> Message:
    return Message(MBIM_FUNCTION_ERROR_MSG, number, code)


CLOSED, CLOSE_DONE = Message(MBIM_CLOSE_MSG, 9), Message(MBIM_CLOSE_DONE, 9)


def found(*emitted: tuple[float, Message]) -> list[tuple[bool, int, str]]:
    """(root, record, note) of each divergence; times are in seconds."""
    events = [
        Event(
            Kind.KIND_WIRE,
            int(time_s * 1e9),
            code=HOST if message.type in FROM_HOST else DEVICE,
            payload=message.to_bytes(),
            index=index,
        )
        for index, (time_s, message) in enumerate(emitted)
    ]
    return [(each.root, each.index, each.note) for each in check_function(events)]


def test_a_whole_session_is_as_it_should_be():
    assert not found(
        (0, opened()),
        (0.1, open_done()),
        (1, command(2)),
        (1.1, done(2)),
        (2, CLOSED),
        (2.1, CLOSE_DONE),
        (9, opened()),
        (9.1, open_done()),
    )


def test_an_answer_to_an_open_that_comes_late_is_one_root():
    stale = (10, done(7))
    emitted = found((0, command(7)), (1, opened(1)), (6, opened(6)), stale, (26, open_done(1)))
    roots = [(index, note) for root, index, note in emitted if root]
    assert roots == [
        (
            4,
            "OPEN_DONE of transaction 1 comes 25.000 s after its OPEN (record 1), after the host"
            " had asked once more; the function answers OPEN at once",
        )
    ]
    assert [(root, index) for root, index, _ in emitted] == [(True, 4), (False, 3), (False, 2)]


def test_of_two_opens_of_one_number_the_last_is_answered_at_once():
    emitted = found((0, opened()), (6, opened()), (6.1, open_done()), (25, open_done()))
    assert [(root, index) for root, index, _ in emitted] == [(True, 3)]
    assert "25.000 s after its OPEN (record 0)" in emitted[0][2]


def test_an_open_that_fails_is_a_root():
    ((root, index, note),) = found((0, opened()), (0.1, open_done(1, 2)))
    assert (root, index) == (True, 1)
    assert "status 2" in note


def test_an_open_that_is_refused_with_an_error_is_answered():
    assert not found((0, opened()), (0.1, error(1, 8)), (60, opened(2)), (60.1, open_done(2)))


def test_an_open_without_an_answer_is_reported_when_the_log_goes_on():
    ((root, index, note),) = found((0, opened()), (60, command(2)))
    assert (root, index) == (True, 0)
    assert "OPEN of transaction 1 is not answered" in note
    assert not found((0, opened()), (1, command(2)))


def test_answers_of_questions_before_the_log_are_nothing():
    assert not found((0, open_done()), (1, command(2)), (1.1, done(2)))
    assert not found((0, done(77)), (1, command(2)), (1.1, done(2)))


def test_a_second_answer_is_a_root():
    emitted = found(
        (0, opened()), (0.1, open_done()), (1, command(2)), (1.1, done(2)), (1.2, done(2))
    )
    assert [(root, index) for root, index, _ in emitted] == [(True, 4)]
    emitted = found((0, opened()), (0.1, open_done()), (0.2, open_done()))
    assert [(root, index) for root, index, _ in emitted] == [(True, 2)]


def test_a_stale_answer_behind_an_open_is_a_root():
    emitted = found(
        (0, opened()),
        (0.1, open_done()),
        (1, command(5)),
        (2, opened()),
        (2.1, open_done()),
        (3, done(5)),
    )
    assert [(root, index) for root, index, _ in emitted] == [(True, 5)]
    assert "forgotten" in emitted[0][2]


def test_an_open_function_that_says_it_is_not_open_is_a_root():
    emitted = found((0, opened()), (0.1, open_done()), (1, command(2)), (1.1, error(2, 5)))
    assert [(root, index) for root, index, _ in emitted] == [(True, 3)]


def test_a_closed_function_says_that_it_is_not_open():
    assert not found(
        (0, opened()),
        (0.1, open_done()),
        (1, CLOSED),
        (1.1, CLOSE_DONE),
        (2, command(3)),
        (2.1, error(3, 5)),
    )
    assert not found((0, command(3)), (0.1, error(3, 5)))


def test_fragments_of_an_answer_are_one_answer():
    whole = done(2).to_bytes()

    def fragment(number: int) -> bytes:
        return whole[:12] + (2).to_bytes(4, "little") + number.to_bytes(4, "little") + whole[20:]

    events = [
        Event(Kind.KIND_WIRE, at, code=code, payload=data, index=at)
        for at, (code, data) in enumerate(
            ((HOST, command(2).to_bytes()), (DEVICE, fragment(0)), (DEVICE, fragment(1)))
        )
    ]
    assert list(check_function(events)) == []


MESSAGES = st.sampled_from(
    (
        *(opened(), opened(6), open_done(), open_done(6, 2), CLOSED, CLOSE_DONE),
        *(command(2), done(2), done(5), error(2, 5), error(1, 8)),
    )
)


@given(st.lists(st.tuples(st.floats(0, 30), MESSAGES), max_size=30))
def test_any_order_of_messages_is_judged(emitted: list[tuple[float, Message]]):
    time_s, events = 0.0, []
    for step_s, message in emitted:
        time_s += step_s
        events.append((time_s, message))
    for _, index, note in found(*events):
        assert 0 <= index < len(events)
        assert note


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_bytes_that_are_no_message_are_passed_over(data: list[bytes]):
    events = [
        Event(Kind.KIND_WIRE, at, code=DEVICE if at % 2 else HOST, payload=each)
        for at, each in enumerate(data)
    ]
    for divergence in check_function(events):
        assert divergence.note
