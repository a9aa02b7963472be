"""Values as people read them: named, cut where long, masked where personal."""

import pytest

from wwanreplay.protocol.codec import decode, encode
from wwanreplay.protocol.presentation import (
    MASK,
    OCTETS_SHOWN_MAX,
    format_value,
    leaf_text,
    lines,
    mask,
    mask_value,
    plain,
    time_text,
)
from wwanreplay.protocol.schema import Field

NUMBER = Field("Number", "u32")
READY = {
    "ReadyInfo.ReadyState": "WwanReadyStateInitialized",
    "ReadyInfo.SubscriberId": "262011234567890",
    "ReadyInfo.SimIccId": "89490200001234567890",
}


def ready():
    return decode("NDIS_WWAN_READY_INFO", encode("NDIS_WWAN_READY_INFO", READY))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        (b"", ""),
        (bytes(16), ""),
        ("a", f"{MASK} (1 character)"),
        ("secret", f"{MASK} (6 characters)"),
        (b"\0\1", f"{MASK} (2 bytes)"),
        (17, MASK),
    ],
)
def test_a_masked_value_says_how_long_it_is_and_no_more(value, text: str):
    assert mask_value(value) == text


def test_a_long_block_is_cut_and_says_how_much_is_left():
    block = bytes(range(OCTETS_SHOWN_MAX + 3))
    assert format_value(NUMBER, block) == block[:-3].hex() + "… (3 more bytes)"
    assert format_value(NUMBER, block[:-3]) == block[:-3].hex()


def test_text_that_a_terminal_would_obey_is_escaped():
    assert format_value(NUMBER, "Vodafone ü") == "Vodafone ü"
    assert format_value(NUMBER, "a\x1b[2J\n") == r"a\x1b[2J\n"


def test_numbers_have_the_names_of_their_enumeration():
    found = dict(lines(ready()))
    assert found["ReadyInfo.ReadyState"] == "WwanReadyStateInitialized"


def test_what_is_personal_is_shown_when_requested_only():
    private, open_ = dict(lines(ready())), dict(lines(ready(), show_personal=True))
    for path in ("ReadyInfo.SubscriberId", "ReadyInfo.SimIccId"):
        assert READY[path] not in private[path]
        assert open_[path] == READY[path]
    assert private["ReadyInfo.ReadyState"] == open_["ReadyInfo.ReadyState"]


def test_trees_mask_the_same_as_lines():
    decoded = ready()
    personal = [leaf for leaf in decoded.leaves() if leaf.personal]
    assert personal
    for leaf in personal:
        assert leaf_text(leaf) == mask_value(leaf.value)
    masked, shown = mask(decoded)["ReadyInfo"], plain(decoded)["ReadyInfo"]
    assert masked["SubscriberId"] == shown["SubscriberId"] == f"{MASK} (15 characters)"
    assert masked["ReadyState"] == 1
    assert shown["ReadyState"] == "WwanReadyStateInitialized"
    assert (
        plain(decoded, show_personal=True)["ReadyInfo"]["SimIccId"] == READY["ReadyInfo.SimIccId"]
    )


def test_personal_values_are_masked_unless_requested():
    buffer = encode(
        "NDIS_WWAN_READY_INFO",
        {
            "ReadyInfo": {"SubscriberId": "001010123456789", "ReadyState": 1},
            "Elements": ["+15550100"],
        },
        revision=1,
    )
    decoded = decode("NDIS_WWAN_READY_INFO", buffer)
    hidden = f"{mask(decoded)} {plain(decoded)} {dict(lines(decoded))}"
    assert "001010123456789" not in hidden
    assert "15550100" not in hidden
    assert mask(decoded)["ReadyInfo"]["SubscriberId"] == "*** (15 characters)"
    assert mask(decoded)["ReadyInfo"]["SimIccId"] == ""
    assert mask(decoded)["Elements"] == ["*** (9 characters)"]
    shown = plain(decoded, show_personal=True)
    assert shown["ReadyInfo"]["SubscriberId"] == "001010123456789"
    assert shown["ReadyInfo"]["ReadyState"] == "WwanReadyStateInitialized"


def test_raw_buffers_are_masked_as_a_whole():
    decoded = decode("NDIS_WWAN_READY_INFO", b"\x80\xee\x08\x00secretly")
    assert mask(decoded) == {"raw": "*** (12 bytes)"}
    assert plain(decoded, show_personal=True) == {"raw": b"\x80\xee\x08\x00secretly".hex()}


def test_control_characters_are_escaped():
    decoded = decode(
        "NDIS_WWAN_REGISTRATION_STATE",
        encode(
            "NDIS_WWAN_REGISTRATION_STATE", {"RegistrationState.ProviderName": "a\x1b[2Jb\ud800"}
        ),
    )
    assert dict(lines(decoded))["RegistrationState.ProviderName"] == r"a\x1b[2Jb\ud800"


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [(0, "0.000000000"), (1, "0.000000001"), (-1, "-0.000000001"), (-(10**9), "-1.000000000")],
)
def test_times_are_printed_exactly(time_ns, text):
    assert time_text(time_ns) == text
