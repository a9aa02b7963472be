"""What the device says it can do."""

import struct

import pytest
from device_host import MAPPING, Host, status

from wwanreplay._core import Profile
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.engine_table import model_oids, modelled

NAMED = {
    "device_id": "350000000000001",
    "manufacturer": "Example Works",
    "model": "Model One",
    "firmware": "1.0",
}


def test_driver_caps_come_in_the_query_buffer():
    host = Host(driver_major_version=2, driver_minor_version=160, driver_caps=1)
    completion = host.answered("OID_WWAN_DRIVER_CAPS")
    assert completion.status == 0
    assert completion.bytes == 16
    assert struct.unpack("<BBHIII", completion.payload) == (0x80, 1, 16, 2, 160, 1)
    assert host.run() == []


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("OID_WWAN_DRIVER_CAPS", 16),
        ("OID_GEN_MEDIA_CONNECT_STATUS", 4),
        ("OID_GEN_LINK_STATE", 40),
        ("OID_GEN_STATISTICS", 152),
        ("OID_GEN_PHYSICAL_MEDIUM", 4),
    ],
)
def test_a_buffer_too_short_is_answered_with_the_size_needed(name, size):
    host = Host()
    completion = host.answered(name, capacity=size - 1)
    assert completion.status == status("NDIS_STATUS_BUFFER_TOO_SHORT")
    assert (completion.bytes, completion.payload) == (size, b"")
    assert len(host.answered(name, capacity=size).payload) == size


def test_device_caps_are_those_of_the_profile_at_any_time():
    host = Host(**NAMED, voice_class=2, auth_algo_caps=3, sms_caps=3)
    caps = host.query("OID_WWAN_DEVICE_CAPS")
    assert caps.number("Header.Revision") == 2
    assert caps.number("DeviceCaps.MaxActivatedContexts") == 1
    assert caps.number("DeviceCaps.WwanVoiceClass") == 2
    assert caps.number("DeviceCaps.WwanDataClass") == 0x3F
    assert caps.number("DeviceCaps.WwanAuthAlgoCaps") == 3
    assert caps.DeviceCaps.DeviceId == NAMED["device_id"]
    assert caps.DeviceCaps.Manufacturer == NAMED["manufacturer"]
    assert caps.DeviceCaps.Model == NAMED["model"]
    assert caps.DeviceCaps.FirmwareInfo == NAMED["firmware"]
    assert caps.number("DeviceCaps.CellularClassListHeader.ElementType") == 13
    assert caps.number("DeviceCaps.CellularClassListHeader.ElementCount") == 0
    without_sim = Host(**NAMED, voice_class=2, auth_algo_caps=3, sms_caps=3, sim_state=0)
    assert bytes(without_sim.query("OID_WWAN_DEVICE_CAPS")) == bytes(caps)


def test_a_device_of_two_technologies_lists_both():
    host = Host(control_caps=0x80, cellular_class_list=0b110, structures=3)
    caps = bytes(host.query("OID_WWAN_DEVICE_CAPS"))
    assert caps[344:] == struct.pack("<4I", 13, 2, 1, 2)
    caps = bytes(host.query("OID_WWAN_DEVICE_CAPS_EX"))
    assert caps[448:] == struct.pack("<4I", 13, 2, 1, 2)


def test_device_caps_ex_has_the_revision_of_the_generation():
    caps = Host(executor_index=2).query("OID_WWAN_DEVICE_CAPS_EX")
    assert (caps.number("Header.Revision"), len(bytes(caps))) == (1, 360)
    assert caps.number("DeviceCaps.ExecutorIndex") == 2
    host = Host(structures=3, lte_bands=[1, 3, 20], nr_bands=[78], data_subclass=2)
    caps = bytes(host.query("OID_WWAN_DEVICE_CAPS_EX"))
    assert (caps[1], len(caps)) == (3, 456)
    assert struct.unpack_from("<3H", caps, 360) == (1, 3, 20)
    assert struct.unpack_from("<H", caps, 400) == (78,)
    assert struct.unpack_from("<Q", caps, 440) == (2,)


@pytest.mark.parametrize(
    ("caps", "unsupported", "reported"),
    [
        (0x82, [], 0x82),
        (0x80, [], 0x80),
        (0x81, [], 0x81),
        (0xFFF, [], 0x83),
        (0x02, [], 0x02),
        (0x82, ["OID_WWAN_PCO"], 0x02),
        (0x82, ["OID_WWAN_PROVISIONED_CONTEXTS"], 0x80),
    ],
)
def test_optional_services_are_those_whose_oids_are_there(caps, unsupported, reported):
    numbers = [PROTOCOL.oid(name).number for name in unsupported]
    host = Host(optional_service_caps=caps, unsupported=numbers)
    answer = host.query("OID_WWAN_DEVICE_CAPS_EX")
    assert answer.number("DeviceCaps.WwanOptionalServiceCaps") == reported


def test_the_supported_list_is_that_of_the_profile():
    numbers = [PROTOCOL.oid("OID_WWAN_PIN_LIST").number]
    host = Host(unsupported=numbers)
    completion = host.answered("OID_GEN_SUPPORTED_LIST")
    listed = list(struct.unpack(f"<{len(completion.payload) // 4}I", completion.payload))
    assert listed == Profile({**MAPPING, "unsupported": numbers}).supported_oids
    assert numbers[0] not in listed
    short = host.answered("OID_GEN_SUPPORTED_LIST", capacity=4)
    assert short.status == status("NDIS_STATUS_BUFFER_TOO_SHORT")
    assert short.bytes == 4 * len(listed)


def test_the_medium_is_wireless_wan():
    assert Host().answered("OID_GEN_PHYSICAL_MEDIUM").payload == b"\x08\0\0\0"


@pytest.mark.parametrize("name", ["OID_WWAN_DEVICE_CAPS", "OID_WWAN_DEVICE_CAPS_EX"])
def test_an_ordered_failure_has_no_capabilities(name):
    host = Host(**NAMED)
    failure = status("WWAN_STATUS_FAILURE")
    operation = PROTOCOL.oid(name).number
    host.stimulus("outcome", Operation=operation, uStatus=failure, NwError=0, Count=1)
    host.send(1, name)
    answer = decode_event(host.run()[1])
    assert answer.number("uStatus") == failure
    assert not any(bytes(answer)[8:])


def test_an_oid_that_every_device_has_is_not_named_by_a_profile():
    for name in ("OID_WWAN_CONNECT", "OID_WWAN_PCO", "OID_WWAN_SMS_READ"):
        number = PROTOCOL.oid(name).number
        with pytest.raises(
            UsageError, match=rf"supported\[0\]: 0x{number:08x} is no OID of the model"
        ):
            Profile({"supported": [number]})


CAPS = {model.caps for _, model in modelled() if model.caps}


def test_an_empty_profile_has_the_oids_that_every_device_has():
    listed = Profile({}).supported_oids
    rows = [(row, model) for row, model in modelled() if not (model.caps or model.named)]
    assert sorted(listed) == sorted(row.number for row, _ in rows)
    services = sum(PROTOCOL.number_of("WWAN_OPTIONAL_SERVICE_CAPS", each) for each in CAPS)
    named = [row.number for row, model in modelled() if model.named]
    everything = Profile({"optional_service_caps": services, "supported": named})
    assert tuple(everything.supported_oids) == model_oids()
