"""What a device has, takes and sends is what there was in the release that it was made for."""

import pytest
from device_host import Host, status
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Kind, Profile
from wwanreplay.devices.profile import load_profile, shipped_profiles
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.constants import numbers
from wwanreplay.protocol.engine_table import inputs, introduced, mode, modelled
from wwanreplay.protocol.general import OID_ROWS
from wwanreplay.protocol.releases import STRUCTURES, place_of, release_of_number

CARRIERS = dict(numbers())["WWAN_CTRL_CAPS_MODEL_MULTI_CARRIER"]
NAMED = [row for row, model in modelled() if model.named]


def host_of(name):
    """A device of this release with all that it can have."""
    changes = {
        "supported": [row.number for row in NAMED],
        "optional_service_caps": 0xFFFFFFFF,
        "control_caps": CARRIERS,  # so that the home provider can be set
        "port_count": 2,
        "telephone_numbers": ["15550100"],
        "provisioned": [{"access_string": "internet.example", "ip_type": 3}],
    }
    return Host(structures=STRUCTURES[name], **changes)


every_release = pytest.mark.parametrize("name", STRUCTURES)


@every_release
def test_the_supported_list_is_what_the_release_introduced_so_far(name):
    place = place_of(release_of_number(STRUCTURES[name]).id)
    supported = set(host_of(name).engine.profile.supported_oids)
    for row, _ in modelled():
        assert (row.number in supported) == (introduced(row) <= place), row.name


@every_release
def test_what_is_newer_than_the_release_is_not_supported(name):
    host = host_of(name)
    supported = host.engine.profile.supported_oids
    for row, model in modelled():
        for kind in (Kind.KIND_QUERY, Kind.KIND_SET):
            operation = "query" if kind == Kind.KIND_QUERY else "set"
            if row.number not in supported and mode(row, model, operation):
                assert host.refused(kind, row.name) == status("NDIS_STATUS_NOT_SUPPORTED")


def activation(release, connection_id=1):
    """The bytes of an activation in the form of a release."""
    name = "NDIS_WWAN_SET_CONTEXT_STATE"
    layout, revision = PROTOCOL.structure(name).form(release)
    fields = {
        "SetContextState.ConnectionId": connection_id,
        "SetContextState.ActivationCommand": "WwanActivationCommandActivate",
    }
    return encode(name, fields, layout=layout, revision=revision)


@every_release
def test_every_structure_has_the_form_of_the_release(name):
    """Revision and size of each indication, events included, are those of the tables."""
    host = host_of(name)
    release = release_of_number(STRUCTURES[name])
    outputs = []
    for row, model in modelled():
        if row in OID_ROWS or mode(row, model, "query") != "async":
            continue
        if row.number not in host.engine.profile.supported_oids or inputs(row, model, "query"):
            continue
        outputs += host.send(Kind.KIND_QUERY, row.name) + host.run()
    order = activation(release)
    outputs += host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", order, port=1) + host.run()
    kinds = set()
    for event in outputs:
        if event.kind != Kind.KIND_INDICATION:
            continue
        row = PROTOCOL.indication_by_number[event.code]
        if not row.name.startswith("NDIS_STATUS_WWAN_"):
            continue
        kinds.add(row.name)
        form = (event.payload[1], int.from_bytes(event.payload[2:4], "little"))
        known = [
            (found[1], struct.layout(found[0]).size)
            for struct in map(PROTOCOL.structure, row.structs)
            if (found := struct.form(release)) is not None
        ]
        assert known, f"{row.name} came with a later release"
        assert form == known[-1], row.name
    assert "NDIS_STATUS_WWAN_CONTEXT_STATE" in kinds
    is_model_1 = name == "windows-7"
    assert ("NDIS_STATUS_WWAN_IP_ADDRESS_STATE" in kinds) == (not is_model_1)


FORMS = [
    (row.name, operation, form)
    for row, model in modelled()
    for operation in ("query", "set")
    for form in inputs(row, model, operation)
    if row not in OID_ROWS
]


@given(st.sampled_from(list(STRUCTURES)), st.sampled_from(FORMS))
def test_forms_are_taken_up_to_those_of_the_release(name, one):
    """Older ones are; a newer one is refused as an unknown revision or size would be."""
    oid, operation, form = one
    place = place_of(release_of_number(STRUCTURES[name]).id)
    row = PROTOCOL.oid(oid)
    model = row.modelled
    host = host_of(name)
    kind = Kind.KIND_QUERY if operation == "query" else Kind.KIND_SET
    header = bytes([0x80, form.revision]) + form.size.to_bytes(2, "little")
    completion, *others = host.send(kind, oid, header.ljust(form.size, b"\0")) + host.run()
    is_known = [each for each in inputs(row, model, operation) if each.since <= place]
    refusals = {
        status(f"NDIS_STATUS_{code}")
        for code in ("NOT_SUPPORTED", "INVALID_LENGTH", "UNSUPPORTED_REVISION")
    }
    if introduced(row) > place or (kind == Kind.KIND_SET and not is_known):
        assert completion.status == status("NDIS_STATUS_NOT_SUPPORTED")
    elif is_known and not any(each[:2] == form[:2] for each in is_known):
        assert completion.status in refusals
    else:
        unknown_service = status("NDIS_STATUS_NOT_SUPPORTED")
        about_contents = "DEVICE_SERVICE" in oid
        assert completion.status not in refusals - ({unknown_service} if about_contents else set())
        return
    assert others == []


def test_a_driver_of_the_first_model_is_one_of_windows_7_on_any_host():
    by_model = Host(driver_major_version=1, structures=STRUCTURES["windows-11"])
    by_release = Host(structures=STRUCTURES["windows-7"])
    assert by_model.engine.profile.to_bytes() == by_release.engine.profile.to_bytes()
    with pytest.raises(UsageError, match="driver_major_version: 2 came with Windows 8"):
        Profile({"driver_major_version": 2, "structures": STRUCTURES["windows-7"]})


def test_every_release_that_a_profile_can_name_has_a_shipped_one():
    shipped = shipped_profiles()
    for name, number in STRUCTURES.items():
        if name != "windows-10":  # another name of version 1809
            assert name in shipped
            assert load_profile(name).structures == number


def test_numbers_of_recorded_profiles_keep_their_meaning():
    """The numbers that stood in traces before there were more releases."""
    assert [STRUCTURES[name] for name in ("windows-8", "windows-10", "windows-11")] == [1, 2, 3]
    assert Profile().to_bytes() == Profile({"structures": STRUCTURES["windows-10"]}).to_bytes()
