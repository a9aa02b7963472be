"""`wwanreplay scrub`: replace what is personal in a trace or a log, and prove that it is gone."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wwanreplay.cli.options import input_argument, key_of, scrubbing_options
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import UsageError

if TYPE_CHECKING:
    from wwanreplay.analysis.scrub import LogReport, ScrubReport


@click.command("scrub")
@input_argument("source", "TRACE|LOG")
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    metavar="OUT",
    help="The file to write; - is standard output.",
)
@scrubbing_options
@progress_option()
def command(
    source: str,
    out: str,
    key: str | None,
    key_file: str | None,
    format_name: str | None,
    expanded_size_max: int | None,
    force: bool,
    allow_doubtful: bool,
    shared: bool,
    as_json: bool,
) -> None:
    """Replace the identities of subscriber and device in a trace or a log, consistently.

    The scrubbed trace replays as TRACE does; a log stays a log of its format, packed as it was, and
    an import of it gives the scrubbed trace. Which of them it is, its first bytes say.

    Without a key a random one is taken and forgotten, so that nobody can repeat the mapping. OUT
    is written when a second pass has found none of the replaced values in it, in any encoding; the
    exit code is 1 when one is found, and when a place may hold a short one (a PIN may look like a
    time), unless --allow-doubtful lets it pass.
    """
    from wwanreplay.analysis.scrub import is_log, scrub_file, scrub_log_file
    from wwanreplay.outputs import is_standard_output

    secret = key_of(key, key_file)
    if Path(source).is_fifo():
        raise UsageError("a pipe cannot be scrubbed: it is read several times; name a file")
    if format_name is not None or is_log(source):
        log_report = scrub_log_file(
            source,
            out,
            secret,
            force=force,
            shared=shared,
            format_name=format_name,
            expanded_size_max=expanded_size_max,
            allow_doubtful=allow_doubtful,
        )
        lines, values = log_report_lines(log_report, out), asdict(log_report)
    else:
        report = scrub_file(
            source, out, secret, force=force, shared=shared, allow_doubtful=allow_doubtful
        )
        lines, values = report_lines(report, out), asdict(report)
    to_error = is_standard_output(out)
    if as_json:
        click.echo(json.dumps({"file": source, "output": out, **values}, indent=1), err=to_error)
        return
    for line in lines:
        echo(line, err=to_error)


def log_report_lines(report: LogReport, out: str) -> list[str]:
    """What was done to a log, for a person."""
    formats = ", ".join(dict.fromkeys(report.formats)) or "empty"
    first = f"{out}: {formats}; {report.changed} of {report.messages} messages changed"
    lines = [first, *_values_lines(report)]
    if "text" in report.formats:
        lines.append(
            "no format of a log was recognised in a part: only what its words say was found"
        )
    return lines


def _values_lines(report: ScrubReport | LogReport) -> list[str]:
    """The values replaced, and those that could not be searched for."""
    total = sum(report.values.values())
    if not total:
        return ["no value was replaced, so that none was looked for again"]
    lines = [f"{total} values replaced, none of them found again"]
    lines += [f"  {count:>5}  {label}" for label, count in report.values.items()]
    if report.doubtful:
        lines.append(f"{len(report.doubtful)} places may hold a value, and may hold another:")
        lines += [f"  {place}" for place in report.doubtful]
    if report.unsearched:
        lines.append(
            f"{report.unsearched} of them are too short to be more than chance; they were looked"
            " for in their fields only"
        )
    if report.ambiguous:
        lines.append(
            f"{report.ambiguous} of them are also what another one became; they were not looked for"
        )
    return lines


def report_lines(report: ScrubReport, out: str) -> list[str]:
    """What was done, for a person."""
    first = f"{out}: {report.changed} of {report.records} records changed; digest {report.digest}"
    lines = [first, *_values_lines(report)]
    if report.checkpoints_dropped:
        lines.append(
            f"{report.checkpoints_dropped} checkpoints left out: they hold the device's state"
        )
    lines += [
        f"attachment {name} left out: it is packed and was not opened"
        for name in report.attachments_dropped
    ]
    if report.unknown_records_dropped:
        lines.append(f"{report.unknown_records_dropped} records of unknown kinds left out")
    return lines
