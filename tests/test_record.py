"""Recording: the order of a session, its header and end, and that it is always the same."""

import io
import os
import subprocess
import sys
from itertools import pairwise

import pytest
from groups import sampled

import wwanreplay
from wwanreplay._core import Event, Kind, model_version
from wwanreplay.analysis.check import check
from wwanreplay.devices.emulated import device_of_trace
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.constants import table_hash
from wwanreplay.record import Session, record
from wwanreplay.replay import replay
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceReader

SCRIPTS = shipped_scripts()
PROFILES = sorted(shipped_profiles())
PAIRS = [
    (profile, name)
    for name, script in SCRIPTS.items()
    for profile in PROFILES
    if profile == script.profile or name in ("demo", "queries", "power", "failures")
]
CONNECT = {
    "ConnectionId": 1,
    "ActivationCommand": "WwanActivationCommandActivate",
    "AccessString": "internet.example",
}


def recorded(profile, script, **options):
    target = io.BytesIO()
    summary = record(f"emulated:{profile}", script, target, **options)
    return target.getvalue(), summary


def events_of(trace):
    return list(TraceReader(io.BytesIO(trace)))


@pytest.mark.parametrize(("profile", "script"), sampled(PAIRS, 10))
def test_every_script_records_the_same_bytes_replays_equal_and_breaks_no_rule(
    profile, script, tmp_path
):
    first, summary = recorded(profile, script)
    second, _ = recorded(profile, script)
    assert first == second
    assert summary.unanswered == 0
    path = tmp_path / "session.wwtrace"
    path.write_bytes(first)
    assert replay(path).equal
    assert check(events_of(first)) == []


@pytest.mark.long
def test_other_processes_and_hash_seeds_record_the_same_bytes():
    code = (
        "import hashlib, io\n"
        "from wwanreplay.record import record\n"
        "from wwanreplay.script import shipped_scripts\n"
        "total = hashlib.sha256()\n"
        "for name, script in shipped_scripts().items():\n"
        "    target = io.BytesIO()\n"
        "    record('emulated:' + script.profile, script, target)\n"
        "    total.update(target.getvalue())\n"
        "print(total.hexdigest())\n"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "77")
    }
    assert len(made) == 1


def test_another_seed_is_another_session():
    assert recorded("lte-home", "demo")[0] != recorded("lte-home", "demo", seed=5)[0]


def test_zstd_chunk_size_and_checkpoints_do_not_change_the_digest():
    digests = {
        recorded("lte-home", "demo", **options)[1].digest
        for options in (
            {},
            {"compression": "zstd"},
            {"chunk_size": 500},
            {"checkpoint_records": 20},
        )
    }
    assert len(digests) == 1


def test_checkpoints_are_written_where_they_are_requested():
    trace, summary = recorded("lte-home", "demo", checkpoint_records=20)
    checkpoints = TraceReader(io.BytesIO(trace)).checkpoints()
    assert 3 <= len(checkpoints) <= summary.records // 20
    indices = [checkpoint.record_index for checkpoint in checkpoints]
    assert all(after - before >= 20 for before, after in pairwise(indices))


def test_an_input_stands_between_what_was_due_and_what_follows():
    session = Session()
    session.run("5s")
    session.query("OID_GEN_LINK_STATE")
    trace = session.trace()
    events = events_of(trace)
    at = next(event.index for event in events if event.kind == Kind.KIND_QUERY)
    assert all(event.time_ns <= events[at].time_ns for event in events[:at])
    assert events[at + 1].kind == Kind.KIND_COMPLETION
    assert events[at + 1].cause == at


def test_a_session_ends_with_the_time_at_which_it_ended():
    session = Session()
    session.run("7s")
    last = events_of(session.trace())[-1]
    assert (last.kind, last.code, last.time_ns, last.payload) == (
        Kind.KIND_CLOCK,
        0,
        7 * 10**9,
        b"",
    )


def test_the_header_says_what_makes_the_device_again():
    trace, _ = recorded("two-ports", "two-ports", seed=9)
    header = TraceReader(io.BytesIO(trace)).header
    assert header.profile_name == "two-ports"
    assert header.seed == 9
    assert header.model_version == model_version()
    assert header.table_hash == table_hash()
    assert header.created == ""  # the same session has the same bytes, whenever it is recorded
    assert header.notes == [f"script two-ports: {SCRIPTS['two-ports'].description}"]
    device = device_of_trace(header)
    assert device.engine.profile.to_bytes() == Session("two-ports").device.engine.profile.to_bytes()


def test_five_lines_make_a_session(tmp_path):
    session = wwanreplay.Session("lte-home")
    session.run("5s")
    session.set("OID_WWAN_CONNECT", CONNECT)
    session.stimulus("signal", {"Rssi": 4})
    session.run("5s")
    session.save(tmp_path / "x.wwtrace")
    kinds = [event.kind for event in events_of((tmp_path / "x.wwtrace").read_bytes())]
    assert kinds.count(Kind.KIND_SET) == 1
    assert kinds.count(Kind.KIND_STIMULUS) == 1


def test_outputs_come_back_numbered_as_records():
    session = Session()
    session.run("5s")
    session.set("OID_WWAN_CONNECT", CONNECT)
    answers = session.until_idle()
    events = events_of(session.trace())
    assert answers == [events[event.index] for event in answers]
    assert {event.request_id for event in answers} >= {1}


def test_request_ids_handles_and_capacities_are_chosen_or_given():
    session = Session()
    assert session.query("OID_WWAN_PIN_LIST") == 1
    assert session.query("OID_WWAN_PIN_LIST", request_id=40, handle=7, capacity=9, client=3) == 40
    assert session.query("OID_WWAN_PIN_LIST") == 41
    first, second, third = (event for event in events_of(session.trace()) if event.kind == 1)
    assert (first.handle, first.capacity, first.client) == (0x10010, 4096, None)
    assert (second.handle, second.capacity, second.client) == (7, 9, 3)
    assert third.handle != first.handle


def test_a_cancel_refers_to_its_request():
    session = Session()
    session.run("5s")
    request_id = session.query("OID_WWAN_VISIBLE_PROVIDERS")
    session.cancel(request_id)
    events = events_of(session.trace())
    cancel = next(event for event in events if event.kind == Kind.KIND_CANCEL)
    assert events[cancel.cause].code == PROTOCOL.oid("OID_WWAN_VISIBLE_PROVIDERS").number
    aborted = [event for event in events if event.kind == Kind.KIND_COMPLETION]
    assert [hex(event.status) for event in aborted] == ["0xc001000c"]


def test_what_is_never_answered_is_noted():
    from wwanreplay.devices.faults import parse_faults

    plan = parse_faults('[[fault]]\nwhen = { kind = "indication" }\ndrop = true', "own.toml")
    session = Session(faults=plan)
    session.query("OID_WWAN_PIN_LIST")
    session.until_idle()
    assert session.outstanding == []
    texts = [event.payload for event in events_of(session.trace()) if event.kind == 12]
    assert b"not answered: RequestId 1" in texts


def test_sleep_ends_the_wait_for_answers():
    session = Session()
    session.run("5s")
    session.query("OID_WWAN_VISIBLE_PROVIDERS")
    session.run("10ms")
    assert session.outstanding == [1]
    session.power("NdisDeviceStateD3")
    assert session.outstanding == []


def test_a_file_is_not_overwritten_unless_forced(tmp_path):
    path = tmp_path / "x.wwtrace"
    record("lte-home", "demo", path)
    with pytest.raises(UsageError, match=r"x\.wwtrace: exists already; --force overwrites it"):
        record("lte-home", "demo", path)
    record("lte-home", "demo", path, force=True)
    with pytest.raises(UsageError, match="exists already"):
        Session().save(path)


def test_a_session_that_fails_leaves_no_file(tmp_path):
    plan = tmp_path / "own.toml"
    plan.write_text("[[fault]]\nwhen = { event = 32 }\nalter = { Nothing = 1 }")
    with pytest.raises(UsageError, match="no field Nothing"):
        record("lte-home", "demo", tmp_path / "x.wwtrace", faults=str(plan))
    assert not (tmp_path / "x.wwtrace").exists()


def test_a_session_written_as_it_goes_is_not_saved_again(tmp_path):
    with (tmp_path / "x.wwtrace").open("xb") as file:
        session = Session(target=file)
        with pytest.raises(UsageError, match="written to its target as it goes"):
            session.save(tmp_path / "y.wwtrace")
        session.close()
        session.close()
    assert events_of((tmp_path / "x.wwtrace").read_bytes())[-1].kind == Kind.KIND_CLOCK


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda session: session.query("OID_WWAN_X"), "no OID is called OID_WWAN_X"),
        (lambda session: session.run("soon"), "duration: must be a duration such as"),
        (lambda session: session.stimulus("x"), "no stimulus is called x"),
        (lambda session: session.lifecycle("x"), "'x' is none of initialize"),
        (lambda session: session.power("x"), "'x' is not a member of NDIS_DEVICE_POWER_STATE"),
        (lambda session: session.run_until(-1), "-1 ns is past; the session is at 0 ns"),
    ],
)
def test_wrong_calls_say_what_is_wrong(call, message):
    with pytest.raises(UsageError, match=message):
        call(Session())


def test_events_carry_on_in_the_engine_s_order():
    session = Session()
    session.run("5s")
    times = [event.time_ns for event in session.events]
    assert times == sorted(times)
    assert all(isinstance(event, Event) for event in session.events)


def test_a_cancel_names_what_is_open_however_much_was_requested_since(monkeypatch):
    monkeypatch.setattr("wwanreplay.record.CODES_MAX", 8)
    target = io.BytesIO()
    with Session("emulated:lte-home", target=target) as session:
        session.run(10 * 10**9)
        scan = session.query("OID_WWAN_VISIBLE_PROVIDERS")
        for _ in range(20):
            session.query("OID_WWAN_RADIO_STATE")
            session.run(10**8)
        assert len(session._codes) <= 9
        session.cancel(scan)
    with TraceReader(target.getvalue()) as reader:
        events = list(reader.events())
    cancel = next(event for event in events if event.kind == Kind.KIND_CANCEL)
    assert events[cancel.cause].request_id == scan
    assert cancel.code == PROTOCOL.oid("OID_WWAN_VISIBLE_PROVIDERS").number
