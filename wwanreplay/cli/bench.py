"""`wwanreplay bench`: how fast this machine records, scans and replays, beside msgpack."""

import json
import sys

import click


@click.command("bench")
@click.option("--records", default=1_000_000, show_default=True, help="Records of each session.")
@click.option("--rounds", default=5, show_default=True, help="Measured rounds; the best counts.")
@click.option(
    "--session",
    "sizes",
    type=click.Choice(["small", "large"]),
    multiple=True,
    help="Mean record size: small about 240 bytes, large about 470.  [default: both]",
)
@click.option(
    "--write",
    "target",
    type=click.Path(dir_okay=False, writable=True),
    help="Only write the generated session to this file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    records: int, rounds: int, sizes: tuple[str, ...], target: str | None, as_json: bool
) -> None:
    """Generate sessions and measure record, scan and replay.

    Each figure's ratio is to `msgpack.Unpacker` iterating the same record bytes, the faster of its
    ways, in the same run: 2.00 means twice as many records in a second.
    """
    from wwanreplay import bench

    if records < 1 or rounds < 1:
        raise click.UsageError("--records and --rounds must be at least 1")
    chosen = sizes or ("small", "large")
    if target is not None:
        if len(chosen) != 1:
            raise click.UsageError("--write takes one --session")
        bench.generate(target, records, chosen[0])
        click.echo(f"wrote {target}", err=True)
        return
    results = []
    for size in chosen:
        click.echo(f"generating the {size} session ({records} records)", err=True)
        session = bench.make(records, size)
        with click.progressbar(length=rounds, label="measuring", file=sys.stderr) as bar:
            results.append(bench.measure(session, rounds, lambda: bar.update(1)))
    if as_json:
        click.echo(json.dumps(results, indent=2))
        return
    for result in results:
        _print(result)


def _print(result: dict[str, object]) -> None:
    click.echo(
        f"{result['session']}: {result['records']} records of {result['mean_record_bytes']} bytes, "
        f"{result['state_changing_requests']:.0%} of the requests change state"
    )
    rows = result["results"]
    assert isinstance(rows, dict)
    for name, row in rows.items():
        rate = row["records_per_second"] / 1e6
        click.echo(f"  {name:26} {rate:8.2f} M records/s  {row['ratio']:6.2f}")
