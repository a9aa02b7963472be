"""Steps and how they are looked up."""

from explained_sessions import OPENED, session_bytes

from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.explanation.steps import StepKind, StepPlace, short_name


def test_a_place_without_a_log_is_its_record():
    assert StepPlace(7, 0).text == "record 7"
    assert StepPlace(7, 0, "line", 12, "bug.log").text == "line 12"


def test_commands_are_called_by_their_short_names():
    assert short_name((1, 12)) == "CONNECT"
    assert short_name((1, 99)) == "Basic Connect CID 99"


def test_failed_are_answers_of_the_statuses_that_are_wanted():
    text = (
        OPENED + "> query PIN\n< PIN status=14\n> query PIN\n< PIN status=3\n> query PIN\n< PIN\n"
    )
    story = read_story(session_bytes(text))
    assert [step.value for step in story.failed()] == [14, 3]
    assert [step.value for step in story.failed(3, name="PIN", operation="query")] == [3]
    assert not list(story.failed(name="PIN", operation="set"))
    assert [step.kind for step in story.steps if step.is_command_of_host] == [
        StepKind.OPEN,
        *[StepKind.COMMAND] * 3,
    ]
    assert story.seconds(story.steps[0], story.steps[1]) == 1
