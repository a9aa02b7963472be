"""IP sessions and streams in the class driver: their ports, and whose a refusal is."""

from class_driver_host import BASIC, command, done, from_device, from_host, indicate, only, values

from wwanreplay.mbim import codec
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.tables import DSS

OWN_TEXT = "11111111-2222-4333-8444-555555555555"


def test_each_session_has_the_port_of_its_number() -> None:
    driver = ClassDriver()
    order = codec.encode(BASIC, 12, "set", {"SessionId": 7, "ActivationCommand": 1})
    request, _ = from_host(driver, command(2, BASIC, 12, 1, order))
    answer = codec.encode(BASIC, 12, "response", {"SessionId": 7, "ActivationState": 1})
    ports = [request.port, only(from_device(driver, done(2, BASIC, 12, answer))).port]
    event = codec.encode(BASIC, 12, "notification", {"SessionId": 7, "ActivationState": 3})
    ports.append(only(from_device(driver, indicate(BASIC, 12, event))).port)
    assert ports == [7, 7, 7]


def test_an_answer_without_its_request_is_of_the_session_that_it_names() -> None:
    answer = codec.encode(BASIC, 12, "response", {"SessionId": 7, "ActivationState": 1})
    assert only(from_device(ClassDriver(), done(2, BASIC, 12, answer))).port == 7


def test_a_refusal_without_a_body_is_of_the_session_that_was_meant() -> None:
    driver = ClassDriver()
    for transaction, session in ((2, 1), (3, 0), (4, 2)):
        order = codec.encode(BASIC, 12, "set", {"SessionId": session, "ActivationCommand": 1})
        from_host(driver, command(transaction, BASIC, 12, 1, order))
        refused = only(from_device(driver, done(transaction, BASIC, 12, b"", 13)))
        assert values(refused)["ContextState.ConnectionId"] == session


def test_a_refused_stream_is_that_of_the_request() -> None:
    driver = ClassDriver()
    stream = {"DeviceServiceId": OWN_TEXT, "DssSessionId": 5, "DssLinkState": 1}
    from_host(driver, command(2, DSS, 1, 1, codec.encode(DSS, 1, "set", stream)))
    refused = values(only(from_device(driver, done(2, DSS, 1, b"", 9))))
    assert (refused["Session.DeviceServiceGuid"], refused["Session.uSessionID"]) == (OWN_TEXT, 5)
