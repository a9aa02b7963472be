"""Write a man page of every verb, made of its click command, into share/man.

    python tools/make_man.py [--out share/man]

They stand beside the pages that are written by hand, so that there is one folder to install, and
are not committed. SOURCE_DATE_EPOCH gives the date, as for other builds. click-man does not load
the verbs of a lazy group, and writes help texts as they are, in which a point at the beginning of a
line is a command of roff; so these are our own lines.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import click

from wwanreplay import __version__
from wwanreplay.cli import VERBS, root
from wwanreplay.verdict import EXIT_CODES

ROOT = Path(__file__).resolve().parent.parent
#: Pages by hand, and the verb that each belongs to.
BY_HAND = {"wwanreplay-tap": "record"}
WIDTH = 78


def escaped(text: str) -> str:
    """Text of which roff takes nothing for a command."""
    plain = text.replace("\\", "\\e")
    plain = "".join(each if each.isascii() else f"\\[u{ord(each):04X}]" for each in plain)
    return re.sub(r"^(?=[.'])", r"\\&", plain, flags=re.MULTILINE)


def literal(text: str) -> str:
    """What is typed as it stands: its hyphens are those of the keyboard."""
    return escaped(text).replace("-", "\\-")


def prose(text: str) -> str:
    """A paragraph, filled; what stands between backticks is bold."""
    words = " ".join(text.split())
    parts = re.split(r"`([^`]+)`", words)
    made = "".join(
        f"\\fB{literal(part)}\\fR" if place % 2 else escaped(part)
        for place, part in enumerate(parts)
    )
    # Wrapped lines may begin with a point again.
    lines = textwrap.wrap(made, WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join(re.sub(r"^(?=[.'])", r"\\&", line) for line in lines)


def paragraphs(text: str) -> Iterator[str]:
    """The lines of a help text; a block that click does not wrap stays as it is."""
    for number, block in enumerate(re.split(r"\n\s*\n", text.strip())):
        if number:
            yield ".PP"
        if block.lstrip().startswith("\b"):
            yield ".nf"
            yield from (escaped(line.strip()) for line in block.splitlines()[1:])
            yield ".fi"
        else:
            yield prose(block)


def option_lines(command: click.Command, context: click.Context) -> Iterator[str]:
    """The options, each with what it does."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or (isinstance(parameter, click.Argument) and not record[1]):
            continue  # hidden, or an argument that the description explains
        names, text = record
        yield ".TP"
        yield _names(names)
        yield prose(text) if text.strip() else "\\&"


def _names(text: str) -> str:
    """Names of an option in bold, what it takes in italics."""
    parts = []
    for word in re.split(r"(, | / | )", text):
        is_name = word.startswith("-")
        form = "\\fB{}\\fR" if is_name else "\\fI{}\\fR"
        parts.append(escaped(word) if not word.strip(" ,/") else form.format(literal(word)))
    return "".join(parts)


def page(command: click.Command, context: click.Context, summary: str) -> str:
    """The man page of one command."""
    name = context.command_path.replace(" ", "-")
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    date = time.strftime("%Y-%m-%d", time.gmtime(epoch))
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f'.TH {literal(name.upper())} 1 {date} "wwanreplay {__version__}" "User Commands"']
    lines += [".SH NAME", f"{literal(name)} \\- {escaped(summary[:1].lower() + summary[1:])}"]
    lines += [".SH SYNOPSIS", f"\\fB{literal(context.command_path)}\\fR {literal(usage)}"]
    lines += [".SH DESCRIPTION", *paragraphs(command.help or summary)]
    options = list(option_lines(command, context))
    if options:
        lines += [".SH OPTIONS", *options]
    others = list(children(command, context))
    if others:
        lines += [".SH COMMANDS"]
        for child, text in others:
            lines += [".TP", f"\\fB{literal(f'{name}-{child}')}\\fR(1)", prose(text)]
    lines += [".SH EXIT STATUS"]
    for code, meaning in EXIT_CODES.items():
        if meaning.startswith("lab:") and name not in ("wwanreplay", "wwanreplay-lab"):
            continue
        lines += [".TP", f"\\fB{code}\\fR", prose(meaning)]
    lines += [".SH SEE ALSO", ", ".join(f"\\fB{literal(each)}\\fR(1)" for each in related(name))]
    return "\n".join(lines) + "\n"


def related(name: str) -> list[str]:
    """The pages that another one names: that above it, and those by hand."""
    verb = name.partition("-")[2]
    above = name.rpartition("-")[0] or "wwanreplay-record"
    hands = [page for page, of in BY_HAND.items() if verb in ("", of)]
    return [above, *hands]


def children(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Name and summary of the commands of a group."""
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                yield child, VERBS.get(child) or _first_sentence(found.help or "")


def _first_sentence(text: str) -> str:
    return " ".join(re.split(r"(?<=\.)\s", text.strip())[0].split())


def pages() -> dict[str, str]:
    """All pages made of commands: file name → text."""
    context = click.Context(root, info_name="wwanreplay", **root.context_settings)
    summary = _first_sentence(root.help or "").rstrip(".")
    made = {"wwanreplay.1": page(root, context, summary)}
    pending = [(root, context)]
    while pending:
        group, above = pending.pop()
        for name, text in children(group, above):
            command = group.get_command(above, name)
            assert command is not None
            inner = click.Context(command, parent=above, info_name=name)
            file = inner.command_path.replace(" ", "-") + ".1"
            made[file] = page(command, inner, text.rstrip("."))
            if isinstance(command, click.Group):
                pending.append((command, inner))
    return made


def main() -> int:
    """Write the pages anew."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "share" / "man")
    folder = parser.parse_args().out / "man1"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("wwanreplay*.1"):
        if old.stem not in BY_HAND:
            old.unlink()
    made = pages()
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")
    print(f"{folder}: {len(made)} man pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
