"""The MBIM function of a trace: OPEN, CLOSE and commands, each answered once and in time."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, RecordFlag, WireDirection
from wwanreplay.mbim.commands import TIES
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import (
    MBIM_CLOSE_DONE,
    MBIM_CLOSE_MSG,
    MBIM_COMMAND_DONE,
    MBIM_COMMAND_MSG,
    MBIM_FUNCTION_ERROR_MSG,
    MBIM_HOST_ERROR_MSG,
    MBIM_INDICATE_STATUS_MSG,
    MBIM_OPEN_DONE,
    MBIM_OPEN_MSG,
    Message,
)
from wwanreplay.mbim.tables import SERVICES_BY_NAME, SERVICES_BY_UUID
from wwanreplay.protocol.timing import limits_of
from wwanreplay.replay.function_check import check_function
from wwanreplay.replay.untied import is_modelled
from wwanreplay.trace.notes import NoteCode

SERVICE = bytes(range(16))
HOST, DEVICE = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST
FROM_HOST = {MBIM_OPEN_MSG, MBIM_CLOSE_MSG, MBIM_COMMAND_MSG, MBIM_HOST_ERROR_MSG}
LONG_COMMAND = Message(MBIM_COMMAND_MSG, 7, 0, SERVICE, 3, bytes(150)).to_bytes()
LONG_DONE = Message(MBIM_COMMAND_DONE, 7, 0, SERVICE, 3, bytes(150)).to_bytes()


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


def found(*emitted: tuple[float, Message | bytes]) -> list[tuple[bool, int, str]]:
    """(root, record, note) of each divergence; times are in seconds."""
    transfers = [
        (time_s, each if isinstance(each, bytes) else each.to_bytes()) for time_s, each in emitted
    ]
    events = [
        Event(
            Kind.KIND_WIRE,
            int(time_s * 1e9),
            code=HOST if look(data).type in FROM_HOST else DEVICE,
            payload=data,
            index=index,
        )
        for index, (time_s, data) in enumerate(transfers)
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
    assert "MBIM_STATUS_FAILURE (2): the function refuses to open" in note


def test_an_open_that_is_refused_with_an_error_is_a_root():
    emitted = found(
        (0, opened()),
        (0.1, error(1, 8)),
        (0.2, CLOSED),
        (0.3, Message(MBIM_CLOSE_DONE, 9, 2)),
        (60, opened(2)),
        (60.1, open_done(2)),
        (61, CLOSED),
        (61.1, CLOSE_DONE),
    )
    assert [(root, index) for root, index, _ in emitted] == [(True, 1), (False, 3)]
    assert emitted[0][2] == (
        "OPEN of transaction 1 (record 0) is answered by FUNCTION_ERROR MAX_TRANSFER (8); the"
        " host offered MaxControlTransfer 4096"
    )


@pytest.mark.parametrize("cid", [15, 20], ids=["IP_CONFIGURATION", "PACKET_STATISTICS"])
def test_a_query_that_no_indication_ends_is_missed_where_it_is_not_answered(cid):
    service = UUID(SERVICES_BY_NAME["Basic Connect"].uuid).bytes
    query = Message(MBIM_COMMAND_MSG, 3, 0, service, cid)
    session = (0, opened()), (0.1, open_done()), (1, query), (2, command(4)), (2.1, done(4))
    ((root, _, note),) = found(*session, (228, command(5)), (228.1, done(5)))
    assert root
    assert "is not answered in 22" in note


def test_an_open_that_offers_too_little_is_refused_by_right():
    assert not found((0, Message(MBIM_OPEN_MSG, 1, 63)), (0.1, error(1, 8)))


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6, 7])
def test_an_error_about_what_nobody_sent_is_a_root(code):
    session = (0, opened()), (0.1, open_done()), (1, command(2)), (1.1, done(2))
    ((root, index, note),) = found(*session, (2, error(99, code)))
    assert (root, index) == (True, 4)
    assert note.endswith(f"({code}) is about transaction 99, which the host did not send")


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_error_about_the_session_or_what_was_sent_is_none_about_what_nobody_sent(number):
    session = (0, opened()), (0.1, open_done()), (1, command(2)), (1.1, done(2))
    assert not found(*session, (2, error(number, 4)))


def test_an_error_in_a_log_that_begins_later_may_be_about_what_was_sent_before():
    assert not found((1, command(2)), (1.1, done(2)), (2, error(99, 4)))


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6, 7])
def test_a_command_that_is_answered_by_an_error_is_a_root(code):
    ((root, index, note),) = found((0, command(5)), (0.1, error(5, code)), (9, command(6)))
    assert (root, index) == (True, 1)
    assert f"({code}), not by COMMAND_DONE" in note


def test_an_error_that_the_host_has_brought_about_is_none_of_the_function():
    assert not found((0, command(5)), (0.1, command(5)), (0.2, error(5, 4)), (0.3, done(5)))
    cancelled = Message(MBIM_HOST_ERROR_MSG, 5, 7)
    assert not found((0, command(5)), (0.1, cancelled), (0.2, error(5, 7)))
    assert not found((0, command(5)), (0.1, error(5, 5)))  # the log does not show an OPEN
    first, second, third = split(LONG_COMMAND, 80)
    for parts in ((first, third), (first, second, second), (second,)):
        sent = [(0.1 * at, part) for at, part in enumerate(parts)]
        assert not found(*sent, (1, error(7, 2)))
    assert not found((0, first), (2, second), (2.1, error(7, 1)))


def test_fragments_in_order_are_no_reason_for_an_error():
    sent = [(0.1 * at, part) for at, part in enumerate(split(LONG_COMMAND, 80))]
    ((root, index, note),) = found(*sent, (1, error(7, 2)))
    assert (root, index) == (True, len(sent))
    assert "FRAGMENT_OUT_OF_SEQUENCE (2)" in note


def test_an_answer_of_another_command_is_a_root():
    other = Message(MBIM_COMMAND_DONE, 5, 0, SERVICE, 4)
    ((root, index, note),) = found((0, command(5)), (0.1, other))
    assert (root, index) == (True, 1)
    assert note == "transaction 5 asked for CID 3 (record 0) and is answered by CID 4"


def test_an_indication_has_no_transaction():
    emitted = found(
        (0, Message(MBIM_INDICATE_STATUS_MSG, 0, 0, SERVICE, 4)),
        (1, Message(MBIM_INDICATE_STATUS_MSG, 5, 0, SERVICE, 4)),
    )
    assert [(root, index) for root, index, _ in emitted] == [(True, 1)]


def test_a_message_without_all_its_fragments_is_a_root_where_the_first_is():
    first, second, third = split(LONG_DONE, 80)
    whole = [(0.1 * at, part) for at, part in enumerate((first, second, third))]
    assert not found((0, LONG_COMMAND), *whole)
    for parts, index, text in (
        ((first, second), 1, "only fragment 1 to 2 of 3 came"),
        ((first, first, second, third), 1, "only fragment 1 of 3 came"),
        ((second,), 1, "fragment 2 of 3 of transaction 7 comes without those before it"),
    ):
        sent = [(0.1 * at, part) for at, part in enumerate(parts)]
        ((root, at, note), *_) = found((0, LONG_COMMAND), *sent, (9, command(8)), (9.1, done(8)))
        assert (root, at) == (True, index)
        assert text in note
    # The log ends here: the rest may have come.
    assert not found((0, LONG_COMMAND), (0.1, first), (0.2, second))


def test_a_message_that_a_recorder_calls_malformed_is_a_root():
    wire = Event(Kind.KIND_WIRE, 5, code=DEVICE, payload=done(5).to_bytes(), index=0)
    note = Event(Kind.KIND_NOTE, 5, code=NoteCode.MALFORMED, payload=b"too short", cause=0, index=1)
    (only,) = check_function([wire, note])
    assert (only.root, only.index) == (True, 0)
    assert only.note == "a malformed message of the function: too short"


def test_an_open_without_an_answer_is_reported_when_the_log_goes_on():
    ((root, index, note),) = found((0, opened()), (60, command(2)))
    assert (root, index) == (True, 0)
    assert "OPEN of transaction 1 is not answered" in note
    assert not found((0, opened()), (1, command(2)))


def test_answers_of_questions_before_the_log_are_nothing():
    assert not found((0, open_done()), (1, command(2)), (1.1, done(2)))
    assert not found((0, done(77)), (1, command(2)), (1.1, done(2)))


@pytest.mark.parametrize(("kind", "what"), [(MBIM_OPEN_DONE, "open"), (MBIM_CLOSE_DONE, "close")])
def test_a_refusal_is_a_root_although_what_is_refused_stands_before_the_log(kind, what):
    ((root, index, note),) = found((0, Message(kind, 3, 2)), (1, command(4)), (1.1, done(4)))
    assert (root, index) == (True, 0)
    assert note.endswith(f"MBIM_STATUS_FAILURE (2): the function refuses to {what}")


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


@pytest.mark.parametrize(
    ("uuid", "cid"),
    [(uuid, cid) for uuid, service in SERVICES_BY_UUID.items() for cid in service.cids],
    ids=lambda value: getattr(value, "name", ""),
)
@pytest.mark.parametrize("is_set", [False, True])
def test_each_command_that_the_model_lacks_is_late_by_the_table_of_times(uuid, cid, is_set):
    service = SERVICES_BY_UUID[uuid]
    asked = Message(MBIM_COMMAND_MSG, 7, int(is_set), uuid, cid.cid)
    answer = Message(MBIM_COMMAND_DONE, 7, 2, uuid, cid.cid)
    oids = [tie.oid_name for tie in TIES if tie.key == (service.number, cid.cid)] or [""]
    most_s = max(limit.worst_s for oid in oids for limit in limits_of(oid))
    is_judged = not is_modelled(look(asked.to_bytes())) and service.name != "Proxy Control"

    def after(took_s: float) -> list[str]:
        emitted = found((0, opened()), (0, open_done()), (1, asked), (1 + took_s, answer))
        return [note for _, record, note in emitted if record == 3]

    assert after(most_s) == []
    words = f"comes after {most_s + 2} s; it may take {most_s} s"
    assert [words in note for note in after(most_s + 2)] == [True] * is_judged


def test_a_log_without_times_has_no_late_answer():
    uuid = next(uuid for uuid, row in SERVICES_BY_UUID.items() if row.name == "Basic Connect")
    messages = [Message(kind, 7, 0, uuid, 15) for kind in (MBIM_COMMAND_MSG, MBIM_COMMAND_DONE)]
    events = [
        Event(
            Kind.KIND_WIRE,
            number * 53_000_000_000,
            code=DEVICE if number else HOST,
            flags=RecordFlag.FLAG_TIME_INEXACT,
            payload=message.to_bytes(),
            index=number,
        )
        for number, message in enumerate(messages)
    ]
    assert [each.note for each in check_function(events) if "after" in each.note] == []
