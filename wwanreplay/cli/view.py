"""`wwanreplay view`: a session as a page for a browser."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from wwanreplay.cli.options import (
    inputs_argument,
    max_expanded_option,
    place,
    shared_option,
    show_personal_option,
    stretch_options,
    where_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES


@click.command("view")
@inputs_argument("files", "LOG|TRACE…")
@click.option(
    "-o", "--output", required=True, metavar="OUT.html", help="The page; - is standard output."
)
@stretch_options
@where_option
@click.option("--check", "checks", is_flag=True, help="Judge it by the rules of the documents too.")
@click.option("--no-replay", is_flag=True, help="Do not compare it; only show what is there.")
@click.option("--from", "format_name", metavar="FORMAT", help="What the logs are.  [default: look]")
@click.option("--device", metavar="NAME", help="Only this device, by its name in the logs.")
@click.option(
    "--log-link",
    metavar="PREFIX",
    help="What stands before a log's name in links to its lines.  [default: the page's folder]",
)
@max_expanded_option
@show_personal_option
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@shared_option
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@progress_option()
def command(
    files: tuple[str, ...],
    output: str,
    start: str | None,
    stop: str | None,
    where: str | None,
    checks: bool,
    no_replay: bool,
    format_name: str | None,
    device: str | None,
    log_link: str | None,
    expanded_size_max: int | None,
    show_personal: bool,
    force: bool,
    shared: bool,
    as_json: bool,
) -> int:
    """Show a session in a browser: write one page that needs nothing else.

    It has the ladder of host and device, lanes of states, what replay finds in place, the decoded
    fields of each event, and a search. Of a trace, or of logs of one session, which are imported on
    the way: `wwanreplay view bug.log.gz -o bug.html`. Identities are masked. The exit code is 1
    when nothing matches --where, --start and --stop; what is found does not change it.
    """
    from wwanreplay.analysis.show import Filter
    from wwanreplay.analysis.view import ViewOptions, write_view
    from wwanreplay.outputs import STANDARD_OUTPUT, is_standard_output

    if files.count("-") > 1:
        raise click.UsageError("the standard input can be read only once")
    to_error = is_standard_output(output)
    summary = write_view(
        files,
        STANDARD_OUTPUT if output == "-" else output,
        ViewOptions(
            Filter.of(start=place(start, "--start"), stop=place(stop, "--stop"), where=where),
            compares=not no_replay,
            checks=checks,
            show_personal=show_personal,
            log_link=log_link or "",
        ),
        format_name=format_name,
        device=device,
        expanded_size_max=expanded_size_max,
        force=force,
        shared=shared,
    )
    for note in summary.notes:
        echo(f"wwanreplay: warning: {note}", err=True)
    if not summary.rows:
        echo(f"nothing matched: none of {summary.records} records", err=True)
        return EXIT_NO
    if as_json:
        click.echo(json.dumps({**asdict(summary), "file": output}), err=to_error)
        return EXIT_YES
    found = [
        f"{count} {weight}{'s' if count > 1 else ''}" for weight, count in summary.findings.items()
    ]
    verdict = [summary.verdict] if summary.verdict else []
    text = ", ".join([f"{summary.rows} of {summary.records} records", *verdict, *found])
    echo(f"{output}: {text}", err=to_error)
    return EXIT_YES
