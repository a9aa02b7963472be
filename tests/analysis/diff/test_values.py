"""Fields that differ: names and values, masked where they are personal, and what a log lacks."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.diff.values import Comparer, Identities, plain
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.replay.policy import Policy

STATUS = 2
EXACT, MIXED = (False, False), (False, True)


def indication(name, values=None, **more):
    row = PROTOCOL.indication(name)
    payload = b"" if values is None else encode(row.structs[0], values)
    return Event(
        Kind.KIND_INDICATION, 0, code=row.number, namespace=STATUS, payload=payload, **more
    )


def differences(a, b, is_field=EXACT):
    return Comparer(Policy(), is_field).differences(a, b)


def ready(subscriber, **more):
    values = {"ReadyInfo.SubscriberId": subscriber, "ReadyInfo.ReadyState": 1} | more
    return indication("NDIS_STATUS_WWAN_READY_INFO", values)


def test_an_identity_is_masked_and_marked():
    (found,) = differences(ready("001010123456789"), ready("001010123456780"))
    assert (found.path, found.identity) == ("ReadyInfo.SubscriberId", "subscriber")
    assert found.a_text == "001010123456789"
    assert found.a_masked == found.b_masked == "*** (15 characters)"
    assert not found.is_note
    assert found.mirrored() == differences(ready("001010123456780"), ready("001010123456789"))[0]


def test_a_member_is_named_and_its_values_are():
    state = [indication("NDIS_STATUS_WWAN_REGISTER_STATE", {"RegistrationState.RegisterState": n})
             for n in (3, 6)]  # fmt: skip
    (found,) = differences(*state)
    assert found.path == "RegistrationState.RegisterState"
    assert (found.a_text, found.b_text) == ("WwanRegisterStateHome", "WwanRegisterStateDenied")
    assert found.a_masked == found.a_text


def test_what_belongs_to_the_place_and_the_moment_is_a_note():
    name = "NDIS_STATUS_WWAN_REGISTER_STATE"
    path = "RegistrationState.PreferredDataClasses"
    (found,) = differences(*(indication(name, {path: number}) for number in (1, 2)))
    assert found.is_note
    signal = "NDIS_STATUS_WWAN_SIGNAL_STATE"
    (rssi,) = differences(*(indication(signal, {"SignalState.Rssi": n}) for n in (1, 2)))
    assert rssi.is_note
    (cause,) = differences(
        *(indication(name, {"RegistrationState.uNwError": number}) for number in (0, 11))
    )
    assert not cause.is_note


def test_completions_differ_in_status_and_bytes():
    one = Event(Kind.KIND_COMPLETION, 0, code=7, status=0, bytes=4)
    other = one.replace(status=0xC0000001, bytes=8)
    assert [found.path for found in differences(one, other)] == ["status", "bytes"]
    assert [found.path for found in differences(one, other, MIXED)] == ["status"]


def test_bytes_that_nothing_describes_are_shown_in_stretches_and_masked():
    one = Event(Kind.KIND_INDICATION, 0, code=7, namespace=STATUS, payload=b"abcdef")
    found = differences(one, one.replace(payload=b"abXdefgh"))
    paths = [each.path for each in found]
    assert "payload size" in paths or "payload" in paths
    assert all("616263" not in (each.a_masked or "") for each in found)


def test_padding_is_no_field_and_is_shown_as_bytes():
    event = ready("1")
    payload = bytearray(event.payload)
    at = event.payload.index("1".encode("utf-16-le") + bytes(6)) + 6
    payload[at] ^= 1  # behind the NUL of the text
    (found,) = differences(event, event.replace(payload=bytes(payload)))
    assert found.path == f"payload[{at}]"
    assert found.a_masked == "*** (1 byte)" or found.a_masked == ""
    assert differences(event, event.replace(payload=bytes(payload)), MIXED) == []


@pytest.mark.parametrize("is_field", [EXACT, MIXED])
def test_a_log_without_buffers_is_compared_in_the_members_that_it_has(is_field):
    shown = indication(
        "NDIS_STATUS_WWAN_READY_INFO", fields={"ReadyInfo.ReadyState": 2, "text.line": "x"}
    )
    (found,) = differences(ready("1"), shown, is_field)
    assert (found.path, found.a, found.b) == ("ReadyInfo.ReadyState", 1, 2)
    same = shown.replace(fields={"ReadyInfo.ReadyState": 1})
    assert differences(ready("1"), same, is_field) == []


def test_a_message_differs_in_its_members_and_never_in_its_transaction():
    def opened(transaction, status):
        words = (0x80000001, 16, transaction, status)
        payload = b"".join(word.to_bytes(4, "little") for word in words)
        return Event(Kind.KIND_WIRE, 0, code=2, payload=payload)

    assert differences(opened(1, 0), opened(2, 0)) == []
    (found,) = differences(opened(1, 0), opened(2, 2))
    assert (found.path, found.a_text) == ("Status", "MBIM_STATUS_SUCCESS")


def test_an_identity_is_another_one_only_where_it_is_throughout():
    identities = Identities()
    identities.observe(ready("1"), ready("2"))
    (found,) = differences(ready("1"), ready("2"))
    assert identities.may_be_other(found)
    assert not identities.may_be_other(differences(ready("1"), ready(""))[0])
    assert not identities.may_be_other(plain("status", 1, 2, "1", "2"))
    identities.observe(ready("1"), ready("1"))
    assert not identities.may_be_other(found)
