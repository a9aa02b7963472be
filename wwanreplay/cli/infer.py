"""`wwanreplay infer`: what the environment did where a trace does not say it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.errors import EXIT_EQUAL, UsageError, WwanReplayError

if TYPE_CHECKING:
    from wwanreplay.analysis.infer.report import InferReport


@click.command("infer")
@click.argument("traces", metavar="TRACE...", nargs=-1, required=True)
@click.option("-o", "--output", "out", metavar="OUT", help="Write the trace with the stimuli.")
@click.option(
    "--strip",
    type=click.Choice(("all", "inferred")),
    help="Write the trace without stimuli to OUT; nothing is inferred.",
)
@click.option("--save", metavar="FILE", help="Write the inferred stimuli as TOML, to be edited.")
@click.option(
    "--stimuli", "given", metavar="FILE", help="Take the stimuli from this file; infer nothing."
)
@click.option("--force", is_flag=True, help="Overwrite OUT and the file of --save.")
@click.option("--allow-empty", is_flag=True, help="Let a comparison of nothing pass.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list, one object each trace.")
@click.option("--show-personal", is_flag=True, help="Do not mask what identifies a person.")
def command(
    traces: tuple[str, ...],
    out: str | None,
    strip: str | None,
    save: str | None,
    given: str | None,
    force: bool,
    allow_empty: bool,
    as_json: bool,
    show_personal: bool,
) -> int:
    """Find the stimuli that explain what a device said, where TRACE lacks them.

    For each: the record before which it stands, its time and fields, and the output that made it
    necessary. The exit code is 1 when outputs stay unexplained, or nothing could be compared.
    """
    _check(traces, out, strip, save, given)
    for path in (out, save):
        if path is not None and not force and Path(path).exists():
            raise UsageError(f"{path}: exists already; --force overwrites it")
    if strip is not None:
        assert out is not None
        return _strip(traces[0], out, strip, as_json)
    if given is not None:
        return _put_in(traces[0], out, given, as_json, allow_empty)
    return _infer(traces, out, save, as_json, show_personal, allow_empty)


def _check(
    traces: tuple[str, ...],
    out: str | None,
    strip: str | None,
    save: str | None,
    given: str | None,
) -> None:
    """Refuse options that do not go together."""
    if len(traces) > 1 and (out or strip or save or given):
        raise click.UsageError("-o, --strip, --save and --stimuli take one TRACE")
    if sum(option is not None for option in (strip, save, given)) > 1:
        raise click.UsageError("--strip, --save and --stimuli: give one of them")
    if strip is not None and out is None:
        raise click.UsageError("--strip needs -o OUT")
    if out is not None and out == save:
        raise click.UsageError("-o and --save name one file")


def _strip(trace: str, out: str, which: str, as_json: bool) -> int:
    from wwanreplay.analysis.infer import without_stimuli
    from wwanreplay.analysis.scrub import write_whole
    from wwanreplay.trace import TraceReader

    data = without_stimuli(trace, inferred_only=which == "inferred")
    with TraceReader(trace) as before, TraceReader(data) as after:
        removed = before.verify().records - after.verify().records
    write_whole(Path(out), data)
    if as_json:
        click.echo(json.dumps([{"file": trace, "output": out, "removed": removed}], indent=1))
    else:
        click.echo(f"{out}: {removed} stimuli removed")
    return EXIT_EQUAL


def _put_in(trace: str, out: str | None, file: str, as_json: bool, allow_empty: bool) -> int:
    """Put the stimuli of a file in, and say whether they explain the recording."""
    from wwanreplay.analysis.infer import infer
    from wwanreplay.analysis.infer.stimulus_file import parse_stimuli, with_stimuli
    from wwanreplay.analysis.report import headline
    from wwanreplay.analysis.scrub import write_whole
    from wwanreplay.devices.toml import read_text
    from wwanreplay.replay import replay
    from wwanreplay.trace import TraceReader

    entries = parse_stimuli(read_text(Path(file)), file)
    with TraceReader(trace) as reader:
        header = reader.header
    if header.comparison == "field" and not header.profile_mapping:
        header = infer(trace).header  # the profile and the start are still to be inferred
    data = with_stimuli(trace, entries, file, header)
    result = replay(data)
    if out is not None:
        write_whole(Path(out), data)
    count = len(result.divergences)
    if as_json:
        values: dict[str, Any] = {"file": trace, "stimuli": len(entries)}
        values |= {"verdict": str(result.verdict)}
        values |= {"divergences": count} | ({} if out is None else {"output": out})
        click.echo(json.dumps([values], indent=1))
    else:
        click.echo(f"{out or trace}: {len(entries)} stimuli put in; {headline(result)}")
        if result.divergence_count and out is not None:
            click.echo(f"`wwanreplay replay {out}` says where")
    return result.verdict.exit_code(allow_empty=allow_empty)


def _infer(
    traces: tuple[str, ...],
    out: str | None,
    save: str | None,
    as_json: bool,
    show_personal: bool,
    allow_empty: bool,
) -> int:
    from wwanreplay.analysis.batch import find_traces

    found = find_traces(traces)
    if len(found) > 1 and (out or save):
        raise click.UsageError(f"{traces[0]}: has {len(found)} traces; -o and --save take one")
    exit_code = EXIT_EQUAL
    values: list[dict[str, Any]] = []
    for trace in found:
        try:
            report = _inferred(trace, out, save, show_personal)
        except WwanReplayError as error:
            if len(found) == 1:
                raise
            exit_code = max(exit_code, error.exit_code)
            click.echo(f"wwanreplay: error: {error}", err=True)
            values.append({"file": trace, "error": str(error)})
            continue
        exit_code = max(exit_code, report.verdict.exit_code(allow_empty=allow_empty))
        if as_json:
            values.append(report.values())
            continue
        for line in report.lines():
            click.echo(line)
    if as_json:
        click.echo(json.dumps(values, indent=1))
    return exit_code


def _inferred(trace: str, out: str | None, save: str | None, show_personal: bool) -> InferReport:
    """The report of one trace, its outputs written."""
    from wwanreplay.analysis.infer import infer
    from wwanreplay.analysis.infer.report import InferReport
    from wwanreplay.analysis.infer.stimulus_file import is_inferred, stimuli_text
    from wwanreplay.analysis.scrub import write_whole
    from wwanreplay.trace import TraceReader

    found = infer(trace)
    with TraceReader(trace) as reader:
        events = list(reader.events())
    report = InferReport(trace, events, found, show_personal=show_personal)
    if out is not None:
        write_whole(Path(out), found.to_bytes())
    if save is not None:
        name = Path(trace).name
        title = (
            f"Inferred stimuli of {name}. They may be edited and put in again:\n"
            f"  wwanreplay infer {name} --stimuli FILE -o OUT"
        )
        kept = [event for event in events if not is_inferred(event)]
        write_whole(Path(save), stimuli_text(report.entries(), kept, title).encode())
    return report
