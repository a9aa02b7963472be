"""The first process of a lab: makes the machine, serves the modem, runs the programs around it.

It takes what to do from one line on its standard input, answers with lines of JSON on its standard
output (`ready` or `error`, in the end `ended`), and ends when its standard input does. When it is
killed, everything in its process namespace is.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wwanreplay.devices.pace import parse_pace
from wwanreplay.devices.playback import Match, Matching, Order, Policy
from wwanreplay.errors import EXIT_INTERNAL, WwanReplayError, internal_text
from wwanreplay.lab.config import LabConfig
from wwanreplay.lab.errors import LabError
from wwanreplay.lab.machine import (
    CONTROL,
    CONTROL_DEVICE,
    RUNTIME,
    descriptors_for,
    make_machine,
    plug_ports,
    unplug_ports,
)
from wwanreplay.lab.network import LabNetwork
from wwanreplay.lab.programs import (
    ModemManager,
    network_manager_running,
    proxy_running,
)
from wwanreplay.serve.loop import StopRequest
from wwanreplay.serve.modem import WARM_NS, Served, serve_modem
from wwanreplay.serve.played import Played, serve_recorded
from wwanreplay.serve.transports.base import Departure
from wwanreplay.serve.transports.pty import PtyTransport

_START_S = 30.0


class LabTransport(PtyTransport):
    """A pty that is the control device; the network device comes and goes with it."""

    def __init__(self, network: LabNetwork) -> None:
        self.host: ModemManager | None = None
        self._network = network
        self._is_plugged = False
        super().__init__()

    @property
    def descriptors(self) -> Sequence[int]:
        """Those of the pty, and of the network device."""
        return (*super().descriptors, *self._network.descriptors)

    def receive(self, time_ns: int) -> list[bytes | Departure] | None:
        """Answer packets, then read from the pty."""
        self._network.exchange()
        return super().receive(time_ns)

    def close(self) -> None:
        """Let the devices go."""
        super().close()
        self._network.unplug()

    def plug(self) -> None:
        """Plug the modem in, and report that to the host."""
        super().plug()
        if self._is_plugged:
            return
        self._is_plugged = True
        self._network.plug()
        plug_ports(self.path)
        if self.host is not None:
            self.host.report("add")

    def unplug(self) -> Departure | None:
        """Pull the modem out, and report that to the host."""
        if self._is_plugged:
            self._is_plugged = False
            unplug_ports()
            self._network.unplug()
            if self.host is not None:
                self.host.report("remove")
        return super().unplug()


class Modem:
    """The served modem, in a thread; `ended` is what came of it, or the error that ended it."""

    def __init__(self, config: LabConfig) -> None:
        self.transport: LabTransport | None = None
        self._config = config
        self._network = LabNetwork()
        self._stop = StopRequest()
        self._is_ready = threading.Event()
        self._ended: Served | Played | BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        """Serve; the error when that fails."""
        self._thread.start()
        if not self._is_ready.wait(_START_S):
            raise LabError("the modem does not start")
        if isinstance(self._ended, BaseException):
            raise self._ended

    def end(self) -> Served | Played:
        """End it; what came of it."""
        self._stop.send()
        self._thread.join()
        if isinstance(self._ended, BaseException):
            raise self._ended
        assert self._ended is not None
        return self._ended

    def _open(self) -> LabTransport:
        self.transport = LabTransport(self._network)
        return self.transport

    def _run(self) -> None:
        config = self._config
        common: dict[str, Any] = {
            "transport": self._open,
            "record": config.record,
            "force": config.force,
            "shared": config.shared,
            "seed": config.seed,
            "control": CONTROL,
            "stop": self._stop,
            "on_ready": lambda _path: self._is_ready.set(),
        }
        try:
            if config.trace is None:
                self._ended = serve_modem(
                    config.profile or "lte-home",
                    faults=config.fault,
                    networked=[self._network],
                    stimuli=config.stimuli,
                    start_ns=0 if config.power_up else WARM_NS,
                    **common,
                )
            else:
                self._ended = serve_recorded(
                    config.trace,
                    profile=config.profile,
                    announce=lambda line: print(line, file=sys.stderr, flush=True),
                    **played_keywords(config.played),
                    **common,
                )
        except BaseException as error:
            self._ended = error
        finally:
            self._is_ready.set()


def played_keywords(given: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a recorded device from texts; UsageError for a wrong pace."""
    matching = Matching(
        Match(given.get("match", Match.EXACT)),
        Order(given.get("order", Order.ANY)),
        frozenset(given.get("ignore", ())),
        bool(given.get("repeat_last")),
    )
    return {
        "matching": matching,
        "policy": Policy(given.get("unmatched", Policy.FAIL)),
        "pace": parse_pace(given.get("speed", "recorded")),
    }


def tap_line(config: LabConfig) -> list[str]:
    """The command line of the tap; empty without one."""
    if config.tap is None:
        return []
    words = [sys.executable, "-m", "wwanreplay", "record", "--tap", str(CONTROL_DEVICE)]
    return [*words, "-o", config.tap, *(["--force"] if config.force else [])]


@contextmanager
def lab(config: LabConfig) -> Iterator[tuple[Modem, dict[str, str]]]:
    """The lab: its modem, and the variables that commands in it are to have."""
    make_machine(descriptors_for(config.control_message_max))
    logs = RUNTIME if config.logs is None else Path(config.logs)
    logs.mkdir(exist_ok=True)
    with ExitStack() as stack:
        modem = Modem(config)
        modem.start()
        stack.callback(modem.end)
        environment = {"WWANREPLAY_CONTROL": str(CONTROL)}
        if config.modem_manager or config.network_manager:
            host = ModemManager(logs, os.environ, config.modem_manager_options, tap_line(config))
            stack.enter_context(host.running())
            assert modem.transport is not None
            modem.transport.host = host
            if config.wait_s is not None:
                host.wait_for_modem(config.wait_s)
            names = ("DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS")
            environment |= {name: host.environment[name] for name in names}
            if config.network_manager:
                stack.enter_context(network_manager_running(logs, host.environment))
        elif config.mbim_proxy:
            stack.enter_context(proxy_running(logs, os.environ, tap_line(config)))
        yield modem, environment


def main() -> int:
    """Read what to do, do it, say what came of it."""
    config = LabConfig.from_line(sys.stdin.readline())
    try:
        with lab(config) as (modem, environment):
            _tell({"ready": environment})
            sys.stdin.read()
        kind = "played" if config.trace else "served"
        _tell({"ended": asdict(modem.end()), "kind": kind})
    except WwanReplayError as error:
        _tell({"error": " ".join(str(error).split()), "exit_code": error.exit_code})
        return error.exit_code
    except OSError as error:
        text = f"{error.filename or 'lab'}: {error.strerror or error}"
        _tell({"error": " ".join(text.split()), "exit_code": LabError.exit_code})
        return LabError.exit_code
    except Exception as error:
        _tell({"error": internal_text(error), "exit_code": EXIT_INTERNAL})
        return EXIT_INTERNAL
    return 0


def _tell(values: dict[str, Any]) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    sys.exit(main())
