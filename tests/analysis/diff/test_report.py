"""How a comparison is printed: verdict, places, fields; masked unless they are wanted."""

import json

from diff_samples import altered, compared, outputs_of, sample

from wwanreplay.analysis.diff import result_json, result_lines
from wwanreplay.analysis.diff.report import headline

DEMO = sample("demo")[1]
AT = next(at for at in outputs_of(DEMO) if DEMO[at].request_id)
READY = next(
    at for at in outputs_of(DEMO) if DEMO[at].code == 0x40041001 and not DEMO[at].request_id
)


def test_equal_is_one_line_with_its_count_and_both_names():
    lines = list(result_lines(compared("demo", DEMO, DEMO, names=("a", "b"))))
    assert lines == ["equal, 69 outputs compared, 23 transactions in both", "A is a", "B is b"]


def test_a_difference_has_its_request_places_and_fields():
    result = compared("demo", DEMO, [*DEMO[:AT], altered(DEMO[AT]), *DEMO[AT + 1 :]])
    lines = list(result_lines(result))
    assert lines[0].startswith("diverged: 1 difference (1 changed); 69 outputs compared")
    text = "\n".join(lines[3:])
    assert text.startswith("  changed: completion OID_WWAN_DRIVER_CAPS request 1")
    assert "answers query OID_WWAN_DRIVER_CAPS request 1 (A record 1, 0.010000000 s)" in text
    assert f"A record {AT}, 0.010000000 s; B record {AT}, 0.010000000 s" in text
    assert "status: A NDIS_STATUS_SUCCESS, B 0x00000040" in text


def test_further_differences_and_nothing_are_reported():
    few = list(result_lines(compared("demo", DEMO, [], findings_max=1)))
    assert sum("missing in B" in line for line in few) == 2  # a difference and a note
    assert any(line.startswith("  and ") and "further differences" in line for line in few)
    assert headline(compared("demo", [], [])).startswith("nothing compared: ")


def test_what_is_personal_is_masked_in_text_and_json_unless_it_is_wanted():
    payload = DEMO[READY].payload
    text = "00101".encode("utf-16-le")
    assert text in payload
    other = DEMO[READY].replace(payload=payload.replace(text, "00102".encode("utf-16-le"), 1))
    result = compared("demo", DEMO, [*DEMO[:READY], other, *DEMO[READY + 1 :]])
    for is_shown in (False, True):
        printed = "\n".join(result_lines(result, show_personal=is_shown))
        values = json.dumps(result_json(result, show_personal=is_shown))
        assert ("00102" in printed) == ("00102" in values) == is_shown
    assert "*** (15 characters), B *** (15 characters) (another)" in "\n".join(result_lines(result))


def test_json_has_the_counts_and_both_events():
    result = compared("demo", DEMO, [*DEMO[:AT], *DEMO[AT + 1 :]])
    values = json.loads(json.dumps(result_json(result)))
    assert values["verdict"] == "diverged"
    assert values["counts"] == {"missing": 1, "extra": 0, "changed": 0, "reordered": 0}
    (found,) = values["findings"]
    assert (found["change"], found["what"], found["counts"]) == ("missing", "output", True)
    assert found["a"]["index"] == AT
    assert found["b"] is None
    assert found["request_a"]["name"] == found["request_b"]["name"] == "OID_WWAN_DRIVER_CAPS"
