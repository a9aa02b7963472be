"""Faulty sessions: the message at which the fault must be named, and the layer that must name it.

Each is a fault that public threads report, or that the documents forbid.
"""

from collections.abc import Callable
from struct import pack_into

from class_driver_host import BASIC, done, indicate
from field_behaviours import (
    ADDRESSES,
    CAPS,
    CONNECT,
    IDLE,
    PACKET,
    PIN,
    RADIO,
    READY,
    REGISTER,
    SIGNAL,
    USUAL,
    Log,
    begun,
)

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message

DOWN = {"ActivationState": 3}
OFF_AIR = {"RegisterState": 1, "AvailableDataClasses": 0, "ProviderId": "", "ProviderName": ""}
DETACHED = {"PacketServiceState": 4, "HighestAvailableDataClass": 0}
WIRE, RULE, MODEL = "wire", "rule", "model"


def response(cid: int, **values: object) -> bytes:
    return codec.encode(BASIC, cid, "response", {**USUAL[cid], **values})


def later() -> Log:
    """A session that went on for a while."""
    return begun().wait(30).queried_usual(REGISTER, SIGNAL)


def open_refused(error: int) -> Log:
    log = Log()
    log.raw(Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes())
    return log.error(error, 1).is_faulty(WIRE)


def open_unanswered() -> Log:
    log = Log()
    for number in (1, 2, 3):
        log.raw(Message(messages.MBIM_OPEN_MSG, number, 4096).to_bytes())
        if number == 1:
            log.is_faulty(WIRE)
        log.wait(5)
    return log.wait(5).raw(Message(messages.MBIM_CLOSE_MSG, 4).to_bytes()).wait(10)


def open_late() -> Log:
    log = Log().raw(Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()).wait(12)
    return (
        log.raw(Message(messages.MBIM_OPEN_DONE, 1, 0).to_bytes()).is_faulty(WIRE).queried_usual()
    )


def malformed(cid: int, place: int, value: int) -> Log:
    """An answer in whose buffer one number is wrong."""
    log = later().query(cid)
    buffer = bytearray(response(cid))
    pack_into("<I", buffer, place, value)
    return log.raw(done(log.transaction, BASIC, cid, bytes(buffer))).is_faulty(WIRE).wait(3)


def short(cid: int) -> Log:
    log = later().query(cid)
    return log.raw(done(log.transaction, BASIC, cid, response(cid)[:-8])).is_faulty(WIRE)


def twice(cid: int) -> Log:
    log = later().queried(cid)
    return log.wait(1).answer(cid).is_faulty(WIRE).queried_usual(SIGNAL)


def unasked() -> Log:
    log = later()
    data = done(900, BASIC, SIGNAL, response(SIGNAL))
    return log.raw(data).is_faulty(WIRE).queried_usual(SIGNAL)


def of_other_command() -> Log:
    log = later().query(REGISTER)
    data = done(log.transaction, BASIC, PACKET, response(PACKET))
    return log.raw(data).is_faulty(WIRE).queried_usual(SIGNAL)


def event_with_transaction() -> Log:
    data = bytearray(indicate(BASIC, SIGNAL, response(SIGNAL)))
    pack_into("<I", data, 8, 5)
    return later().raw(bytes(data)).is_faulty(WIRE).queried_usual(SIGNAL)


def fragment(total: int, current: int, cid: int = REGISTER) -> Log:
    """A fragment of an answer whose others do not come."""
    log = later().query(cid)
    data = bytearray(done(log.transaction, BASIC, cid, response(cid)))
    pack_into("<II", data, 12, total, current)
    return log.raw(bytes(data)).is_faulty(WIRE).wait(5).queried_usual(SIGNAL, PACKET).wait(100)


def wrong_length() -> Log:
    log = later().query(SIGNAL)
    data = bytearray(done(log.transaction, BASIC, SIGNAL, response(SIGNAL)))
    pack_into("<I", data, 44, len(response(SIGNAL)) + 40)
    return log.raw(bytes(data)).is_faulty(WIRE).wait(3).queried_usual(PACKET)


def silent() -> Log:
    log = later().query(SIGNAL).is_faulty(WIRE)
    for cid in (REGISTER, PACKET, SIGNAL):
        log.wait(20).query(cid)
    return log.wait(60).query(READY)


FAULTY: dict[str, Callable[[], Log]] = {
    "OPEN is refused: the transfer is too large": lambda: open_refused(8),
    "OPEN is never answered": open_unanswered,
    "OPEN is answered after twelve seconds": open_late,
    "OPEN_DONE says failure": lambda: Log().open(status=2).is_faulty(WIRE),
    "CLOSE_DONE says failure": lambda: later().close(status=2).is_faulty(WIRE),
    "a command is answered by an error": lambda: (
        later().query(REGISTER).error(2).is_faulty(WIRE).queried_usual(SIGNAL)
    ),
    "the function forgets that it is open": lambda: (
        later().query(REGISTER).error(5).is_faulty(WIRE)
    ),
    "a query is never answered": lambda: (
        later().query(SIGNAL).is_faulty(WIRE).wait(20).queried_usual(REGISTER).wait(60)
    ),
    "a set is never answered": lambda: (
        later().connect().is_faulty(WIRE).wait(100).queried_usual(SIGNAL).wait(100)
    ),
    "a service command is never answered": lambda: (
        later().order(IDLE, State=1).is_faulty(WIRE).wait(100).queried_usual(SIGNAL).wait(100)
    ),
    "the function falls silent": silent,
    "a query takes half a minute": lambda: (
        later().query(SIGNAL).wait(30).answer(SIGNAL).is_faulty(WIRE)
    ),
    "a query is answered twice": lambda: twice(SIGNAL),
    "an order is answered twice": lambda: (
        later().connected().wait(1).answer(CONNECT).is_faulty(WIRE).queried_usual(SIGNAL)
    ),
    "an answer that nobody asked for": unasked,
    "the answer is of another command": of_other_command,
    "an indication has a transaction": event_with_transaction,
    "a text runs past the end": lambda: malformed(REGISTER, 20, 400),
    "a list runs past the end": lambda: malformed(ADDRESSES, 12, 200),
    "a buffer is too short": lambda: short(PACKET),
    "the length of the buffer is wrong": wrong_length,
    "of an answer only the first fragment": lambda: fragment(2, 0),
    "of an answer only the second fragment": lambda: fragment(2, 1),
    "success, but the context is down": lambda: (
        later().connect().wait(1).answer(CONNECT, **DOWN).is_faulty(RULE)
    ),
    "success, but the context is up": lambda: (
        later().connected().wait(9).disconnect().wait(1).answer(CONNECT).is_faulty(RULE)
    ),
    "the radio is on after it was turned off": lambda: (
        later().order(RADIO, RadioState=0).wait(1).answer(RADIO).is_faulty(RULE)
    ),
    "attached is answered detached": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY, RADIO, REGISTER)
        .queried(PACKET, **DETACHED)
        .order(PACKET, PacketServiceAction=0)
        .wait(1)
        .answer(PACKET, **DETACHED)
        .is_faulty(RULE)
    ),
    "the answer is for another session": lambda: (
        later().connect(SessionId=0).wait(1).answer(CONNECT, SessionId=3).is_faulty(RULE)
    ),
    "a set ends searching": lambda: (
        later()
        .order(REGISTER, ProviderId="", RegisterAction=0, DataClass=0)
        .wait(2)
        .answer(REGISTER, **{**OFF_AIR, "RegisterState": 2})
        .is_faulty(RULE)
    ),
    "a context that nobody ordered": lambda: (
        later().queried(CONNECT, **DOWN).wait(20).event(CONNECT).is_faulty(RULE)
    ),
    "the query shows a change that nothing reported": lambda: (
        later().connected().wait(60).queried(CONNECT, **DOWN).is_faulty(RULE)
    ),
    "a wrong PIN is reported as right": lambda: (
        Log()
        .open()
        .queried_usual(CAPS)
        .queried(READY, ReadyState=6)
        .queried(PIN, PinType=2, PinState=1, RemainingAttempts=3)
        .order(PIN, PinType=2, PinOperation=0, Pin="0000")
        .wait(1)
        .answer(PIN, 0, PinType=2, PinState=1, RemainingAttempts=2)
        .is_faulty(RULE)
    ),
    "the radio is off, and a context is activated": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY)
        .queried(RADIO, SwRadioState=0)
        .queried(REGISTER, **OFF_AIR)
        .connected()
        .is_faulty(RULE)
    ),
    "registered without a network's id": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY, RADIO)
        .queried(REGISTER, ProviderId="")
        .is_faulty(RULE)
    ),
    "a ready SIM is reported as absent": lambda: (
        later().query(PIN).refusal(PIN, 3).is_faulty(WIRE).queried_usual(READY)
    ),
    "not registered, though registered": lambda: (
        later().connect().refusal(CONNECT, 7).is_faulty(WIRE).queried_usual(REGISTER)
    ),
}
