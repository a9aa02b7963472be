"""Rows of ties: each is of a command and an OID, each member has its path or a reason."""

from groups import together
from mbim_samples import sample_values
from mbim_ties import UNTIED, Lookups, every_direction, every_form, paths_of

from wwanreplay.mbim.commands import TIES, ties_of_oid
from wwanreplay.mbim.converters import Known
from wwanreplay.mbim.schema import Layout
from wwanreplay.mbim.structures import INPUTS
from wwanreplay.mbim.tables import find_cid
from wwanreplay.mbim.ties import BASES, Message, Tie
from wwanreplay.protocol import PROTOCOL


def test_every_tie_is_of_a_command_and_an_oid_of_the_tables() -> None:
    assert len(TIES) == 64
    for tie in TIES:
        assert find_cid(*tie.key) is not None
        assert tie.oid.number is not None
        assert tie.basis in BASES
        assert tie in ties_of_oid(tie.oid_name)
        assert set(tie.served) <= set("qsn")
    keys = [(tie.key, tie.driver_model) for tie in TIES]
    assert len(set(keys)) == len(keys)


@together(TIES, lambda tie: f"{tie.name}-{tie.oid_name}")
def test_structures_are_those_of_the_oid(tie: Tie) -> None:
    for message, given_names in ((tie.query, tie.oid.query_input), (tie.set, tie.oid.set_input)):
        if message is not None and message.structure:
            assert message.structure in (*given_names, *INPUTS)
    if tie.answer is not None:
        assert tie.indication is not None
        assert tie.answer.structure in PROTOCOL.indication(tie.indication).structs


@every_direction
def test_paths_are_those_of_the_structure(
    key: tuple[int, int], message: Message, layouts: tuple[Layout, ...]
) -> None:
    lookups = Lookups()
    members = {field.name for layout in layouts for field in layout.fields}
    made = message.values(lookups, Known(session=1), members | set(UNTIED))
    assert set(made) <= members
    there = paths_of(message.structure)
    assert {path for path in lookups.paths if not path.endswith(".ElementType")} <= there


@every_form
def test_every_member_has_a_row_or_a_reason(message: Message, layout: Layout) -> None:
    values = sample_values(layout)
    counts = {field.count_field for field in layout.fields}
    made = message.values(Lookups(), Known(session=1), set(values))
    for name in set(values) - counts - set(UNTIED) - set(made):
        without = {each: value for each, value in values.items() if each != name}
        assert message.tree(values) != message.tree(without), name
