"""The page of a corpus: nothing of a trace is HTML in it, and it fetches nothing."""

import re
from html.parser import HTMLParser
from os.path import abspath, normpath
from urllib.parse import unquote, urlsplit

import pytest

from wwanreplay.fleet.corpus import QUESTIONS, Answer
from wwanreplay.fleet.corpuspage import page_of, spread


class Given:
    folder = "<script>"
    description = {"schema": 1, "complete": True, "traces": 2, "producer": "<b>"}  # noqa: RUF012
    preamble = ["CREATE VIEW a AS FROM '<i>'"]  # noqa: RUF012


@pytest.fixture
def page(tmp_path):
    evil = '<img src=x onerror="alert(1)">'
    verdicts = Answer(QUESTIONS[0], ["firmware", "verdict", "traces"], [(evil, None, 12345)])
    names = ["/lab/a b.wwtrace", "https://host/a.wwtrace?…", f"s3://lab/{evil}", evil]
    names += ["javascript:alert(1)", "data:text/html,hi", "100%25.wwtrace"]
    rarest = Answer(QUESTIONS[4], ["fault", "traces", "shown_by"], [(evil, 1, names)])
    spreads = ["to_1ms", "to_10ms", "to_100ms", "to_1s", "to_10s", "longer"]
    latencies = Answer(QUESTIONS[3], ["oid", *spreads], [("OID", 1, 0, 8, 0, 0, 0)])
    return page_of(Given(), [verdicts, rarest, latencies], str(tmp_path / "page.html"))


def test_nothing_of_a_trace_is_html_and_nothing_is_fetched(page):
    tags = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attributes):
            tags.append(tag)
            assert not [name for name, _ in attributes if name.startswith("on") or name == "src"]

    Tags().feed(page)
    assert {"script", "img", "b", "i", "link", "iframe"}.isdisjoint(tags)
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert not re.search(r"url\(|@import", page)


def test_characters_that_cannot_be_seen_are_escapes(tmp_path):
    hidden = "x\x1b[2J\x9b\u202e"
    verdicts = Answer(QUESTIONS[0], ["firmware", "verdict", "traces"], [(hidden, hidden, 1)])
    names = [f"/lab/{hidden}", f"s3://lab/{hidden}", f"https://host/{hidden}"]
    rarest = Answer(QUESTIONS[4], ["fault", "traces", "shown_by"], [(hidden, 1, names)])
    given = Given()
    given.folder, given.preamble = hidden, [f"CREATE VIEW a AS FROM '{hidden}'"]
    text = page_of(given, [verdicts, rarest], str(tmp_path / "page.html"))
    assert text.count("x\\x1b[2J\\x9b\\u202e") == 9
    assert text.replace("\n", "").isprintable()


def test_a_link_leads_to_a_file_or_the_web_whatever_it_is_called(page, tmp_path):
    targets = []

    class Targets(HTMLParser):
        def handle_starttag(self, tag, attributes):
            targets.extend(value for name, value in attributes if tag == "a" and name == "href")

    Targets().feed(page)
    assert len(targets) == 6
    assert {urlsplit(target).scheme for target in targets} == {"", "https"}
    places = {normpath(tmp_path / unquote(each)) for each in targets if "://" not in each}
    assert normpath(tmp_path / abspath("100%25.wwtrace")) in places


def test_the_page_has_numbers_links_sql_and_spreads(page):
    assert '<td class="number">12 345</td>' in page
    assert 'a%20b.wwtrace">/lab/a b.wwtrace</a>' in page
    assert QUESTIONS[0].sql.splitlines()[-1] in page
    assert "CREATE VIEW a AS FROM" in page
    assert spread([1, 0, 8, 0, 0, 0]) in page


def test_a_spread_shows_what_there_is():
    assert spread([0, 0]) == "\N{NO-BREAK SPACE}" * 2
    assert spread([8, 1, 0]) == "█▂\N{NO-BREAK SPACE}"
    assert spread([]) == ""
