"""What stands behind the data path answers where a context or a stream is open, and counts."""

import pytest
from data_modem import Modem
from data_path import GATEWAY, OURS, echo_request

from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.usb.ntb import Datagram, Stream


def test_a_context_of_one_version_has_no_addresses_of_the_other() -> None:
    modem = Modem()
    modem.connect(0, ip_type=1)
    assert (modem.ping(0), modem.ping(0, 6)) == (True, False)
    modem.connect(0, activate=False)
    modem.connect(0, ip_type=2)
    assert (modem.ping(0), modem.ping(0, 6)) == (False, True)


@pytest.mark.parametrize("how", ["deactivated", "closed", "opened anew"])
def test_nothing_answers_for_a_context_that_is_not_active(how: str) -> None:
    modem = Modem()
    assert not modem.ping(0)
    modem.connect(0)
    assert modem.ping(0)
    if how == "deactivated":
        modem.connect(0, activate=False)
    else:
        kind = messages.MBIM_CLOSE_MSG if how == "closed" else messages.MBIM_OPEN_MSG
        modem.send(Message(kind, 99, 4096 if how == "opened anew" else 0))
    assert not modem.ping(0)
    assert modem.path.unanswered == 2


def test_stream_data_come_back_while_the_stream_is_open() -> None:
    modem = Modem()
    sent = Datagram(Stream.DEVICE_SERVICE, 4, b"stream data")
    assert modem.path.receive(sent) == []
    modem.stream(4)
    assert modem.path.receive(sent) == [sent]
    assert modem.path.receive(sent._replace(session=5)) == []
    modem.stream(4, is_open=False)
    assert modem.path.receive(sent) == []


def test_each_datagram_is_counted_as_answered_or_not() -> None:
    modem = Modem()
    modem.connect(0)
    lost = Datagram(Stream.IP, 3, echo_request(OURS[4], GATEWAY[4]))
    for answered, datagram in ((1, lost._replace(session=0)), (0, lost), (0, lost)):
        assert len(modem.path.receive(datagram)) == answered
    assert (modem.path.received, modem.path.sent, modem.path.unanswered) == (3, 1, 2)


def test_an_answer_stays_in_the_session_of_its_request() -> None:
    modem = Modem("two-ports")
    modem.connect(1)
    (configuration,) = filter(None, map(modem.contexts.configuration, (0, 1)))
    assert configuration.ipv4 is not None
    assert configuration.ipv4_gateway is not None
    request = echo_request(configuration.ipv4.ip, configuration.ipv4_gateway)
    (answer,) = modem.path.receive(Datagram(Stream.IP, 1, request))
    assert (answer.stream, answer.session) == (Stream.IP, 1)
    assert modem.path.receive(Datagram(Stream.IP, 0, request)) == []
