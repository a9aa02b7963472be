"""Reports of replays and the verb `replay`: text, JSON, masking, exit codes, processes."""

import json

import pytest
from click.testing import CliRunner
from replay_samples import changed_octet, sample_events, sample_trace

from wwanreplay.analysis.batch import ReplayOptions, find_traces, replay_file
from wwanreplay.analysis.explain import explain, rule_of
from wwanreplay.analysis.report import report_lines, result_json
from wwanreplay.cli import root
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import replay_events
from wwanreplay.trace.edit import rewrite

PERSONAL = ("001010123456789", "89001010000000000117")


def places(events, name):
    number = PROTOCOL.indication(name).number
    return [n for n, event in enumerate(events) if event.code == number]


def diverging(edit):
    events, new_engine = sample_events()
    edited = list(events)
    edit(edited)
    return replay_events(edited, new_engine())


def alter(place, octet, difference=0x5A):
    def edit(events):
        events[place] = changed_octet(events[place], octet, difference)

    return edit


def alter_first_ready_info(events):
    place = places(events, "NDIS_STATUS_WWAN_READY_INFO")[0]
    events[place] = changed_octet(events[place], 22)


def run(*arguments):
    return CliRunner().invoke(root, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path):
    """An equal trace, a diverging one and one that cannot be read, with what is no trace."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.wwtrace").write_bytes(sample_trace())
    bad = rewrite(sample_trace(), lambda events: [*events[:2], *events[3:]])
    (tmp_path / "b.wwtrace").write_bytes(bad)
    (tmp_path / "inner" / "c.wwtrace").write_bytes(b"no trace at all")
    (tmp_path / "readme.txt").write_text("no trace")
    return tmp_path


# Text and JSON.


def test_a_report_has_both_sides_the_fields_the_state_and_the_events_before():
    events, _ = sample_events()
    place = places(events, "NDIS_STATUS_WWAN_REGISTER_STATE")[1]
    result = diverging(alter(place, 12, 1))
    lines = list(report_lines(result))
    text = "\n".join(lines)
    assert lines[0] == "diverged: 1 root cause; 42 outputs compared"
    assert f"1. root cause: changed at record {place}, 2.985309112 s" in text
    row = next(
        line
        for line in lines
        if line.split()[:1] == ["RegistrationState.RegisterState"] and "=" not in line
    )
    assert row.split()[1:] == ["WwanRegisterStateSearching", "WwanRegisterStateHome"]
    assert "register_state WwanRegisterStateHome" in text
    assert f"     {place - 1}       1.120561123  ← indication NDIS_STATUS_WWAN_REGISTER" in text
    assert lines.count("     before:") == 1


def test_an_equal_report_is_one_line():
    assert list(report_lines(diverging(lambda events: None))) == ["equal, 42 outputs compared"]


@pytest.mark.parametrize("as_json", [False, True])
def test_personal_values_are_masked_unless_requested(as_json):
    result = diverging(alter_first_ready_info)
    assert result.root_count == 1

    def printed(show_personal):
        if as_json:
            return json.dumps(result_json(result, show_personal=show_personal))
        return "\n".join(report_lines(result, show_personal=show_personal))

    shown, hidden = printed(True), printed(False)
    for value in PERSONAL[1:]:
        assert value in shown
    for value in PERSONAL:
        assert value not in hidden
        assert value.encode("utf-16-le").hex() not in hidden
    assert "***" in hidden


def test_a_report_is_the_same_text_each_time():
    texts = {json.dumps(result_json(diverging(alter(2, 20)))) for _ in range(3)}
    assert len(texts) == 1


def test_roots_come_before_what_follows_from_them():
    def edit(events):
        for place, event in enumerate(events):
            if event.request_id == 12 and event.kind in (5, 6):
                events[place] = event.replace(time_ns=event.time_ns + 1000)
        events[-2] = events[-2].replace(handle=4)

    result = diverging(edit)
    assert [found.root for found in result.divergences] == [True, True, False]
    report = result_json(result)
    assert report["divergences"][2]["root_index"] == report["divergences"][0]["index"]


@pytest.mark.parametrize(
    ("edit", "words", "rule"),
    [
        (lambda events: events.pop(17), "which the recording lacks", "async.provisional-first"),
        (lambda events: events.pop(19), "which the recording lacks", "async.indication-follows"),
        (
            lambda events: events.insert(19, events[19]),
            "the recording repeats",
            "async.one-closing-indication",
        ),
        (
            lambda events: events.__setitem__(19, events[19].replace(handle=1)),
            "differs in handle",
            "async.destination-handle",
        ),
        (
            lambda events: events.__setitem__(19, events[19].replace(request_id=0)),
            "differs in request_id",
            "async.request-id-nonzero",
        ),
        (
            lambda events: events.__setitem__(2, events[2].replace(request_id=77)),
            "differs in request_id",
            "async.event-request-id-zero",
        ),
        (
            lambda events: events.__setitem__(2, events[2].replace(time_ns=2_985_309_113)),
            "0.000000001 s later than the device",
            None,
        ),
    ],
)
def test_an_explanation_says_what_and_names_the_rule(edit, words, rule):
    result = diverging(edit)
    found = result.divergences[0]
    assert words.lower() in explain(found).lower()
    assert rule_of(found) == rule
    assert rule is None or rule in PROTOCOL.rule_by_id


# The verb.


def test_the_verb_prints_each_file_and_totals_and_ends_with_the_worst(folder):
    done = run("replay", folder)
    assert done.exit_code == 3
    assert f"{folder}/a.wwtrace: equal, 42 outputs compared\n" in done.stdout
    assert f"{folder}/b.wwtrace: diverged: 1 root cause; 41 outputs compared\n" in done.stdout
    assert f"{folder}/inner/c.wwtrace: unreadable\n" in done.stdout
    assert "not a wwanreplay trace" in done.stderr
    assert done.stderr.count("\n") == 1
    totals = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[-10:] if line)
    assert (totals["files"], totals["equal"], totals["diverged"], totals["unreadable"]) == (
        "3",
        "1",
        "1",
        "1",
    )


def test_exit_codes(folder):
    assert run("replay", folder / "a.wwtrace").exit_code == 0
    assert run("replay", folder / "b.wwtrace").exit_code == 1
    assert run("replay", folder / "inner" / "c.wwtrace").exit_code == 3
    assert run("replay", folder / "nothing.wwtrace").exit_code == 3
    assert run("replay", folder / "a.wwtrace", "--start", "5", "--stop", "4").exit_code == 2
    assert run("replay", folder / "a.wwtrace", "--profile", "no-such").exit_code == 2
    assert run("replay", folder / "a.wwtrace", "--start", "soon").exit_code == 2
    assert run("replay", folder / "a.wwtrace", "-j", "0").exit_code == 2
    assert run("replay").exit_code == 2


def test_a_single_file_has_its_digest_in_the_totals(folder):
    report = replay_file(str(folder / "a.wwtrace"), ReplayOptions())
    assert f"digest           {report.digest}" in run("replay", folder / "a.wwtrace").stdout


def test_processes_give_the_same_reports_in_the_same_order(folder):
    one = json.loads(run("replay", folder, "--json").stdout)
    two = json.loads(run("replay", folder, "--json", "-j", "2").stdout)
    assert set(one.pop("measured")) == set(two.pop("measured"))
    assert one == two
    verdicts = [values["verdict"] for values in one["files"]]
    assert verdicts == ["equal", "diverged", "unreadable"]


def test_fail_fast_ends_with_the_first_file_that_is_not_equal(folder):
    done = run("replay", "--fail-fast", folder)
    assert done.exit_code == 1
    assert "c.wwtrace" not in done.stdout


def test_start_and_stop_take_records_and_times(folder):
    file = folder / "b.wwtrace"
    assert run("replay", file, "--start", "3").exit_code == 0
    assert run("replay", file, "--stop", "2").exit_code == 0
    assert run("replay", file, "--start", "2.9s").exit_code == 1
    assert run("replay", file, "--start", "3s").exit_code == 0
    assert run("replay", file, "--stop", "2s").exit_code == 0


def test_another_profile_is_replayed_against(folder):
    assert run("replay", folder / "a.wwtrace", "--profile", "cdma").exit_code == 1
    assert run("replay", folder / "a.wwtrace", "--profile", "lte-home").exit_code == 0
    assert run("replay", folder / "a.wwtrace", "--seed", "1").exit_code == 1


def test_further_divergences_are_counted(folder):
    done = run("replay", folder / "a.wwtrace", "--seed", "1", "--max-divergences", "2")
    assert "further divergences not listed" in done.stdout


def test_folders_are_searched_and_a_file_named_twice_is_taken_once(folder):
    found = find_traces([str(folder), str(folder / "a.wwtrace")])
    assert [path.rpartition("/")[2] for path in found] == ["a.wwtrace", "b.wwtrace", "c.wwtrace"]
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match=r"has no \.wwtrace file"):
        find_traces([str(folder / "empty")])
