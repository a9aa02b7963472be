"""Benign sessions: what real modems and hosts do in a thousand ways, and no fault is.

Each is from the documents (MBIM 1.0, the pages of the WWAN model) or from public threads of
libmbim, ModemManager, umbim and OpenWrt.
"""

from collections.abc import Callable

from field_behaviours import (
    ADDRESSES,
    CAPS,
    CONNECT,
    IDLE,
    PACKET,
    PIN,
    PROVISIONED,
    RADIO,
    READY,
    REGISTER,
    SCAN,
    SERVICES,
    SIGNAL,
    STATISTICS,
    Log,
    begun,
)

SEARCHING = {"RegisterState": 2, "AvailableDataClasses": 0, "ProviderId": "", "ProviderName": ""}
OFF_AIR = {"RegisterState": 1, "AvailableDataClasses": 0, "ProviderId": "", "ProviderName": ""}
DETACHED = {"PacketServiceState": 4, "HighestAvailableDataClass": 0}
DOWN = {"ActivationState": 3}
LOCKED = {"ReadyState": 6, "SubscriberId": ""}
NO_CARD = {"ReadyState": 2, "SubscriberId": "", "SimIccId": ""}


def second() -> Log:
    """Two sessions that are activated."""
    order = begun().connected().connect(SessionId=1, AccessString="ims")
    return order.wait(1).answer(CONNECT, SessionId=1)


BENIGN: dict[str, Callable[[], Log]] = {
    "the usual queries": lambda: begun().close(),
    "a plain connect": lambda: begun().connected().queried(ADDRESSES).wait(20).close(),
    "PIN2 is reported after the SIM is ready": lambda: begun().queried(
        PIN, PinType=3, PinState=1, RemainingAttempts=3
    ),
    "an activating event before the answer": lambda: (
        begun().connect().event(CONNECT, ActivationState=2).wait(1).answer(CONNECT)
    ),
    "an activated event behind the answer": lambda: begun().connected().event(CONNECT),
    "the answer is activating, an event says activated": lambda: (
        begun().connect().answer(CONNECT, ActivationState=2).wait(1).event(CONNECT)
    ),
    "fallback from LTE to UMTS": lambda: (
        begun()
        .wait(20)
        .event(REGISTER, AvailableDataClasses=0x1C)
        .event(PACKET, HighestAvailableDataClass=0x1C, UplinkSpeed=5760000)
    ),
    "UMTS and back to LTE": lambda: (
        begun()
        .wait(20)
        .event(PACKET, HighestAvailableDataClass=0x04)
        .wait(20)
        .event(PACKET)
        .queried_usual(PACKET)
    ),
    "the network's name comes later": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY, RADIO)
        .queried(REGISTER, ProviderName="")
        .wait(18)
        .event(REGISTER, ProviderName="Test Network Ltd")
    ),
    "the signal moves": lambda: (
        begun().wait(10).event(SIGNAL, Rssi=12).wait(10).event(SIGNAL, Rssi=27)
    ),
    "the same signal again and again": lambda: (
        begun().wait(10).event(SIGNAL).wait(10).event(SIGNAL).wait(10).event(SIGNAL)
    ),
    "no signal is known": lambda: Log().open().queried_usual(CAPS, READY).queried(SIGNAL, Rssi=99),
    "a refused APN": lambda: (
        begun().connect(AccessString="wrong").wait(1).answer(CONNECT, 2, NwError=27, **DOWN)
    ),
    "refused twice, then with another APN": lambda: (
        begun()
        .connect(AccessString="wrong")
        .wait(1)
        .answer(CONNECT, 2, NwError=33, **DOWN)
        .wait(3)
        .connect(AccessString="wrong")
        .wait(1)
        .answer(CONNECT, 2, NwError=33, **DOWN)
        .wait(3)
        .connected()
    ),
    "throttled by the modem after a refusal": lambda: (
        begun()
        .connect()
        .wait(1)
        .answer(CONNECT, 2, NwError=27, **DOWN)
        .wait(2)
        .connect()
        .answer(CONNECT, 2, **DOWN)
    ),
    "a service the modem does not have": lambda: begun().query(SERVICES).refusal(SERVICES, 9),
    "statistics are not supported": lambda: begun().query(STATISTICS).refusal(STATISTICS, 9),
    "provisioned contexts cannot be read": lambda: (
        begun().query(PROVISIONED).refusal(PROVISIONED, 22)
    ),
    "the SIM becomes ready": lambda: (
        Log()
        .open()
        .queried_usual(CAPS)
        .queried(READY, ReadyState=0, SubscriberId="", SimIccId="")
        .wait(4)
        .event(READY)
        .queried_usual(READY)
    ),
    "not ready is refused with not initialized": lambda: (
        Log().open().queried_usual(CAPS).query(PIN).refusal(PIN, 14).wait(2).queried_usual(READY)
    ),
    "no SIM": lambda: Log().open().queried_usual(CAPS).queried(READY, **NO_CARD),
    "a PIN is asked for and entered": lambda: (
        Log()
        .open()
        .queried_usual(CAPS)
        .queried(READY, **LOCKED)
        .queried(PIN, PinType=2, PinState=1, RemainingAttempts=3)
        .order(PIN, PinType=2, PinOperation=0, Pin="1234")
        .wait(1)
        .answer(PIN)
        .event(READY)
        .queried_usual(READY)
    ),
    "a wrong PIN": lambda: (
        Log()
        .open()
        .queried_usual(CAPS)
        .queried(READY, **LOCKED)
        .queried(PIN, PinType=2, PinState=1, RemainingAttempts=3)
        .order(PIN, PinType=2, PinOperation=0, Pin="0000")
        .wait(1)
        .answer(PIN, 2, PinType=2, PinState=1, RemainingAttempts=2)
    ),
    "searching, then registered and attached": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY, RADIO)
        .queried(REGISTER, **SEARCHING)
        .queried(PACKET, **DETACHED)
        .wait(12)
        .event(REGISTER)
        .event(PACKET)
        .queried_usual(REGISTER, PACKET)
    ),
    "registration is denied": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY, RADIO)
        .queried(REGISTER, RegisterState=6, NwError=11, AvailableDataClasses=0)
    ),
    "roaming": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY, RADIO)
        .queried(REGISTER, RegisterState=4, ProviderId="26201", ProviderName="Other")
        .queried_usual(PACKET)
        .connected()
    ),
    "the network deactivates the context": lambda: (
        begun().connected().wait(60).event(CONNECT, NwError=36, **DOWN)
    ),
    "coverage is lost and comes back": lambda: (
        begun()
        .wait(30)
        .event(REGISTER, **OFF_AIR)
        .event(PACKET, **DETACHED)
        .wait(40)
        .event(REGISTER)
        .event(PACKET)
        .queried_usual(REGISTER, PACKET)
    ),
    "radio off and on by software": lambda: (
        begun()
        .order(RADIO, RadioState=0)
        .wait(1)
        .answer(RADIO, SwRadioState=0)
        .event(REGISTER, **OFF_AIR)
        .event(PACKET, **DETACHED)
        .wait(5)
        .order(RADIO, RadioState=1)
        .wait(1)
        .answer(RADIO)
        .wait(8)
        .event(REGISTER)
        .event(PACKET)
    ),
    "the radio's own event beside the answer": lambda: (
        begun()
        .order(RADIO, RadioState=0)
        .event(RADIO, SwRadioState=0)
        .wait(1)
        .answer(RADIO, SwRadioState=0)
        .event(REGISTER, **OFF_AIR)
        .event(PACKET, **DETACHED)
    ),
    "a radio that an FCC lock keeps off": lambda: (
        Log()
        .open()
        .queried(CAPS, ControlCaps=3)
        .queried_usual(READY)
        .queried(RADIO, HwRadioState=0)
        .order(RADIO, RadioState=1)
        .refusal(RADIO, 2)
    ),
    "deactivation of what is not active is refused": lambda: (
        begun().disconnect().refusal(CONNECT, 16)
    ),
    "connect and disconnect": lambda: (
        begun().connected().wait(30).disconnect().wait(1).answer(CONNECT, **DOWN).close()
    ),
    "an IPv4 context where both were asked for": lambda: (
        begun().connect(IpType=3).wait(1).answer(CONNECT, IpType=1, NwError=50)
    ),
    "too early: not attached yet": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY, RADIO)
        .queried(REGISTER, **SEARCHING)
        .connect()
        .refusal(CONNECT, 7)
    ),
    "a scan that takes ninety seconds": lambda: (
        begun()
        .query(SCAN, Action=0)
        .wait(90)
        .answer(
            SCAN,
            Providers=[
                {"ProviderId": "00101", "ProviderName": "Testnet", "ProviderState": 5},
                {"ProviderId": "26201", "ProviderName": "Other", "ProviderState": 8},
            ],
        )
    ),
    "a scan that the modem refuses while connected": lambda: (
        begun().connected().query(SCAN, Action=0).refusal(SCAN, 1)
    ),
    "busy once, then answered": lambda: (
        begun().query(REGISTER).refusal(REGISTER, 1).wait(2).queried_usual(REGISTER)
    ),
    "a log that begins in mid-session": lambda: (
        Log().queried_usual(REGISTER, PACKET).connected().queried_usual(ADDRESSES)
    ),
    "a log that ends behind a request": lambda: begun().query(REGISTER),
    "opened anew without a close": lambda: begun().wait(5).open().queried_usual(),
    "an idle hint is not supported": lambda: begun().order(IDLE, State=1).refusal(IDLE, 9),
    "the SIM is pulled out": lambda: (
        begun()
        .wait(30)
        .event(READY, **NO_CARD)
        .event(REGISTER, **OFF_AIR)
        .event(PACKET, **DETACHED)
        .queried(READY, **NO_CARD)
    ),
    "registration in the answer, attach in an event": lambda: (
        begun()
        .order(REGISTER, ProviderId="", RegisterAction=0, DataClass=0)
        .wait(2)
        .answer(REGISTER)
        .event(PACKET)
    ),
    "attach is refused by the network": lambda: (
        Log()
        .open()
        .queried_usual(CAPS, READY, RADIO, REGISTER)
        .queried(PACKET, **DETACHED)
        .order(PACKET, PacketServiceAction=0)
        .wait(2)
        .answer(PACKET, 2, NwError=8, **DETACHED)
    ),
    "the addresses of a context that is down": lambda: (
        begun().query(ADDRESSES).refusal(ADDRESSES, 16)
    ),
    "two sessions, each queried": lambda: (
        second()
        .query(CONNECT, SessionId=1)
        .answer(CONNECT, SessionId=1)
        .queried(CONNECT)
        .query(ADDRESSES, SessionId=1)
        .answer(ADDRESSES, SessionId=1)
        .queried(ADDRESSES)
    ),
    "the network ends the second session": lambda: (
        second()
        .wait(9)
        .event(CONNECT, **DOWN, SessionId=1, NwError=36)
        .queried(CONNECT)
        .query(CONNECT, SessionId=1)
        .answer(CONNECT, **DOWN, SessionId=1)
    ),
    "a detach ends both sessions": lambda: (
        second()
        .wait(9)
        .event(PACKET, **DETACHED)
        .event(CONNECT, **DOWN)
        .event(CONNECT, **DOWN, SessionId=1)
    ),
    "a second session that is refused without a body": lambda: (
        begun().connected().connect(SessionId=1).refusal(CONNECT, 13).queried(CONNECT)
    ),
    "a session of a high number": lambda: (
        begun()
        .connect(SessionId=200)
        .wait(1)
        .answer(CONNECT, SessionId=200)
        .query(ADDRESSES, SessionId=200)
        .answer(ADDRESSES, SessionId=200)
    ),
}
