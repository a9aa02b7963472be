"""`wwanreplay infer`: what the environment did where a trace does not say it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from wwanreplay.cli.options import (
    Choice,
    allow_empty_option,
    fleet_options,
    inputs_argument,
    shared_option,
    show_personal_option,
    stretch_of,
    stretch_options,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_YES
from wwanreplay.outputs import find_target, is_standard_output, whole
from wwanreplay.progress import UNSEEN, begin
from wwanreplay.words import printable

if TYPE_CHECKING:
    from wwanreplay.analysis.infer.report import InferReport
    from wwanreplay.fleet import Where
    from wwanreplay.fleet.inferring import InferWork


@click.command("infer")
@inputs_argument("traces", "TRACE...")
@click.option(
    "-o",
    "--output",
    "out",
    metavar="OUT",
    help="Write the trace with the stimuli; - is standard output.",
)
@click.option(
    "--strip",
    type=Choice(("all", "inferred")),
    help="Write the trace without stimuli to OUT; nothing is inferred.",
)
@click.option("--save", metavar="FILE", help="Write the inferred stimuli as TOML, to be edited.")
@click.option(
    "--stimuli", "given", metavar="FILE", help="Take the stimuli from this file; infer nothing."
)
@fleet_options
@stretch_options
@click.option("--force", is_flag=True, help="Overwrite OUT and the file of --save.")
@allow_empty_option
@shared_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list, one object each trace.")
@show_personal_option
@progress_option()
@click.pass_obj
def command(
    settings: dict[str, bool] | None,
    traces: tuple[str, ...],
    out: str | None,
    strip: str | None,
    save: str | None,
    given: str | None,
    processes: int,
    cluster: str | None,
    start: str | None,
    stop: str | None,
    force: bool,
    allow_empty: bool,
    shared: bool,
    as_json: bool,
    show_personal: bool,
) -> int:
    """Find the stimuli that explain what a device emitted, where TRACE lacks them.

    For each: the record before which it stands, its time and fields, and the output that made it
    necessary. Verdict and exit code are those of the replay of the result: of a field trace an
    output that stays unexplained is a note unless it is a fault. With --start and --stop the part
    is cut out first, and records are counted in it.
    """
    _check(traces, out, strip, save, given)
    stretch = stretch_of(start, stop)
    if not stretch.is_whole and (strip or given):
        raise click.UsageError("--strip and --stimuli take a whole trace; cut the part first")
    places = _Places(out, save, force, shared)
    if strip is not None:
        assert out is not None
        return _strip(traces[0], out, strip, as_json, places)
    if given is not None:
        return _put_in(traces[0], out, given, as_json, places, allow_empty)
    from wwanreplay.fleet import Where
    from wwanreplay.fleet.inferring import InferWork

    where = Where(processes, cluster)
    debug = bool(settings and settings.get("debug")) and where == Where()
    work = InferWork(stretch, as_json, show_personal, allow_empty, debug)
    return _infer(traces, work, where, places)


class _Places:
    """Where the outputs go; both targets are checked before anything else happens.

    Printed lines go to the standard error when an output goes to the standard output.
    """

    def __init__(self, out: str | None, save: str | None, force: bool, shared: bool) -> None:
        self.out, self.save = out, save
        self._force, self._shared = force, shared
        self.to_error = False
        for name, is_binary in ((out, True), (save, False)):
            if name is not None:
                find_target(name, force=force, is_binary=is_binary)
                self.to_error |= is_standard_output(name)

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """One of them to write to; it appears when the block ends well."""
        is_binary = name != self.save
        with whole(name, force=self._force, shared=self._shared, is_binary=is_binary) as file:
            yield cast(BinaryIO, file)

    def write(self, report: InferReport, source: str) -> None:
        """Write both of what was inferred of a trace, of which `source` is the file or a part."""
        from wwanreplay.analysis.infer.stimulus_file import stimuli_text, without_inferred
        from wwanreplay.trace import TraceReader

        if self.out is not None:
            with self.opened(self.out) as file:
                report.found.write(file)
        if self.save is not None:
            name = Path(report.path).name
            title = (
                f"Inferred stimuli of {name}. They may be edited and put in again:\n"
                f"  wwanreplay infer {name} --stimuli FILE -o OUT"
            )
            with TraceReader(source) as reader:
                kept = without_inferred(reader.events())
                text = stimuli_text(report.entries(), kept, title)
            with self.opened(self.save) as file:
                file.write(text.encode())

    def echo(self, text: str) -> None:
        """Print a line."""
        echo(text, err=self.to_error)

    def echo_json(self, values: list[dict[str, Any]]) -> None:
        """Print JSON."""
        click.echo(json.dumps(values, indent=1), err=self.to_error)


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


def _strip(trace: str, out: str, which: str, as_json: bool, places: _Places) -> int:
    from wwanreplay.analysis.infer import write_without_stimuli

    with places.opened(out) as file:
        removed = write_without_stimuli(trace, file, inferred_only=which == "inferred")
    if as_json:
        places.echo_json([{"file": trace, "output": out, "removed": removed}])
    else:
        places.echo(f"{out}: {removed} stimuli removed")
    return EXIT_YES


def _put_in(
    trace: str, out: str | None, file: str, as_json: bool, places: _Places, allow_empty: bool
) -> int:
    """Put the stimuli of a file in, and say whether they explain the recording."""
    from wwanreplay.analysis.infer import infer, judged
    from wwanreplay.analysis.infer.stimulus_file import parse_stimuli, write_with_stimuli
    from wwanreplay.analysis.report import headline
    from wwanreplay.devices.toml import read_text
    from wwanreplay.trace import TraceReader

    entries = parse_stimuli(read_text(Path(file)), file)
    with TraceReader(trace) as reader:
        header = reader.header
    if header.comparison == "field" and not header.profile_mapping:
        header = infer(trace).header  # the profile and the start are still to be inferred
    with TemporaryFile() as made:
        write_with_stimuli(trace, entries, made, file, header)
        made.seek(0)
        result = judged(made, trace)
        if out is not None:
            made.seek(0)
            with places.opened(out) as target:
                copyfileobj(made, target)
    count = len(result.divergences)
    if as_json:
        values: dict[str, Any] = {"file": trace, "stimuli": len(entries)}
        values |= {"verdict": str(result.verdict)}
        values |= {"divergences": count} | ({} if out is None else {"output": out})
        places.echo_json([values])
    else:
        places.echo(f"{out or trace}: {len(entries)} stimuli put in; {headline(result)}")
        if result.fault_count and out is not None:
            places.echo(f"`wwanreplay replay {out}` says where")
    return result.verdict.exit_code(allow_empty=allow_empty)


def _infer(traces: tuple[str, ...], work: InferWork, where: Where, places: _Places) -> int:
    from wwanreplay.analysis.batch import find_traces
    from wwanreplay.fleet import Where, run

    found = find_traces(traces)
    if places.out or places.save:
        if len(found) > 1:
            raise click.UsageError(f"{traces[0]}: has {len(found)} traces; -o and --save take one")
        work, where = replace(work, on_report=places.write), Where()
    exit_code = EXIT_YES
    values: list[dict[str, Any]] = []
    shown = begin("traces", len(found), "traces") if len(found) > 1 else UNSEEN
    with closing(run(found, work, where)) as reports:
        for count, report in enumerate(reports, 1):
            shown.reach(count)
            exit_code = max(exit_code, report.exit_code)
            for note in report.notes:
                echo(f"wwanreplay: note: {note}", err=True)
            if report.error:
                echo(f"wwanreplay: error: {printable(report.error)}", err=True)
                if len(found) == 1:
                    return exit_code
            values.append(report.values)
            for line in report.lines:
                places.echo(line)
    shown.end()
    if work.as_json:
        places.echo_json(values)
    return exit_code
