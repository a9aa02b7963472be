"""A filtered trace replays as the whole does; what was left out is counted, not compared."""

import io
import itertools
import tracemalloc
from collections import Counter

import pytest
from checkout import ROOT
from groups import sampled
from hypothesis import example, given
from hypothesis import strategies as st
from replay_samples import sample_trace

from wwanreplay import bench
from wwanreplay._core import Event, Kind, RecordWriter
from wwanreplay.analysis.edit import filter as module
from wwanreplay.analysis.edit import keeping
from wwanreplay.analysis.edit.cut import cut_trace
from wwanreplay.analysis.edit.filter import filter_trace
from wwanreplay.analysis.edit.merge import merge_traces
from wwanreplay.analysis.infer import infer
from wwanreplay.analysis.judged import CheckOptions, check_file
from wwanreplay.analysis.scrub import scrub_file
from wwanreplay.analysis.show import Filter, select
from wwanreplay.devices.recorded import RecordedDevice
from wwanreplay.errors import InputError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import OUTPUTS, REQUESTS
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.edit import rewrite
from wwanreplay.verdict import Verdict

SAMPLE = sample_trace()
EVENTS = list(TraceReader(SAMPLE).events())
EXPRESSIONS = (
    "oid == connect",
    "kind == indication",
    "kind == completion and status != success",
    "kind == stimulus",
    "kind == note",
    "indication == signal_state",
    "ActivationState == Activated",
    "time > '8s'",
    "record == 40",
)
TRACES = ["demo", "failures", "power", "two-ports", "pin", "sim", "contexts", "mbimcli-connect"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("filter")


def filtered(folder, data, chosen):
    source = folder / "source.wwtrace"
    source.write_bytes(data)
    if isinstance(chosen, str):
        chosen = Filter.of(where=chosen)
    report = filter_trace(source, folder / "filtered.wwtrace", chosen, force=True)
    return report, (folder / "filtered.wwtrace").read_bytes()


def of_records(indices):
    return Filter(where=lambda event: event.index in indices)


def events_of(data):
    return list(TraceReader(data).events())


def alike(event):
    return event.replace(index=None, cause=None)


def found(result):
    """The divergences by all that does not count records."""
    return sorted(
        (str(each.kind), each.root, each.time_ns, each.event.code, each.event.request_id)
        for each in result.divergences
    )


SETS_OF_RECORDS = st.sets(st.integers(0, len(EVENTS) - 1), min_size=1)


@given(SETS_OF_RECORDS)
def test_whatever_is_kept_of_an_equal_trace_never_diverges(folder, indices):
    report, data = filtered(folder, SAMPLE, of_records(indices))
    kept = events_of(data)
    result = replay(data)
    outputs = sum(event.kind in OUTPUTS for event in kept)
    assert result.divergence_count == 0
    assert result.counts["compared"] == outputs
    assert result.counts["records"] == len(kept) == report.kept
    assert result.verdict is (Verdict.EQUAL if outputs else Verdict.NOTHING_COMPARED)
    assert result.digest == replay(SAMPLE).digest
    if report.left_out:
        assert f"{report.left_out} records were filtered out, not compared" in result.notes


@given(SETS_OF_RECORDS)
def test_what_is_chosen_is_kept_and_transactions_stay_whole(folder, indices):
    _, data = filtered(folder, SAMPLE, of_records(indices))
    kept = [alike(event) for event in events_of(data)]
    assert all(alike(EVENTS[index]) in kept for index in indices)
    whole = Counter(e.request_id for e in EVENTS if e.request_id)
    left = Counter(e.request_id for e in kept if e.request_id)
    assert all(whole[number] == count for number, count in left.items())
    wanted = {EVENTS[index].request_id for index in indices} - {0}
    assert set(left) == wanted
    assert [e for e in map(alike, EVENTS) if e in kept] == kept


@pytest.mark.parametrize(
    ("name", "where"), sampled(list(itertools.product(TRACES, EXPRESSIONS)), 16)
)
def test_samples_replay_as_before(folder, name, where):
    data = (ROOT / "traces" / f"{name}.wwtrace").read_bytes()
    if not any(select(TraceReader(data).events(), Filter.of(where=where))):
        with pytest.raises(UsageError, match="nothing matched"):
            filtered(folder, data, where)
        return
    report, made = filtered(folder, data, where)
    result = replay(made)
    assert result.divergence_count == 0
    assert result.counts["compared"] == sum(e.kind in OUTPUTS for e in events_of(made))
    assert report.is_comparable


def broken(index, how):
    """The sample with a fault at an output."""

    def change(events):
        for event in events:
            if event.index != index:
                yield event
            elif how == "altered":
                yield event.replace(payload=event.payload[:-1] + bytes([event.payload[-1] ^ 1]))
            elif how == "doubled":
                yield from (event, event)

    return rewrite(SAMPLE, change)


def there(indices, data):
    """Those of the records that a trace which lost some still has; the first where it has none."""
    with TraceReader(data) as reader:
        return {event.index for event in reader.events()} & indices or {0}


OUTPUTS_WITH_PAYLOAD = [e.index for e in EVENTS if e.kind in OUTPUTS and e.payload]


@example(OUTPUTS_WITH_PAYLOAD[9], "lost", {0})
@given(
    st.sampled_from(OUTPUTS_WITH_PAYLOAD),
    st.sampled_from(["altered", "lost", "doubled"]),
    SETS_OF_RECORDS,
)
def test_a_filter_hides_no_fault_and_makes_none(folder, index, how, indices):
    data = broken(index, how)
    before = replay(data)
    assert before.divergence_count
    _, made = filtered(folder, data, of_records(there(indices, data)))
    assert found(replay(made)) == found(before)


@pytest.mark.long
@given(st.sets(st.sampled_from(OUTPUTS_WITH_PAYLOAD), max_size=4), SETS_OF_RECORDS, st.data())
def test_several_faults_stay_as_they_are(folder, faults, indices, data):
    hows = {index: data.draw(st.sampled_from(["altered", "lost", "late"])) for index in faults}

    def change(events):
        held = None
        for event in events:
            how = hows.get(event.index)
            if how == "altered":
                yield event.replace(payload=event.payload[:-1] + b"\x7f")
            elif how is None:
                yield event
                if held is not None:
                    yield held.replace(time_ns=max(held.time_ns, event.time_ns))
                    held = None
            elif how == "late":
                held = event

    changed = rewrite(SAMPLE, change)
    _, made = filtered(folder, changed, of_records(there(indices, changed)))
    assert found(replay(made)) == found(replay(changed))


def test_two_faults_are_both_found_at_the_records_of_the_filtered_trace(folder):
    first, second = OUTPUTS_WITH_PAYLOAD[3], OUTPUTS_WITH_PAYLOAD[-3]

    def change(events):
        for event in events:
            if event.index == second:
                event = event.replace(payload=event.payload[:-1] + b"\x7f")
            if event.index != first:
                yield event

    data = rewrite(SAMPLE, change)
    before = replay(data)
    _, made = filtered(folder, data, "oid == connect")
    result = replay(made)
    assert found(result) == found(before)
    kept = events_of(made)
    for each in result.divergences:
        if each.recorded is not None:
            assert alike(kept[each.index]) == alike(each.recorded)
            assert each.recorded.index == each.index
        assert all(alike(kept[event.index]) == alike(event) for event in each.before)


def test_parts_of_a_filtered_trace_are_by_its_own_records(folder):
    data = broken(OUTPUTS_WITH_PAYLOAD[-3], "altered")
    _, made = filtered(folder, data, "kind == indication")
    (place,) = {each.index for each in replay(made).divergences if each.root}
    assert replay(made, stop_record=place).divergence_count == 0
    assert replay(made, start_record=place).divergence_count
    after = replay(made, start_record=place + 1)
    assert after.before_start_count


def test_a_filter_that_keeps_all_keeps_records_and_digest(folder):
    report, made = filtered(folder, SAMPLE, "True")
    assert (report.kept, report.left_out) == (len(EVENTS), 0)
    one, other = TraceReader(SAMPLE), TraceReader(made)
    assert other.header == one.header
    assert other.footer.digest == one.footer.digest
    chunks = [[bytes(chunk.records) for chunk in reader.chunks()] for reader in (one, other)]
    assert chunks[0] == chunks[1]


def test_a_cut_can_be_filtered(folder):
    source, part = folder / "whole.wwtrace", folder / "part.wwtrace"
    source.write_bytes(SAMPLE)
    cut_trace(source, part, start=(25, None), stop=(70, None), force=True)
    _, made = filtered(folder, part.read_bytes(), "kind == indication")
    result = replay(made)
    assert result.verdict is Verdict.EQUAL


@given(st.integers(5, len(EVENTS) - 5), SETS_OF_RECORDS)
def test_lost_records_stay_lost_and_make_no_fault(folder, place, indices):
    gap = Event(Kind.KIND_GAP, EVENTS[place].time_ns, code=3, payload=b"three are lost")
    lost = frozenset(range(place, place + 3))

    def change(events):
        for event in events:
            if event.index == place:
                yield gap
            if event.index not in lost:
                yield event

    data = rewrite(SAMPLE, change)
    before = replay(data)
    _, made = filtered(folder, data, of_records({min(index, len(EVENTS) - 3) for index in indices}))
    result = replay(made)
    assert found(result) == found(before)
    kept = events_of(made)
    assert [kept[each.index].kind for each in result.gaps] == [Kind.KIND_GAP]


@given(SETS_OF_RECORDS, st.floats(0.3, 1))
@example({0, 52, 54}, 0.75)
def test_a_filtered_trace_that_is_cut_off_does_not_diverge(folder, indices, part):
    chosen = of_records(indices | {0})
    source, out = folder / "source.wwtrace", folder / "filtered.wwtrace"
    source.write_bytes(SAMPLE)
    filter_trace(source, out, chosen, force=True)
    with TraceReader(out.read_bytes()) as reader:
        header, kept = reader.header, list(reader.events())
    file = io.BytesIO()
    writer = TraceWriter(file, header)
    writer.write_all(iter(kept[: max(1, int(len(kept) * part))]))
    writer.flush()  # never closed
    with TraceReader(file.getvalue()) as reader:
        assert reader.header == header
    assert replay(file.getvalue()).divergence_count == 0


def test_messages_stay_with_their_events_and_are_not_compared(folder):
    data = (ROOT / "traces" / "mbimcli-connect.wwtrace").read_bytes()
    _, made = filtered(folder, data, "oid == connect")
    kept = events_of(made)
    assert any(event.kind == Kind.KIND_WIRE for event in kept)
    for event in kept:
        if event.kind in REQUESTS:
            assert kept[event.cause].kind == Kind.KIND_WIRE
    result = replay(made)
    assert result.verdict is Verdict.EQUAL
    assert any("messages are not compared: records" in note for note in result.notes)


def test_what_is_left_of_a_log_is_not_compared(folder):
    with TraceReader(SAMPLE) as reader:
        header = TraceHeader(comparison="field", profile_mapping=reader.header.profile_mapping)
    file = io.BytesIO()
    with TraceWriter(file, header) as writer:
        writer.write_all(iter(EVENTS))
    report, made = filtered(folder, file.getvalue(), "oid == connect")
    assert not report.is_comparable
    result = replay(made)
    assert result.verdict is Verdict.NOTHING_COMPARED
    assert "filtered out" in result.reason


def test_another_profile_does_not_count_what_was_left_out_as_missing(folder):
    _, made = filtered(folder, SAMPLE, "indication == signal_state")
    result = replay(made, profile="lte-home", seed=12345)
    assert all(each.event.code != PROTOCOL.oid("OID_WWAN_CONNECT").number
               for each in result.divergences)  # fmt: skip


def test_what_would_mislead_is_refused(folder):
    _, made = filtered(folder, SAMPLE, "oid == connect")
    path, out = folder / "filtered.wwtrace", folder / "out.wwtrace"
    source = folder / "source.wwtrace"
    uses = (
        lambda: filter_trace(path, out, Filter.of(where="True")),
        lambda: cut_trace(path, out, start=(2, None)),
        lambda: merge_traces([path, source], out),
        lambda: check_file(str(path), CheckOptions()),
        lambda: infer(made),
        lambda: RecordedDevice.of_file(path),
        lambda: scrub_file(path, out, b"key"),
    )
    for use in uses:
        with pytest.raises(UsageError, match="records were filtered out"):
            use()
    assert not out.exists()


def test_wrong_uses_are_refused(folder):
    source = folder / "source.wwtrace"
    source.write_bytes(SAMPLE)
    with pytest.raises(UsageError, match="is the trace itself"):
        filter_trace(source, source, Filter.of(where="True"), force=True)
    with pytest.raises(UsageError, match=f"none of {len(EVENTS)} records"):
        filter_trace(source, folder / "none.wwtrace", Filter.of(where="Rssi == 99999"))
    assert not (folder / "none.wwtrace").exists()


def test_more_than_a_header_holds_is_counted_and_not_compared(folder, monkeypatch):
    whole, data = filtered(folder, SAMPLE, "oid == connect")
    monkeypatch.setattr(module, "LEFT_OUT_SIZE_MAX", 200)
    report, shorter = filtered(folder, SAMPLE, "oid == connect")
    assert (report.kept, report.left_out) == (whole.kept, whole.left_out)
    assert (whole.is_comparable, whole.is_too_large) == (True, False)
    assert (report.is_comparable, report.is_too_large) == (False, True)
    assert list(map(alike, events_of(shorter))) == list(map(alike, events_of(data)))
    result = replay(shorter)
    assert result.verdict is Verdict.NOTHING_COMPARED
    assert "or of a long one" in result.reason


@pytest.mark.long
def test_memory_does_not_grow_with_what_is_filtered(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "TRANSACTIONS_MAX", 500)
    monkeypatch.setattr(module, "LEFT_OUT_SIZE_MAX", 10_000)
    peaks = []
    for count in (40_000, 40_000, 100_000):  # the first fills what is remembered of the protocol
        path = tmp_path / f"{count}.wwtrace"
        bench.generate(str(path), count)
        tracemalloc.start()
        report = filter_trace(path, tmp_path / "out", Filter.of(oids=("connect",)), force=True)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count // 100 < report.kept < count // 2
    # A few bits for each record.
    assert peaks[2] < 1.1 * peaks[1]


@pytest.mark.parametrize("records", [b"\x01\x02\x03", "no order"])
def test_a_header_that_makes_no_sense_is_one_line(folder, records):
    if records == "no order":
        writer = RecordWriter()
        for cause in (0, 5, 3):
            writer.append(Event(Kind.KIND_CLOCK, 0, cause=cause))
        records = writer.take()[0]
    with TraceReader(SAMPLE) as reader:
        header = reader.header
    header.filtered = {"count": 3, "records": records}
    file = io.BytesIO()
    with TraceWriter(file, header) as writer:
        writer.write_all(iter(EVENTS[:5]))
    with pytest.raises(InputError, match="filtered records"):
        replay(file.getvalue())
