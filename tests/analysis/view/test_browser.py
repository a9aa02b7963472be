"""The page in a browser: it draws, selects, searches and scrolls; hostile texts stay texts.

Without Chromium these tests are skipped, and say so; CI installs it.
"""

import json
import os
import shutil

import pytest
from checkout import LOGS, TRACES
from chromium import Chromium, find_chromium
from groups import sampled
from view_page import HOSTILE, hostile_trace, page_data
from view_screenshots import make

from wwanreplay.analysis.view import ViewOptions, write_view

DEMO = str(TRACES / "demo.wwtrace")
# Debian has the browser, and CI runs as root there.
EXPECTED = bool(os.environ.get("CI")) and shutil.which("apt-get") and os.geteuid() == 0
pytestmark = pytest.mark.skipif(
    find_chromium() is None and not EXPECTED, reason="chromium is not installed: no page is tried"
)


@pytest.fixture(scope="module")
def browser():
    with Chromium() as made:
        yield made


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo") / "demo.html"
    write_view([DEMO], out, ViewOptions(checks=True))
    return out


def opened(browser, path, **options):
    """The page of a file, drawn."""
    page = browser.open(path, **options)
    page.wait_for("document.documentElement.dataset.ready")
    return page


def text(page, element):
    return page.evaluate(f"document.getElementById({json.dumps(element)}).innerText")


def is_quiet(page):
    """Whether nothing was fetched, thrown, printed or shown as a dialog."""
    return (page.requests, page.errors, page.dialogs) == ([], [], [])


def test_the_page_loads_and_a_click_shows_the_fields_of_an_event(browser, demo):
    page = opened(browser, demo)
    assert "equal" in text(page, "bar")
    assert "96 events" in text(page, "bar")
    place = page.evaluate(
        "JSON.stringify(document.getElementById('ladder').getBoundingClientRect())"
    )
    box = json.loads(place)
    page.click(box["left"] + 600, box["top"] + 30 * 20 + 10)
    page.wait_for("document.getElementById('event').innerText.includes('ConnectionId')")
    shown = text(page, "event")
    assert shown.startswith("set OID_WWAN_CONNECT request 9")
    assert "WwanActivationCommandActivate" in shown
    assert "*** (16 characters)" in shown
    assert page.evaluate("location.hash") == "#30"
    assert is_quiet(page)


def test_keys_select_events_and_lead_to_the_answer(browser, demo):
    page = opened(browser, demo)
    page.evaluate("wwanreplay.select(30)")
    for key, title in (
        ("ArrowDown", "completion OID_WWAN_CONNECT request 9"),
        ("ArrowUp", "set OID_WWAN_CONNECT request 9"),
        ("Enter", "indication NDIS_STATUS_WWAN_CONTEXT_STATE request 9"),
        ("Home", "note: The miniport starts"),
        ("End", ""),
    ):
        page.key(key)
        page.wait_for(f"document.getElementById('event').innerText.startsWith({json.dumps(title)})")
    assert page.evaluate("location.hash") == "#95"
    assert is_quiet(page)


def matches(path, query):
    """How many rows have a text in their title, facts or fields."""
    data = page_data(path.read_text())
    return sum(
        query
        in "\n".join([title, *(part for each in (*facts, *fields) for part in each[:2])]).lower()
        for title, (facts, fields) in zip(data.texts("title"), data.details, strict=True)
    )


def test_a_search_finds_names_fields_and_values(browser, demo):
    page = opened(browser, demo)
    for query in ("oid_wwan_connect", "activationcommand", "test network", "*** (15", "none here"):
        page.evaluate("wwanreplay.select(0); document.getElementById('view').focus()")
        page.key("/")
        page.call("Input.insertText", text=query)
        count = matches(demo, query)
        assert bool(count) == (query != "none here")
        page.wait_for(f"document.getElementById('hits').value === '{count or 'none'}'")
        if count:
            page.key("Enter", "\r")
            page.wait_for(f"document.getElementById('hits').value === '1 of {count}'")
            shown = "document.getElementById('event').textContent.toLowerCase()"
            page.evaluate("document.querySelector('#event h3 input')?.click()")
            page.wait_for(f"{shown}.includes({json.dumps(query)})")
        page.evaluate("document.getElementById('query').focus()")
        page.key("Escape")
        page.wait_for("!document.getElementById('hits').value")
    assert is_quiet(page)


def brightness(page):
    """The mean of red, green and blue of a corner of the ladder."""
    page.evaluate("wwanreplay.drawNow()")
    pen = "document.getElementById('ladder').getContext('2d')"
    data = page.evaluate(f"Array.from({pen}.getImageData(230, 3, 1, 1).data)")
    return sum(data[:3]) / 3


def test_dark_and_light_follow_the_system_and_the_button(browser, demo):
    page = opened(browser, demo, dark=True)
    assert brightness(page) < 60
    page.set_dark(False)
    page.wait_for("document.documentElement.dataset.theme === 'light'")
    assert brightness(page) > 200
    page.evaluate("document.getElementById('theme').click()")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert brightness(page) < 60
    page.evaluate("localStorage.clear()")
    assert (page.requests, page.dialogs) == ([], [])


def test_time_to_scale_keeps_the_place_and_shows_the_gaps(browser, demo):
    page = opened(browser, demo)
    rows = page.evaluate("wwanreplay.height()")
    page.evaluate("wwanreplay.select(60)")
    page.key("s", "s")
    page.key("+", "+")
    assert page.evaluate("wwanreplay.height()") > 1.5 * rows
    first, last = page.evaluate("wwanreplay.inSight()")
    assert first <= 60 <= last
    page.key("s", "s")
    assert page.evaluate("wwanreplay.height()") == rows == 96 * 20
    assert is_quiet(page)


def test_what_is_selected_comes_into_sight_however_long_the_page_is(browser, demo):
    page = opened(browser, demo)
    assert page.evaluate("wwanreplay.inSight()")[0] == 0
    page.evaluate("wwanreplay.select(95)")
    assert page.evaluate("wwanreplay.inSight()")[1] == 95
    page.key("s", "s")
    for _ in range(16):
        page.key("+", "+")
    # More than a browser can scroll: 66 s of 2 million px each.
    assert page.evaluate("wwanreplay.height()") > 100e6
    for record in (0, 60, 95):
        page.evaluate(f"wwanreplay.select({record})")
        first, last = page.evaluate("wwanreplay.inSight()")
        assert first <= record <= last
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert page.evaluate("wwanreplay.inSight()") == [first, last]  # scrolling moved nothing
    assert is_quiet(page)


@pytest.mark.parametrize("personal", sampled([False, True], [False]))
def test_a_hostile_trace_runs_no_script_and_fetches_nothing(browser, tmp_path, personal):
    path, out = hostile_trace(tmp_path / "hostile.wwtrace"), tmp_path / "hostile.html"
    options = ViewOptions(checks=True, show_personal=personal)
    write_view([str(path)], out, options)
    page = opened(browser, out)
    elements = page.evaluate(
        "document.querySelectorAll('script, img, svg, base, link, iframe').length"
    )
    for record in range(len(HOSTILE) + 5):
        page.evaluate(f"wwanreplay.select({record})")
        page.wait_for(f"document.getElementById('event').innerText.includes('record {record} ')")
    page.key("o", "o")
    page.call("Input.insertText", text="alert")
    hrefs = page.evaluate("Array.from(document.querySelectorAll('a'), (each) => each.protocol)")
    assert set(hrefs) <= {"file:"}
    assert elements == 3  # the head, the blocks and the script
    assert (
        page.evaluate("document.querySelectorAll('script, img, svg, base, link, iframe').length")
        == 3
    )
    assert page.evaluate("window.harm === undefined && parent.harm === undefined")
    assert page.evaluate("location.href").startswith(page.address)
    assert is_quiet(page)


def test_the_policy_stops_what_is_put_in_anyway(browser, demo):
    """The second fence: were a text ever HTML, it could do nothing."""
    page = opened(browser, demo)
    with pytest.raises(RuntimeError, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<img src=http://192.0.2.1/x>'")
    with pytest.raises(RuntimeError, match=r"Failed to fetch|violates"):
        page.evaluate("fetch('http://192.0.2.1/')")
    page.evaluate(
        "const each = new Image(); each.src = 'http://192.0.2.1/x'; document.body.append(each)"
    )
    page.wait_for("document.querySelector('img').complete")
    assert any("Content Security Policy" in error for error in page.errors)


def test_a_log_line_and_a_finding_are_one_click_away(browser, tmp_path):
    out = tmp_path / "late.html"
    write_view([str(LOGS / "mbimcli-fault-contexts.log")], out)
    page = opened(browser, out)
    page.key("n", "n")
    page.wait_for("document.querySelector('#event .finding')")
    assert "against the model" in text(page, "event")
    link = page.evaluate("document.querySelector('#event a').getAttribute('href')")
    assert link.startswith("./mbimcli-fault-contexts.log#L")
    number = int(link.partition("#L")[2])
    line = (LOGS / "mbimcli-fault-contexts.log").read_text().splitlines()[number - 1]
    assert line
    assert is_quiet(page)


@pytest.mark.long
def test_screenshots_are_made(tmp_path):
    made = make(tmp_path / "shots")
    assert [path.name for path in made] == ["view-light.png", "view-dark.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made)
    assert made[0].read_bytes() != made[1].read_bytes()


@pytest.mark.long
def test_a_page_that_is_not_whole_says_so(browser, demo, tmp_path):
    out = tmp_path / "cut.html"
    html = demo.read_text()
    at = html.index('id="head">') + len('id="head">')
    out.write_text(html[: at + 100] + html[html.index("</script>", at) :])
    page = browser.open(out)
    page.wait_for("!document.getElementById('trouble').hidden")
    assert "cannot be shown" in text(page, "trouble")
