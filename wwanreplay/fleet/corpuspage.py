"""A corpus as one page for a browser: in the style of `view`, without script."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from wwanreplay.fleet.corpus import Answer, Corpus
from wwanreplay.words import harmless, printable

_OWN_STYLE: Final = """
html, body { height: auto; }
body { display: block; overflow: auto; padding: 16px 24px; }
h1 { font-size: 18px; } h2 { font-size: 15px; margin: 28px 0 6px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--soft); padding: 3px 12px 3px 0; text-align: left;
  vertical-align: top; }
th { color: var(--dim); font-weight: 600; } td.number { text-align: right; }
pre { background: var(--panel); border: 1px solid var(--line); padding: 8px 12px; overflow: auto;
  font: 12px/1.45 var(--mono); }
summary { color: var(--accent); cursor: pointer; } .dim { color: var(--dim); }
a { color: var(--accent); }
"""
_BARS: Final = "▁▂▃▄▅▆▇█"
#: The columns of a distribution, which are drawn as one.
_SPREAD: Final = ("to_1ms", "to_10ms", "to_100ms", "to_1s", "to_10s", "longer")


def page_of(corpus: Corpus, answers: list[Answer], out: str) -> str:
    """The page; links to traces of the disk lead from `out`, where the page is written."""
    style = _style() + _OWN_STYLE
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = _shown(f"Corpus {corpus.folder}")
    lines = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>",
        f"<h1>{title}</h1>",
        f'<p class="dim">{_shown(about(corpus))}</p>',
    ]
    folder = os.path.dirname(os.path.abspath(out))
    statements = "".join(f"{statement};\n" for statement in corpus.preamble)
    for answer in answers:
        lines += _section(answer, folder)
    lines += [
        "<h2>Go on in DuckDB or pandas</h2>",
        "<p>These views are what the tables above were asked of.</p>",
        f"<pre>{escape(harmless(statements))}</pre>",
        "</body>\n</html>\n",
    ]
    return "\n".join(lines)


def about(corpus: Corpus) -> str:
    """What the results are, in a line."""
    description = corpus.description
    state = "complete" if description.get("complete") else "not complete"
    count, producer = description.get("traces"), description.get("producer")
    return f"{count} traces, {state}; {producer}, schema {description['schema']}"


def _shown(text: str) -> str:
    """A text as HTML; characters that cannot be seen are escapes."""
    return escape(printable(text))


def _style() -> str:
    """The colours and fonts of the page of `view`, for light and dark."""
    return files("wwanreplay.analysis.view").joinpath("view.css").read_text(encoding="utf-8")


def _section(answer: Answer, folder: str) -> Iterator[str]:
    question = answer.question
    yield f'<h2 id="{question.name}">{escape(question.title)}</h2>'
    if answer.rows:
        columns = [name for name in answer.columns if name not in _SPREAD[1:]]
        heads = ["spread" if name in _SPREAD else name for name in columns]
        yield "<table><thead><tr>"
        yield "".join(f"<th>{escape(head.replace('_', ' '))}</th>" for head in heads)
        yield "</tr></thead><tbody>"
        for row in answer.rows:
            values = dict(zip(answer.columns, row, strict=True))
            yield f"<tr>{''.join(_cell(name, values, folder) for name in columns)}</tr>"
        yield "</tbody></table>"
    else:
        yield '<p class="dim">none</p>'
    yield f"<details><summary>SQL</summary><pre>{escape(question.sql)}</pre></details>"


def _cell(name: str, values: dict[str, Any], folder: str) -> str:
    value = values[name]
    if name in _SPREAD:
        counts = [values[each] for each in _SPREAD]
        text = ", ".join(f"{each.replace('_', ' ')} {values[each]}" for each in _SPREAD)
        return f'<td title="{escape(text)}">{spread(counts)}</td>'
    if isinstance(value, list):
        return f"<td>{'<br>'.join(_link(str(each), folder) for each in value)}</td>"
    if isinstance(value, int | float):
        return f'<td class="number">{value:,}</td>'.replace(",", " ")
    return f"<td>{_shown('' if value is None else str(value))}</td>"


def _link(trace: str, folder: str) -> str:
    scheme = trace.partition("://")[0] if "://" in trace else ""
    if scheme in ("http", "https"):
        target = quote(trace, safe="/:.%-_~")
    elif scheme:
        return _shown(trace)
    else:  # a colon in it would make a scheme of what stands before it
        target = quote(os.path.relpath(os.path.abspath(trace), folder))
    return f'<a href="{escape(target)}">{_shown(trace)}</a>'


def spread(counts: list[int]) -> str:
    """A distribution as a line of bars, one for each range; a blank where nothing is."""
    most = max(counts, default=0)
    return "".join(
        _BARS[(count * (len(_BARS) - 1) + most - 1) // most] if count else "\N{NO-BREAK SPACE}"
        for count in counts
    )
