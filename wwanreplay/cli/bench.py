"""`wwanreplay bench`: how fast this machine records, scans and replays, beside msgpack."""

import json
from functools import partial
from itertools import count as numbers
from typing import Any

import click

from wwanreplay.cli.options import Choice
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES
from wwanreplay.progress import begin


@click.command("bench")
@click.option(
    "--records", default=1_000_000, show_default=True, metavar="N", help="Records of each session."
)
@click.option(
    "--rounds", default=5, show_default=True, metavar="N", help="Measured rounds; the best counts."
)
@click.option(
    "--session",
    "sizes",
    type=Choice(["small", "large"]),
    multiple=True,
    help="Mean record size: small about 240 bytes, large about 470.  [default: both]",
)
@click.option(
    "--write",
    "target",
    type=click.Path(dir_okay=False, writable=True),
    help="Only write the generated session to this file.",
)
@click.option("--device", metavar="DEVICE", help="Measure mbim:PATH or mbim-proxy:PATH instead.")
@click.option(
    "--command",
    "commands",
    multiple=True,
    metavar="NAME",
    help="Query to send a device, as signal-state.  [default: eight that every modem has]",
)
@click.option(
    "--count",
    type=click.IntRange(1),
    metavar="N",
    default=1000,
    show_default=True,
    help="Exchanges with a device.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    metavar="N",
    default=1,
    show_default=True,
    help="Exchanges under way at once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@progress_option()
def command(
    records: int,
    rounds: int,
    sizes: tuple[str, ...],
    target: str | None,
    device: str | None,
    commands: tuple[str, ...],
    count: int,
    concurrency: int,
    as_json: bool,
) -> int:
    """Generate sessions and measure record, scan and replay; or measure a real device.

    Each figure's ratio is to `msgpack.Unpacker` iterating the same record bytes, the faster of its
    ways, in the same run: 2.00 means twice as many records in a second.

    With --device queries are sent to a modem, or to a stack in between, and each answer is held
    against its question. The exit code is 1 when one was lost, refused or nobody's.
    """
    if device is not None:
        return _measure(device, commands, count, concurrency, as_json)
    from wwanreplay import bench

    if records < 1 or rounds < 1:
        raise click.UsageError("--records and --rounds must be at least 1")
    chosen = sizes or ("small", "large")
    if target is not None:
        if len(chosen) != 1:
            raise click.UsageError("--write takes one --session")
        bench.generate(target, records, chosen[0])
        echo(f"wrote {target}", err=True)
        return EXIT_YES
    results = []
    for size in chosen:
        echo(f"generating the {size} session ({records} records)", err=True)
        session = bench.make(records, size)
        work = begin(f"measuring the {size} session", rounds, "rounds")
        done = map(work.reach, numbers(1))
        results.append(bench.measure(session, rounds, partial(next, done)))
        work.end()
    if as_json:
        click.echo(json.dumps(results, indent=2))
        return EXIT_YES
    for result in results:
        _print(result)
    return EXIT_YES


def _measure(
    device: str, commands: tuple[str, ...], count: int, concurrency: int, as_json: bool
) -> int:
    from wwanreplay.devices.mbim.opening import measure
    from wwanreplay.tabular import Table

    measured = measure(device, commands=commands, count=count, concurrency=concurrency)
    values = {"device": device, "concurrency": concurrency, **measured.as_json()}
    if as_json:
        click.echo(json.dumps(values, indent=2))
    else:
        echo(
            f"{device}: {values['exchanges']} exchanges in {values['elapsed_s']:.3f} s, "
            f"{values['exchanges_per_second']:.1f} a second, {concurrency} at once; "
            f"{measured.lost} lost, {measured.refused} refused, {measured.stray} stray"
        )
        rows = [(name, *_cells(each.as_row())) for name, each in measured.commands.items()]
        echo(Table(rows, has_head=False, indent="  "))
    return EXIT_YES if measured.is_clean else EXIT_NO


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    first = (f"{row['exchanges']:7}", f"errors {row['errors']:5}", f"ms: p50 {row['p50_ms']:.3f}")
    ends = {"p90": row["p90_ms"], "p99": row["p99_ms"], "max": row["max_ms"]}
    return (*first, *(f"{name} {time:.3f}" for name, time in ends.items()))


def _print(result: dict[str, object]) -> None:
    from wwanreplay.tabular import Table

    echo(
        f"{result['session']}: {result['records']} records of {result['mean_record_bytes']} bytes, "
        f"{result['state_changing_requests']:.0%} of the requests change state"
    )
    rows = result["results"]
    assert isinstance(rows, dict)
    cells = [
        (name, f"{row['records_per_second'] / 1e6:7.2f} M records/s", f"{row['ratio']:6.2f}")
        for name, row in rows.items()
    ]
    echo(Table(cells, has_head=False, widths=(26,), indent="  "))
