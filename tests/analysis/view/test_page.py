"""The page as a file: its policy, what stands in it, and what must never stand there."""

import base64
import hashlib
import io
import json
import re
from array import array
from importlib.resources import files

import pytest
from checkout import LOGS, TRACES
from groups import sampled
from hypothesis import given
from hypothesis import strategies as st
from view_page import HOSTILE, Elements, hostile_trace, page_data, written

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.explanation.opening import Opened
from wwanreplay.analysis.show import Filter
from wwanreplay.analysis.view import ViewOptions, write_view
from wwanreplay.analysis.view.page import page_of, policy
from wwanreplay.analysis.view.rows import COLUMNS, FAILED, SORTS
from wwanreplay.errors import InputError, LimitError, UsageError
from wwanreplay.formats.importer import import_logs
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import TEXTS
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

DEMO = str(TRACES / "demo.wwtrace")
FILES = {
    kind: files("wwanreplay.analysis.view").joinpath(f"view.{kind}").read_text("utf-8")
    for kind in ("js", "css", "html")
}


def view(out, *paths, **options):
    """The text of a page, and its summary."""
    chosen = {name: options.pop(name) for name in ("format_name", "device") if name in options}
    summary = write_view([str(path) for path in paths], out, ViewOptions(**options), **chosen)
    return out.read_text("utf-8"), summary


@pytest.fixture
def out(tmp_path):
    return tmp_path / "page.html"


def test_the_policy_allows_this_script_and_style_and_nothing_else(out):
    page, _ = view(out, DEMO, compares=False)
    elements = Elements(page)
    (found,) = [
        attributes["content"]
        for tag, attributes in elements.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.split(" ", 1) for rule in found.split("; "))
    assert rules.pop("default-src") == "'none'"
    for name, tag, which in (("script-src", "script", 2), ("style-src", "style", 0)):
        text = [text for each, text in elements.texts if each == tag][which]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules.pop(name) == f"'sha256-{digest}'"
    assert set(rules.values()) == {"'none'", "'script'"}
    assert found == policy(FILES["js"], FILES["css"])


def test_the_script_makes_no_html_of_texts_and_fetches_nothing():
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|DOMParser"
    )
    forbidden += r"|srcdoc|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(|https?:|</script"
    assert re.findall(forbidden, FILES["js"]) == []
    assert re.findall(r"url\(|@import|https?:|</style", FILES["css"]) == []
    assert re.findall(r"https?:| on\w+=| style=| src=", FILES["html"]) == []


def test_script_and_rows_mean_the_same_by_a_number():
    (listed,) = re.findall(r"const SORTS = (\[.*?\]);", FILES["js"])
    assert json.loads(listed) == list(SORTS)
    forms = re.findall(r"(\w): (?:BigInt|Uint|Int)(\d+)Array", FILES["js"])
    assert {form: int(bits) // 8 for form, bits in forms} == {
        form: array(form).itemsize for _, form in COLUMNS
    }
    assert f"const MESSAGE = {SORTS.index('message')}, FAILED = {FAILED};" in FILES["js"]
    assert set(re.findall(r"columns\.(\w+)\b", FILES["js"])) == {name for name, _ in COLUMNS}


def test_the_data_come_out_as_they_went_in(out):
    page, summary = view(out, DEMO)
    data = page_data(page)
    assert (summary.rows, summary.records, summary.verdict) == (96, 96, "equal")
    assert data.columns["record"] == list(range(96))
    assert len(data.details) == 96
    assert data.texts("title")[30] == "set OID_WWAN_CONNECT request 9"
    assert data.texts("summary")[30].startswith("ConnectionId=1")
    assert summary.size == out.stat().st_size


def test_the_same_session_gives_the_same_page(tmp_path):
    first, _ = view(tmp_path / "a.html", DEMO)
    second, _ = view(tmp_path / "b.html", DEMO)
    assert first == second


def test_nothing_of_a_hostile_trace_stands_in_the_page_as_it_is(out, tmp_path):
    plain, _ = view(out, DEMO, compares=False)
    for personal in (False, True):
        path = hostile_trace(tmp_path / f"{HOSTILE[9][:5]}{personal}.wwtrace")
        page, summary = view(
            tmp_path / f"{personal}.html", path, checks=True, show_personal=personal
        )
        assert summary.rows == len(HOSTILE) + 5
        assert [tag for tag, _ in Elements(page).tags] == [tag for tag, _ in Elements(plain).tags]
        assert all(character.isprintable() for character in page_data(page).text.replace("\n", ""))
        for text in HOSTILE[:-1]:
            if text != "<!--script--><!--head-->":
                assert text not in page
        assert page.count("<!--") == 0
        assert page.isprintable() or all(c.isprintable() or c == "\n" for c in page)


CODES = st.sampled_from(
    [0, 1, 0x0E010101, 0x0E01010C, 0x40010017, 0x4004100C, 2**31]
) | st.integers(0, 2**62)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
WORDS = st.text(max_size=8) | st.sampled_from(HOSTILE)
PLACES = st.fixed_dictionaries({"log": WORDS, "unit": WORDS, "number": st.integers(-5, 2**40)})
EVENTS = st.builds(
    Event,
    st.sampled_from(list(Kind)),
    st.integers(0, 2**62),
    code=CODES,
    request_id=st.integers(0, 3),
    port=st.integers(0, 2),
    payload=st.binary(max_size=64) | WORDS.map(lambda text: text.encode("utf-8", "replace")),
    namespace=st.sampled_from([None, *Namespace]),
    source=st.none() | WORDS | NUMBERS | PLACES,
    fields=st.none() | st.dictionaries(WORDS, WORDS | NUMBERS, max_size=2),
    cause=st.none() | st.integers(0, 9),
)


@given(st.lists(EVENTS, min_size=1, max_size=8), st.booleans())
def test_whatever_the_events_are_there_is_a_page_of_visible_texts(events, personal):
    data = io.BytesIO()
    with TraceWriter(data, TraceHeader()) as writer:
        for event in events:
            writer.write(event)
    options = ViewOptions(compares=False, show_personal=personal)
    html, summary = page_of(Opened("t", data.getvalue()), options)
    assert summary.rows == len(events)
    found = page_data(html)
    assert len(found.details) == len(events)
    assert all(character.isprintable() or character == "\n" for character in found.text)


def test_a_hostile_file_name_is_escaped_in_the_title(tmp_path, out):
    path = tmp_path / "<img src=x>&amp;\"'.wwtrace"
    path.write_bytes((TRACES / "demo.wwtrace").read_bytes())
    page, _ = view(out, path, compares=False)
    (title,) = [text for tag, text in Elements(page).texts if tag == "title"]
    assert title == f"{path.name} · wwanreplay"
    assert "<img" not in page


def identities(path):
    """Every personal text of the fields of a trace."""
    found = set()
    with TraceReader(path) as reader:
        for event in reader.events():
            if not event.payload or event.kind in TEXTS:
                continue
            try:
                decoded = decode_event(event)
            except ValueError:
                continue
            for leaf in () if decoded is None else decoded.leaves():
                if leaf.personal and isinstance(leaf.value, str) and len(leaf.value) > 4:
                    found.add(leaf.value)
    return found


@pytest.mark.parametrize(
    "name",
    sampled(
        ["demo", "pin", "cdma", "5g", "mbimcli-connect", "modem-manager-personal.log.xz"],
        ["pin", "mbimcli-connect"],
    ),
)
def test_identities_are_nowhere_in_the_page_nor_in_its_data(name, tmp_path, out):
    path = TRACES / f"{name}.wwtrace"
    if name.endswith(".xz"):
        path = tmp_path / "imported.wwtrace"
        import_logs([LOGS / name], path)
    found = identities(path)
    assert found
    noted = tmp_path / "noted.wwtrace"
    with TraceReader(path) as reader:
        notes = [Event(Kind.KIND_NOTE, 0, payload=f"seen: {each}!".encode()) for each in found]
        written(noted, reader.header, [*notes, *reader.events()])
    page, _ = view(out, noted)
    everything = page.replace(FILES["js"], "") + page_data(page).text
    assert [value for value in found if value in everything] == []
    shown, _ = view(tmp_path / "shown.html", noted, show_personal=True)
    assert [value for value in found if value not in page_data(shown).text] == []


def test_a_log_is_imported_on_the_way_and_leads_to_its_lines(out):
    page, summary = view(out, LOGS / "mbimcli-fault-late.log")
    data = page_data(page)
    assert data.head["logs"] == ["mbimcli-fault-late.log"]
    assert set(data.head["units"]) <= {"line", ""}
    numbers = [
        line
        for line, log in zip(data.columns["line"], data.columns["log"], strict=True)
        if log == 0
    ]
    text = (LOGS / "mbimcli-fault-late.log").read_text()
    assert max(numbers) <= text.count("\n")
    assert data.head["facts"][0] == ["log", "mbimcli-fault-late.log (libmbim)"]
    assert summary.verdict


def test_a_part_is_shown_and_nothing_is_no_page(out):
    page, summary = view(out, DEMO, chosen=Filter(start_record=30, stop_record=40), compares=False)
    assert page_data(page).columns["record"] == list(range(30, 40))
    out.unlink()
    summary = write_view([DEMO], out, ViewOptions(Filter(start_record=500)))
    assert (summary.rows, summary.records) == (0, 96)
    assert not out.exists()


def test_a_page_has_one_session(out, tmp_path):
    with pytest.raises(UsageError, match="a page has one session, and there are 2"):
        write_view([DEMO, str(TRACES / "pin.wwtrace")], out)
    log = (LOGS / "mbimcli-fault-late.log").read_text()
    two = tmp_path / "two.log"
    two.write_text(log + log.replace("/dev/cdc-wdm0", "/dev/cdc-wdm1"))
    with pytest.raises(UsageError, match="choose one with --device"):
        write_view([str(two)], out)
    _, summary = view(out, two, device="/dev/cdc-wdm1")
    assert summary.rows


def test_what_cannot_be_read_or_written_is_an_error_and_leaves_the_page_that_was_there(
    out, tmp_path
):
    out.write_text("what was there")
    with pytest.raises(UsageError, match="exists already; --force overwrites it"):
        write_view([DEMO], out)
    bad = tmp_path / "bad.log"
    bad.write_text("no log\n" * 10)
    with pytest.raises(InputError):
        write_view([str(bad)], out, force=True)
    with pytest.raises(UsageError, match="is what is shown; name another file"):
        write_view([str(bad)], bad, force=True)
    assert out.read_text() == "what was there"


def test_too_many_events_are_refused_with_the_name_of_the_trace(out, monkeypatch):
    monkeypatch.setattr("wwanreplay.analysis.view.rows.ROWS_MAX", 50)
    with pytest.raises(LimitError, match=r"demo\.wwtrace: events of one page .*96 exceeds"):
        write_view([DEMO], out)
    assert not out.exists()


def test_a_trace_that_is_cut_off_says_so(out, tmp_path):
    path = tmp_path / "cut.wwtrace"
    path.write_bytes((TRACES / "demo.wwtrace").read_bytes()[:-60])
    page, summary = view(out, path)
    assert summary.notes
    assert page_data(page).head["remarks"] == summary.notes
