"""`wwanreplay record`: drive a device through a script and write the session."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import (
    allow_unused_fault,
    fault_option,
    key_of,
    key_options,
    print_started,
    report_unused,
    shared_option,
    sync_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.real import (
    RealDevice,
    dry_run_option,
    print_plan,
    real_device_options,
    wait_for_option,
    wait_limit_option,
)
from wwanreplay.cli.tap import TapOptions, tap_options
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES

if TYPE_CHECKING:
    from wwanreplay.devices.base import Device
    from wwanreplay.record import Recording
    from wwanreplay.script import Script


@click.command("record")
@click.argument("device", required=False, metavar="DEVICE")
@click.option(
    "--script", metavar="NAME|FILE.toml", help="A shipped script or a file.  [default: demo]"
)
@click.option("-o", "--output", metavar="FILE", help="The trace to write; - is standard output.")
@click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), metavar="N", help="Instead of the script's."
)
@fault_option
@allow_unused_fault
@click.option("--zstd", is_flag=True, help="Compress the chunks.")
@click.option(
    "--chunk-size",
    type=click.IntRange(1, 32 << 20),
    metavar="BYTES",
    help="Size of a chunk before it is written.  [default: 262144]",
)
@click.option(
    "--checkpoints",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    metavar="RECORDS",
    help="Write the device's state each time after so many records.",
)
@click.option("--scrub", "scrubbed", is_flag=True, help="Write the trace scrubbed.")
@key_options
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@shared_option
@sync_option
@real_device_options
@wait_for_option
@wait_limit_option
@dry_run_option
@tap_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--list-profiles", is_flag=True, help="List the shipped profiles.")
@click.option("--list-scripts", is_flag=True, help="List the shipped scripts.")
@progress_option()
def command(
    device: str | None,
    script: str | None,
    output: str | None,
    seed: int | None,
    fault: str | None,
    allow_unused: bool,
    zstd: bool,
    chunk_size: int | None,
    checkpoints: int,
    scrubbed: bool,
    key: str | None,
    key_file: str | None,
    force: bool,
    shared: bool,
    sync: bool,
    real: RealDevice,
    wait_for: tuple[str, ...],
    wait_limit: float,
    dry_run: bool,
    tap: TapOptions,
    as_json: bool,
    list_profiles: bool,
    list_scripts: bool,
) -> int:
    """Drive DEVICE through a script and write the session as a trace.

    DEVICE is emulated:PROFILE (a shipped profile or a file ending in .toml), trace:FILE (the device
    side of a recording played back), or a real modem: mbim:PATH (a character device, pty or socket)
    or mbim-proxy:PATH. Without DEVICE the script's own profile is emulated, of which the same
    script and seed always give the same bytes. With --scrub the session is held in memory and only
    its scrubbed form is written, as `wwanreplay scrub` does it. The exit code is 1 when a fault
    changed nothing, or --wait-for did not come; the trace is written all the same.

    A real modem is sent nothing that writes to the SIM, a network lock, the firmware, a PIN or the
    provisioning unless --allow-send names it, and it is given no stimuli: those are left to the
    operator, listed at the end.

    With --tap nothing is driven: PATH's hosts use it through the recorder, until Ctrl-C, SIGTERM or
    SIGHUP.

    While it is written the trace is FILE.part; a recording that ends early stays there.
    """
    if list_profiles or list_scripts:
        _list(list_profiles, list_scripts, as_json)
        return EXIT_YES
    if tap.path is None:
        tap.check_unused()
    else:
        driving = {
            "DEVICE": device,
            "--script": script,
            "--seed": seed is not None,
            "--fault": fault,
            "--checkpoints": checkpoints,
            "--wait-for": wait_for,
            "--dry-run": dry_run,
            real.given or "--allow-send": real.is_given,
            "--zstd": zstd,
            "--chunk-size": chunk_size,
        }
        return _tap(tap, driving, output, key, key_file, scrubbed, as_json, force, shared, sync)
    if dry_run:
        return _dry_run(device, script, real, wait_for, as_json)
    if output is None:
        raise click.UsageError("-o FILE is needed: the trace to write")
    is_modem = device is not None and _is_real(device)
    if wait_for and not is_modem:
        raise click.UsageError("--wait-for is for a real device: mbim:PATH or mbim-proxy:PATH")
    if real.is_given and not is_modem:
        raise click.UsageError(f"{real.given} is for a real device: mbim:PATH or mbim-proxy:PATH")
    secret = key_of(key, key_file)
    if secret is not None and not scrubbed:
        raise click.UsageError("a key is for --scrub")
    from wwanreplay.devices.faults import load_faults
    from wwanreplay.devices.opening import open_device
    from wwanreplay.outputs import is_standard_output
    from wwanreplay.record import record
    from wwanreplay.script import load_script

    chosen = load_script(script or "demo")
    plan = None if fault is None else load_faults(fault)
    operator = None
    if is_modem:
        from wwanreplay.devices.mbim.operator import Operator
        from wwanreplay.play import check_real

        operator = Operator(wait_for, wait_limit, lambda line: echo(line, err=True))
        check_real(chosen, real.settings(), operator)
    opened = open_device(
        device or f"emulated:{chosen.profile}",
        seed=chosen.seed if seed is None else seed,
        settings=real.settings() if is_modem else None,
    )
    options: dict[str, Any] = {
        "operator": operator,
        "faults": plan,
        "compression": "zstd" if zstd else "none",
        "chunk_size": chunk_size,
        "checkpoint_records": checkpoints,
    }
    places: dict[str, Any] = {"force": force, "shared": shared, "sync": sync}
    if scrubbed:
        recording = _record_scrubbed(opened, chosen, output, secret, options, places)
    else:
        on_start = None if as_json else print_started
        recording = record(opened, chosen, output, **options, **places, on_start=on_start)
    to_error = is_standard_output(output)
    if as_json:
        click.echo(json.dumps({"file": output, **asdict(recording)}, indent=2), err=to_error)
    else:
        _print(output, recording, to_error)
    code = report_unused(recording.unused_faults, allowed=allow_unused)
    return EXIT_NO if recording.missed else code


def _tap(
    tap: TapOptions,
    driving: dict[str, Any],
    output: str | None,
    key: str | None,
    key_file: str | None,
    scrubbed: bool,
    as_json: bool,
    force: bool,
    shared: bool,
    sync: bool,
) -> int:
    """Record what others do with a modem; `driving` are options that are for doing it oneself."""
    from wwanreplay.cli.tap import run

    for name, value in driving.items():
        if value:
            raise click.UsageError(f"{name} is not for --tap, which drives nothing")
    if output is None:
        raise click.UsageError("-o FILE is needed: the trace to write")
    secret = key_of(key, key_file)
    if secret is not None and not scrubbed:
        raise click.UsageError("a key is for --scrub")
    places: dict[str, Any] = {"force": force, "shared": shared, "sync": sync}
    return run(tap, output, key=secret, scrubbed=scrubbed, as_json=as_json, **places)


def _is_real(device: str) -> bool:
    from wwanreplay.devices.base import is_real

    return is_real(device)


def _dry_run(
    device: str | None,
    script: str | None,
    real: RealDevice,
    wait_for: tuple[str, ...],
    as_json: bool,
) -> int:
    """Print what a script would send; exit code 1 when some of it needs a word it has not got."""
    from wwanreplay.devices.buffers import DEFAULT_STRUCTURES
    from wwanreplay.devices.mbim.operator import Operator
    from wwanreplay.devices.mbim.plan import check_words, plan_script
    from wwanreplay.script import load_script

    if device is None or not _is_real(device):
        raise click.UsageError("--dry-run is for a real device: mbim:PATH or mbim-proxy:PATH")
    check_words(real.allow_send)
    plan = plan_script(load_script(script or "demo"), DEFAULT_STRUCTURES)
    Operator(wait_for).check(plan)
    return print_plan(plan, real.allow_send, as_json=as_json)


def _record_scrubbed(
    device: Device,
    script: Script,
    output: str,
    key: bytes | None,
    options: dict[str, Any],
    places: dict[str, Any],
) -> Recording:
    """Record in memory and write what scrub makes of it, also of a recording that ends early."""
    from wwanreplay.analysis.scrub import scrub_bytes
    from wwanreplay.outputs import counted, reserved
    from wwanreplay.record import record

    memory = io.BytesIO()
    with reserved(output, **places) as part:
        try:
            recording = record(device, script, memory, **options)
        except BaseException as error:
            data, report = scrub_bytes(memory.getvalue(), key, allow_doubtful=True)
            if report.records:
                part.write(data, 0)
                part.keep(error, counted(report.records))
            raise
        data, report = scrub_bytes(memory.getvalue(), key, allow_doubtful=True)
        part.fill(data, report.records)
    return replace(recording, digest=report.digest)


def _print(output: str, recording: Recording, to_error: bool) -> None:
    echo(
        f"{output}: {recording.records} records, {recording.requests} requests, "
        f"{recording.completions} completions, {recording.indications} indications, "
        f"{recording.stimuli} stimuli in {recording.duration_ns / 1e9:.3f} s; "
        f"digest {recording.digest}",
        err=to_error,
    )
    if recording.faults:
        echo(f"faults applied: {recording.faults}", err=to_error)
    if recording.unanswered:
        echo(f"requests not answered: {recording.unanswered}", err=to_error)
    for line in recording.left_out:
        echo(f"left out: {line}", err=to_error)
    for line in recording.missed:
        echo(f"missed: {line}", err=to_error)


def _list(profiles: bool, scripts: bool, as_json: bool) -> None:
    from wwanreplay.devices.profile import shipped_profiles
    from wwanreplay.script import shipped_scripts
    from wwanreplay.tabular import Table

    listed: dict[str, dict[str, dict[str, str]]] = {}
    if profiles:
        listed["profiles"] = {
            name: {"description": text} for name, text in shipped_profiles().items()
        }
    if scripts:
        listed["scripts"] = {
            name: {"profile": script.profile, "description": script.description}
            for name, script in shipped_scripts().items()
        }
    if as_json:
        click.echo(json.dumps(listed, indent=2))
        return
    for rows in listed.values():
        cells = [(name, *row.values()) for name, row in rows.items()]
        widths = (0, 22) if rows is listed.get("scripts") else ()
        echo(Table(cells, has_head=False, widths=widths))
