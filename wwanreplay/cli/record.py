"""`wwanreplay record`: drive a device through a script and write the session."""

from __future__ import annotations

import io
import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wwanreplay.cli.scrub import key_of, key_options

if TYPE_CHECKING:
    from wwanreplay.record import Recording


@click.command("record")
@click.argument("device", required=False, metavar="DEVICE")
@click.option(
    "--script", metavar="NAME|FILE.toml", help="A shipped script or a file.  [default: demo]"
)
@click.option("-o", "--output", metavar="FILE", help="The trace to write.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Instead of the script's.")
@click.option("--fault", metavar="FILE.toml", help="Faults to put around the device.")
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
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--list-profiles", is_flag=True, help="List the shipped profiles.")
@click.option("--list-scripts", is_flag=True, help="List the shipped scripts.")
def command(
    device: str | None,
    script: str | None,
    output: str | None,
    seed: int | None,
    fault: str | None,
    zstd: bool,
    chunk_size: int | None,
    checkpoints: int,
    scrubbed: bool,
    key: str | None,
    key_file: str | None,
    force: bool,
    as_json: bool,
    list_profiles: bool,
    list_scripts: bool,
) -> None:
    """Drive DEVICE through a script and write the session as a trace.

    DEVICE is emulated:PROFILE (a shipped profile or a file ending in .toml), or trace:FILE (the
    device side of a recording played back). Without DEVICE the script's own profile is emulated.
    The same device, script and seed always give the same bytes. With --scrub the session is held in
    memory and only its scrubbed form is written, as `wwanreplay scrub` does it.
    """
    if list_profiles or list_scripts:
        _list(list_profiles, list_scripts, as_json)
        return
    if output is None:
        raise click.UsageError("-o FILE is needed: the trace to write")
    secret = key_of(key, key_file)
    if secret is not None and not scrubbed:
        raise click.UsageError("a key is for --scrub")
    from wwanreplay.devices.base import open_device
    from wwanreplay.devices.faults import load_faults
    from wwanreplay.record import open_new, record
    from wwanreplay.script import load_script

    chosen = load_script(script or "demo")
    plan = None if fault is None else load_faults(fault)
    opened = open_device(
        device or f"emulated:{chosen.profile}", seed=chosen.seed if seed is None else seed
    )
    target = io.BytesIO() if scrubbed else None
    if scrubbed and os.path.exists(output) and not force:
        open_new(output, force=False)  # says so, before anything is done
    recording = record(
        opened,
        chosen,
        output if target is None else target,
        faults=plan,
        compression="zstd" if zstd else "none",
        chunk_size=chunk_size,
        checkpoint_records=checkpoints,
        force=force,
    )
    if target is not None:
        from wwanreplay.analysis.scrub import scrub_bytes, write_whole

        data, report = scrub_bytes(target.getvalue(), secret)
        write_whole(Path(output), data)
        recording = replace(recording, digest=report.digest)
    if as_json:
        click.echo(json.dumps({"file": output, **asdict(recording)}, indent=2))
    else:
        _print(output, recording)


def _print(output: str, recording: Recording) -> None:
    click.echo(
        f"{output}: {recording.records} records, {recording.requests} requests, "
        f"{recording.completions} completions, {recording.indications} indications, "
        f"{recording.stimuli} stimuli in {recording.duration_ns / 1e9:.3f} s; "
        f"digest {recording.digest}"
    )
    if recording.faults:
        click.echo(f"faults applied: {recording.faults}")
    if recording.unanswered:
        click.echo(f"requests not answered: {recording.unanswered}")


def _list(profiles: bool, scripts: bool, as_json: bool) -> None:
    from wwanreplay.devices.profile import shipped_profiles
    from wwanreplay.script import shipped_scripts

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
        width = max(len(name) for name in rows)
        for name, row in rows.items():
            profile = f"{row['profile']:<24}" if "profile" in row else ""
            click.echo(f"{name:<{width}}  {profile}{row['description']}")
