"""The pages of the site that are made of the protocol's rows, and links to them in all others.

A page for each OID, indication, structure, enumeration, stimulus and rule, in Markdown. Nothing
that is made here is committed: the rows are the one place where a fact stands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from wwanreplay.mbim.commands import ties_of_oid
from wwanreplay.protocol import PROTOCOL, listing
from wwanreplay.protocol.schema import Enum, FlagSet, Oid, Rule, Struct

#: Statuses are rows of one table, docs/protocol.md, and have no page of their own.
KINDS: Final = ("oid", "indication", "structure", "enum", "rule", "stimulus")
_FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
#: Links, headings, comments and tags, which stay as they are; code; or a name in a text.
_TOKEN: Final = re.compile(
    r"!?\[[^\]]*\]\([^)]*\)|^\#[^\n]*|<!--.*?-->|<[^>]+>"
    r"|`(?P<code>[^`]+)`"
    r"|(?<![\w/.-])(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+)?)(?![\w/-])",
    re.MULTILINE | re.DOTALL,
)


def row_name(row: Any) -> str:
    """What a row is called: a rule by its id."""
    return str(row.id) if isinstance(row, Rule) else str(row.name)


def places() -> dict[str, str]:
    """Name of each row that has a page → the page, from the root of the site."""
    return {
        row_name(row): f"reference/{kind}/{row_name(row)}.md"
        for kind in KINDS
        for row in listing.rows(kind)
    }


def pages() -> dict[str, str]:
    """All pages of the rows: place → Markdown, linked with each other."""
    named = places()
    rules = rules_by_subject()
    made = {}
    for kind in KINDS:
        for row in listing.rows(kind):
            place = named[row_name(row)]
            body = "\n".join(_lines(kind, row, rules))
            made[place] = f"---\norphan: true\n---\n\n{linked(body, place, named)}\n"
    return made


def rules_by_subject() -> dict[str, list[str]]:
    """Name of an OID or indication → ids of the rules about it."""
    found: dict[str, list[str]] = {}
    for rule in PROTOCOL.rule_by_id.values():
        for subject in rule.subject:
            found.setdefault(subject, []).append(rule.id)
    return found


def linked(text: str, place: str, named: Mapping[str, str]) -> str:
    """Markdown in which names of rows lead to their pages; `place` is that of the text.

    Code blocks, headings and links stay as they are, and so does the name of the page itself.
    """
    parts: list[str] = []
    position = 0
    for block in _FENCE.finditer(text):
        parts += [_linked(text[position : block.start()], place, named), block[0]]
        position = block.end()
    return "".join([*parts, _linked(text[position:], place, named)])


def _linked(text: str, place: str, named: Mapping[str, str]) -> str:
    folder = posixpath.dirname(place)

    def link(found: re.Match[str]) -> str:
        word = found["name"] or found["code"] or ""
        # A plain word, such as signal, is surely a name in the code of pages of rows alone.
        is_sure = bool(re.search(r"[_.]", word)) or (
            found["code"] is not None and place.startswith("reference/")
        )
        target = named.get(word) if is_sure else None
        if target is None or target == place:
            return found[0]
        return f"[{found[0]}]({posixpath.relpath(target, folder or '.')})"

    return _TOKEN.sub(link, text)


def _lines(kind: str, row: Any, rules: Mapping[str, list[str]]) -> Iterator[str]:
    yield f"# {row_name(row)}"
    yield ""
    if isinstance(row, Struct):
        yield from _struct_lines(row)
    elif isinstance(row, Enum):
        yield from _enum_lines(row)
    else:
        commands = ties_of_oid(row.name) if isinstance(row, Oid) else ()
        head, *rest = listing.description(row, commands)
        yield f"{head.removeprefix(row_name(row)).strip().capitalize()}."
        yield ""
        yield from _bullets(rest)
    about = rules.get(row_name(row), ())
    if about:
        yield from ("", "## Rules about it", "")
        for rule_id in about:
            yield f"- {rule_id}: {_escaped(PROTOCOL.rule_by_id[rule_id].text)}"
    yield ""
    yield f"A row of the tables ({_listed(kind)}); `wwanreplay protocol show {row_name(row)}`."


def _listed(kind: str) -> str:
    anchor = listing.TITLES[kind].lower().replace(" ", "-")
    return f"[{listing.TITLES[kind]}](../../docs/protocol.md#{anchor})"


def _bullets(lines: Iterable[str]) -> Iterator[str]:
    """Lines `  label: text` as a list; those that are indented further continue or belong to it."""
    for line in lines:
        text = line.strip()
        if not line.startswith("    "):
            yield f"- {_escaped(text)}"
        elif re.match(r"(input|output): ", text):
            yield f"  - {_escaped(text)}"
        else:
            yield f"  {_escaped(text)}"


def _enum_lines(row: Enum) -> Iterator[str]:
    yield "A set of flags." if isinstance(row, FlagSet) else "An enumeration."
    yield ""
    if row.note:
        yield from (_escaped(row.note), "")
    table = []
    for member in row.members:
        number = f"{member.number:#x}" if isinstance(row, FlagSet) else str(member.number)
        remarks = [f"earlier {', '.join(map(str, member.earlier))}"] if member.earlier else []
        remarks += ["obsolete"] if member.obsolete else []
        remarks += ["a count, no value"] if member.bound else []
        table.append((number, f"`{member.name}`", "; ".join(remarks)))
    yield from _table(("value", "name", "remarks"), table)
    users = sorted(
        struct.name
        for struct in PROTOCOL.structs.values()
        if any(field.values == row.name for layout in struct.layouts for field in layout.fields)
    )
    if users:
        yield from ("", f"Used by {', '.join(users)}.")


def _struct_lines(row: Struct) -> Iterator[str]:
    data = listing.row_json(row)
    yield f"A structure of {data['header']}."
    yield ""
    if data["note"]:
        yield from (_escaped(data["note"]), "")
    if data["used_by"]:
        yield from (f"Used by {', '.join(f'`{name}`' for name in data['used_by'])}.", "")
    for revision in data["revisions"]:
        doubt = ", not verified" if revision["unverified"] else ""
        yield (
            f"- revision {revision['number']} (`{revision['constant']}`): "
            f"layout {' or '.join(revision['layouts'])}{doubt}"
        )
    for line in data["variable_part"]:
        yield f"{'  ' if line.startswith('  ') else ''}- {_escaped(line.strip())}"
    for layout in data["layouts"]:
        yield from ("", f"## Layout {layout['id']}: {layout['size']} bytes", "")
        if layout["targets"]:
            yield from (f"{_escaped(listing.releases(layout['targets']))}.", "")
        rows = [
            (
                str(field["offset"]),
                str(field["size"]),
                field["type"],
                f"`{field['path']}`" + _case(field["case"]),
                field["values"],
                field["origin"],
                field["personal"],
            )
            for field in layout["fields"]
        ]
        heads = ("offset", "bytes", "type", "name", "values", "origin", "personal")
        yield from _table(heads, rows)


def _case(case: list[Any]) -> str:
    return f" if {case[-1][0]} is {case[-1][1]}" if case else ""


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table without the columns in which nothing stands."""
    listed = list(rows)
    columns = [place for place in range(len(heads)) if any(row[place] for row in listed)]
    yield f"| {' | '.join(heads[place] for place in columns)} |"
    yield f"|{'|'.join(' --- ' for _ in columns)}|"
    for row in listed:
        yield f"| {' | '.join(_escaped(row[place]) for place in columns)} |"


def _escaped(text: str) -> str:
    """Text of a row in Markdown: nothing of it is markup."""
    return re.sub(r"([|<*\[\]])", r"\\\1", text)
