"""Write docs/rules/: a page for each subject of rules, from the rows and the sessions.

    python tools/make_rule_pages.py

What breaking a rule looks like is the small session that the tests keep for it, and the text of
`wwanreplay check` on it.
"""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from checkout import DOCS
from rule_sessions import Block, all_blocks

from wwanreplay.analysis.check import check, rules
from wwanreplay.analysis.judged.explained import decided
from wwanreplay.protocol.rules import reasons, rows, subject_of, subjects
from wwanreplay.protocol.schema import Rule

FOLDER = DOCS / "rules"
_GENERATED = "<!-- Written by tools/make_rule_pages.py: change rows or sessions instead. -->"
_ACTORS = {
    "miniport": "the miniport",
    "device": "the device behind the driver",
    "service": "the host",
    "checker": "who reads a trace",
}


@cache
def _sessions() -> dict[str, Block]:
    """The first session that breaks each rule."""
    found: dict[str, Block] = {}
    for block in all_blocks():
        found.setdefault(block.rule, block)
    return found


def pages() -> dict[str, str]:
    """The pages by file name."""
    names = dict.fromkeys(each.page for each in subjects().values())
    return {
        "README.md": "\n".join(_index(names)) + "\n",
        **{f"{name}.md": "\n".join(_page(name)) + "\n" for name in names},
    }


def _index(names: dict[str, None]) -> Iterator[str]:
    yield "# Rules by subject"
    yield ""
    yield _GENERATED
    yield ""
    yield "What each rule says, why a host cares, and what breaking it looks like. How sessions are"
    yield "judged by them is in [check.md](../check.md), how the rules are tested in"
    yield "[rules.md](../rules.md)."
    yield ""
    yield "| page | rules | of |"
    yield "| --- | ---: | --- |"
    for name in names:
        titles = [each.title for each in subjects().values() if each.page == name]
        count = sum(subject_of(row.id).page == name for row in rows())
        yield f"| [{name}.md]({name}.md) | {count} | {'; '.join(titles)} |"


def _page(name: str) -> Iterator[str]:
    chosen = {prefix: each for prefix, each in subjects().items() if each.page == name}
    titles = [each.title for each in chosen.values()]
    yield f"# Rules: {titles[0]}"
    yield ""
    yield _GENERATED
    for prefix, subject in chosen.items():
        yield ""
        yield f"## {subject.title}"
        yield ""
        yield f"**Why a host cares.** {subject.why}"
        for row in rows():
            if row.id.partition(".")[0] == prefix:
                yield from _rule(row)


def _rule(row: Rule) -> Iterator[str]:
    yield ""
    yield f"### {row.id}"
    yield ""
    yield f"{row.text}"
    yield ""
    if row.id in reasons():
        yield f"**Why a host cares.** {reasons()[row.id]}"
        yield ""
    yield f"- a *{row.level}* for {_ACTORS[row.actor]}"
    if row.precondition:
        yield f"- applies to: {row.precondition}"
    if row.violation:
        yield f"- broken by: {row.violation}"
    yield f"- in a trace: {decided(row.id)}"
    yield f"- from: {', '.join(row.sources)}"
    block = _sessions().get(row.id) if row.id in rules() else None
    if block is not None:
        yield ""
        yield f"This session breaks it: {_first_text(block)}."
        yield ""
        yield "```text"
        yield from block.lines
        yield "```"


def _first_text(block: Block) -> str:
    return check(block.events, [block.rule])[0].text


def main() -> int:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    found = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in found:
            path.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
