"""A trace against a served modem: without fault, and with each fault that a modem may have.

A modem that lies is seen at its event, and nothing else is. What cannot be seen from outside is in
`UNSEEN`, which docs/real-devices.md prints.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from live_modem import live_modem

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.analysis.headline import headline
from wwanreplay.devices.mbim.device import Settings
from wwanreplay.devices.pace import Pace, parse_pace
from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.record import record
from wwanreplay.replay import live_records, live_replay
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.live_drive import LiveDrive
from wwanreplay.replay.live_replay import LiveOptions, read_plan, replay_live
from wwanreplay.replay.names import code_name
from wwanreplay.replay.policy import Policy
from wwanreplay.replay.result import Options, ReplayResult
from wwanreplay.script import load_script, parse_script
from wwanreplay.trace import TraceReader
from wwanreplay.verdict import Verdict

PROXY = next(
    (
        path
        for path in ("/usr/libexec/mbim-proxy", "/usr/lib/libmbim/mbim-proxy")
        if os.path.exists(path)
    ),
    None,
)
SUPPORT = Path(__file__).resolve().parent.parent / "support"
MS = 1_000_000
#: A modem that is quick, so that nothing waits long.
QUICK = {"registration_latency_ns": [30 * MS, 0], "ready_latency_ns": [5 * MS, 0]}
POLICY = Policy(answer_ns=3000 * MS, order_ns=4000 * MS)
FULL = LiveOptions(pace=Pace(None), policy=POLICY)

SCRIPT = """
profile = "lte-home"
linger = "100ms"
pace = "1ms"
step = [
    { query = "OID_WWAN_DEVICE_CAPS" },
    { query = "OID_WWAN_READY_INFO" },
    { query = "OID_WWAN_RADIO_STATE" },
    { query = "OID_WWAN_PIN_LIST" },
    { query = "OID_WWAN_HOME_PROVIDER" },
    { query = "OID_WWAN_REGISTER_STATE" },
    { query = "OID_WWAN_PACKET_SERVICE" },
    { query = "OID_WWAN_SIGNAL_STATE" },
    { query = "OID_WWAN_PROVISIONED_CONTEXTS" },
    { set = "OID_WWAN_CONNECT", values = { ConnectionId = 1, ActivationCommand = 1 } },
    { query = "OID_WWAN_CONNECT" },
    { set = "OID_WWAN_CONNECT", values = { ConnectionId = 1, ActivationCommand = 0 } },
    { set = "OID_WWAN_RADIO_STATE", values = { RadioAction = "WwanRadioOff" } },
    { query = "OID_WWAN_REGISTER_STATE" },
    { set = "OID_WWAN_RADIO_STATE", values = { RadioAction = "WwanRadioOn" } },
    { after = "400ms", query = "OID_WWAN_REGISTER_STATE" },
    { query = "OID_WWAN_PACKET_SERVICE" },
]
"""


@pytest.fixture(params=["at once", pytest.param("in parts", marks=pytest.mark.long)])
def parts(request, monkeypatch) -> None:
    """The whole trace at once, and in parts of a few records: the result is the same."""
    if request.param == "in parts":
        monkeypatch.setattr(live_records, "PART_RECORDS", 8)


@pytest.fixture(scope="module")
def trace(tmp_path_factory) -> Path:
    """The script, recorded from a modem without faults."""
    path = tmp_path_factory.mktemp("live") / "recorded.wwtrace"
    with live_modem(changed=QUICK) as modem:
        record(f"mbim:{modem.path}", parse_script(SCRIPT, "script.toml"), path)
    return path


def place_of(trace: Path, name: str, nth: int, *, is_event: bool) -> int:
    """The record of the so-manieth indication of a code: an answer, or an event."""
    with TraceReader(trace) as reader:
        found = [
            place
            for place, event in enumerate(reader)
            if event.kind in OUTPUTS and code_name(event) == f"NDIS_STATUS_WWAN_{name}"
            if bool(event.request_id) != is_event
        ]
    return found[nth - 1]


def answered(oid: str, nth: int = 1) -> str:
    return f'when = {{ operation = "OID_WWAN_{oid}", kind = "indication", nth = {nth} }}'


def event(code: str, nth: int) -> str:
    """An event of the device's own while the host is there."""
    return (
        f'when = {{ code = "NDIS_STATUS_WWAN_{code}", transactional = false, from = "10s",'
        f" nth = {nth} }}"
    )


# name → when, action, (kind, code, which of its answers or events), whether it is an event
FAULTS = {
    "an answer is dropped": (answered("HOME_PROVIDER"), "drop = true", "missing", "HOME_PROVIDER"),
    "an answer comes late": (
        answered("HOME_PROVIDER"),
        'delay = "3.3s"',
        "time",
        "HOME_PROVIDER",
    ),
    "a property is another one": (
        answered("DEVICE_CAPS"),
        "alter = { MaxActivatedContexts = 7 }",
        "changed",
        "DEVICE_CAPS",
    ),
    "the device calls itself otherwise": (
        answered("DEVICE_CAPS"),
        'alter = { DeviceId = "350000000000000" }',
        "changed",
        "DEVICE_CAPS",
    ),
    "the SIM is another one": (
        answered("READY_INFO"),
        'alter = { SimIccId = "89000000000000000" }',
        "changed",
        "READY_INFO",
    ),
    "a state is a lie": (
        answered("REGISTER_STATE"),
        'alter = { RegisterState = "WwanRegisterStateRoaming", ProviderId = "00102" }',
        "changed",
        "REGISTER_STATE",
    ),
    "bytes are others": (
        answered("PIN_LIST"),
        'alter_bytes = { 12 = "02" }',
        "changed",
        "PIN_LIST",
    ),
    "an order is answered with the opposite": (
        answered("CONNECT"),
        'alter = { ActivationState = "WwanActivationStateDeactivated" }',
        "changed",
        "CONTEXT_STATE",
    ),
    "an answer is to nobody": (
        answered("SIGNAL_STATE"),
        "alter_event = { port = 1, request_id = 999, handle = 5 }",
        "missing",
        "SIGNAL_STATE",
    ),
    "a buffer is cut": (
        answered("PROVISIONED_CONTEXTS"),
        'alter_event = { payload_hex = "8001" }',
        "changed",
        "PROVISIONED_CONTEXTS",
    ),
    "a request fails": (
        'when = { code = "OID_WWAN_DEVICE_CAPS", nth = 1 }',
        'status = "NDIS_STATUS_FAILURE"',
        "changed",
        "DEVICE_CAPS",
    ),
    "an answer is a failure": (
        answered("PROVISIONED_CONTEXTS"),
        'status = "WWAN_STATUS_BUSY"',
        "changed",
        "PROVISIONED_CONTEXTS",
    ),
    "a second completion is put in": (
        'when = { code = "OID_WWAN_RADIO_STATE", kind = "completion", nth = 1 }',
        'insert = { status = "NDIS_STATUS_SUCCESS" }',
        "wire",
        "RADIO_STATE",
    ),
    "an event is dropped": (event("REGISTER_STATE", 1), "drop = true", "missing", "REGISTER_STATE"),
    "an event of another code is dropped": (
        event("PACKET_SERVICE", 1),
        "drop = true",
        "missing",
        "PACKET_SERVICE",
    ),
    "an event comes twice": (
        event("REGISTER_STATE", 1),
        "duplicate = true",
        "extra",
        "REGISTER_STATE",
    ),
    "a constant member of an event is another one": (
        event("REGISTER_STATE", 1),
        "alter = { RegisterMode = 2 }",
        "changed",
        "REGISTER_STATE",
    ),
    "a switch is a lie in the answer to an order": (
        answered("RADIO_STATE", 2),
        'alter = { HwRadioState = "WwanRadioOff" }',
        "changed",
        "RADIO_STATE",
    ),
    "an event is a lie": (
        event("REGISTER_STATE", 3),
        'alter = { RegisterState = "WwanRegisterStateRoaming" }',
        "changed",
        "REGISTER_STATE",
    ),
    "an event is put in": (
        answered("HOME_PROVIDER"),
        'insert = { code = "NDIS_STATUS_WWAN_REGISTER_STATE", request_id = 0, after = "1ms",'
        ' structure = "NDIS_WWAN_REGISTRATION_STATE",'
        " values = { RegisterState = 5 } }",
        "extra",
        "REGISTER_STATE",
    ),
    "nothing more is emitted": (
        answered("PROVISIONED_CONTEXTS"),
        "silence = true",
        "missing",
        "PROVISIONED_CONTEXTS",
    ),
}
EVENTS = {name for name, (when, *_) in FAULTS.items() if "transactional = false" in when}
#: Which of the answers or events of its code it is.
NTH = {"an event is a lie": 3, "a switch is a lie in the answer to an order": 2}
QUICK_ONES = {"a property is another one", "a request fails"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in QUICK_ONES else pytest.mark.long, id=name)
        for name in FAULTS
    ],
)
@pytest.mark.usefixtures("parts")
def test_a_fault_is_seen_at_its_event_and_nothing_else_is(trace, name):
    when, action, kind, code = FAULTS[name]
    with live_modem(f"[[fault]]\n{when}\n{action}", changed=QUICK) as modem:
        result = modem.replay(trace, FULL)
        assert modem.device.unused() == []
    assert result.verdict is Verdict.DIVERGED
    (root,) = [found for found in result.divergences if found.root]
    assert str(root.kind) == kind
    if name == "an event is put in":
        # It stands before the next record.
        place = place_of(trace, "HOME_PROVIDER", 1, is_event=False)
        assert 0 < root.index - place <= 6
    else:
        is_event = name in EVENTS
        nth = NTH.get(name, 1)
        wanted = place_of(trace, code, nth, is_event=is_event)
        assert root.index == wanted + (name == "an event comes twice")
    if name != "nothing more is emitted":
        assert result.divergence_count == 1
    assert all(found.root_index == root.index for found in result.divergences if not found.root)


REMOVED = f"[[fault]]\n{answered('PROVISIONED_CONTEXTS')}\nremoval = true"
ARRIVAL = Event(Kind.KIND_LIFECYCLE, 0, code=Lifecycle.LIFECYCLE_ARRIVAL)
REMOVAL = Event(Kind.KIND_LIFECYCLE, 0, code=Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)


def wire_faults(result: ReplayResult) -> list[tuple[int, str]]:
    """The places of the divergences, of which each is of the wire, and what they say."""
    assert all(found.kind is DivergenceKind.WIRE for found in result.divergences)
    return [(found.index, found.note) for found in result.divergences]


@pytest.mark.parametrize("comes_back", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.usefixtures("parts")
def test_a_modem_that_goes_by_itself_is_seen_at_the_answer_that_did_not_come(
    trace, tmp_path, comes_back
):
    results: list[ReplayResult] = []
    settings = Settings(return_s=20.0 if comes_back else 0.2, look_s=0.05)
    with live_modem(REMOVED, changed=QUICK, link=tmp_path / "modem") as modem:

        def plug() -> None:
            while (tmp_path / "modem").is_symlink():
                time.sleep(0.01)
            time.sleep(0.1)
            modem.server.submit(ARRIVAL)

        plugging = threading.Thread(target=plug)
        turns = replay_live(read_plan(trace, None), f"mbim:{modem.path}", FULL, settings=settings)
        if comes_back:
            plugging.start()
            results.extend(turns)
            plugging.join()
        else:
            with pytest.raises(DeviceError, match="it has been away for"):
                results.extend(turns)  # it has what came before the error
    (result,) = results
    place = place_of(trace, "PROVISIONED_CONTEXTS", 1, is_event=False)
    assert result.verdict is Verdict.DIVERGED
    assert wire_faults(result) == [(place, live_replay.TAKEN_AWAY)]


@pytest.mark.parametrize("has_removal", [False, True])
def test_a_removal_between_two_requests_is_a_fault_unless_the_recording_has_one(
    tmp_path, has_removal
):
    between = (
        '{ lifecycle = "surprise_removal" }, { lifecycle = "arrival" },' if has_removal else ""
    )
    script = f"""
        pace = "1ms"
        step = [
            {{ query = "OID_WWAN_DEVICE_CAPS" }}, {between} {{ query = "OID_WWAN_PIN_LIST" }}
        ]
    """
    recorded = tmp_path / "recorded.wwtrace"
    record("emulated:lte-home", parse_script(script, "script.toml"), recorded)
    steps = []
    with live_modem(changed=QUICK, link=tmp_path / "modem") as modem:

        def pull(text: str) -> bool:
            steps.append(text)
            if "PIN_LIST" in text:
                modem.server.submit(REMOVAL).result(20)
                modem.server.submit(ARRIVAL).result(20)
            return True

        options = LiveOptions(pace=parse_pace("step"), policy=POLICY, on_step=pull)
        result = modem.replay(recorded, options, settings=Settings(look_s=0.05))
    assert [text for _, text in wire_faults(result)] == [live_replay.TAKEN_AWAY] * (not has_removal)


# What cannot be seen from outside: fault, and why.
UNSEEN = {
    "an answer comes twice": (answered("PIN_LIST"), "duplicate = 3"),
    "an event changes its place among those of other codes": (
        event("REGISTER_STATE", 1),
        "reorder = true",
    ),
    "a state that passes has no event": (event("REGISTER_STATE", 2), "drop = true"),
    "what is free is another one": (answered("SIGNAL_STATE"), "alter = { Rssi = 3 }"),
    "an event that a modem may repeat is put in": (
        answered("HOME_PROVIDER"),
        'insert = { code = "NDIS_STATUS_WWAN_SIGNAL_STATE", request_id = 0, after = "1ms",'
        " values = { Rssi = 1 } }",
    ),
    "a provisional completion is dropped": (
        'when = { code = "OID_WWAN_PIN_LIST", kind = "completion", nth = 1 }',
        "drop = true",
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("name", UNSEEN)
@pytest.mark.usefixtures("parts")
def test_what_cannot_be_seen_from_outside_is_no_fault(trace, name):
    when, action = UNSEEN[name]
    with live_modem(f"[[fault]]\n{when}\n{action}", changed=QUICK) as modem:
        result = modem.replay(trace, FULL)
        assert modem.device.unused() == []
    assert result.verdict is Verdict.NO_FAULT, result.divergences


def clean(result: ReplayResult) -> bool:
    return result.verdict is Verdict.NO_FAULT and result.counts["compared"] > 10


@pytest.mark.long
@pytest.mark.usefixtures("parts")
def test_a_modem_without_fault_gives_no_fault_and_no_note(trace, tmp_path):
    new = tmp_path / "new.wwtrace"
    with live_modem(changed=QUICK) as modem:
        result = modem.replay(trace, FULL, target=new)
    assert clean(result)
    assert result.notes == []
    assert result.counts["compared"] == result.counts["outputs"]
    with TraceReader(new) as reader:
        kinds = {each.kind.name for each in reader}
        assert reader.header.notes == [f"replay of {trace}"]
    assert {"KIND_WIRE", "KIND_QUERY", "KIND_SET", "KIND_INDICATION"} <= kinds


@pytest.mark.long
def test_the_new_recording_can_be_replayed_again(trace, tmp_path):
    new = tmp_path / "new.wwtrace"
    with live_modem(changed=QUICK) as modem:
        modem.replay(trace, FULL, target=new)
    with live_modem(changed=QUICK) as modem:
        assert clean(modem.replay(new, FULL))


@pytest.mark.parametrize("pace", ["recorded", "4"])
def test_a_pace_changes_when_and_not_what(trace, pace):
    with live_modem(changed=QUICK) as modem:
        assert clean(modem.replay(trace, LiveOptions(parse_pace(pace), POLICY)))


@pytest.mark.long
@pytest.mark.parametrize("name", ["queries", "registration"])
def test_a_recording_of_the_emulated_device_is_replayed_to_a_warm_one(tmp_path, name):
    script, path = load_script(name), tmp_path / "emulated.wwtrace"
    record(f"emulated:{script.profile}", script, path)
    words = ("vendor", "provisioning", "pin", "sim")
    with live_modem(profile=script.profile, changed=QUICK) as modem:
        result = modem.replay(path, FULL, settings=Settings(words))
    assert clean(result), result.divergences


@pytest.mark.long
@pytest.mark.skipif(PROXY is None, reason="mbim-proxy is not installed (Debian: libmbim-proxy)")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
def test_through_the_real_mbim_proxy_there_is_no_fault_either(trace):
    program = SUPPORT / "replay_through_proxy.py"
    with live_modem(changed=QUICK) as modem:
        run = subprocess.run(
            ["unshare", "-r", "-n", sys.executable, program, str(PROXY), modem.path, trace],
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode and "unshare" in run.stderr and "Operation not permitted" in run.stderr:
        pytest.skip("network namespaces are not allowed here")
    assert run.returncode == 0, run.stdout + run.stderr
    (values,) = json.loads(run.stdout)["files"]
    assert (values["verdict"], values["compared"]) == ("no fault", values["outputs"])
    assert values["compared"] > 10


@pytest.mark.long
def test_another_modem_with_another_sim_is_reported_once_and_is_no_fault(trace):
    others = {
        "device_id": "350999999999999",
        "firmware": "XX.1",
        "subscriber_id": "262019999999999",
        "sim_iccid": "8949000000000000009",
    }
    with live_modem(changed=QUICK | others) as modem:
        result = modem.replay(trace, FULL)
    assert clean(result), result.divergences
    notes = [note for note in result.notes if note.startswith("another ")]
    assert [note.partition(":")[0] for note in notes] == ["another modem", "another SIM"]
    assert "DeviceCaps.DeviceId" in notes[0]
    assert "ReadyInfo.SubscriberId" in notes[1]


@pytest.mark.long
def test_turns_go_on_until_one_diverges(trace):
    when, action, *_ = FAULTS["a property is another one"]
    # Each turn asks for the capabilities twice: for the recording, and at the end.
    with live_modem(
        f"[[fault]]\n{when.replace('nth = 1', 'nth = 3')}\n{action}", changed=QUICK
    ) as modem:
        options = LiveOptions(Pace(None), POLICY, loops=5, until_diverged=True)
        verdicts = [result.verdict for result in modem.turns(trace, options)]
    assert verdicts == [Verdict.NO_FAULT, Verdict.DIVERGED]


@pytest.mark.long
def test_what_stands_before_the_start_is_sent_and_not_judged(trace):
    when, action, *_ = FAULTS["a property is another one"]
    with live_modem(f"[[fault]]\n{when}\n{action}", changed=QUICK) as modem:
        result = modem.replay(trace, FULL, part=Options(start_record=20))
    assert result.verdict is Verdict.NO_FAULT
    assert result.before_start_count == 1


@pytest.mark.usefixtures("parts")
def test_only_what_stands_behind_the_start_counts_as_compared(trace):
    with TraceReader(trace) as reader:
        count = len(list(reader))
    outputs = []
    for start in (0, count - 20, count + 5):
        with live_modem(changed=QUICK) as modem:
            result = modem.replay(trace, FULL, part=Options(start_record=start))
        assert result.counts["compared"] == result.counts["outputs"]
        outputs.append(result.counts["outputs"])
    whole, late, none = outputs
    assert whole > late > none == 0
    assert result.verdict is Verdict.NOTHING_COMPARED


def test_a_replay_that_is_ended_at_once_says_so(trace):
    options = LiveOptions(parse_pace("step"), POLICY, on_step=lambda _text: False)
    with live_modem(changed=QUICK) as modem:
        result = modem.replay(trace, options)
    assert result.verdict is Verdict.NOTHING_COMPARED
    assert headline(result) == "nothing compared: it was ended before the first request was sent"


def test_what_stands_behind_the_stop_is_not_sent(trace):
    stop = place_of(trace, "HOME_PROVIDER", 1, is_event=False) + 1
    with live_modem(changed=QUICK) as modem:
        result = modem.replay(trace, FULL, part=Options(stop_record=stop))
    assert result.verdict is Verdict.NO_FAULT
    assert result.counts["requests"] == 6  # and that by which the session was opened


def test_all_of_a_trace_is_checked_before_anything_is_sent(tmp_path):
    path = tmp_path / "pin.wwtrace"
    record("emulated:lte-home", load_script("pin"), path)
    with pytest.raises(UsageError, match="--allow-send pin"):
        list(replay_live(read_plan(path), "mbim:/nowhere"))


def test_a_trace_without_a_request_that_can_be_sent_compares_nothing(tmp_path):
    path = tmp_path / "nothing.wwtrace"
    text = 'profile = "lte-home"\nstep = [ { query = "OID_GEN_SUPPORTED_LIST" } ]\nlinger = 0\n'
    record("emulated:lte-home", parse_script(text, "x.toml"), path)
    (result,) = replay_live(read_plan(path), "mbim:/nowhere")
    assert result.verdict is Verdict.NOTHING_COMPARED


def test_a_step_is_confirmed_and_the_rest_is_not_judged(trace):
    texts: list[str] = []

    def goes_on(text: str) -> bool:
        texts.append(text)
        return len(texts) < 4

    with live_modem(changed=QUICK) as modem:
        options = LiveOptions(parse_pace("step"), POLICY, on_step=goes_on)
        result = modem.replay(trace, options)
    assert len(texts) == 4
    assert texts[0].startswith("record ")
    assert result.verdict is Verdict.NO_FAULT
    assert not result.divergences


def queries(count: int, path: Path) -> Path:
    """So many queries, recorded."""
    steps = ('{ query = "OID_WWAN_SIGNAL_STATE" }, { query = "OID_WWAN_RADIO_STATE" },\n') * (
        count // 2
    )
    text = f'profile = "lte-home"\npace = "1ms"\nlinger = 0\nstep = [\n{steps}]\n'
    record("emulated:lte-home", parse_script(text, "x.toml"), path)
    return path


@pytest.mark.long
def test_what_is_held_does_not_grow_with_the_trace(tmp_path, monkeypatch):
    monkeypatch.setattr(live_records, "PART_RECORDS", 100)
    held: list[int] = []
    take = live_replay._Result.take

    def take_and_count(self, turn):
        take(self, turn)
        kinds = live_records.Exchange, live_records.Report
        waiting = len(drives[-1]._recorded_states._events)
        held.append(waiting + sum(isinstance(each, kinds) for each in gc.get_objects()))

    drives: list[LiveDrive] = []

    def drive(*arguments, **options):
        drives.append(LiveDrive(*arguments, **options))
        return drives[-1]

    monkeypatch.setattr(live_replay, "LiveDrive", drive)
    monkeypatch.setattr(live_replay._Result, "take", take_and_count)
    policy = Policy(answer_ns=POLICY.answer_ns, order_ns=POLICY.order_ns, event_ns=200 * MS)
    path = queries(800, tmp_path / "long.wwtrace")
    with live_modem(changed=QUICK, delay_ns=0) as modem:
        result = modem.replay(path, LiveOptions(pace=Pace(None), policy=policy))
    assert result.verdict is Verdict.NO_FAULT
    assert result.counts["compared"] >= 800
    assert len(held) > 15
    assert max(held) < 500
