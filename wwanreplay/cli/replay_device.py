"""`wwanreplay replay --device`: a trace against a device that is present."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from wwanreplay.cli.options import print_started, shared_option, speed_option
from wwanreplay.cli.real import (
    RealDevice,
    dry_run_option,
    print_plan,
    real_device_options,
    wait_for_option,
    wait_limit_option,
)
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO

if TYPE_CHECKING:
    from wwanreplay.analysis.batch import FileReport, ReplayOptions
    from wwanreplay.devices.mbim.operator import Operator
    from wwanreplay.devices.pace import Pace
    from wwanreplay.replay.live_replay import LiveOptions, LivePlan


class LiveDevice(NamedTuple):
    """The options of a replay against a device, as the command line has them."""

    device: str | None
    real: RealDevice
    pace: Pace | None
    policy: str | None
    output: str | None
    loops: int | None
    until_diverged: bool
    asks_back: bool
    wait_for: tuple[str, ...]
    wait_limit: float
    dry_run: bool
    force: bool
    shared: bool

    @property
    def given(self) -> str:
        """The first option that is for a device and was given, empty without one."""
        options = {
            "--speed": self.pace is not None,
            "--policy": self.policy,
            "-o": self.output,
            "--loop": self.loops,
            "--until-diverged": self.until_diverged,
            "--no-ask-back": not self.asks_back,
            "--wait-for": self.wait_for,
            "--dry-run": self.dry_run,
            "--force": self.force,
            "--shared": self.shared,
        }
        return next((name for name, value in options.items() if value), self.real.given)


def live_device_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a replay against a device; the command is given them as `live`."""

    @wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        names = LiveDevice._fields
        live = LiveDevice(**{name: options.pop(name) for name in names})
        return command(*arguments, live=live, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option(
        "--device",
        metavar="DEVICE",
        help="Replay against a device instead: mbim:PATH, mbim-proxy:PATH or a plugin's KIND:NAME.",
    ),
    speed_option,
    click.option(
        "--policy", metavar="FILE.toml", help="What of a device is compared how, besides the rows."
    ),
    click.option(
        "-o", "--output", metavar="FILE", help="Write the new session of a device as a trace."
    ),
    click.option(
        "--loop",
        "loops",
        type=click.IntRange(1, 10**9),
        metavar="N",
        help="Send a device the trace N times.  [default: 1]",
    ),
    click.option(
        "--until-diverged",
        is_flag=True,
        help="Send it again and again, until it diverges or --loop is reached.",
    ),
    click.option(
        "--ask-back/--no-ask-back",
        "asks_back",
        default=True,
        help="Query a device's state where it differs, and at the end.  [default: --ask-back]",
    ),
    wait_for_option,
    wait_limit_option,
    dry_run_option,
    click.option("--force", is_flag=True, help="Overwrite the file of -o."),
    shared_option,
    real_device_options,
)


def replay_device(path: str, live: LiveDevice, options: ReplayOptions) -> int:
    """Replay one trace against the device; the exit code."""
    from wwanreplay.analysis.batch import find_traces
    from wwanreplay.replay.live_replay import check_live, read_plan
    from wwanreplay.replay.result import Options

    assert live.device is not None
    check_live(live.device)
    (trace,) = find_traces([path])
    part = Options(
        options.start_record,
        options.start_time_ns,
        options.stop_record,
        options.stop_time_ns,
        options.divergences_max,
    )
    plan = read_plan(trace, part)
    operator = _operator(live)
    if live.dry_run:
        operator.check(plan.inputs)
        asked = plan.asked_back if live.asks_back else []
        return print_plan([*plan.inputs, *asked], live.real.allow_send, as_json=options.as_json)
    return _run(trace, plan, live, options, operator)


def _operator(live: LiveDevice) -> Operator:
    from wwanreplay.devices.mbim.operator import Operator

    return Operator(live.wait_for, live.wait_limit, lambda line: echo(line, err=True))


def _live_options(live: LiveDevice) -> LiveOptions:
    from wwanreplay.devices.pace import Pace
    from wwanreplay.replay.live_replay import LiveOptions
    from wwanreplay.replay.policy import Policy, load_policy

    return LiveOptions(
        pace=live.pace or Pace(),
        policy=Policy() if live.policy is None else load_policy(live.policy),
        loops=live.loops if live.loops or live.until_diverged else 1,
        until_diverged=live.until_diverged,
        asks_back=live.asks_back,
        on_step=_step,
    )


def _step(text: str) -> bool:
    """Wait for a line before a step; whether to go on: not at the end of the input, or at q."""
    echo(f"{text}; Enter sends it, q ends", err=True)
    line = sys.stdin.readline()
    return bool(line) and line.strip() != "q"


def _run(
    trace: str, plan: LivePlan, live: LiveDevice, options: ReplayOptions, operator: Operator
) -> int:
    from wwanreplay.analysis.batch import report_of
    from wwanreplay.replay.live_replay import replay_live

    assert live.device is not None
    places: dict[str, Any] = {"force": live.force, "shared": live.shared} if live.output else {}
    results = replay_live(
        plan,
        live.device,
        _live_options(live),
        target=live.output,
        settings=live.real.settings(plan.mbimex),
        operator=operator,
        on_start=None if options.as_json else print_started,
        **places,
    )
    reports = []
    for number, result in enumerate(results, 1):
        is_one = live.loops in (None, 1) and not live.until_diverged
        report = report_of(trace if is_one else f"{trace}, turn {number}", result, options)
        if not is_one and report.values:
            report.values["turn"] = number
        reports.append(report)
        if not options.as_json:
            for line in [f"{report.path}: {report.lines[0]}", *report.lines[1:]]:
                echo(line)
    _print_totals(reports, options, operator)
    code = max((report.exit_code for report in reports), default=0)
    return code or (EXIT_NO if operator.missed else 0)


def _print_totals(reports: list[FileReport], options: ReplayOptions, operator: Operator) -> None:
    from wwanreplay.analysis.batch import Totals
    from wwanreplay.analysis.headline import totals_lines

    counted = Totals()
    for report in reports:
        counted.add(report)
    totals = counted.values()
    if options.as_json:
        import json

        values = {
            "files": [report.values for report in reports],
            "totals": totals,
            "missed": operator.missed,
            "measured": {"elapsed_s": round(counted.elapsed_s, 6)},
        }
        click.echo(json.dumps(values, indent=1))
        return
    for line in operator.missed:
        echo(f"missed: {line}")
    echo()
    for line in totals_lines(totals):
        echo(line)
