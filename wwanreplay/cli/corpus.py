"""`wwanreplay corpus`: what the results of many traces say together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import input_argument, shared_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES
from wwanreplay.tabular import Part, Table
from wwanreplay.words import meant, printable

if TYPE_CHECKING:
    from wwanreplay.fleet.corpus import Answer, Corpus


@click.command("corpus")
@input_argument("report", "REPORT")
@click.option(
    "--since", metavar="EARLIER", help="Show too which faults the results EARLIER did not have."
)
@click.option(
    "--baseline",
    metavar="EARLIER",
    help="Compare verdicts with the results EARLIER: exit code 1 with a list where one changed.",
)
@click.option("--table", "tables", metavar="NAME", multiple=True, help="Only this table.")
@click.option("--no-sql", is_flag=True, help="Leave the SQL behind each table out.")
@click.option("-o", "--output", metavar="OUT.html", help="Write one page for a browser.")
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@shared_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    report: str,
    since: str | None,
    baseline: str | None,
    tables: tuple[str, ...],
    no_sql: bool,
    output: str | None,
    force: bool,
    shared: bool,
    as_json: bool,
) -> int:
    """Ask the results of many traces: REPORT is the folder or store of `replay --results`.

    Which firmware breaks which rule how often, what diverges, latencies by OID, the rarest traces
    of each fault, and what is new; with the SQL, to go on in DuckDB. With --baseline the exit code
    is 1 when a verdict changed or a trace is gone, or when the runs have no trace in common.
    """
    from wwanreplay.fleet.corpus import CHANGES, QUESTIONS, Corpus

    if since is not None and baseline is not None:
        raise click.UsageError("--since and --baseline: give one of them")
    names = [question.name for question in QUESTIONS]
    for name in tables:
        if meant(name, names) is None:
            raise click.UsageError(f"there is no table {name!r}; there are {', '.join(names)}")
    tables = tuple(meant(name, names) or name for name in tables)
    if "new" in tables and since is None:
        raise click.UsageError("the table new wants --since EARLIER")
    if output is not None:
        from wwanreplay.outputs import find_target

        find_target(output, force=force, is_binary=False)
    corpus = Corpus(report, since if baseline is None else baseline)
    try:
        if baseline is not None:
            return _compare(corpus, corpus.ask(CHANGES), output, force, shared, as_json, no_sql)
        answers = [
            answer for answer in corpus.answers() if not tables or answer.question.name in tables
        ]
        _show(corpus, answers, output, force, shared, as_json, no_sql)
    finally:
        corpus.close()
    return EXIT_YES


def _compare(
    corpus: Corpus,
    changes: Answer,
    output: str | None,
    force: bool,
    shared: bool,
    as_json: bool,
    no_sql: bool,
) -> int:
    """Show what changed; the exit code."""
    common = corpus.count_in_both()
    _show(corpus, [changes], output, force, shared, as_json, no_sql)
    if not common:
        echo("nothing compared: the runs have no trace in common", err=True)
        return EXIT_NO
    number = len(changes.rows)
    what = (
        "no verdict changed" if not number else "1 change" if number == 1 else f"{number} changes"
    )
    echo(f"{what}; {common} traces compared", err=as_json)
    return EXIT_NO if changes.rows else EXIT_YES


def _show(
    corpus: Corpus,
    answers: list[Answer],
    output: str | None,
    force: bool,
    shared: bool,
    as_json: bool,
    no_sql: bool,
) -> None:
    from wwanreplay.fleet.corpus import verb_of
    from wwanreplay.fleet.corpuspage import about, page_of
    from wwanreplay.outputs import is_standard_output, write_whole

    for folder, description in corpus.descriptions.items():
        if not description.get("complete"):
            echo(
                f"wwanreplay: warning: {folder}: the run did not complete;"
                f" {verb_of(description)} --resume goes on",
                err=True,
            )
    if output is not None:
        page = page_of(corpus, answers, output).encode()
        write_whole(output, page, force=force, shared=shared, is_binary=False)
        rows = sum(len(answer.rows) for answer in answers)
        text = f"{output}: {len(answers)} tables, {rows} rows"
        echo(text, err=as_json or is_standard_output(output))
    if as_json:
        values = {
            "results": corpus.description,
            "views": corpus.preamble,
            "tables": [answer.values() for answer in answers],
        }
        click.echo(json.dumps(values, indent=1, default=str))
    elif output is None:
        echo(f"{corpus.folder}: {about(corpus)}")
        for answer in answers:
            for part in _parts(answer, no_sql):
                echo(part)
        if not no_sql:
            echo()
            echo("The views that the tables were asked of:")
            for statement in corpus.preamble:
                for line in f"{statement};".splitlines():
                    echo(f"    {line}")


def _parts(answer: Answer, no_sql: bool) -> Iterator[Part]:
    """A table with its title and its SQL."""
    from wwanreplay.fleet.corpus import ROWS_MAX

    yield ""
    yield answer.question.title
    rows = [[_text(value) for value in row] for row in answer.rows[:ROWS_MAX]]
    if not rows:
        yield "  none"
    else:
        head = [name.replace("_", " ") for name in answer.columns]
        values = enumerate(answer.rows[0])
        numbers = {at for at, value in values if isinstance(value, int | float)}
        yield Table([head, *rows], numbers=numbers, indent="  ")
    left = len(answer.rows) - len(rows)
    if left:
        yield f"  and {left} more rows: --json has all"
    if not no_sql:
        for line in answer.question.sql.splitlines():
            yield f"    {line}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, int | float):
        return f"{value:,}".replace(",", " ")
    return printable(str(value))
