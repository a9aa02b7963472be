"""Import, infer and replay give one verdict of a log, in one line of words."""

import json

import pytest
from field_behaviours import begun
from field_benign import BENIGN
from field_faulty import FAULTY, event_with_transaction
from groups import every
from verbs import run

from wwanreplay.analysis.explain import MODEL

LOGS = {**BENIGN, **FAULTY}
#: Of each sort some: nothing to note, notes of the model, faults of each layer, nothing compared.
QUICK = [*list(BENIGN)[:2], *list(FAULTY)[:2]]
MORE = [name for name in LOGS if name not in QUICK]


def headline(line: str) -> str:
    """What stands behind the name of the file, or behind the stimuli."""
    return line.partition(" inferred; ")[2] or line.partition(".wwtrace: ")[2]


def one_verdict(text: str, folder) -> None:
    """Fail unless the verbs agree on the session of a log."""
    log, trace, whole = folder / "a.log", folder / "a.wwtrace", folder / "b.wwtrace"
    log.write_text(text)
    summary = run("import", log, "-o", trace).stdout
    (printed,) = [line for line in summary.splitlines() if " inferred; " in line]
    replayed = run("replay", trace)
    wanted = headline(replayed.stdout.splitlines()[0])
    assert wanted
    assert headline(printed) == wanted
    for options in ([], ["-o", whole]):
        inferred = run("infer", trace, *options)
        assert headline(inferred.stdout.splitlines()[0]) == wanted
        assert inferred.exit_code == replayed.exit_code
    assert run("replay", whole).exit_code == replayed.exit_code
    (values,) = json.loads(run("infer", trace, "--json").stdout)
    (replayed_values,) = json.loads(run("replay", trace, "--json").stdout)["files"]
    assert values["verdict"] == replayed_values["verdict"]


@pytest.mark.parametrize("name", QUICK)
def test_one_verdict_of_a_log(name, tmp_path):
    one_verdict(LOGS[name]().text, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("name", MORE[:: every(3)])
def test_one_verdict_of_each_log_of_the_matrix(name, tmp_path):
    one_verdict(LOGS[name]().text, tmp_path)


def bare_and_noted(folder) -> str:
    """A log whose name of the network comes later, which the model does not do."""
    text = BENIGN["the network's name comes later"]().text
    (folder / "n.log").write_text(text)
    run("import", folder / "n.log", "-o", folder / "n.wwtrace", "--no-infer")
    return str(folder / "n.wwtrace")


def test_an_output_that_only_the_model_lacks_is_a_note_of_infer(tmp_path):
    result = run("infer", bare_and_noted(tmp_path))
    noted = [line for line in result.stdout.splitlines() if "unexplained" in line]
    assert noted
    assert all(f"unexplained, a note: {MODEL}" in line for line in noted)


def test_what_messages_show_is_counted_by_infer(tmp_path):
    log = event_with_transaction()
    (tmp_path / "f.log").write_text(log.text)
    run("import", tmp_path / "f.log", "-o", tmp_path / "f.wwtrace")
    result = run("infer", tmp_path / "f.wwtrace")
    assert result.exit_code == 1
    assert "of messages and rules: `wwanreplay explain " in result.stdout
    (tmp_path / "g.log").write_text(begun().text)
    run("import", tmp_path / "g.log", "-o", tmp_path / "g.wwtrace")
    assert "of messages and rules" not in run("infer", tmp_path / "g.wwtrace").stdout
