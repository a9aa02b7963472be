"""What an emulated device says to MBIM hosts: bodies of failures, limits, versions, sessions."""

import uuid
from typing import Any

import pytest
from host import SECOND, MbimHost, Recording
from mbim_host import SEED, START_NS, latency

from wwanreplay._core import Event, Kind, Lifecycle, WireDirection
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.function import Function, Rebuild
from wwanreplay.mbim.messages import STATUS, Message, parse_message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.rows.framing import CONTEXT_TYPES
from wwanreplay.mbim.tables import (
    BASIC_CONNECT,
    DSS,
    EXTENSIONS,
    MBIMEX_1_0,
    MBIMEX_NEWEST,
    SERVICES,
    find_layout,
)
from wwanreplay.mbim.versions import VERSION

INTERNET = CONTEXT_TYPES["MBIM_CONTEXT_TYPE_INTERNET"][0]
STREAMS = "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002"
NOT_ACTIVATED = "CONTEXT_NOT_ACTIVATED"
SIGNAL = (BASIC_CONNECT, 11)
CONNECT = (BASIC_CONNECT, 12)
FILTERS = (BASIC_CONNECT, 23)


class Modem(MbimHost):
    """A served device whose host asks one thing at a time."""

    def __init__(self, profile_name: str = "lte-home", **options: Any) -> None:
        profile = load_profile(profile_name)
        self.options = options
        self.profile = profile
        self.recording = Recording()
        device = EmulatedDevice(profile, SEED)
        quick = latency(1_000_000)
        self.recording.write(quick)
        device.submit(quick)
        function = Function(device, bridge_of(profile.mapping, **options), self.recording)
        function.advance(START_NS)
        super().__init__(function, now_ns=START_NS)
        self.mbimex = MBIMEX_1_0
        self.open()

    def ask(
        self, key: tuple[int, int], operation: str = "query", **values: Any
    ) -> tuple[str, dict[str, Any]]:
        """Status, without its prefix, and members of the answer; none where it has no buffer."""
        mbimex = MBIMEX_NEWEST if key == VERSION else self.mbimex
        layout = find_layout(*key, operation, mbimex)
        assert layout is not None
        buffer = codec.encode_layout("a command", layout, values)
        kind = messages.COMMAND_SET if operation == "set" else messages.COMMAND_QUERY
        wire = uuid.UUID(SERVICES[key[0]].uuid).bytes
        self.send(messages.MBIM_COMMAND_MSG, kind, wire, key[1], buffer)
        self.advance(SECOND)
        (answer,) = [
            message
            for event in self.recording.events
            if event.kind == Kind.KIND_WIRE and event.code == WireDirection.WIRE_DEVICE_TO_HOST
            for message in [parse_message(event.payload)]
            if message.transaction_id == self.transaction_id
        ]
        assert answer.type == messages.MBIM_COMMAND_DONE
        name = next(name for name, number in STATUS.items() if number == answer.value)
        if not answer.buffer:
            return name.removeprefix("MBIM_STATUS_"), {}
        members = codec.decode(*key, "response", answer.buffer, mbimex=mbimex)
        return name.removeprefix("MBIM_STATUS_"), members

    def connect(self, session: int, ip_type: int = 3) -> None:
        """Activate a session."""
        texts = dict.fromkeys(("UserName", "Password"), "")
        context = {
            "AccessString": "a",
            "Compression": 0,
            "AuthProtocol": 0,
            "ContextType": INTERNET,
        }
        status, _ = self.ask(
            CONNECT,
            "set",
            SessionId=session,
            ActivationCommand=1,
            IpType=ip_type,
            **texts,
            **context,
        )
        assert status == "SUCCESS"

    def version(self, mbimex: int) -> None:
        """Agree on a version."""
        self.ask(VERSION, MbimVersion=0x0100, MbimExtendedVersion=mbimex)
        self.mbimex = mbimex

    def lifecycle(self, code: Lifecycle) -> None:
        """A change of the miniport."""
        self.function.submit(Event(Kind.KIND_LIFECYCLE, self.now_ns, code=code))

    def rebuilds(self) -> bool:
        """Whether the recording gives the same messages again."""
        rebuild = Rebuild(bridge_of(self.profile.mapping, **self.options))
        found = [each for event in self.recording.events for each in rebuild.feed(event)]
        return found + rebuild.finish() == []


def test_a_pin_that_was_refused_comes_with_the_attempts_left() -> None:
    modem = Modem("pin-locked")
    wrong = {"PinType": 2, "PinOperation": 0, "Pin": "0000", "NewPin": ""}
    for left in (2, 1):
        status, body = modem.ask((BASIC_CONNECT, 4), "set", **wrong)
        assert status == "FAILURE"
        assert (body["PinType"], body["RemainingAttempts"]) == (2, left)
    status, body = modem.ask((BASIC_CONNECT, 4), "set", **wrong)
    assert (status, body["PinType"]) == ("FAILURE", 11), "PUK1"


def test_signal_reports_that_do_not_matter_stop_and_0_is_the_default() -> None:
    modem = Modem()
    off = dict.fromkeys(
        ("SignalStrengthInterval", "RssiThreshold", "ErrorRateThreshold"), 0xFFFFFFFF
    )
    _, body = modem.ask(SIGNAL, "set", **off)
    assert {name: body[name] for name in off} == off
    _, body = modem.ask(SIGNAL, "set", **dict.fromkeys(off, 0))
    assert (body["SignalStrengthInterval"], body["RssiThreshold"]) == (30, 3), "the profile's"


@pytest.mark.parametrize("session", [1, 2, 255])
@pytest.mark.parametrize("connected", [False, True])
def test_a_query_of_a_session_that_does_not_exist_is_refused(session: int, connected: bool) -> None:
    modem = Modem()
    if connected:
        modem.connect(0)
    pco = {"SessionId": session, "PcoDataSize": 0, "PcoDataType": 0, "PcoDataBuffer": b""}
    assert modem.ask((EXTENSIONS, 9), PcoValue=pco)[0] == NOT_ACTIVATED
    assert modem.ask(CONNECT, **unasked(session)) == (NOT_ACTIVATED, {})
    assert modem.ask((BASIC_CONNECT, 15), **addresses(session)) == (NOT_ACTIVATED, {})
    assert modem.ask(FILTERS, SessionId=session, PacketFilters=[]) == (NOT_ACTIVATED, {})


def test_a_session_without_a_context_has_nothing_of_another_ones() -> None:
    modem = Modem(session_count=2)
    modem.connect(0)
    status, body = modem.ask(CONNECT, **unasked(1))
    assert (status, body["SessionId"], body["ActivationState"]) == ("SUCCESS", 1, 3)
    assert body["IpType"] == 0
    pco = {"SessionId": 1, "PcoDataSize": 0, "PcoDataType": 0, "PcoDataBuffer": b""}
    assert modem.ask((EXTENSIONS, 9), PcoValue=pco)[0] == NOT_ACTIVATED


def test_a_session_beyond_the_devices_own_exists_while_it_is_active() -> None:
    modem = Modem()
    modem.connect(9)
    assert modem.ask(CONNECT, **unasked(9))[1]["ActivationState"] == 1
    assert modem.ask((BASIC_CONNECT, 15), **addresses(9))[0] == "SUCCESS"


def unasked(session: int) -> dict[str, Any]:
    """A query of CONNECT, which has the form of its answer."""
    return {
        **dict.fromkeys(("ActivationState", "VoiceCallState", "IpType", "NwError"), 0),
        "SessionId": session,
        "ContextType": INTERNET,
    }


def addresses(session: int) -> dict[str, Any]:
    """A query of IP_CONFIGURATION, which has the form of its answer."""
    return {"SessionId": session}


@pytest.mark.parametrize("mbimex", [0x0100, 0x0200, 0x0300])
def test_5g_has_bits_from_mbimex_2_0_on(mbimex: int) -> None:
    modem = Modem("5g", mbimex_newest=0x0300)
    modem.version(mbimex)
    classes = modem.ask((BASIC_CONNECT, 1))[1]["DataClass"]
    body = modem.ask((BASIC_CONNECT, 10))[1]
    best = body.get("HighestAvailableDataClass") or body["CurrentDataClass"]
    available = modem.ask((BASIC_CONNECT, 9))[1]["AvailableDataClasses"]
    if mbimex < 0x0200:
        assert not (classes | best | available) & 0xC0
        assert best == 0x20
    else:
        assert classes & best & available & 0x40


@pytest.mark.parametrize("mbimex", [0x0100, 0x0200])
def test_the_rssi_is_unknown_where_a_report_has_an_rsrp(mbimex: int) -> None:
    modem = Modem("5g", mbimex_newest=0x0300)
    modem.version(mbimex)
    body = modem.ask(SIGNAL)[1]
    assert (body["Rssi"] == 99) == (mbimex >= 0x0200)


def test_a_stream_over_the_limit_says_so() -> None:
    modem = Modem()
    stream = {"DeviceServiceId": STREAMS, "DssLinkState": 1}
    for session in (1, 2):
        assert modem.ask((DSS, 1), "set", DssSessionId=session, **stream)[0] == "SUCCESS"
    assert modem.ask((DSS, 1), "set", DssSessionId=3, **stream)[0] == "DSS_INSTANCE_LIMIT"
    closed = {**stream, "DssLinkState": 0, "DssSessionId": 1}
    assert modem.ask((DSS, 1), "set", **closed)[0] == "SUCCESS"
    assert modem.ask((DSS, 1), "set", DssSessionId=3, **stream)[0] == "SUCCESS"


@pytest.mark.parametrize("profile", ["lte-home", "lte-roaming", "5g", "cdma"])
def test_stored_networks_have_no_signal(profile: str) -> None:
    modem = Modem(profile)
    entries = [modem.ask((BASIC_CONNECT, 6))[1]["Provider"]]
    if profile != "cdma":
        stored = {"ProviderId": "00103", "ProviderState": 4, "ProviderName": "", "CellularClass": 1}
        stored |= {"Rssi": 20, "ErrorRate": 1}
        entries += modem.ask((BASIC_CONNECT, 7))[1]["Providers"]
        assert modem.ask((BASIC_CONNECT, 7), "set", Providers=[stored])[0] == "SUCCESS"
        entries += modem.ask((BASIC_CONNECT, 7))[1]["Providers"]
        assert len(entries) == 3
    assert {(each["Rssi"], each["ErrorRate"]) for each in entries} == {(99, 99)}


def test_packet_filters_are_those_of_the_last_set_of_a_session() -> None:
    modem = Modem(mbimex_newest=0x0300)
    one = {"FilterSize": 1, "PacketFilter": b"\x41", "PacketMask": b"\xff"}
    assert modem.ask(FILTERS, SessionId=0, PacketFilters=[])[1]["PacketFilters"] == []
    _, body = modem.ask(FILTERS, "set", SessionId=0, PacketFilters=[one, one])
    assert body["PacketFilters"] == [one, one]
    assert modem.ask(FILTERS, SessionId=0, PacketFilters=[])[1] == body
    modem.version(0x0300)
    _, body = modem.ask(FILTERS, SessionId=0, PacketFilters=[])
    assert body["PacketFilters"] == [{**one, "FilterId": 0}] * 2
    numbered = {**one, "FilterId": 7}
    _, body = modem.ask(FILTERS, "set", SessionId=0, PacketFilters=[numbered])
    assert body["PacketFilters"] == [numbered]
    modem.open()
    modem.mbimex = MBIMEX_1_0
    assert modem.ask(FILTERS, SessionId=0, PacketFilters=[])[1]["PacketFilters"] == []
    assert modem.rebuilds()


def test_an_idle_hint_is_set_and_read() -> None:
    modem = Modem()
    assert modem.ask((BASIC_CONNECT, 21))[1] == {"State": 0}
    assert modem.ask((BASIC_CONNECT, 21), "set", State=1) == ("SUCCESS", {"State": 1})
    assert modem.ask((BASIC_CONNECT, 21))[1] == {"State": 1}


def test_a_removed_device_is_not_initialized_for_commands_that_no_oid_has() -> None:
    modem = Modem(mbimex_newest=0x0300)
    modem.lifecycle(Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    modem.open()
    version = {"MbimVersion": 0x0100, "MbimExtendedVersion": 0x0300}
    asked = {
        (BASIC_CONNECT, 15): {"SessionId": 0},
        (BASIC_CONNECT, 20): {},
        (BASIC_CONNECT, 21): {},
        FILTERS: {"SessionId": 0, "PacketFilters": []},
        VERSION: version,
        (BASIC_CONNECT, 1): {},
    }
    for key, values in asked.items():
        assert modem.ask(key, **values) == ("NOT_INITIALIZED", {}), key
    modem.lifecycle(Lifecycle.LIFECYCLE_ARRIVAL)
    assert modem.ask(FILTERS, SessionId=0, PacketFilters=[])[0] == "SUCCESS"
    assert modem.ask(VERSION, **version)[0] == "SUCCESS"
    assert modem.rebuilds()


def test_messages_are_what_they_were() -> None:
    """A recording of all of these still gives its own bytes again."""
    modem = Modem("pin-locked")
    modem.ask((BASIC_CONNECT, 4), "set", PinType=2, PinOperation=0, Pin="0000", NewPin="")
    modem.ask(CONNECT, **unasked(5))
    assert modem.rebuilds()
    assert all(isinstance(parse_message(each.payload), Message) for each in wires(modem))


def wires(modem: Modem) -> list[Event]:
    """The transfers of a recording."""
    return [event for event in modem.recording.events if event.kind == Kind.KIND_WIRE]


IDLE_HINT = (BASIC_CONNECT, 21)
HOME_PROVIDER = (BASIC_CONNECT, 6)
ACTIVATION = {
    "SessionId": 0,
    "ActivationCommand": 1,
    "AccessString": "internet.example",
    "UserName": "",
    "Password": "",
    "Compression": 0,
    "AuthProtocol": 0,
    "IpType": 1,
    "ContextType": INTERNET,
}


@pytest.mark.parametrize("wrong", [{"ActivationCommand": 2}, {"IpType": 5}, {"IpType": 6}])
def test_numbers_that_only_wwan_names_activate_nothing(wrong: dict[str, int]) -> None:
    modem = Modem()
    assert modem.ask(CONNECT, "set", **{**ACTIVATION, **wrong})[0] == "INVALID_PARAMETERS"
    assert modem.ask(CONNECT, "set", **ACTIVATION)[0] == "SUCCESS"


@pytest.mark.parametrize("state", [2, 3])
def test_a_stream_is_not_closed_by_a_state_that_mbim_does_not_name(state: int) -> None:
    modem = Modem()
    stream = {"DeviceServiceId": STREAMS, "DssSessionId": 1}
    assert modem.ask((DSS, 1), "set", **stream, DssLinkState=1)[0] == "SUCCESS"
    assert modem.ask((DSS, 1), "set", **stream, DssLinkState=state)[0] == "NO_DEVICE_SUPPORT"
    assert modem.function.bridge.memory.open_streams == {1: STREAMS}


def test_an_idle_hint_is_on_or_off() -> None:
    modem = Modem()
    assert modem.ask(IDLE_HINT, "set", State=1)[0] == "SUCCESS"
    assert modem.ask(IDLE_HINT, "set", State=7)[0] == "INVALID_PARAMETERS"
    assert modem.ask(IDLE_HINT) == ("SUCCESS", {"State": 1})


def test_refused_thresholds_change_nothing_that_is_reported() -> None:
    modem = Modem()
    names = ("SignalStrengthInterval", "RssiThreshold", "ErrorRateThreshold")
    assert modem.ask(SIGNAL, "set", **dict(zip(names, (7, 2, 3), strict=True)))[0] == "SUCCESS"
    refused = modem.ask(SIGNAL, "set", **dict(zip(names, (7, 40, 99), strict=True)))
    assert refused[0] == "INVALID_PARAMETERS"
    assert modem.ask(SIGNAL)[1]["ErrorRateThreshold"] == 3


def test_a_refused_activation_changes_no_context() -> None:
    modem = Modem()
    modem.connect(0)
    before = dict(modem.function.bridge.memory.contexts)
    mms = CONTEXT_TYPES["MBIM_CONTEXT_TYPE_MMS"][0]
    refused = modem.ask(CONNECT, "set", **{**ACTIVATION, "AuthProtocol": 9, "ContextType": mms})
    assert refused[0] != "SUCCESS"
    assert modem.function.bridge.memory.contexts == before


def test_a_removed_device_is_not_initialized_whatever_session_is_meant() -> None:
    modem = Modem()
    modem.connect(0)
    modem.lifecycle(Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    modem.open()
    query = dict.fromkeys(("ActivationState", "VoiceCallState", "IpType", "NwError"), 0)
    asked = modem.ask(CONNECT, SessionId=7, ContextType=INTERNET, **query)
    assert asked == ("NOT_INITIALIZED", {})
    empty = {"SessionId": 5, "PcoDataSize": 0, "PcoDataType": 0, "PcoDataBuffer": b""}
    assert modem.ask((EXTENSIONS, 9), PcoValue=empty) == ("NOT_INITIALIZED", {})


def test_the_class_of_a_network_does_not_depend_on_what_was_requested_before() -> None:
    modem = Modem("cdma")
    first = modem.ask(HOME_PROVIDER)
    assert first[1]["Provider"]["CellularClass"] == 2
    modem.ask((BASIC_CONNECT, 1))
    assert modem.ask(HOME_PROVIDER) == first
