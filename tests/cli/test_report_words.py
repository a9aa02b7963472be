"""Reports on logs: places in order, rules that bind who is judged, lines that a terminal holds."""

import pytest
from field_behaviours import REGISTER
from field_benign import BENIGN
from field_faulty import fragment, of_other_command, open_refused
from verbs import run

from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.report import WIDTH


@pytest.fixture
def imported(tmp_path):
    def make(log):
        (tmp_path / "a.log").write_text(log.text)
        run("import", tmp_path / "a.log", "-o", tmp_path / "a.wwtrace", "--force")
        return str(tmp_path / "a.wwtrace")

    return make


def test_a_lost_fragment_stands_where_it_came(imported):
    story = read_story(imported(fragment(2, 0, REGISTER)))
    places = [step.place.record for step in story.steps]
    assert "fragment" in [step.kind for step in story.steps]
    assert places == sorted(places)
    assert story.steps[-1].time_ns == max(step.time_ns for step in story.steps)


def test_no_rule_of_the_class_driver_is_laid_on_a_message(imported):
    report = run("replay", imported(of_other_command())).stdout
    root = report.partition("root cause: wire")[2].partition("layer:")[0]
    assert "is answered by" in root
    assert "Rule async." not in root


@pytest.mark.parametrize("make", [*list(BENIGN.values())[:2], lambda: open_refused(8)])
def test_lines_of_words_fit_a_terminal(imported, make):
    report = run("replay", imported(make())).stdout
    head = report.partition("\n\n")[0].splitlines()[1:]
    assert head
    assert max(map(len, head)) <= WIDTH
