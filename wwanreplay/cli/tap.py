"""`wwanreplay record --tap`: options and output."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import as_size, print_started
from wwanreplay.errors import EXIT_YES

if TYPE_CHECKING:
    from wwanreplay.devices.mbim.clock import SessionClock
    from wwanreplay.tap.recorder import Recorder, Rotation
    from wwanreplay.tap.tracefile import TraceFile


@dataclass(frozen=True)
class TapOptions:
    """What the command line says of a tap; None is not given."""

    path: str | None = None
    address: str | None = None
    rotate_size: int | None = None
    rotate_age: str | None = None
    given: dict[str, Any] = field(default_factory=dict)

    def check_unused(self) -> None:
        """UsageError for an option that only a tap has, without --tap."""
        for name, value in self.given.items():
            if value:
                raise click.UsageError(f"{name} is for --tap")

    def rotation(self) -> Rotation:
        """When a file ends."""
        from wwanreplay.devices.toml import ValuePlace, as_duration
        from wwanreplay.tap.recorder import Rotation

        age_ns = None
        if self.rotate_age is not None:
            age_ns = as_duration(self.rotate_age, ValuePlace("--rotate-age"))
            if age_ns <= 0:
                raise click.UsageError("--rotate-age: a file of no age holds nothing")
        return Rotation(self.rotate_size, age_ns)


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
        **options: Any,
    ) -> Any:
        given = {
            "--socket": address,
            "--rotate-size": rotate_size,
            "--rotate-age": rotate_age,
        }
        tap = TapOptions(path, address, rotate_size, rotate_age, given)
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
    from wwanreplay.tap.loop import run_tap
    from wwanreplay.tap.recorder import FileSink, Opener, Recorder

    assert tap.path is not None
    rotation = tap.rotation()
    if scrubbed and not rotation.is_on:
        raise click.UsageError(
            "--scrub with --tap needs --rotate-size or --rotate-age: a file is in memory until it"
            " ends, and a kill loses that one"
        )
    target = find_target(output, force=places["force"] or rotation.is_on)
    if target.is_stream:
        raise click.UsageError(f"{output}: a tap is recorded to a file")
    names = names_of("mbim", tap.path) | {"way": "tap"}
    files: list[str] = []
    sinks: list[FileSink] = []
    address = PROXY_ADDRESS if tap.address is None else tap.address

    def on_file(file: TraceFile) -> None:
        files.append(file.path)
        if as_json:
            click.echo(json.dumps({"file": file.path, "recording": file.part.path}))
        else:
            print_started(file.part, in_memory=scrubbed)

    def make(clock: SessionClock) -> Recorder:
        opener = Opener(
            names,
            clock,
            transform=_scrubber(key) if scrubbed else None,
            on_file=on_file,
            **places,
        )
        sinks.append(FileSink(output, rotation, opener))
        return Recorder(sinks[0])

    def on_wait(holder: str) -> None:
        click.echo(
            f"{address}: {holder} has this name; waiting until it is gone. Its clients, such as"
            " ModemManager, stay with it: stop them, end it, and start them again",
            err=True,
        )

    def on_ready(ready: str) -> None:
        if as_json:
            click.echo(json.dumps({"tap": tap.path, "socket": ready}))
        else:
            click.echo(f"{tap.path}: tapped; hosts connect to {ready}", err=True)

    tapped = run_tap(tap.path, make, address=address, on_wait=on_wait, on_ready=on_ready)
    records = sinks[0].records if sinks else 0
    if as_json:
        values = {"files": files, "records": records, "clients": tapped.clients}
        click.echo(json.dumps({**values, "transfers": tapped.transfers}))
    else:
        click.echo(
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

        return scrub_bytes(trace, chosen)[0]

    return scrub
