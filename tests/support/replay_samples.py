"""Sessions for the tests of replaying: recorded here, from the emulated device."""

from functools import cache

from wwanreplay._core import Engine, Event, Profile
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.record import Session
from wwanreplay.trace import TraceReader

SECOND = 1_000_000_000
SEED = 7
PROFILES = ("lte-home", "two-ports", "cdma", "pin-locked")


def new_session(profile="lte-home", seed=SEED, **options):
    return Session(EmulatedDevice(load_profile(profile), seed), **options)


def activate(session, connection_id=1, command="Activate"):
    return session.set(
        "OID_WWAN_CONNECT",
        {
            "ConnectionId": connection_id,
            "ActivationCommand": f"WwanActivationCommand{command}",
            "AccessString": "internet.example",
        },
    )


def drive(session):
    """Caps, registration, a context, changes of the environment, the radio off and on."""
    session.run("3s")
    session.query("OID_WWAN_DRIVER_CAPS")
    for oid in ("OID_WWAN_DEVICE_CAPS", "OID_WWAN_READY_INFO", "OID_WWAN_SIGNAL_STATE"):
        session.query(oid)
    session.until_idle()
    session.set("OID_WWAN_REGISTER_STATE", {"RegisterAction": "WwanRegisterActionAutomatic"})
    session.run("5s")
    session.query("OID_WWAN_REGISTER_STATE")
    session.query("OID_WWAN_PACKET_SERVICE")
    session.until_idle()
    activate(session)
    session.query("OID_WWAN_HOME_PROVIDER")
    session.run("4s")
    session.query("OID_GEN_LINK_STATE")
    session.stimulus("signal", {"Rssi": 9, "ErrorRate": 99})
    session.run("8s")
    session.note("the radio goes off")
    session.set("OID_WWAN_RADIO_STATE", {"RadioAction": "WwanRadioOff"})
    session.run("3s")
    session.query("OID_WWAN_REGISTER_STATE")
    session.run("1s")
    session.set("OID_WWAN_RADIO_STATE", {"RadioAction": "WwanRadioOn"})
    session.run("9s")


@cache
def sample_trace(profile="lte-home", seed=SEED):
    """The bytes of a small trace."""
    with new_session(profile, seed) as session:
        drive(session)
        return session.trace()


def events_of(trace):
    """(events, a function that makes the device of the trace at its beginning)."""
    with TraceReader(trace) as reader:
        profile = Profile(reader.header.profile_mapping)
        seed = reader.header.seed
        return list(reader.events()), lambda: Engine(profile, seed)


def sample_events(profile="lte-home", seed=SEED):
    return events_of(sample_trace(profile, seed))


def changed_octet(event: Event, place: int, difference: int = 0x5A) -> Event:
    payload = bytearray(event.payload)
    payload[place] ^= difference
    return event.replace(payload=bytes(payload))
