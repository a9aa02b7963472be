"""The page for programs."""

import json

from explained_causes import CASES
from explained_sessions import session_bytes

from wwanreplay.analysis.explanation import explained, page_json


def test_it_has_the_sections_and_places_and_nothing_personal(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(session_bytes(CASES["apn"].shows))
    found = page_json(explained("a.wwtrace", str(path)))
    text = json.dumps(found)
    assert list(found) == [
        *("file", "exit_code", "remarks", "facts", "changes", "observations", "causes"),
        *("verdict", "faults", "warnings", "differences", "consequences"),
        *("faults_elsewhere", "unjudged", "missing"),
    ]
    (cause,) = found["causes"]
    assert (cause["id"], cause["confidence"]) == ("apn", "several")
    place = cause["evidence"][0]["place"]
    assert (place["log"], place["unit"], place["number"]) == ("bug.log", "line", 12)
    assert "internet.example" not in text
    assert "001010123456789" not in text
