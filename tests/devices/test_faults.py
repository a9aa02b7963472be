"""Faults: each action does just what it says, at the output it is for, and is noted there."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, parse_faults
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.record import Session, record
from wwanreplay.script import load_script
from wwanreplay.trace import TraceReader

CONTEXT_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
DEVICE_CAPS = PROTOCOL.oid("OID_WWAN_DEVICE_CAPS").number
REMOVED = PROTOCOL.ndis_status_by_name["NDIS_STATUS_ADAPTER_REMOVED"].number
OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)


def events_of(session):
    return list(TraceReader(io.BytesIO(session.trace())))


def with_faults(text, script="demo"):
    session = Session(faults=parse_faults(text, "own.toml"))
    session.play(load_script(script))
    return events_of(session)


@pytest.fixture(scope="module")
def plain():
    session = Session()
    session.play(load_script("demo"))
    return events_of(session)


def bare(event):
    return event.replace(index=None, cause=None)


def outputs(events):
    return [bare(event) for event in events if event.kind in OUTPUTS]


def notes(events):
    return [event for event in events if event.kind == Kind.KIND_NOTE and event.code == 1]


def only_note(events):
    (note,) = notes(events)
    return note


def test_drop_takes_one_output_away(plain):
    events = with_faults("[[fault]]\nwhen = { event = 32 }\ndrop = true")
    expected = outputs(plain)
    dropped = bare(plain[32])
    expected.remove(dropped)
    assert outputs(events) == expected
    note = only_note(events)
    assert note.payload == b"fault: dropped NDIS_STATUS_WWAN_CONTEXT_STATE"
    assert note.time_ns == dropped.time_ns


def test_a_dropped_completion_s_note_names_its_request(plain):
    events = with_faults('[[fault]]\nwhen = { code = "OID_WWAN_DEVICE_CAPS" }\ndrop = true')
    note = only_note(events)
    assert events[note.cause].code == DEVICE_CAPS
    assert events[note.cause].kind == Kind.KIND_QUERY


def test_duplicate_says_it_again(plain):
    events = with_faults("[[fault]]\nwhen = { event = 32 }\nduplicate = 2")
    expected = outputs(plain)
    at = expected.index(bare(plain[32]))
    assert outputs(events) == expected[: at + 1] + [expected[at]] * 2 + expected[at + 1 :]
    assert [note.payload for note in notes(events)] == [b"fault: duplicated"] * 2
    assert [events[note.cause].code for note in notes(events)] == [CONTEXT_STATE] * 2


def test_delay_moves_an_output_in_time(plain):
    events = with_faults('[[fault]]\nwhen = { event = 32 }\ndelay = "3ms"')
    expected = outputs(plain)
    moved = expected.pop(expected.index(bare(plain[32])))
    moved = moved.replace(time_ns=moved.time_ns + 3_000_000)
    rest = outputs(events)
    assert moved in rest
    rest.remove(moved)
    assert len(rest) == len(expected)
    times = [event.time_ns for event in events]
    assert times == sorted(times)


def test_a_delayed_answer_is_waited_for():
    events = with_faults('[[fault]]\nwhen = { event = 32 }\ndelay = "9s"')
    (answer,) = [event for event in events if event.code == CONTEXT_STATE and event.request_id == 9]
    following = next(event for event in events if event.request_id == 10)
    assert following.time_ns == answer.time_ns + 10_000_000


def test_reorder_swaps_with_the_next_output(plain):
    events = with_faults("[[fault]]\nwhen = { event = 32 }\nreorder = true")
    expected = outputs(plain)
    at = expected.index(bare(plain[32]))
    swapped = expected[at].replace(time_ns=expected[at + 1].time_ns)
    expected[at : at + 2] = [expected[at + 1], swapped]
    assert outputs(events) == expected
    assert events[only_note(events).cause].code == CONTEXT_STATE


def test_the_last_output_goes_out_when_it_has_no_next(plain):
    last = max(event.index for event in plain if event.kind in OUTPUTS)
    events = with_faults(f"[[fault]]\nwhen = {{ event = {last} }}\nreorder = true")
    assert len(outputs(events)) == len(outputs(plain))
    assert outputs(events)[-1].code == plain[last].code


def test_alter_changes_one_field_and_nothing_else(plain):
    events = with_faults(
        "[[fault]]\nwhen = { event = 32 }\n"
        'alter = { ActivationState = "WwanActivationStateActivating" }'
    )
    before = outputs(plain)
    after = outputs(events)
    (changed,) = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    old, new = (decode_event(event).to_dict() for event in changed)
    assert new["ContextState"].pop("ActivationState") == 2
    assert old["ContextState"].pop("ActivationState") == 1
    assert new == old
    note = only_note(events)
    assert note.payload == b"fault: altered ContextState.ActivationState"
    assert bare(events[note.cause]) == changed[1]


def test_bytes_can_be_altered_from_both_ends(plain):
    events = with_faults('[[fault]]\nwhen = { event = 32 }\nalter_bytes = { 0 = "7f", -1 = "ee" }')
    (new,) = [
        event for event in outputs(events) if event.code == CONTEXT_STATE and event.request_id == 9
    ]
    assert new.payload == b"\x7f" + plain[32].payload[1:-1] + b"\xee"


def test_the_event_itself_can_be_altered():
    events = with_faults(
        "[[fault]]\nwhen = { event = 32 }\n"
        'alter_event = { port = 1, request_id = 77, handle = 5, payload_hex = "00" }'
    )
    (new,) = [event for event in events if event.request_id == 77]
    assert (new.port, new.handle, new.payload) == (1, 5, b"\0")


def test_status_is_the_completion_s_or_the_ustatus():
    events = with_faults(
        '[[fault]]\nwhen = { code = "OID_WWAN_DEVICE_CAPS" }\nstatus = "NDIS_STATUS_FAILURE"\n'
        '[[fault]]\nwhen = { event = 32 }\nstatus = "WWAN_STATUS_BUSY"\n'
    )
    caps, context = (events[note.cause] for note in notes(events))
    assert caps.status == 0xC0000001
    assert decode_event(context)["uStatus"] == 0xC0040002


def test_silence_says_nothing_from_there_on(plain):
    events = with_faults('[[fault]]\nwhen = { from = "20s" }\nsilence = true')
    assert outputs(events) == [event for event in outputs(plain) if event.time_ns < 20 * 10**9]
    unanswered = [event.payload for event in events if event.payload.startswith(b"not answered")]
    assert unanswered
    assert len(notes(events)) == 1


def test_a_removed_device_refuses_until_it_arrives():
    session = Session(faults=parse_faults("[[fault]]\nwhen = { event = 0 }\nremoval = true", "x"))
    session.run("5s")
    session.query("OID_WWAN_SIGNAL_STATE")
    assert [event.status for event in session.events] == [REMOVED]
    session.lifecycle("arrival")
    session.run("5s")
    assert len(session.events) > 4


def test_insert_says_something_of_its_own():
    events = with_faults(
        "[[fault]]\nwhen = { event = 32 }\n"
        'insert = { code = "NDIS_STATUS_WWAN_SIGNAL_STATE", request_id = 0, after = "2ms",'
        " values = { Rssi = 3 } }"
    )
    inserted = events[only_note(events).cause]
    answer = next(event for event in events if event.code == CONTEXT_STATE)
    assert inserted.time_ns == answer.time_ns + 2_000_000
    assert inserted.request_id == 0
    assert len(inserted.payload) == 24  # the form of the device's generation
    assert decode_event(inserted)["SignalState.Rssi"] == 3


def test_insert_without_more_is_a_second_completion():
    events = with_faults(
        '[[fault]]\nwhen = { code = "OID_WWAN_DEVICE_CAPS" }\n'
        'insert = { status = "NDIS_STATUS_SUCCESS" }'
    )
    completions = [
        event for event in events if event.kind == Kind.KIND_COMPLETION and event.request_id == 2
    ]
    assert [event.status for event in completions] == [INDICATION_REQUIRED, 0]
    assert len({event.cause for event in completions}) == 1


@pytest.mark.parametrize(
    ("when", "count"),
    [
        ('kind = "completion"', 19),
        ('kind = "indication", transactional = false', 36),
        ('operation = "OID_WWAN_CONNECT"', 10),
        ('operation = "OID_WWAN_CONNECT", kind = "indication"', 5),
        ("request_id = 9", 2),
        ("port = 1", 0),
        ('status = "NDIS_STATUS_INDICATION_REQUIRED"', 14),
        ('code = "NDIS_STATUS_LINK_STATE", until = "20s"', 2),
        ('code = "NDIS_STATUS_LINK_STATE", from = "20s", nth = 2', 1),
        ("event = 31", 1),
        ("event = 30", 0),
    ],
)
def test_selectors_choose(plain, when, count):
    events = with_faults(f"[[fault]]\nwhen = {{ {when} }}\nduplicate = true")
    assert len(outputs(events)) == len(outputs(plain)) + count


def test_event_numbers_are_those_of_the_recording_without_faults(plain):
    """Earlier faults add and remove records; the number still means the same output."""
    for number in (5, 11, 32, 46, 61, 72):
        if plain[number].kind not in OUTPUTS:
            continue
        events = with_faults(
            "[[fault]]\nwhen = { event = 4 }\nduplicate = 3\n"
            "[[fault]]\nwhen = { event = 8 }\ndrop = true\n"
            f"[[fault]]\nwhen = {{ event = {number} }}\nalter_event = {{ handle = 4242 }}"
        )
        (marked,) = [event for event in events if event.handle == 4242]
        assert bare(marked) == bare(plain[number]).replace(handle=4242)


def test_several_faults_may_meet_at_one_output():
    events = with_faults(
        "[[fault]]\nwhen = { event = 32 }\nalter_event = { port = 1 }\n"
        '[[fault]]\nwhen = { event = 32 }\ndelay = "1ms"\n'
        "[[fault]]\nwhen = { event = 32 }\ndrop = true\n"
        "[[fault]]\nwhen = { event = 32 }\nduplicate = true\n"
    )
    assert [note.payload for note in notes(events)] == [
        b"fault: dropped NDIS_STATUS_WWAN_CONTEXT_STATE"
    ]


def test_the_same_plan_gives_the_same_bytes(tmp_path):
    plan = tmp_path / "own.toml"
    plan.write_text('[[fault]]\nwhen = { kind = "indication" }\ndelay = "3ms"\n')
    made = [io.BytesIO(), io.BytesIO()]
    for target in made:
        summary = record("lte-home", "demo", target, faults=str(plan))
    assert made[0].getvalue() == made[1].getvalue()
    assert summary.faults == 50


def test_a_plan_without_a_match_changes_no_output(plain):
    assert outputs(with_faults("[[fault]]\nwhen = { port = 3 }\ndrop = true")) == outputs(plain)


def test_the_header_names_the_plan():
    session = Session(faults=parse_faults('description = "x"\n[[fault]]\ndrop = true', "own.toml"))
    session.close()
    assert TraceReader(io.BytesIO(session.trace())).header.notes == ["faults own: x"]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            "alter = { Rsi = 1 }",
            "own.toml: fault 1: NDIS_STATUS_WWAN_CONTEXT_STATE: no field Rsi",
        ),
        (
            "alter_bytes = { 1000 = '00' }",
            "own.toml: fault 1: 1 bytes at 1000 are not within the 32 bytes of "
            "NDIS_STATUS_WWAN_CONTEXT_STATE",
        ),
        (
            "status = 'NDIS_STATUS_FAILURE'",
            "own.toml: fault 1: NDIS_STATUS_WWAN_CONTEXT_STATE is an indication: "
            "give it a WWAN_STATUS",
        ),
    ],
)
def test_a_fault_that_does_not_fit_its_output_says_so(action, message):
    with pytest.raises(UsageError) as caught:
        with_faults(f"[[fault]]\nwhen = {{ event = 32 }}\n{action}")
    assert str(caught.value).startswith(message)


WHENS = st.one_of(
    st.integers(0, 95).map(lambda number: f"event = {number}"),
    st.integers(1, 5).map(lambda number: f'kind = "indication", nth = {number}'),
    st.sampled_from(
        [
            'operation = "OID_WWAN_CONNECT"',
            'code = "NDIS_STATUS_WWAN_REGISTER_STATE"',
            "transactional = true",
            'from = "20s", until = "60s"',
        ]
    ),
)
DEEDS = st.sampled_from(
    [
        "drop = true",
        "duplicate = 2",
        'delay = "250ms"',
        'delay = "20s"',
        "reorder = true",
        "alter_event = { request_id = 3 }",
        "silence = true",
        "removal = true",
        'insert = { after = "1s" }',
    ]
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(WHENS, DEEDS), min_size=1, max_size=4))
def test_any_plan_gives_one_ordered_session(plan):
    text = "".join(f"[[fault]]\nwhen = {{ {when} }}\n{deed}\n" for when, deed in plan)
    events = with_faults(text)
    times = [event.time_ns for event in events]
    assert times == sorted(times)
    assert all(note.cause is None or note.cause < note.index for note in notes(events))
    assert events == with_faults(text)


def test_a_removed_device_refuses_commands_of_mbim_too():
    text = '[[fault]]\nwhen = { operation = "OID_WWAN_SIGNAL_STATE" }\nremoval = true'
    device = FaultyDevice(EmulatedDevice(load_profile("lte-home"), 7), parse_faults(text, "own"))
    device.advance(10**10)
    device.drain()
    signal, statistics = 0x0E01010B, 1 << 32 | 20
    device.submit(Event(Kind.KIND_QUERY, 10**10, request_id=1, code=signal, handle=1))
    device.advance(2 * 10**10)
    device.drain()
    query = Event(
        Kind.KIND_QUERY,
        2 * 10**10,
        request_id=2,
        code=statistics,
        namespace=Namespace.NAMESPACE_MBIM,
        handle=2,
        capacity=65536,
    )
    device.submit(query)
    assert [(event.request_id, event.code) for event in device.drain()] == [(2, statistics)]


# Faults that change nothing.


def faulty(text):
    session = Session(faults=parse_faults(text, "own.toml"))
    session.play(load_script("demo"))
    session.close()
    return session


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ('when = { code = "NDIS_STATUS_WWAN_USSD" }\ndrop = true', "matched no output"),
        ("when = { event = 99999 }\nduplicate = true", "matched no output"),
        (
            'when = { code = "NDIS_STATUS_WWAN_READY_INFO", nth = 900 }\ndrop = true',
            "and nth is 900",
        ),
        (
            'when = { code = "NDIS_STATUS_WWAN_READY_INFO", nth = 1 }\n'
            'alter = { "ReadyInfo.EmergencyMode" = "WwanEmergencyModeOff" }',
            "changed nothing of the outputs that it matched",
        ),
        ('when = { nth = 1 }\ndelay = "0s"', "changed nothing of the outputs that it matched"),
    ],
)
def test_a_fault_that_changes_nothing_is_named_with_the_reason(fault, why):
    used = '[[fault]]\nwhen = { code = "NDIS_STATUS_LINK_STATE" }\ndrop = true\n'
    session = faulty(f"{used}[[fault]]\n{fault}")
    (line,) = session.unused_faults
    assert line.startswith("own.toml: fault 2: ")
    assert why in line


def test_a_fault_behind_one_that_takes_its_outputs_is_named():
    link = 'when = { code = "NDIS_STATUS_LINK_STATE" }'
    session = faulty(f"[[fault]]\n{link}\ndrop = true\n[[fault]]\n{link}\nduplicate = true")
    assert session.unused_faults == [
        "own.toml: fault 2: an earlier fault took away every output that it matches"
    ]


@pytest.mark.parametrize(
    "action", ["drop = true", "duplicate = 2", 'delay = "1ms"', "reorder = true"]
)
def test_a_fault_that_was_applied_is_not_named(action):
    session = faulty(f"[[fault]]\nwhen = {{ event = 32 }}\n{action}")
    assert session.unused_faults == []


def test_a_session_without_faults_has_none_unused():
    assert Session().unused_faults == []
