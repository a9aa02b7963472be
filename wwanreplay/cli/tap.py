"""`wwanreplay record --tap`: options and output."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import as_size, duration, print_started
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_YES
from wwanreplay.words import folded

if TYPE_CHECKING:
    from wwanreplay.devices.mbim.clock import SessionClock
    from wwanreplay.tap.keeper import Keeping
    from wwanreplay.tap.recorder import Recorder, Rotation, Sink
    from wwanreplay.tap.tracefile import TraceFile


@dataclass(frozen=True)
class TapOptions:
    """What the command line says of a tap; None is not given."""

    path: str | None = None
    address: str | None = None
    rotate_size: int | None = None
    rotate_age: str | None = None
    keep: str | None = None
    keep_size: int | None = None
    keep_after: str | None = None
    triggers: tuple[str, ...] = ()
    given: dict[str, Any] = field(default_factory=dict)

    def check_unused(self) -> None:
        """UsageError for an option that only a tap has, without --tap."""
        for name, value in self.given.items():
            if value:
                raise click.UsageError(f"{name} is for --tap")

    def rotation(self) -> Rotation:
        """When a file ends."""
        from wwanreplay.tap.recorder import Rotation

        return Rotation(self.rotate_size, duration(self.rotate_age, "--rotate-age"))

    def keeping(self) -> Keeping | None:
        """What the flight recorder keeps, None without one."""
        from wwanreplay.tap.keeper import AFTER_NS, KEEP_SIZE, SILENT_NS, TRIGGERS, Keeping

        keep_ns = duration(self.keep, "--keep")
        if keep_ns is None:
            for name in ("--keep-size", "--keep-after", "--trigger"):
                if self.given[name]:
                    raise click.UsageError(f"{name} is for --keep")
            return None
        silent_ns, words = SILENT_NS, set()
        for text in self.triggers:
            given, separator, value = text.partition("=")
            word = folded(given)
            if separator and word != "silent":
                raise click.UsageError(f"--trigger {text}: only silent has a time")
            if separator:
                silent_ns = duration(value, "--trigger silent") or SILENT_NS
            words.add(word)
        return Keeping(
            keep_ns,
            frozenset(words or TRIGGERS),
            silent_ns,
            self.keep_size or KEEP_SIZE,
            duration(self.keep_after, "--keep-after") or AFTER_NS,
        )


def _size(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    return None if value is None else as_size(value)


_OPTIONS = (
    click.option(
        "--tap",
        "path",
        metavar="PATH",
        help="Take the place of mbim-proxy before this modem and record what its hosts do.",
    ),
    click.option(
        "--socket",
        "address",
        metavar="SOCKET",
        help="Of a tap: where its hosts connect, a path or @name.  [default: @mbim-proxy]",
    ),
    click.option(
        "--rotate-size",
        callback=_size,
        metavar="SIZE",
        help="Of a tap: begin the next file at this size, as 64M: FILE.0001 and so on.",
    ),
    click.option(
        "--rotate-age",
        metavar="DURATION",
        help="Of a tap: begin the next file at this age, as 1h.",
    ),
    click.option(
        "--keep",
        metavar="DURATION",
        help="Of a tap: keep so much in memory, as 10m, and write it when a trigger comes.",
    ),
    click.option(
        "--trigger",
        "triggers",
        multiple=True,
        metavar="WORD",
        help="What lets --keep write: error-status, fault, model, silent[=DURATION], "
        "signal.  "
        "[default: each]",
    ),
    click.option(
        "--keep-size",
        callback=_size,
        metavar="SIZE",
        help="How much memory --keep may take.  [default: 64M]",
    ),
    click.option(
        "--keep-after",
        metavar="DURATION",
        help="How long --keep goes on writing after a trigger.  [default: 10s]",
    ),
)


def tap_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a tap; the command is given them as `tap`."""

    @wraps(command)
    def wrapped(
        *arguments: Any,
        path: str | None,
        address: str | None,
        rotate_size: int | None,
        rotate_age: str | None,
        keep: str | None,
        keep_size: int | None,
        keep_after: str | None,
        triggers: tuple[str, ...],
        **options: Any,
    ) -> Any:
        given = {
            "--socket": address,
            "--rotate-size": rotate_size,
            "--rotate-age": rotate_age,
            "--keep": keep,
            "--keep-size": keep_size,
            "--keep-after": keep_after,
            "--trigger": triggers,
        }
        tap = TapOptions(
            path, address, rotate_size, rotate_age, keep, keep_size, keep_after, triggers, given
        )
        return command(*arguments, tap=tap, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def run(
    tap: TapOptions,
    output: str,
    *,
    key: bytes | None,
    scrubbed: bool,
    as_json: bool,
    **places: Any,
) -> int:
    """Tap until a signal ends it; the exit code."""
    from wwanreplay.devices.mbim.opening import names_of
    from wwanreplay.outputs import find_target
    from wwanreplay.serve.clients import PROXY_ADDRESS
    from wwanreplay.stores import is_url, named
    from wwanreplay.tap.keeper import Keeper
    from wwanreplay.tap.loop import run_tap
    from wwanreplay.tap.process import RecorderProcess
    from wwanreplay.tap.recorder import FileSink, Opener

    assert tap.path is not None
    if is_url(output):
        raise click.UsageError(
            f"{named(output)}: a tap records on a disk, as it must not wait for a store; put the"
            " files there when they are complete"
        )
    rotation, keeping = tap.rotation(), tap.keeping()
    if keeping is not None and rotation.is_on:
        raise click.UsageError("--keep and rotation: give one of them")
    if scrubbed and not rotation.is_on and keeping is None:
        raise click.UsageError(
            "--scrub with --tap needs --rotate-size, --rotate-age or --keep: a file is in memory"
            " until it ends, and a kill loses that one"
        )
    is_numbered = rotation.is_on or keeping is not None
    target = find_target(output, force=places["force"] or is_numbered)
    if target.is_stream:
        raise click.UsageError(f"{output}: a tap is recorded to a file")
    names = names_of("mbim", tap.path) | {"way": "tap"}
    recorders: list[RecorderProcess] = []
    address = PROXY_ADDRESS if tap.address is None else tap.address

    def on_file(file: TraceFile) -> None:
        if as_json:
            click.echo(json.dumps({"file": file.path, "recording": file.part.path}))
        else:
            print_started(file.part, in_memory=scrubbed)

    def make_sink(clock: SessionClock) -> Sink:
        opener = Opener(
            names,
            clock,
            transform=_scrubber(key) if scrubbed else None,
            on_file=on_file,
            **places,
        )
        if keeping is None:
            return FileSink(output, rotation, opener)
        return Keeper(output, keeping, opener, on_failure)

    def on_failure(reason: str) -> None:
        echo(f"not judged against the model: {reason}", err=True)

    def make(clock: SessionClock) -> Recorder:
        recorders.append(RecorderProcess(lambda: make_sink(clock), clock))
        return recorders[0]

    def on_wait(holder: str) -> None:
        echo(
            f"{address}: {holder} has this name; waiting until it is gone. Its clients, such as"
            " ModemManager, stay with it: stop them, end it, and start them again",
            err=True,
        )

    def on_ready(ready: str) -> None:
        if as_json:
            click.echo(json.dumps({"tap": tap.path, "socket": ready}))
        else:
            echo(f"{tap.path}: tapped; hosts connect to {ready}", err=True)

    def on_signal(time_ns: int) -> None:
        recorders[0].signalled(time_ns)

    tapped = run_tap(
        tap.path, make, address=address, on_wait=on_wait, on_ready=on_ready, on_signal=on_signal
    )
    records = recorders[0].sink.records if recorders else 0
    files = recorders[0].sink.files if recorders else []
    if as_json:
        values = {"files": files, "records": records, "clients": tapped.clients}
        click.echo(json.dumps({**values, "transfers": tapped.transfers}))
    else:
        echo(
            f"{', '.join(files[-1:]) or output}: {records} records in {len(files)} files,"
            f" {tapped.clients} clients, {tapped.transfers} transfers"
            f" in {tapped.duration_ns / 1e9:.3f} s"
        )
    return EXIT_YES


def _scrubber(key: bytes | None) -> Callable[[bytes], bytes]:
    """Scrub with one key for all files, so that one value is the same in each."""
    import secrets

    chosen = secrets.token_bytes(32) if key is None else key

    def scrub(trace: bytes) -> bytes:
        from wwanreplay.analysis.scrub import scrub_bytes

        return scrub_bytes(trace, chosen, allow_doubtful=True)[0]

    return scrub
