"""`wwanreplay explain`: from a log or trace to an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import click

from wwanreplay.cli.options import (
    allow_doubtful_option,
    fleet_options,
    force_output_option,
    inputs_argument,
    key_of,
    key_options,
    max_expanded_option,
    shared_option,
    stretch_of,
    stretch_options,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES, NothingMatchedError
from wwanreplay.words import printable

if TYPE_CHECKING:
    from wwanreplay.fleet import Where
    from wwanreplay.fleet.explaining import ExplainWork, Pages


@click.command("explain")
@inputs_argument("files", "LOG|TRACE…", required=False)
@click.option("--from", "format_name", metavar="FORMAT", help="What the logs are.  [default: look]")
@click.option("--device", metavar="NAME", help="Only this device, by its name in the logs.")
@fleet_options
@stretch_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a list with a page a session.")
@max_expanded_option
@click.option(
    "--bundle",
    "out",
    metavar="OUT",
    help="Also write OUT, one file to send, as `bundle` does: all in it is scrubbed.",
)
@key_options
@force_output_option
@allow_doubtful_option
@shared_option
@progress_option()
@click.pass_obj
def command(
    settings: dict[str, bool] | None,
    files: tuple[str, ...],
    format_name: str | None,
    device: str | None,
    processes: int,
    cluster: str | None,
    start: str | None,
    stop: str | None,
    as_json: bool,
    expanded_size_max: int | None,
    out: str | None,
    key: str | None,
    key_file: str | None,
    force: bool,
    allow_doubtful: bool,
    shared: bool,
) -> int:
    """Say what a log or trace shows: what happened, what stands out, likely causes, faults.

    Logs are whatever import reads, packed or not; several are of one session. A trace is explained
    by itself. Of a part, --start and --stop, is listed what stands in it; it is judged by all of
    the session. Identities are masked. The exit code is 1 where a fault is found; 3 for what cannot
    be read or holds no message, with how to get a log that does. With --bundle it is 1 also where
    scrub refuses; then OUT is not written and no page printed.
    """
    if not files:
        raise click.UsageError("a file is needed: a log or a trace, or - for the standard input")
    if files.count("-") > 1:
        raise click.UsageError("the standard input can be read only once")
    if out is not None:
        _check_bundle(files, out)
    from wwanreplay.fleet import Where
    from wwanreplay.fleet.explaining import ExplainWork

    where = Where(processes, cluster)
    work = ExplainWork(
        stretch_of(start, stop),
        format_name,
        device,
        expanded_size_max,
        as_json,
        debug=bool(settings and settings.get("debug")) and where == Where(),
    )
    explained: Iterable[Pages] = _pages(files, work, where)
    if out is not None:
        from wwanreplay.analysis.bundle import bundle

        explained = list(explained)  # what cannot be read says so before anything is written
        if not any(pages.error for pages in explained):
            summary = bundle(
                files[0],
                out,
                key_of(key, key_file),
                format_name=format_name,
                device=device,
                expanded_size_max=expanded_size_max,
                force=force,
                shared=shared,
                allow_doubtful=allow_doubtful,
            )
            for line in summary.lines():
                echo(line, err=True)
    return _print(explained, as_json)


def _pages(files: Sequence[str], work: ExplainWork, where: Where) -> Iterator[Pages]:
    """The pages of traces, each by itself, and behind them those of logs, which are of one session.

    It ends at the first file that cannot be explained.
    """
    from wwanreplay.fleet import run

    if len(files) == 1 or "-" in files:  # the standard input is this process's
        yield work.together(files)
        return
    logs = []
    with closing(run(files, work, where)) as found:
        for pages in found:
            if pages.is_log:
                logs.append(pages.path)
                continue
            yield pages
            if pages.error:
                return
    if logs:
        yield work.together(logs)


def _print(explained: Iterable[Pages], as_json: bool) -> int:
    """Print the pages; the exit code is the worst, NothingMatchedError if there is none.

    A file in whose part nothing stands has no page: a warning says so, and the answer is a no.
    """
    code = EXIT_YES
    number = 0
    values = []
    nothing: list[str] = []
    for pages in explained:
        code = max(code, pages.exit_code)
        values += pages.values
        if pages.nothing:
            nothing.append(f"{pages.path}: {pages.nothing}")
            code = max(code, EXIT_NO)
        for lines in pages.lines:
            if number:
                echo()
            number += 1
            for line in lines:
                echo(line)
        if pages.error:
            echo(f"wwanreplay: error: {printable(pages.error)}", err=True)
            return pages.exit_code
    if nothing and not number and not values:
        raise NothingMatchedError("; ".join(nothing))
    for each in nothing:
        echo(f"wwanreplay: warning: {each}", err=True)
    if as_json:
        click.echo(json.dumps(values, indent=1))
    return code


def _check_bundle(files: Sequence[str], out: str) -> None:
    """UsageError for what cannot be bundled; it is refused before the work begins."""
    from wwanreplay.outputs import is_standard_output

    if len(files) != 1 or files[0] == "-":
        raise click.UsageError("--bundle takes one file: a log or a trace")
    if is_standard_output(out):
        raise click.UsageError("--bundle needs a file: the page goes to the standard output")
