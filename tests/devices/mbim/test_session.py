"""The session of a host on a channel: opening, transactions, fragments, errors, and closing."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay.devices.mbim.session import HostSession, What
from wwanreplay.errors import DeviceError
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import ERRORS, Message
from wwanreplay.mbim.tables import BASIC_CONNECT

from .conftest import done, indication, radio_state, usual, uuid_of

LATER_NS = 10_000_000_000


def command(transaction_id, cid=3, buffer=b""):
    kind = messages.MBIM_COMMAND_MSG
    return Message(kind, transaction_id, 0, uuid_of(BASIC_CONNECT), cid, buffer)


class Host:
    """A host session on a scripted modem, and all that arrived."""

    def __init__(self, channel):
        self.sent = []
        self.arrived = []
        self.session = HostSession(channel, time.monotonic_ns, self.note)

    def note(self, transfer, _time_ns):
        self.sent.append(transfer)

    def open(self, **options):
        self.session.open(self.arrived.append, **{"open_s": 5.0, "try_s": 5.0, **options})

    def wait(self, what, seconds=5.0):
        """The first arrival of a kind from now on."""
        until_ns = time.monotonic_ns() + round(seconds * 1e9)
        while time.monotonic_ns() < until_ns:
            for arrival in self.session.receive(until_ns):
                self.arrived.append(arrival)
                if arrival.what is what:
                    return arrival
        raise AssertionError(f"no {what}")


@pytest.fixture
def hosted(modem_of):
    channels = []

    def make(answer=usual, *, is_opened=True, **options):
        channel, modem = modem_of(answer, **options)
        channels.append(channel)
        host = Host(channel)
        if is_opened:
            host.open()
        return host, modem

    yield make
    for channel in channels:
        channel.close()


def test_an_open_names_the_longest_message(hosted):
    _, modem = hosted(control_message_max=512)
    assert [(each.type, each.value) for each in modem.heard] == [(messages.MBIM_OPEN_MSG, 512)]


def test_an_open_without_an_answer_is_sent_again(hosted):
    opens = []

    def deaf_at_first(message):
        if message.type == messages.MBIM_OPEN_MSG:
            opens.append(message.transaction_id)
            return usual(message) if len(opens) == 3 else []
        return usual(message)

    host, _ = hosted(deaf_at_first, is_opened=False)
    host.open(try_s=0.05)
    assert host.session.is_open
    assert len(opens) == len(set(opens)) == 3


def test_a_device_that_never_opens_is_an_error_that_counts_the_tries(hosted):
    host, modem = hosted(lambda _message: [], is_opened=False)
    with pytest.raises(DeviceError, match=r"does not answer OPEN: \d+ tries in 0.2 s"):
        host.open(open_s=0.2, try_s=0.05)
    assert len(modem.heard) >= 2


def test_a_function_that_refuses_is_closed_and_opened_again(hosted):
    opens = []

    def busy_once(message):
        if message.type == messages.MBIM_OPEN_MSG:
            opens.append(message)
            if len(opens) == 1:
                kind = messages.MBIM_OPEN_DONE
                busy = messages.STATUS["MBIM_STATUS_BUSY"]
                return [Message(kind, message.transaction_id, busy).to_bytes()]
        return usual(message)

    host, modem = hosted(busy_once, is_opened=False)
    host.open()
    kinds = [each.type for each in modem.heard]
    assert kinds == [messages.MBIM_OPEN_MSG, messages.MBIM_CLOSE_MSG, messages.MBIM_OPEN_MSG]


def test_a_function_that_goes_on_refusing_is_an_error_with_its_refusals(hosted):
    def refusing(message):
        if message.type == messages.MBIM_OPEN_MSG:
            return [messages.function_error(message.transaction_id, "MBIM_ERROR_MAX_TRANSFER")]
        return usual(message)

    host, _ = hosted(refusing, is_opened=False)
    with pytest.raises(DeviceError, match="does not open: MBIM_FUNCTION_ERROR_MSG 8"):
        host.open()


def test_answers_to_another_host_are_no_answers_to_the_open(hosted):
    def stale_first(message):
        return [done(command(77), 0, radio_state()), *usual(message)]

    host, _ = hosted(stale_first)
    assert host.session.is_open
    assert [each.what for each in host.arrived] == [What.UNASKED, What.OTHER]
    assert "which nobody waits for" in host.arrived[0].problem


@given(order=st.permutations(range(1, 9)))
@settings(max_examples=20)
def test_answers_find_their_command_in_any_order(order):
    import socket

    from wwanreplay.devices.mbim.channel import StreamChannel

    ours, theirs = socket.socketpair()
    channel = StreamChannel(ours.detach(), "stream")
    session = HostSession(channel, time.monotonic_ns, lambda *_: None)
    pendings = {number: session.send(command(number)) for number in range(1, 9)}
    theirs.sendall(b"".join(done(command(number), 0, radio_state()) for number in order))
    found = []
    while len(found) < 8:
        found += session.receive(time.monotonic_ns() + LATER_NS)
    assert [each.pending for each in found] == [pendings[number] for number in order]
    assert {each.what for each in found} == {What.ANSWER}
    assert not session.pending
    theirs.close()
    channel.close()


def test_an_answer_of_another_command_is_not_taken(hosted):
    host, modem = hosted(lambda message: usual(message) if message.cid != 3 else [])
    host.session.send(command(5))
    modem.say(done(command(5, cid=11)))
    assert host.wait(What.UNASKED).pending is None
    modem.say(done(command(5), 0, radio_state()))
    assert host.wait(What.ANSWER).pending is not None


def test_a_second_answer_is_one_that_nobody_waits_for(hosted):
    host, _ = hosted(lambda message: usual(message) * (2 if message.cid == 3 else 1))
    host.session.send(command(5))
    host.wait(What.ANSWER)
    assert "nobody waits for" in host.wait(What.UNASKED).problem


def test_a_command_without_an_answer_is_given_up_and_its_late_answer_is_known(hosted):
    host, modem = hosted(lambda message: usual(message) if message.cid != 3 else [])
    host.session.send(command(9), timeout_ns=20_000_000)
    given_up = host.wait(What.TIMEOUT)
    assert given_up.problem.startswith("no answer to MBIM_CID_RADIO_STATE (transaction 9) within")
    assert not host.session.pending
    modem.say(done(command(9), 0, radio_state()))
    late = host.wait(What.LATE)
    assert late.problem.startswith("a late answer to MBIM_CID_RADIO_STATE (transaction 9)")


def test_a_long_wait_is_for_the_commands_that_need_one():
    from wwanreplay.mbim.host import answer_s_of

    assert answer_s_of(command(1, cid=8)) > answer_s_of(command(1, cid=1))


def test_a_cancel_tells_the_device(hosted):
    host, modem = hosted(lambda message: usual(message) if message.cid != 3 else [])
    host.session.send(command(9))
    assert host.session.cancel(9)
    assert not host.session.cancel(9)
    host.session.send(command(10, cid=11))
    host.wait(What.ANSWER)
    errors = [each for each in modem.heard if each.type == messages.MBIM_HOST_ERROR_MSG]
    assert [(each.transaction_id, each.value) for each in errors] == [
        (9, ERRORS["MBIM_ERROR_CANCEL"])
    ]


def test_a_function_error_ends_its_command(hosted):
    def refusing(message):
        if message.cid == 3:
            return [messages.function_error(message.transaction_id, "MBIM_ERROR_UNKNOWN")]
        return usual(message)

    host, _ = hosted(refusing)
    pending = host.session.send(command(4))
    refusal = host.wait(What.REFUSAL)
    assert refusal.pending is pending
    assert refusal.problem == "FUNCTION_ERROR UNKNOWN for transaction 4"
    assert host.session.is_open


def test_a_function_that_is_not_open_any_more_is_known_as_such(hosted):
    host, modem = hosted()
    modem.say(messages.function_error(0, "MBIM_ERROR_NOT_OPENED"))
    host.wait(What.REFUSAL)
    assert not host.session.is_open


@pytest.mark.parametrize("stream", [False, True])
def test_long_messages_go_and_come_in_fragments(hosted, stream):
    def long_answer(message):
        return [done(message, 0, message.buffer)] if message.cid == 99 else usual(message)

    host, modem = hosted(long_answer, stream=stream, control_message_max=64)
    buffer = bytes(range(256)) * 3
    host.session.send(command(2, cid=99, buffer=buffer))
    answer = host.wait(What.ANSWER)
    assert answer.message.buffer == buffer
    assert all(len(transfer) <= 64 for transfer in modem.transfers)
    assert len([each for each in host.arrived if each.transfer]) > 10


def test_a_lost_fragment_is_reported_to_the_device(hosted):
    host, modem = hosted(control_message_max=64)
    parts = split(indication(3, bytes(200)), 64)
    for part in (parts[0], *parts[2:]):
        modem.peer.sendall(part)
    modem.say(indication(3, radio_state()))
    host.wait(What.EVENT)
    host.session.send(command(2))  # its answer shows that the modem has read all before it
    host.wait(What.ANSWER)
    errors = [each.value for each in modem.heard if each.type == messages.MBIM_HOST_ERROR_MSG]
    assert errors
    assert set(errors) == {ERRORS["MBIM_ERROR_FRAGMENT_OUT_OF_SEQUENCE"]}
    assert any("is missing" in each.problem for each in host.arrived)


def test_bytes_that_are_no_message_are_reported_as_such(hosted):
    host, modem = hosted()
    modem.peer.sendall(b"\x01\x02\x03")
    modem.say(indication(3, radio_state()))
    host.wait(What.EVENT)
    assert any("3 bytes that are no message" in each.problem for each in host.arrived)


def test_close_is_answered(hosted):
    host, modem = hosted()
    assert host.session.close(host.arrived.append)
    assert modem.heard[-1].type == messages.MBIM_CLOSE_MSG


def test_a_close_without_an_answer_ends(hosted):
    host, _ = hosted(
        lambda message: [] if message.type == messages.MBIM_CLOSE_MSG else usual(message)
    )
    assert not host.session.close(host.arrived.append, close_s=0.05)
