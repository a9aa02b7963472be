"""The marks of the tables and the documented variables agree on what the environment decides."""

from infer_samples import documented_variables

from wwanreplay.analysis.infer.registry import VARIABLES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import comparison_of
from wwanreplay.protocol.schema import ItemsTail, ListTail

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
        yield from leaves_of(name)


def leaves_of(structure: str):
    for layout in PROTOCOL.structure(structure).layouts:
        for leaf in PROTOCOL.flat(structure, layout.id).leaves:
            yield leaf.path, leaf.field.origin


def elements_of(structure: str):
    """What stands behind the fixed part of a structure, by the rows of its list or items."""
    tail = PROTOCOL.structure(structure).tail
    items = [tail.item] if isinstance(tail, ItemsTail) else []
    if isinstance(tail, ListTail):
        items = [field for _, fields in tail.elements for field in fields]
    for item in items:
        if item.kind == "struct":
            yield from leaves_of(item.of)
        else:
            yield item.name, item.origin


def test_every_member_of_an_output_says_where_its_value_comes_from():
    outputs = {name for row in PROTOCOL.tables.oids if row.modelled for name in row.query_output}
    outputs |= {name for report in MODELLED for name in PROTOCOL.indication(report).structs}
    assert len(outputs) > 30
    unmarked = {
        (name, path)
        for name in outputs
        for path, origin in (*leaves_of(name), *elements_of(name))
        if not origin
    }
    assert unmarked == set(), "members without `origin` in protocol/structs_*.py"


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
