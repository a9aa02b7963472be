"""PIN, PIN_EX and PIN_LIST: every operation on PIN1, with right and wrong values."""

import pytest

from wwanreplay._core import Kind

UNKNOWN = 0xFFFFFFFF


@pytest.fixture
def pin(view):
    """Do a PIN operation: uStatus by name, PinType by name, PinState, AttemptsRemaining; events."""
    types = {
        view.number.WwanPinTypeNone: "none",
        view.number.WwanPinTypePin1: "PIN1",
        view.number.WwanPinTypePuk1: "PUK1",
    }
    statuses = {
        getattr(view.number, f"WWAN_STATUS_{name}"): name
        for name in (
            "SUCCESS",
            "FAILURE",
            "PIN_REQUIRED",
            "PIN_DISABLED",
            "NO_DEVICE_SUPPORT",
            "SIM_NOT_INSERTED",
            "BAD_SIM",
            "NOT_INITIALIZED",
        )
    }

    def operate(device, operation="", value="", new="", kind="Pin1"):
        if operation:
            closing, outputs = device.set(
                "PIN_EX",
                {
                    "PinAction.PinType": f"WwanPinType{kind}",
                    "PinAction.PinOperation": f"WwanPinOperation{operation}",
                    "PinAction.Pin": value,
                    "PinAction.NewPin": new,
                },
                layout="L3",
            )
        else:
            closing, outputs = device.query("PIN_EX"), []
        return (
            statuses[closing["uStatus"]],
            types[closing["PinType"]],
            closing["PinState"],
            closing["AttemptsRemaining"],
        ), outputs

    return operate


def ready_states(view, outputs):
    return view.states(outputs, "READY_INFO", "ReadyState")


def test_the_right_pin_unlocks_and_initialized_follows(modem, view, pin):
    device = modem(pin1_enabled=1)
    assert pin(device)[0] == ("SUCCESS", "PIN1", 1, 3)
    answer, outputs = pin(device, "Enter", "1234")
    assert answer == ("SUCCESS", "none", 0, UNKNOWN)
    assert ready_states(view, outputs) == [view.number.WwanReadyStateInitialized]
    assert pin(device)[0] == ("SUCCESS", "none", 0, UNKNOWN)


def test_wrong_pins_block_the_card_until_its_puk(modem, view, pin):
    device = modem(pin1_enabled=1)
    assert pin(device, "Enter", "0000")[0] == ("FAILURE", "PIN1", 1, 2)
    assert pin(device, "Enter", "0000")[0] == ("FAILURE", "PIN1", 1, 1)
    answer, outputs = pin(device, "Enter", "0000")
    assert answer == ("FAILURE", "PUK1", 1, 10)
    assert ready_states(view, outputs) == [view.number.WwanReadyStateDeviceLocked]
    assert pin(device, "Enter", "1234")[0] == ("FAILURE", "PUK1", 1, 10)
    assert pin(device, "Enter", "87654321", "9999", "Puk1")[0] == ("FAILURE", "PUK1", 1, 9)
    answer, outputs = pin(device, "Enter", "12345678", "9999", "Puk1")
    assert answer == ("SUCCESS", "none", 0, UNKNOWN)
    assert ready_states(view, outputs) == [view.number.WwanReadyStateInitialized]
    assert pin(device, "Change", "9999", "1111")[0][0] == "SUCCESS"


def test_a_used_up_puk_makes_the_sim_bad_until_another_comes(modem, view, pin):
    device = modem(sim_state=3, puk1_attempts=1)
    answer, outputs = pin(device, "Enter", "00000000", "9999", "Puk1")
    assert answer == ("FAILURE", "none", 0, UNKNOWN)
    assert ready_states(view, outputs) == [view.number.WwanReadyStateBadSim]
    assert pin(device)[0][0] == "BAD_SIM"
    device.stimulus("SIM", State=0)
    device.stimulus("SIM", State=1)
    assert ready_states(view, device.run()) == [view.number.WwanReadyStateDeviceLocked]


def test_blocking_deactivates_contexts(modem, view, pin):
    device = modem(pin1_attempts=1)
    device.connect()
    answer, outputs = pin(device, "Enable", "0000")
    assert answer == ("FAILURE", "PUK1", 1, 10)
    assert view.names(outputs) == [
        "READY_INFO",
        "REGISTER_STATE",
        "PACKET_SERVICE",
        "CONTEXT_STATE",
        "LINK_STATE",
    ]
    assert ready_states(view, outputs) == [view.number.WwanReadyStateDeviceLocked]


def test_enter_where_no_pin_is_expected_fails(modem, pin):
    assert pin(modem(), "Enter", "1234")[0] == ("FAILURE", "none", 0, UNKNOWN)


def test_enable_and_disable(modem, view, pin):
    device = modem()

    def mode():
        return device.query("PIN_LIST").fields["PinList.WwanPinDescPin1.PinMode"]

    assert mode() == view.number.WwanPinModeDisabled
    assert pin(device, "Disable", "0000")[0] == ("SUCCESS", "none", 0, UNKNOWN)
    assert pin(device, "Enable", "0000")[0] == ("FAILURE", "PIN1", 1, 2)
    answer, outputs = pin(device, "Enable", "1234")
    assert answer == ("SUCCESS", "none", 0, UNKNOWN)
    assert view.names(outputs) == []
    assert mode() == view.number.WwanPinModeEnabled
    assert pin(device, "Enable", "0000")[0] == ("SUCCESS", "none", 0, UNKNOWN)
    assert pin(device, "Disable", "1234")[0] == ("SUCCESS", "none", 0, UNKNOWN)
    assert mode() == view.number.WwanPinModeDisabled


def test_an_enabled_pin_is_needed_after_a_power_cycle(modem, view, pin):
    device = modem()
    pin(device, "Enable", "1234")
    device.power(view.number.NdisDeviceStateD3)
    device.power(view.number.NdisDeviceStateD0)
    assert ready_states(view, device.run()) == [view.number.WwanReadyStateDeviceLocked]
    assert pin(device)[0] == ("SUCCESS", "PIN1", 1, 3)


def test_change_needs_an_enabled_and_entered_pin(modem, pin):
    device = modem()
    assert pin(device, "Change", "1234", "5678")[0][0] == "PIN_DISABLED"
    locked = modem(pin1_enabled=1)
    assert pin(locked, "Change", "1234", "5678")[0] == ("PIN_REQUIRED", "PIN1", 1, 3)
    assert pin(locked, "Disable", "1234")[0] == ("PIN_REQUIRED", "PIN1", 1, 3)
    pin(locked, "Enter", "1234")
    assert pin(locked, "Change", "1234", "12")[0][0] == "FAILURE"
    assert pin(locked, "Change", "0000", "5678")[0] == ("FAILURE", "PIN1", 1, 2)
    assert pin(locked, "Change", "1234", "5678")[0][0] == "SUCCESS"
    assert pin(locked, "Disable", "5678")[0][0] == "SUCCESS"


def test_an_unsupported_pin_is_not_supported_by_the_device(modem, pin):
    assert pin(modem(), "Enter", "1", kind="NetworkPin")[0][0] == "NO_DEVICE_SUPPORT"
    assert pin(modem(), "Enable", "1", kind="Puk1")[0][0] == "NO_DEVICE_SUPPORT"


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"sim_state": 0}, "SIM_NOT_INSERTED"), ({"sim_state": 4}, "BAD_SIM")],
)
def test_without_a_sim_pins_fail_with_its_code(modem, view, pin, changes, status):
    device = modem(**changes)
    assert pin(device)[0][0] == status
    assert pin(device, "Enter", "1234")[0][0] == status
    closing = device.query("PIN_LIST")
    assert closing["uStatus"] == getattr(view.number, f"WWAN_STATUS_{status}")


def test_the_list_is_there_while_locked(modem):
    answer = modem(pin1_enabled=1).query("PIN_LIST")
    assert answer["uStatus"] == 0
    assert answer.fields["PinList.WwanPinDescPin1.PinLengthMin"] == 4
    assert answer.fields["PinList.WwanPinDescPin2.PinMode"] == 0


@pytest.mark.parametrize(("at", "value"), [(4, 0), (4, 20), (8, 4)])
def test_a_wrong_pin_set_is_refused(modem, view, at, value):
    device = modem()
    fields = {"PinAction.PinType": "WwanPinTypePin1"}
    payload = bytearray(device.set_payload("PIN_EX", fields, layout="L2"))
    payload[at] = value
    status = device.refused(Kind.KIND_SET, "PIN_EX", bytes(payload))
    assert status == view.number.NDIS_STATUS_INVALID_DATA


@pytest.mark.parametrize(
    ("size", "changes"),
    [(64, {"driver_major_version": 1}), (64, {}), (80, {}), (84, {})],
)
def test_the_old_oid_is_taken_in_every_size_that_the_release_knows(modem, view, size, changes):
    device = modem(pin1_enabled=1, **changes)
    length = 12 if size == 64 else 17
    payload = bytes([0x80, 1, size, 0]) + (2).to_bytes(4, "little") + bytes(4)
    payload += "1234".encode("utf-16-le").ljust(2 * length, b"\0")
    closing, _ = device.closed(device.send(Kind.KIND_SET, "PIN", payload.ljust(size, b"\0")))
    assert closing["uStatus"] == 0


def test_windows_7_drivers_have_the_old_oid_only_and_its_first_form(modem, view):
    device = modem(driver_major_version=1, pin1_enabled=1)
    not_supported = view.number.NDIS_STATUS_NOT_SUPPORTED
    assert device.refused(Kind.KIND_QUERY, "PIN_EX") == not_supported
    newer = bytes([0x80, 1, 84, 0]).ljust(84, b"\0")
    refusal = device.refused(Kind.KIND_SET, "PIN", newer)
    assert refusal == view.number.NDIS_STATUS_INVALID_LENGTH
    device = modem()
    closing, _ = device.closed(device.send(Kind.KIND_QUERY, "PIN"))
    assert closing["uStatus"] == 0


@pytest.mark.parametrize(("kind", "place"), [("Puk2", 1), ("DeviceFirstSimPuk", 3)])
def test_the_puk_of_a_supported_pin_is_not_expected_but_supported(modem, view, pin, kind, place):
    """pin.enter-supported, pin.enter-not-expected."""
    supported = {"mode": 1, "pin_format": 1, "length_min": 4, "length_max": 8}
    pins = [supported if at in (0, place) else {} for at in range(10)]
    answer, _ = pin(modem(pins=pins), "Enter", "12345678", "1234", kind)
    assert answer[:2] == ("FAILURE", "none")
    without = modem(pins=[supported])
    answer, _ = pin(without, "Enter", "12345678", "1234", kind)
    assert answer[0] == "NO_DEVICE_SUPPORT"
