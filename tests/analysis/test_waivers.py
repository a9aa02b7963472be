"""What is accepted: why, until when, and that every entry says so."""

from dataclasses import replace
from datetime import date

import pytest
from judged_samples import waiver

from wwanreplay.analysis.waivers import Finding, load_waivers, parse_waivers
from wwanreplay.errors import UsageError

DAY = date(2027, 1, 31)
FOUND = Finding(
    "rule",
    rule="register.notify-change",
    kind="changed",
    code="NDIS_STATUS_WWAN_REGISTER_STATE",
    fields=("uStatus", "RegistrationState.RegisterState"),
    transaction="OID_WWAN_REGISTER_STATE",
    trace="session.wwtrace",
)


def accepts(text, finding=FOUND, today=DAY):
    return parse_waivers(text, "w.toml", today).accepting(finding) is not None


def entry(**keys):
    lines = [f'{key} = "{value}"' for key, value in keys.items()]
    return "\n".join(["[[accept]]", *lines, 'reason = "known"', "expires = 2027-01-31", ""])


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"rule": "register.notify-change"}, True),
        ({"rule": "register.*"}, True),
        ({"rule": "connect.*"}, False),
        ({"layer": "rule", "code": "NDIS_STATUS_WWAN_REGISTER_STATE"}, True),
        ({"layer": "model", "code": "NDIS_STATUS_WWAN_REGISTER_STATE"}, False),
        ({"kind": "changed"}, True),
        ({"kind": "missing"}, False),
        ({"code": "*", "transaction": "OID_WWAN_REGISTER_STATE"}, True),
        ({"code": "*", "transaction": "OID_WWAN_CONNECT"}, False),
        ({"code": "*", "trace": "*.wwtrace"}, True),
        ({"code": "*", "trace": "other*"}, False),
        ({"field": "RegistrationState.*"}, False),  # uStatus differs as well
        ({"field": "*"}, True),
    ],
)
def test_an_entry_accepts_what_has_all_that_it_names(keys, expected):
    assert accepts(entry(**keys)) is expected


def test_a_field_is_not_accepted_where_no_field_is_known():
    assert not accepts(entry(field="*"), Finding("rule", rule="register.notify-change"))


def exact(count=1, **keys):
    return entry(**keys).replace("reason", f"count = {count}\nreason")


WHOLE = {
    "layer": "rule",
    "rule": FOUND.rule,
    "kind": "changed",
    "code": FOUND.code,
    "transaction": FOUND.transaction,
}
BOTH = 'field = ["uStatus", "RegistrationState.*"]\n'


def test_an_exact_entry_accepts_what_has_all_that_it_names_and_nothing_else():
    text = exact(**WHOLE)
    with_fields = text.replace("count", f"{BOTH}count")
    assert accepts(with_fields)
    assert not accepts(text)  # fields are known, and the entry names none
    assert accepts(text, replace(FOUND, fields=()))
    assert not accepts(with_fields, replace(FOUND, fields=("uStatus",)))
    assert not accepts(with_fields.replace('layer = "rule"\n', ""))


def test_an_exact_entry_accepts_so_many_of_each_trace():
    waivers = parse_waivers(exact(2, code=FOUND.code), "w.toml", DAY)
    finding = Finding("", code=FOUND.code)
    for _trace in range(2):
        waivers.begin()
        found = [waivers.accepting(finding) is not None for _ in range(3)]
        assert found == [True, True, False]
    assert waivers.gone() == []
    waivers.begin()
    assert waivers.gone() == [f"gone: code {FOUND.code} (w.toml: accept 1)"]
    waivers.accepting(finding)
    assert waivers.gone() == [f"gone: 1 of 2 of code {FOUND.code} (w.toml: accept 1)"]


def test_brackets_in_a_name_stand_for_themselves():
    found = replace(FOUND, fields=("Contexts[0].uStatus",))
    assert accepts(entry(field="Contexts[0].uStatus"), found)
    assert accepts(entry(field="Contexts[*].uStatus"), found)
    assert not accepts(entry(field="Contexts0.uStatus"), found)


def test_an_entry_counts_through_its_last_day():
    assert accepts(entry(code="*"), today=date(2027, 1, 31))
    assert not accepts(entry(code="*"), today=date(2027, 2, 1))


def test_an_exact_entry_that_accepted_nothing_says_what_it_must_name():
    text = entry(rule="register.notify-change").replace("expires", "count = 1\nexpires")
    waivers = parse_waivers(text, "w.toml", DAY)
    assert waivers.accepting(FOUND) is None
    assert waivers.warnings() == [
        "w.toml: accept 1 accepted nothing; with a count it names all that a finding has, such as"
        " its layer and transaction"
    ]


def test_what_expired_and_what_accepted_nothing_is_listed():
    text = entry(code="*") + entry(rule="connect.*") + waiver("pin.*", "2027-01-30")
    waivers = parse_waivers(text, "w.toml", DAY)
    assert waivers.accepting(FOUND).reason == "known"
    assert waivers.warnings() == [
        "w.toml: accept 3 expired on 2027-01-30",
        "w.toml: accept 2 accepted nothing",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[accept", "w.toml: not TOML"),
        ("x = 1", "w.toml: x: is unknown; entries are [[accept]]"),
        ("accept = 1", "w.toml: accept: must be an array of tables"),
        ('[[accept]]\nrule = "connect.*"\nexpires = 2027-01-31', "accept 1: needs a reason"),
        ('[[accept]]\nrule = "connect.*"\nreason = " "\nexpires = 2027-01-31', "needs a reason"),
        ('[[accept]]\nrule = "connect.*"\nreason = "x"', "needs expires: the last day"),
        (entry(rule="connect.*").replace("2027-01-31", '"soon"'), "needs expires"),
        (entry(rule="connect.*").replace("2027-01-31", "2027-01-31T10:00:00"), "needs expires"),
        (entry(rule="connect.rain"), "accept 1 rule: matches no rule: 'connect.rain'"),
        (entry(layer="x", code="*"), "matches no layer: 'x'; there are rule, model, wire"),
        (entry(kind="x"), "matches no kind"),
        (entry(trace="*"), "names no rule, kind, code or field: it would accept everything"),
        (entry(colour="x"), "accept 1 colour: is unknown; there are layer, rule"),
        (exact(0, code="x"), "accept 1 count: must be a whole number from 1 to 1000000"),
        (exact("true", code="x"), "accept 1 count: must be a whole number"),
        (entry(code="x").replace('"x"', '["x"]'), "code: must be a name or a pattern"),
        (entry(field="x").replace('"x"', "[]"), "a name or a pattern, or an array of them"),
        ('[[accept]]\nrule = 3\nreason = "x"\nexpires = 2027-01-31', "must be a name or a pattern"),
    ],
)
def test_an_entry_that_cannot_be_is_named(text, message):
    with pytest.raises(UsageError) as error:
        parse_waivers(text, "w.toml", DAY)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError):
        load_waivers(str(tmp_path / "none.toml"))
