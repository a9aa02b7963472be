"""What a lab is to be, as its first process is given it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

#: How long ModemManager has to find the modem.
WAIT_S = 30.0


@dataclass(frozen=True)
class LabConfig:
    """The modem (of `profile`, or recorded in `trace`), and the programs around it.

    Paths count from the folder in which the lab is made. `played` are the options of a recorded
    device: match, order, ignore, unmatched, repeat_last, speed, as text. `control_message_max` puts
    USB descriptors with that number into /sys. `modem_manager` runs it with a bus and mbim-proxy,
    `mbim_proxy` that alone, `network_manager` NetworkManager on top. With `wait_s` None the modem
    is not waited for. With `tap` the place of mbim-proxy is taken by a tap, which records the
    session into that file. `logs` is a folder that keeps the logs of the programs.
    """

    profile: str | None = None
    trace: str | None = None
    fault: str | None = None
    record: str | None = None
    force: bool = False
    shared: bool = False
    seed: int = 0
    power_up: bool = False
    stimuli: str | None = None
    played: dict[str, Any] = field(default_factory=dict)
    control_message_max: int = 0
    modem_manager: bool = True
    mbim_proxy: bool = False
    network_manager: bool = False
    tap: str | None = None
    modem_manager_options: list[str] = field(default_factory=lambda: ["--debug"])
    wait_s: float | None = WAIT_S
    logs: str | None = None

    def to_line(self) -> str:
        """The configuration as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> LabConfig:
        """The configuration of a line."""
        return cls(**json.loads(line))
