"""What each kind of identity becomes: which parts stay, and that equal ones stay equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.scrub.identities import Identities, plain_name
from wwanreplay.analysis.scrub.keyed import luhn_digit, make_key

KEY = make_key(b"a key of the tests")


@pytest.fixture
def identities() -> Identities:
    return Identities(KEY)


@given(st.text("0123456789", min_size=10, max_size=10), st.sampled_from(["00101", "26201"]))
def test_an_imsi_keeps_country_and_network(rest: str, network: str) -> None:
    image = Identities(KEY).text("SubscriberId", network + rest)
    assert image.startswith(network)
    assert len(image) == 15
    assert image[5:] != rest


def test_a_network_code_of_three_digits_stays_whole(identities: Identities) -> None:
    image = identities.text("ReadyInfo.SubscriberId", "310260123456789")
    assert image.startswith("310260")
    assert image != "310260123456789"


def test_an_iccid_keeps_issuer_filler_and_check_digit(identities: Identities) -> None:
    body = "8949222076513484513"
    for last in "F", "":
        digits = body + str(luhn_digit(body)) if not last else body
        image = identities.text("SimIccId", digits + last)
        assert image.startswith("894922")
        assert image.endswith(last)
        digits_of_image = image.removesuffix("F")
        assert len(digits_of_image) == len(digits)
        if not last:
            assert int(digits_of_image[-1]) == luhn_digit(digits_of_image[:-1])


def test_an_imei_and_its_imeisv_stay_those_of_one_device(identities: Identities) -> None:
    imei = identities.text("DeviceId", "490154203237518")
    version = identities.text("DeviceId", "4901542032375107")
    assert imei[:14] == version[:14] != "49015420323751"
    assert version[14:] == "07"
    assert int(imei[-1]) == luhn_digit(imei[:-1])


def test_an_imei_as_a_number_is_that_of_the_text(identities: Identities) -> None:
    text = identities.text("DeviceId", "490154203237518")
    number = identities.number("ModemID", 490154203237518)
    assert str(number) == text or text.startswith("0")


def test_a_meid_stays_hexadecimal(identities: Identities) -> None:
    image = identities.text("DeviceId", "A000002B9CDE01")
    assert len(image) == 14
    assert set(image) <= set("0123456789ABCDEF")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SubscriberId", "001010123456789"),
        ("SimIccId", "89001010000000000117"),
        ("DeviceId", "490154203237518"),
        ("TelephoneNumbers[0]", "+12025550117"),
        ("Pin", "1234"),
        ("AccessString", "internet.example"),
    ],
)
def test_a_value_is_registered_with_its_image(
    identities: Identities, name: str, value: str
) -> None:
    image = identities.text(name, value)
    known = identities.known("text", value)
    assert known is not None
    assert (known.original, known.image, known.label) == (value, image, name.partition("[")[0])
    assert ("text", image) in identities.images()


def test_a_telephone_number_is_known_without_its_plus(identities: Identities) -> None:
    image = identities.text("TelephoneNumbers[0]", "+12025550117")
    known = identities.known("text", "12025550117")
    assert known is not None
    assert f"+{known.image}" == image


def test_empty_values_stay_and_are_not_registered(identities: Identities) -> None:
    assert identities.text("SubscriberId", "") == ""
    assert identities.octets("Data", bytes(5)) == bytes(5)
    assert identities.number("CellId", 0) == 0
    assert identities.address("IPv4Address", bytes(4)) == bytes(4)
    assert len(identities) == 0


def test_countries_and_networks_are_no_identities(identities: Identities) -> None:
    assert identities.number("Tai.Mcc", 262) == 262
    assert identities.number("PlmnMnc", 1) == 1
    assert len(identities) == 0


def test_a_message_is_the_same_as_bytes_and_as_text(identities: Identities) -> None:
    pdu = bytes.fromhex("07911326040000f0040b911346610089f6")
    image = identities.octets("PduData", pdu)
    assert identities.text("PduData", pdu.hex()) == image.hex()
    assert identities.text("PduData", pdu.hex().upper()) == image.hex().upper()


@pytest.mark.parametrize("name", ["IpEntries[0].Ipv4.IPV4Address", "IPv4_Address", "ipv4address"])
def test_names_are_compared_without_path_case_and_punctuation(name: str) -> None:
    assert plain_name(name) == "ipv4address"


def test_printed_addresses_become_what_their_bytes_become(identities: Identities) -> None:
    octets = identities.address("IPv4Address", bytes([192, 0, 2, 17]))
    assert identities.any_text("Address", "192.0.2.17") == ".".join(map(str, octets))
    mac = identities.hardware_address("MacAddr", bytes.fromhex("0250f3a1b2c3"))
    assert identities.any_text("mac", "02:50:F3:A1:B2:C3") == mac.hex(":").upper()
    guid = "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c001"
    assert identities.any_text("InterfaceGUID", f"{{{guid}}}") != f"{{{guid}}}"
