"""What of a present device is compared how: by the rows, and by a file."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.comparison import Live
from wwanreplay.replay.policy import Policy, parse_policy

REGISTER = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
SIGNAL = PROTOCOL.indication("NDIS_STATUS_WWAN_SIGNAL_STATE").number
PROVIDER = "RegistrationState.ProviderId"


@pytest.mark.parametrize(
    ("code", "path", "mark"),
    [
        ("REGISTER_STATE", "uStatus", Live.BOUND),
        ("REGISTER_STATE", "RegistrationState.RegisterState", Live.STEADY),
        ("REGISTER_STATE", PROVIDER, Live.STEADY),
        ("REGISTER_STATE", "RegistrationState.RegisterMode", Live.ORDERED),
        ("CONTEXT_STATE", "ContextState.ConnectionId", Live.BOUND),
        ("CONTEXT_STATE", "ContextState.ActivationState", Live.ORDERED),
        ("DEVICE_CAPS", "DeviceCaps.MaxActivatedContexts", Live.PROPERTY),
        ("DEVICE_CAPS", "DeviceCaps.DeviceId", Live.IDENTITY),
        ("READY_INFO", "ReadyInfo.SimIccId", Live.IDENTITY),
        ("SIGNAL_STATE", "SignalState.Rssi", Live.FREE),
        ("SIGNAL_STATE", "SignalState.RssiInterval", Live.ORDERED),
        ("SIGNAL_STATE", "No.Such", Live.FREE),
    ],
)
def test_the_marks_of_the_rows(code, path, mark):
    assert Policy().mark(PROTOCOL.indication(f"NDIS_STATUS_WWAN_{code}").number, path) is mark


def test_what_a_search_finds_is_free():
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS").number
    values = {"Elements": [{"Provider.ProviderId": "00101"}]}
    payload = encode("NDIS_WWAN_VISIBLE_PROVIDERS", values)
    policy = Policy()
    policy.learn(Event(Kind.KIND_INDICATION, 0, code=code, payload=payload))
    assert policy.mark(code, "Elements[0].Provider.ProviderId") is Live.FREE
    assert policy.mark(code, "uStatus") is Live.BOUND


def test_a_file_overrides_the_rows():
    policy = parse_policy(
        f"""
        description = "strict about the network"
        [times]
        answer = "2s"
        order = "20s"
        event = "5s"
        [[member]]
        code = "NDIS_STATUS_WWAN_REGISTER_STATE"
        path = "{PROVIDER}"
        compare = "bound"
        [[event]]
        code = "NDIS_STATUS_WWAN_SIGNAL_STATE"
        compare = "owed"
        [[event]]
        code = "NDIS_STATUS_WWAN_REGISTER_STATE"
        compare = "free"
        """,
        "own.toml",
    )
    assert policy.mark(REGISTER, PROVIDER) is Live.BOUND
    assert (policy.is_owed(SIGNAL), policy.is_owed(REGISTER)) == (True, False)
    assert (Policy().is_owed(SIGNAL), Policy().is_owed(REGISTER)) == (False, True)
    times = policy.answer_ns, policy.order_ns, policy.event_ns
    assert times == (2 * 10**9, 20 * 10**9, 5 * 10**9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[member]]\ncode = 'X'\npath = 'a'\ncompare = 'bound'", "'X' is no indication"),
        (
            "[[member]]\ncode = 'NDIS_STATUS_WWAN_RADIO_STATE'\npath = 'a'\ncompare = 'bound'",
            "'a' is no member",
        ),
        (
            "[[member]]\ncode = 'NDIS_STATUS_WWAN_RADIO_STATE'\npath = 'uStatus'\ncompare = 'x'",
            "must be one of bound, ordered, property, steady, identity, free",
        ),
        ("[[event]]\ncode = 'NDIS_STATUS_WWAN_RADIO_STATE'", "compare is missing"),
        (
            "[[event]]\ncode = 'NDIS_STATUS_WWAN_RADIO_STATE'\ncompare = 'bound'",
            "one of owed, free",
        ),
        ("[times]\nanswer = 2", "times answer"),
        ("[times]\nlate = '2s'", "late"),
        ("members = 1", "members"),
        ("[[member", "not TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_place(text, message):
    with pytest.raises(UsageError, match=r"own\.toml") as error:
        parse_policy(text, "own.toml")
    assert message in str(error.value)
    assert "\n" not in str(error.value)
