"""The marks of the tables and the documented variables agree on what the environment decides."""

from infer_samples import documented_variables

from wwanreplay.analysis.infer.registry import VARIABLES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import comparison_of

# Reports of the emulated device whose environment no stimulus changes: the profile tells it once.
OF_THE_PROFILE = {
    "NDIS_STATUS_WWAN_READY_INFO": {"SubscriberId", "SimIccId", "Element"},
    "NDIS_STATUS_WWAN_HOME_PROVIDER": {
        "ProviderId",
        "ProviderState",
        "ProviderName",
        "WwanDataClass",
        "WwanCellularClass",
        "Rssi",
        "ErrorRate",
    },
    "NDIS_STATUS_WWAN_REGISTER_STATE": {"ProviderName"},
    "NDIS_STATUS_LINK_STATE": {"XmitLinkSpeed", "RcvLinkSpeed"},
}
# What a variable names as a whole.
WHOLE = {"all", "the list", "the entries", "the counters", "the status", "PcoValue"}
# What ends an OID that the emulated device answers, and what it reports without having been asked.
MODELLED = sorted(
    {
        completion.indication
        for row in PROTOCOL.tables.oids
        if row.modelled is not None
        for completion in row.completions
    }
    | {
        name
        for variable in VARIABLES
        for name in variable.evidence
        if name in PROTOCOL.indication_by_name
    }
)


def leaves(indication: str):
    for name in PROTOCOL.indication(indication).structs:
        for layout in PROTOCOL.structure(name).layouts:
            for leaf in PROTOCOL.flat(name, layout.id).leaves:
                yield leaf.path, leaf.field.origin


def test_every_member_of_a_modelled_report_says_where_its_value_comes_from():
    unmarked = {
        (indication, path)
        for indication in MODELLED
        for path, origin in leaves(indication)
        if not origin
    }
    assert unmarked == set()


def test_every_member_of_the_environment_has_a_variable_or_a_place_in_the_profile():
    for indication in MODELLED:
        named = set(OF_THE_PROFILE.get(indication, ()))
        for _, _, evidence, fields in documented_variables():
            if indication.removeprefix("NDIS_STATUS_") in evidence:
                named |= set(fields)
        for path, origin in leaves(indication):
            if origin != "environment" or named & WHOLE:
                continue
            number = PROTOCOL.indication(indication).number
            passed_over = path.startswith(comparison_of(number).never)
            assert path.split(".")[-1] in named or passed_over, (indication, path)


def test_no_variable_claims_what_the_device_decides():
    """A variable may be shown by a state of the model, but its stimulus never carries one."""
    for variable in VARIABLES:
        struct = PROTOCOL.structure(PROTOCOL.stimulus(variable.stimulus).struct)
        members = {field.name for layout in struct.layouts for field in layout.fields}
        states = {"RegisterState", "ActivationState", "PacketServiceState", "SwRadioState"}
        assert not members & states
