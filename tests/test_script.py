"""Scripts: what the shipped ones cover, how steps come to their times, what is wrong in one."""

import io

import pytest

from wwanreplay._core import Kind, Lifecycle
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import LimitError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.record import Session
from wwanreplay.script import load_script, parse_script, shipped_scripts, step_payload

SCRIPTS = shipped_scripts()
CONNECT = 0x0E01010C


@pytest.fixture(scope="module")
def sessions():
    made = {}
    for name, script in SCRIPTS.items():
        session = Session(f"emulated:{script.profile}", seed=script.seed)
        session.play(script)
        session.close()
        made[name] = session
    return made


@pytest.fixture(scope="module")
def trace_events(sessions):
    from wwanreplay.trace import TraceReader

    return {
        name: list(TraceReader(io.BytesIO(session.trace()))) for name, session in sessions.items()
    }


def values_of(trace_events, code, path):
    found = set()
    for events in trace_events.values():
        for event in events:
            if event.kind == Kind.KIND_INDICATION and event.code == code:
                found.add(decode_event(event)[path])
    return found


def test_there_are_a_dozen_scripts_and_each_says_what_it_is():
    assert len(SCRIPTS) >= 12
    assert all(script.description for script in SCRIPTS.values())


def test_every_oid_of_the_model_is_requested(trace_events):
    supported = set(load_profile("lte-home").compile().supported_oids)
    supported |= set(load_profile("cdma").compile().supported_oids)
    requested = {
        event.code
        for events in trace_events.values()
        for event in events
        if event.kind in (Kind.KIND_QUERY, Kind.KIND_SET)
    }
    missing = {PROTOCOL.oid_by_number[code].name for code in supported - requested}
    assert missing == set(), "each is requested by a script of wwanreplay/scripts/"


def test_every_stimulus_and_lifecycle_event_occurs(trace_events):
    seen = {
        (event.kind, event.code)
        for events in trace_events.values()
        for event in events
        if event.kind in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE)
    }
    wanted = {(Kind.KIND_STIMULUS, row.number) for row in PROTOCOL.tables.stimuli}
    wanted |= {(Kind.KIND_LIFECYCLE, int(member)) for member in Lifecycle}
    assert wanted - seen == set(), "each occurs in a script of wwanreplay/scripts/"


def test_every_registration_state_is_reached(trace_events):
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
    states = values_of(trace_events, code, "RegistrationState.RegisterState")
    assert states == set(range(1, 7))  # all but Unknown, which no ready device reports


def test_ready_states_are_reached(trace_events):
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number
    states = values_of(trace_events, code, "ReadyInfo.ReadyState")
    assert states >= set(range(7))


def test_the_indications_of_the_circle_occur(trace_events):
    seen = {
        PROTOCOL.indication_by_number[event.code].name
        for events in trace_events.values()
        for event in events
        if event.kind == Kind.KIND_INDICATION
    }
    wanted = {
        row.completions[0].indication
        for row in PROTOCOL.tables.oids
        if row.number in load_profile("lte-home").compile().supported_oids and row.completions
    }
    wanted |= {
        "NDIS_STATUS_LINK_STATE",
        "NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT",
        "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ",
        "NDIS_STATUS_WWAN_IP_ADDRESS_STATE",
        "NDIS_STATUS_WWAN_PCO_STATUS",
    }
    assert wanted - seen == set()


def test_immediate_failures_of_every_kind_occur(trace_events):
    statuses = {
        PROTOCOL.ndis_status_by_number[event.status].name
        for events in trace_events.values()
        for event in events
        if event.kind == Kind.KIND_COMPLETION
    }
    assert statuses >= {
        "NDIS_STATUS_SUCCESS",
        "NDIS_STATUS_INDICATION_REQUIRED",
        "NDIS_STATUS_NOT_SUPPORTED",
        "NDIS_STATUS_INVALID_LENGTH",
        "NDIS_STATUS_INVALID_DATA",
        "NDIS_STATUS_UNSUPPORTED_REVISION",
        "NDIS_STATUS_INVALID_PORT",
        "NDIS_STATUS_BUFFER_TOO_SHORT",
        "NDIS_STATUS_REQUEST_ABORTED",
        "NDIS_STATUS_RESOURCES",
        "NDIS_STATUS_LOW_POWER_STATE",
        "NDIS_STATUS_ADAPTER_REMOVED",
        "NDIS_STATUS_ADAPTER_NOT_READY",
    }


def test_both_ports_are_used_with_the_same_request_id(trace_events):
    answers = {
        (event.port, event.request_id)
        for event in trace_events["two-ports"]
        if event.kind == Kind.KIND_INDICATION and event.request_id == 100
    }
    assert answers == {(0, 100), (1, 100)}


def test_repeat_repeats_inside_repeats():
    script = parse_script(
        "step = [{ repeat = 2, steps = [{ note = 'a' },"
        " { repeat = 3, steps = [{ note = 'b' }] }] }]",
        "own",
    )
    assert [step.subject for step in script.steps] == list("abbbabbb")
    assert script.steps[1].place.where == "step 1.2.1"


def test_short_names_nested_tables_and_paths_name_the_same_field():
    texts = (
        "{ ConnectionId = 5 }",
        "{ SetContextState = { ConnectionId = 5 } }",
        "{ 'SetContextState.ConnectionId' = 5 }",
    )
    payloads = set()
    for text in texts:
        script = parse_script(f"step = [{{ set = 'OID_WWAN_CONNECT', values = {text} }}]", "own")
        payloads.add(step_payload(script.steps[0], 2))
    assert len(payloads) == 1


def test_buffers_have_the_form_of_the_profile_s_generation():
    script = parse_script("step = [{ set = 'OID_WWAN_CONNECT' }]", "own")
    heads = [step_payload(script.steps[0], structures)[:4].hex() for structures in (1, 2, 3)]
    assert heads == ["8002e404", "8003ec04", "80040805"]


def test_revision_layout_and_raw_bytes_can_be_chosen():
    script = parse_script(
        "step = [{ set = 'OID_WWAN_CONNECT', revision = 1 },"
        " { set = 'OID_WWAN_CONNECT', payload_hex = '80 01' }]",
        "own",
    )
    assert step_payload(script.steps[0], 2)[:4].hex() == "8001e004"
    assert step_payload(script.steps[1], 2) == b"\x80\x01"


def test_stimuli_take_durations_addresses_and_defaults():
    script = parse_script(
        "step = [{ stimulus = 'latency', values = { Operation = 'OID_WWAN_CONNECT',"
        " DelayNs = '2s' } },"
        " { stimulus = 'ip_address', values = { IPv4Address = '192.0.2.9',"
        " IPv6Address = '2001:db8::9' } },"
        " { stimulus = 'coverage', values = { Available = 0 } }]",
        "own",
    )
    latency, address, coverage = (step_payload(step, 2) for step in script.steps)
    expected = CONNECT.to_bytes(4, "little") + (1).to_bytes(4, "little")
    expected += (2 * 10**9).to_bytes(8, "little") + (-1).to_bytes(8, "little", signed=True)
    assert latency == expected
    assert address[4:8] == bytes((192, 0, 2, 9))
    assert address[20:36].hex() == "20010db8000000000000000000000009"
    assert coverage == bytes(4) + b"\xff" * 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "own.toml: has no [[step]]"),
        ("[[step]]", "own.toml: step 1: needs one of query, set, method, cancel,"),
        ("stap = []", "own.toml: no key 'stap' here; near: step"),
        ("step = [{ qery = 'OID_WWAN_PIN' }]", "own.toml: step 1: no key 'qery' here; near: query"),
        (
            "step = [{ note = 'x' }, { query = 'OID_WWAN_CONECT' }]",
            "own.toml: step 2 query: no OID is called OID_WWAN_CONECT; near: OID_WWAN_CONNECT",
        ),
        (
            "step = [{ query = 'OID_WWAN_PIN', set = 'OID_WWAN_PIN' }]",
            "own.toml: step 1: needs one of query, set, method, cancel, stimulus, lifecycle, power,"
            " wait, note, repeat; has query and set",
        ),
        (
            "step = [{ set = 'OID_WWAN_CONNECT', values = { ConectionId = 1 } }]",
            "own.toml: step 1: NDIS_WWAN_SET_CONTEXT_STATE: no field ConectionId; "
            "near: SetContextState.ConnectionId",
        ),
        (
            "step = [{ set = 'OID_WWAN_RADIO_STATE', values = { RadioAction = 'On' } }]",
            "own.toml: step 1: NDIS_WWAN_SET_RADIO_STATE.RadioAction: 'On' is not a member of "
            "WWAN_RADIO",
        ),
        (
            "step = [{ query = 'OID_WWAN_PIN_LIST', values = { A = 1 } }]",
            "own.toml: step 1: a query of OID_WWAN_PIN_LIST takes no fields",
        ),
        (
            "step = [{ stimulus = 'coverge' }]",
            "own.toml: step 1 stimulus: no stimulus is called coverge; near: coverage",
        ),
        (
            "step = [{ stimulus = 'latency', values = { DelayNs = 'long' } }]",
            "own.toml: step 1 DelayNs: must be a duration such as",
        ),
        (
            "step = [{ lifecycle = 'removal' }]",
            "own.toml: step 1 lifecycle: 'removal' is none of initialize, pause, restart, halt, "
            "surprise_removal, arrival",
        ),
        (
            "step = [{ power = 'D3' }]",
            "own.toml: step 1 power: 'D3' is not a member of NDIS_DEVICE_POWER_STATE",
        ),
        (
            "step = [{ cancel = 'scan' }]",
            "own.toml: step 1: no step before is labelled 'scan'",
        ),
        (
            "step = [{ at = '1s', after = '1s', note = 'x' }]",
            "own.toml: step 1: has both at and after",
        ),
        (
            "step = [{ note = 'x', port = 1 }]",
            "own.toml: step 1: no key 'port' here",
        ),
        (
            "step = [{ set = 'OID_WWAN_PIN', payload_hex = 'xy' }]",
            "own.toml: step 1 payload_hex: must be bytes in hexadecimal, not 'xy'",
        ),
        ("profile = 'lte'\nstep = [{ note = 'x' }]", "own.toml: profile: there is no profile"),
        (
            "step = [{ repeat = 2, steps = [{ note = 3 }] }]",
            "own.toml: step 1.1 note: must be text, not 3",
        ),
        ("step = [{ repeat = 2 }]", "own.toml: step 1: repeats no steps"),
    ],
)
def test_what_is_wrong_is_reported_in_one_line(text, message):
    with pytest.raises(UsageError) as caught:
        parse_script(text, "own")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_times_that_go_back_are_reported_with_their_step():
    with pytest.raises(UsageError) as caught:
        parse_script("step = [{ at = '2s', note = 'x' }, { at = '1s', note = 'y' }]", "own")
    assert str(caught.value) == (
        "own.toml: step 2: at 1000000000 ns lies before a step above, at 2000000000 ns"
    )


def test_too_many_steps_are_a_limit():
    text = "step = [{ repeat = 100000, steps = [{ note = 'a' }, { note = 'b' }] }]"
    with pytest.raises(LimitError, match="steps: 100001 exceeds the limit of 100000"):
        parse_script(text, "own")


def test_an_unknown_script_names_the_near_ones():
    with pytest.raises(UsageError, match="there is no script 'dmo'; near: demo"):
        load_script("dmo")
