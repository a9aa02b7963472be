"""`wwanreplay recover`: rewrite what is readable of a damaged trace."""

from __future__ import annotations

import json

import click

from wwanreplay.cli.options import input_argument, shared_option
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo


@click.command("recover")
@input_argument("file", "FILE")
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    metavar="OUT",
    help="The trace to write; - is standard output.",
)
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@shared_option
@click.option("--zstd", "compress", is_flag=True, help="Compress the chunks.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@progress_option()
def command(file: str, out: str, force: bool, shared: bool, compress: bool, as_json: bool) -> int:
    """Rewrite what is readable of a damaged trace, and say exactly what was lost.

    Records keep their numbers; a gap record stands in the place of what was lost. The exit code is
    0 when nothing was lost, 1 when something was, 3 when nothing can be read.
    """
    from wwanreplay.errors import EXIT_NO, EXIT_YES
    from wwanreplay.outputs import is_standard_output
    from wwanreplay.trace import recover

    compression = "zstd" if compress else "none"
    report = recover(file, out, compression=compression, force=force, shared=shared)
    to_error = is_standard_output(out)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "file": file,
                    "output": out,
                    "complete": report.complete,
                    "records_kept": report.records_kept,
                    "records_unchecked": report.records_unchecked,
                    "records_lost": report.records_lost,
                    "lost_unknown": report.lost_unknown,
                    "cut_off": report.cut_off,
                    "cut_text": report.cut_text,
                    "header_lost": report.header_lost,
                    "gaps": report.gaps,
                    "losses": [str(loss) for loss in report.losses],
                },
                indent=1,
            ),
            err=to_error,
        )
    else:
        for line in _lines(report, out):
            echo(line, err=to_error)
    return EXIT_YES if report.complete else EXIT_NO


def _lines(report: object, out: str) -> list[str]:
    from wwanreplay.trace import RecoverReport

    assert isinstance(report, RecoverReport)
    lines = [f"{out}: {report.records_kept} records kept"]
    if report.complete:
        return [*lines, "nothing was lost"]
    unknown = ", and possibly more" if report.lost_unknown else ""
    lines.append(f"{report.records_lost} records known to be lost{unknown}")
    if report.header_lost:
        lines.append("the header is lost: profile and seed are not known")
    if report.cut_off:
        lines.append(report.cut_text)
    lines += [f"lost: {loss}" for loss in report.losses]
    if report.gaps:
        lines.append(f"gap records at {', '.join(map(str, report.gaps))}")
    return lines
