"""ModemManager with an emulated modem, and a fresh one with the recording of that: equal.

The way of a modem's life is in `life`: found, enabled, registered, connected, ping over the
interface, signal, network lost and back, connection lost, disconnected, pulled out, back with a
locked SIM, unlocked. What the environment does comes from `stimulate` the first time, and from the
recording the second.
"""

import json
import sys
import time
from pathlib import Path

import pytest
from lab_host import Operator, needs_modem_manager, needs_network_manager, ping_is_there

from wwanreplay._core import Kind, WireDirection
from wwanreplay.analysis.infer import infer_file
from wwanreplay.devices.profile import load_profile
from wwanreplay.lab import Lab
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import MBIM_COMMAND_MSG
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader

pytestmark = [pytest.mark.long, needs_modem_manager]


def life(lab: Lab, *, is_live: bool) -> list[str]:
    """Live through it; the states that were reached, in order."""
    host = Operator(lab)

    def stimulate(name: str, **fields: object) -> None:
        if is_live:
            lab.stimulate(name, fields)

    host.wait_state("disabled")
    host.enable()
    bearer = host.connect("ipv4v6")
    assert bearer["bearer.ipv4-config.address"] == "192.0.2.17"
    host.configure(bearer)
    if ping_is_there():
        host.ping(bearer)
    stimulate("signal", Rssi=31)
    host.wait("signal", lambda it: it.get("modem.generic.signal-quality.value") == "100")
    stimulate("coverage-lost")
    host.wait_state("enabled", "searching")
    stimulate("coverage-back")
    host.wait_state("registered")
    host.connect("ipv4")
    stimulate("disconnected")
    host.wait_state("registered")
    host.connect("ipv4")
    host.disconnect()
    stimulate("surprise_removal")
    host.wait("gone", lambda it: not it)
    stimulate("sim", State="SimLocked")
    stimulate("arrival")
    host.wait_state("locked")
    pin = load_profile("lte-home").mapping["pin1"]
    host.mmcli("-i", "any", f"--pin={pin}")
    host.wait_state("disabled")
    host.enable()
    return host.states


def commands(trace: Path) -> list[bytes]:
    """The COMMANDs of a recording to the device: service, CID, type and buffer."""
    with TraceReader(trace) as reader:
        return [
            event.payload[20:]
            for event in reader.events()
            if event.kind == Kind.KIND_WIRE
            and event.code == WireDirection.WIRE_HOST_TO_DEVICE
            and look(event.payload).type == MBIM_COMMAND_MSG
        ]


def test_a_modem_lives_and_its_recording_replays_and_is_lived_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first.wwtrace", tmp_path / "second.wwtrace"
    tap = tmp_path / "tap.wwtrace"
    with Lab("lte-home", record=first, tap=tap) as lab:
        states = life(lab, is_live=True)
    assert lab.ended["undelivered"] == 0
    result = replay(str(first))
    assert result.equal, result.divergences
    assert commands(tap) == commands(first)
    # A tap knows no more than the messages: what it recorded is judged as that of any modem is.
    inferred = infer_file(tap)
    assert inferred["verdict"] == "no fault", inferred
    # How often ModemManager asks whether the SIM is ready depends on how fast it is.
    played = {"unmatched": "error", "repeat_last": True}
    with Lab(trace=first, played=played, record=second, tap=tmp_path / "again.wwtrace") as lab:
        assert life(lab, is_live=False) == states
    assert lab.ended["unmatched"] == []
    assert lab.ended["verdict"] in ("equal", "no fault")
    assert lab.ended["matched"] == lab.ended["requests"] > 60
    assert lab.ended["unreached"] == 0


@needs_network_manager
def test_networkmanager_brings_the_connection_up_and_up_again(tmp_path: Path) -> None:
    trace = tmp_path / "t.wwtrace"
    with Lab("lte-home", network_manager=True, record=trace) as lab:
        host = Operator(lab)

        def connected() -> None:
            host.wait_state("connected")
            host.wait_for(lambda: "192.0.2.17/30" in lab.output("ip", "-br", "addr"))

        connected()
        if ping_is_there():
            lab.output("ping", "-n", "-c", "1", "-W", "5", "192.0.2.18")
        lab.stimulate("disconnected")
        host.wait_for(lambda: "192.0.2.17/30" not in lab.output("ip", "-br", "addr"))
        connected()
        lab.stimulate("surprise_removal")
        host.wait("gone", lambda it: not it)
        lab.stimulate("arrival")
        connected()
    result = replay(str(trace))
    assert result.equal, result.divergences


def test_a_modem_that_was_away_for_longer_than_modem_manager_looks_for_it_is_found_again() -> None:
    """By itself ModemManager looks once more, after 1.5 s; then it needs kernel events."""
    with Lab("lte-home") as lab:
        listed = json.loads(lab.output(sys.executable, "-m", "wwanreplay", "devices", "--json"))
        (modem,) = listed["modems"]
        assert (modem["path"], modem["driver"]) == ("/dev/cdc-wdm0", "cdc_mbim")
        assert modem["network"] == ["wwan0"]
        host = Operator(lab)
        for _ in range(2):
            lab.stimulate("surprise_removal")
            host.wait("gone", lambda it: not it)
            time.sleep(3)
            lab.stimulate("arrival")
            host.wait_state("disabled")


def test_a_fault_is_seen_by_modem_manager_and_noted(tmp_path: Path) -> None:
    trace, plan = tmp_path / "t.wwtrace", tmp_path / "faults.toml"
    plan.write_text(
        '[[fault]]\nwhen = { operation = "OID_WWAN_CONNECT", kind = "indication" }\n'
        'status = "WWAN_STATUS_FAILURE"\n'
    )
    with Lab("lte-home", fault=plan, record=trace) as lab:
        host = Operator(lab)
        host.enable()
        words = ["mmcli", "-m", "any", "--simple-connect=apn=internet.example,ip-type=ipv4"]
        assert lab.run(words, capture_output=True, check=False).returncode == 1
    assert lab.ended["unused_faults"] == []
    assert not replay(str(trace)).equal
