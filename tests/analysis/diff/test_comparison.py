"""What two sessions differ in is reported as exactly that, and both ways round alike."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from checkout import LOGS, TRACES
from diff_samples import altered, compared, in_short, outputs_of, sample
from groups import sampled
from hypothesis import given
from hypothesis import strategies as st
from recording_mutations import read, written

from wwanreplay import bench
from wwanreplay._core import Event, Kind
from wwanreplay.analysis.diff import Change, diff_traces
from wwanreplay.analysis.diff import comparison as module
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, OUTPUTS, REQUESTS
from wwanreplay.replay.observed import leaves
from wwanreplay.replay.policy import parse_policy
from wwanreplay.verdict import Verdict

SAMPLES = [*sorted(TRACES.glob("*.wwtrace")), *sorted(LOGS.glob("*.wwtrace.xz"))]
DEMO = sample("demo")[1]
PLACES = outputs_of(DEMO)


def only(result):
    """The one finding of a result."""
    (found,) = result.findings
    assert result.difference_count + result.note_count == 1
    assert not result.identities
    return found


def is_free(event):
    """Whether an event need not come."""
    return event.kind == Kind.KIND_INDICATION and not module.Policy().is_owed(event.code)


@pytest.mark.parametrize("path", sampled(SAMPLES, 12), ids=lambda path: path.name)
def test_a_trace_equals_itself(path):
    result = diff_traces(path, path)
    assert result.verdict is Verdict.EQUAL
    assert result.equal
    assert (result.findings, result.identities, result.warnings) == ([], [], [])
    assert result.compared > 5


def request_of(output):
    """The request of the demo that an output answers."""
    return next(
        event
        for event in DEMO
        if event.kind in REQUESTS and (event.request_id, event.port) == output
    )


def assert_at_its_transaction(found, output):
    if output.request_id:
        expected = request_of((output.request_id, output.port))
        assert found.what == "output"
        assert {each.code for each in found.requests} == {expected.code}
        assert {each.request_id for each in found.requests} == {expected.request_id}
    else:
        assert found.what == "event"


@pytest.mark.parametrize("at", sampled(PLACES, 14))
def test_a_dropped_and_a_doubled_output_are_missing_and_extra(at):
    output = DEMO[at]
    dropped = only(compared("demo", DEMO, [*DEMO[:at], *DEMO[at + 1 :]]))
    doubled = only(compared("demo", DEMO, [*DEMO[: at + 1], *DEMO[at:]]))
    assert (dropped.change, doubled.change) == (Change.MISSING, Change.EXTRA)
    assert dropped.a.payload == doubled.b.payload == output.payload
    for found in (dropped, doubled):
        assert found.event.code == output.code
        assert_at_its_transaction(found, output)
        assert found.is_note == (is_free(output) and not output.request_id)


@pytest.mark.parametrize("at", sampled(PLACES, 14))
def test_an_altered_output_is_changed_in_that_field(at):
    output = DEMO[at]
    found = only(compared("demo", DEMO, [*DEMO[:at], altered(output), *DEMO[at + 1 :]]))
    assert found.change is Change.CHANGED
    assert len(found.fields) == 1
    assert_at_its_transaction(found, output)
    if output.kind == Kind.KIND_COMPLETION:
        assert found.fields[0].path == "status"
        assert found.fields[0].a == output.status


@given(data=st.data())
def test_no_altered_or_missing_octet_goes_unseen(data):
    """Whether it can still be read or not; an identity that appears once is another SIM's."""
    at = data.draw(st.sampled_from([at for at in PLACES if DEMO[at].payload]))
    payload = bytearray(DEMO[at].payload)
    place = data.draw(st.integers(0, len(payload) - 1))
    payload[place] ^= data.draw(st.integers(1, 255))
    if data.draw(st.booleans()):
        del payload[place:]
    other = DEMO[at].replace(payload=bytes(payload))
    result = compared("demo", DEMO, [*DEMO[:at], other, *DEMO[at + 1 :]])
    assert not result.equal
    assert len(result.findings) + bool(result.identities) >= 1
    assert result.difference_count + result.note_count <= 1
    assert all(found.change is Change.CHANGED and found.fields for found in result.findings)


@pytest.mark.parametrize(
    "at", [at for at in PLACES if at + 1 in PLACES and DEMO[at] != DEMO[at + 1]]
)
def test_two_swapped_outputs_are_reordered(at):
    one, other = DEMO[at : at + 2]
    times = one.time_ns, other.time_ns
    swapped = other.replace(time_ns=times[0]), one.replace(time_ns=times[1])
    found = only(compared("demo", DEMO, [*DEMO[:at], *swapped, *DEMO[at + 2 :]]))
    assert found.change is Change.REORDERED
    assert found.a.payload == found.b.payload
    assert found.event.code in (one.code, other.code)
    is_within = bool(one.request_id) and one.request_id == other.request_id
    assert found.is_note == (not is_within)


def test_a_request_with_another_payload_is_changed_with_its_fields():
    at = next(n for n, event in enumerate(DEMO) if event.kind == Kind.KIND_SET and event.payload)
    payload = bytearray(DEMO[at].payload)
    payload[4] ^= 1
    other = DEMO[at].replace(payload=bytes(payload))
    found = only(compared("demo", DEMO, [*DEMO[:at], other, *DEMO[at + 1 :]]))
    assert (found.change, found.what) == (Change.CHANGED, "request")
    assert len(found.fields) == 1


def transaction(number, code, at_ns, payload=b""):
    """A query that its completion answers."""
    names = {"port": 0, "request_id": number, "code": code, "namespace": 1}
    return [
        Event(Kind.KIND_QUERY, at_ns, **names),
        Event(Kind.KIND_COMPLETION, at_ns + 1000, **names, status=0, payload=payload),
    ]


def session(*codes):
    """Queries of OIDs one after the other, a second apart."""
    events = []
    for number, code in enumerate(codes, 1):
        events += transaction(number, code, number * 10**9)
    return events


def test_a_whole_transaction_is_missing_with_its_outputs_whatever_its_number():
    found = only(compared("demo", session(1, 2, 3), session(1, 3)))
    assert (found.change, found.what, found.answers) == (Change.MISSING, "request", 1)
    assert found.a.code == 2
    assert found.b is None


def test_a_transaction_in_another_place_is_reordered_and_not_far_away(monkeypatch):
    one, two = session(1, 2, 3, 4, 5), session(2, 3, 4, 1, 5)
    found = only(compared("demo", one, two))
    assert (found.change, found.event.code) == (Change.REORDERED, 1)
    assert not found.is_note
    monkeypatch.setattr(module, "MOVED_MAX", 2)
    result = compared("demo", one, two)
    assert result.counts == {Change.MISSING: 1, Change.EXTRA: 1}


def test_requests_are_aligned_by_their_answers_where_they_repeat():
    answers = (b"1", b"2", b"3")
    one = [transaction(n, 9, n * 10**9, answer) for n, answer in enumerate(answers, 1)]
    found = only(compared("demo", [*one[0], *one[1], *one[2]], [*one[1], *one[2]]))
    assert (found.change, found.a.time_ns) == (Change.MISSING, 10**9)


def test_an_answer_that_comes_too_late_on_one_side_is_named():
    code = PROTOCOL.oid("OID_WWAN_SIGNAL_STATE").number
    one = transaction(1, code, 0)
    late = [one[0], one[1].replace(time_ns=11 * 10**9)]
    found = only(compared("demo", one, late))
    assert found.fields[0].path == "time of the answer"
    assert (found.fields[0].a_text, found.fields[0].b_text) == ("0.000 s", "11.000 s")
    assert compared("demo", one, [one[0], one[1].replace(time_ns=9 * 10**9)]).equal
    policy = parse_policy('[times]\nanswer = "20s"\n', "policy")
    assert compared("demo", one, late, policy).equal
    assert not compared("demo", one, [one[0], one[1].replace(flags=2, time_ns=10**11)]).findings


def with_subscriber(events, text, chosen=lambda _: True):
    """The session with another subscriber in the chosen reports that name one; and how many."""
    made, count = [], 0
    for event in events:
        leaf = leaves(event).get("ReadyInfo.SubscriberId")
        if event.kind == Kind.KIND_INDICATION and leaf is not None and leaf.value and chosen(event):
            data = bytearray(event.payload)
            octets = text.encode("utf-16-le")
            data[leaf.offset : leaf.offset + len(octets)] = octets
            event = event.replace(payload=bytes(data))
            count += 1
        made.append(event)
    return made, count


def test_another_sim_is_reported_once_and_is_no_change():
    other, count = with_subscriber(DEMO, "001019")
    result = compared("demo", DEMO, other)
    assert result.verdict is Verdict.NO_FAULT
    assert not result.findings
    (identity,) = result.identities
    assert (identity.name, identity.count) == ("SubscriberId", count)
    assert count > 1
    assert not result.equal
    assert result.remark_count == 1


def test_an_identity_that_changes_within_a_session_is_a_change():
    other, count = with_subscriber(DEMO, "001019", lambda event: bool(event.request_id))
    assert count == 1
    found = only(compared("demo", DEMO, other))
    assert [each.path for each in found.fields] == ["ReadyInfo.SubscriberId"]


def test_a_policy_says_which_members_and_events_count():
    code = "NDIS_STATUS_WWAN_REGISTER_STATE"
    events = [n for n in PLACES if DEMO[n].code == PROTOCOL.indication(code).number]
    at = next(n for n in events if not DEMO[n].request_id)
    dropped = [*DEMO[:at], *DEMO[at + 1 :]]
    assert not only(compared("demo", DEMO, dropped)).is_note
    free = parse_policy(f'[[event]]\ncode = "{code}"\ncompare = "free"\n', "policy")
    assert only(compared("demo", DEMO, dropped, free)).is_note
    payload = bytearray(DEMO[at].payload)
    payload[4] ^= 1
    changed = [*DEMO[:at], DEMO[at].replace(payload=bytes(payload)), *DEMO[at + 1 :]]
    path = only(compared("demo", DEMO, changed)).fields[0].path
    text = f'[[member]]\ncode = "{code}"\npath = "{path}"\ncompare = "free"\n'
    result = compared("demo", DEMO, changed, parse_policy(text, "policy"))
    assert only(result).is_note
    assert result.verdict is Verdict.NO_FAULT


def test_nothing_is_not_equal():
    assert compared("demo", [], []).verdict is Verdict.NOTHING_COMPARED
    requests = [event for event in session(1, 2) if event.kind == Kind.KIND_QUERY]
    assert compared("demo", requests, requests).verdict is Verdict.NOTHING_COMPARED
    assert compared("demo", DEMO, []).verdict is Verdict.DIVERGED


def test_findings_beyond_the_list_are_counted():
    result = compared("demo", DEMO, [], findings_max=3)
    assert len([found for found in result.findings if not found.is_note]) == 3
    assert result.difference_count > 20


def numbered_session(rounds):
    """A session like those of hosts that poll, of which some answers differ each time."""
    parts = []
    for number in range(rounds):
        at_ns, payload = number * 10**9, number.to_bytes(4, "little")
        parts += transaction(3 * number + 1, 0x0E010114, at_ns)
        parts += transaction(3 * number + 2, 0x0E010105, at_ns + 1000, payload)
        parts += transaction(3 * number + 3, 0x0E010114, at_ns + 2000)
    return parts


def by_windows(a, b, window, **options):
    """Two sessions compared while few records are held."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wwanreplay.analysis.diff.windows.WINDOW_RECORDS", window)
        patch.setattr("wwanreplay.analysis.diff.windows.EQUAL_RUNS", (8, 4))
        patch.setattr("wwanreplay.analysis.diff.landmarks.RUN", 8)
        patch.setattr("wwanreplay.analysis.diff.session.GRACE", 20)
        patch.setattr("wwanreplay.analysis.diff.session.HORIZON", 200)
        return compared("demo", a, b, **options)


@given(
    # Not right beside the block: what stands there may be counted to it.
    places=st.sets(st.integers(0, 18) | st.integers(32, 59), max_size=4),
    actions=st.lists(st.sampled_from(["drop", "double", "alter"]), min_size=4, max_size=4),
    block=st.integers(0, 50),
)
def test_a_long_session_and_its_edits_differ_in_these_as_in_one_window(places, actions, block):
    session = numbered_session(60)
    other = list(session)
    edits = sorted(zip((6 * place + 3 for place in places), actions, strict=False), reverse=True)
    for at, action in edits:
        if action == "drop":
            del other[at]
        elif action == "double":
            other.insert(at, other[at])
        else:
            other[at] = other[at].replace(status=other[at].status ^ 0x40)
    new = [
        event.replace(request_id=event.request_id + 5_000, port=3) for event in session[: 2 * block]
    ]
    other[150:150] = new
    whole = compared("demo", session, other, findings_max=1_000)
    found = by_windows(session, other, 60, findings_max=1_000)
    assert sorted(map(in_short, found.findings)) == sorted(map(in_short, whole.findings))
    assert (found.compared, found.counts) == (whole.compared, whole.counts)


@pytest.mark.long
def test_memory_does_not_grow_with_sessions_that_are_compared(tmp_path, monkeypatch):
    """With a record in a hundred left out on one side; what is listed is bounded."""
    monkeypatch.setattr("wwanreplay.analysis.diff.windows.WINDOW_RECORDS", 400)
    monkeypatch.setattr("wwanreplay.analysis.diff.session.GRACE", 100)
    monkeypatch.setattr("wwanreplay.analysis.diff.session.HORIZON", 200)
    monkeypatch.setattr("wwanreplay.analysis.diff.session.REMEMBERED_MAX", 100)
    peaks = []
    for count in (4_000, 1_500, 4_000):  # the first fills what is remembered of the protocol
        path = str(tmp_path / f"{count}.wwtrace")
        bench.generate(path, count)
        header, events = read(Path(path).read_bytes())
        other = [each for at, each in enumerate(events) if at % 100 or each.kind not in OUTPUTS]
        Path(tmp_path / "other.wwtrace").write_bytes(written(header, other))
        del events, other
        tracemalloc.start()
        result = diff_traces(path, tmp_path / "other.wwtrace", findings_max=10)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert result.difference_count > count // 300
    assert peaks[2] < 1.3 * peaks[1]


def mutated(draw, events):
    """A session with a few records dropped, doubled, altered, swapped."""
    events = list(events)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(events) - 2))
        action = draw(st.sampled_from(["drop", "double", "alter", "swap"]))
        event = events[at]
        if action == "drop":
            del events[at]
        elif action == "double":
            events.insert(at, event)
        elif action == "swap":
            events[at : at + 2] = events[at : at + 2][::-1]
        elif event.payload:
            payload = bytearray(event.payload)
            payload[draw(st.integers(0, len(payload) - 1))] ^= draw(st.integers(1, 255))
            events[at] = event.replace(payload=bytes(payload))
    return events


@pytest.mark.parametrize(("cells_max", "window"), sampled([(400_000, 600), (50, 6)], 1))
@given(data=st.data())
def test_a_comparison_mirrors_the_other_way_round(cells_max, window, data):
    """Missing becomes extra, values are exchanged, places stay; also window by window."""
    names = st.sampled_from(["demo", "registration", "power", "two-ports", "mbimcli-pin", "pin"])
    name = data.draw(names)
    other = data.draw(st.one_of(st.just(name), names))
    a = mutated(data.draw, sample(name)[1])
    b = mutated(data.draw, sample(other)[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wwanreplay.analysis.diff.alignment.CELLS_MAX", cells_max)
        patch.setattr("wwanreplay.analysis.diff.alignment.WINDOW", window)
        forth = compared(name, a, b, findings_max=10_000)
        back = compared(name, b, a, findings_max=10_000)
    assert (forth.compared, forth.transactions) == (back.compared, back.transactions)
    expected = sorted(in_short(found.mirrored()) for found in forth.findings)
    assert sorted(in_short(found) for found in back.findings) == expected
    ones = sorted(repr(each.mirrored()) for each in forth.identities)
    assert sorted(map(repr, back.identities)) == ones
    assert forth.verdict is back.verdict


def test_what_no_log_has_is_not_missing_in_it():
    header, events = sample("demo")
    log = [e for e in events if not (e.kind == 5 and e.status == INDICATION_REQUIRED)]
    log = [event for event in log if event.kind != Kind.KIND_STIMULUS]
    field_header = replace(header, comparison="field")
    result = diff_traces(written(header, events), written(field_header, log))
    assert result.verdict is Verdict.EQUAL, [found.event for found in result.findings]
    assert result.notes == ["what the environment did is not compared: a log does not show it"]
