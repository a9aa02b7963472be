"""What `import wwanreplay` offers: one call a verb, and traces as sequences of events."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import TRACES
from hypothesis import given
from hypothesis import strategies as st
from verbs import run

import wwanreplay
from wwanreplay.analysis.eventtext import event_lines
from wwanreplay.errors import InputError, UsageError
from wwanreplay.protocol.codec import decode, encode
from wwanreplay.trace import TraceHeader, TraceWriter
from wwanreplay.verdict import Verdict

DEMO = TRACES / "demo.wwtrace"
LOG = """\
[/dev/cdc-wdm0] Sent message...
<<<<<< RAW:
<<<<<<   length = 16
<<<<<<   data   = 01:00:00:00:10:00:00:00:01:00:00:00:00:10:00:00
"""


def test_a_recording_made_by_a_call_replays_equal(tmp_path):
    wwanreplay.record("emulated:lte-home", "demo", tmp_path / "a.wwtrace", seed=3)
    assert wwanreplay.replay(tmp_path / "a.wwtrace").equal
    with wwanreplay.open_trace(tmp_path / "a.wwtrace") as trace:
        assert wwanreplay.replay(trace).equal


def test_all_names_are_listed():
    assert dir(wwanreplay) == sorted(wwanreplay.__all__)


@pytest.mark.parametrize("source", [5, None, ["a"], 1.5])
def test_what_is_no_input_is_refused_by_its_type(source):
    with pytest.raises(UsageError, match=f"a {type(source).__name__} is no trace"):
        wwanreplay.open_trace(source)


def test_a_place_is_a_whole_number():
    with wwanreplay.open_trace(DEMO) as trace, pytest.raises(TypeError):
        trace[1.5]


@pytest.mark.parametrize("way", ["path", "bytes", "file"])
def test_an_open_trace_is_taken_by_each_verb(tmp_path, way):
    with DEMO.open("rb") as file:
        source = {"path": DEMO, "bytes": DEMO.read_bytes(), "file": file}[way]
        trace = wwanreplay.open_trace(source)
        first = trace[0]
        assert wwanreplay.check(trace).verdict is Verdict.NO_FAULT
        assert wwanreplay.diff(trace, DEMO).equal
        assert len(wwanreplay.explain(trace)) == 1
        wwanreplay.scrub(trace, tmp_path / "out", b"key")
        assert trace[0] == first


def test_an_open_file_is_judged():
    with DEMO.open("rb") as file:
        assert wwanreplay.check(file).verdict is Verdict.NO_FAULT


@pytest.mark.parametrize("cut", [0, 40])
@given(data=st.data())
def test_a_trace_is_the_sequence_of_its_events(cut, data):
    """Also one that lost its end, and so its index."""
    octets = DEMO.read_bytes()
    with wwanreplay.open_trace(octets[: len(octets) - cut]) as trace:
        events = list(trace)
        assert len(trace) == len(events) > 20
        place = data.draw(st.slices(len(events)))
        assert trace[place] == events[place]
        number = data.draw(st.integers(-len(events), len(events) - 1))
        assert trace[number] == events[number]
        for beyond in (len(events), -len(events) - 1):
            with pytest.raises(IndexError, match=f"of a trace of {len(events)}"):
                trace[beyond]


@given(data=st.data())
def test_a_slice_is_a_view_of_its_trace(data):
    with wwanreplay.open_trace(DEMO.read_bytes()) as trace:
        events = list(trace)
        first, second = data.draw(st.slices(len(events))), data.draw(st.slices(len(events)))
        view, wanted = trace[first], events[first]
        assert len(view) == len(wanted)
        assert list(view) == wanted
        assert list(reversed(view)) == wanted[::-1]
        assert view[second] == wanted[second]
        assert isinstance(view[second], wwanreplay.TraceSlice)
        assert len(wanted) == 0 or view[-1] == wanted[-1]
        assert all(event in view for event in wanted[:3])
        with pytest.raises(IndexError, match=f"of a slice of {len(wanted)}"):
            view[len(wanted)]


def test_what_could_steer_a_terminal_is_escaped_where_a_trace_prints_itself():
    header = TraceHeader(profile_name="x\x1b[2J\x9b")
    whole = io.BytesIO()
    with TraceWriter(whole, header) as writer:
        writer.write(wwanreplay.Event(wwanreplay.Kind.KIND_NOTE, 0, payload=b"\x1b[2J"))
    trace = wwanreplay.open_trace(whole.getvalue())
    for text in (repr(trace), repr(trace[:1]), repr(trace[:0]), trace._repr_html_()):
        assert "x\\x1b[2J\\x9b" in text
        assert text.isprintable()


def test_a_result_prints_its_verdict_and_no_value_of_the_session():
    trace = wwanreplay.open_trace(DEMO)
    subscriber = "001010123456789"
    personal, other = subscriber.encode("utf-16-le"), ("9" + subscriber[1:]).encode("utf-16-le")
    changed = io.BytesIO()
    with TraceWriter(changed, trace.header) as writer:
        for event in trace:
            writer.write(event.replace(payload=event.payload.replace(personal, other)))
    result = wwanreplay.replay(changed.getvalue())
    outputs = result.counts["compared"]
    found = f"diverged, {result.divergence_count} divergences, {outputs} outputs compared"
    assert repr(result) == f"<ReplayResult in memory: {found}>"
    compared = wwanreplay.diff(trace, changed.getvalue())
    (identity,) = compared.identities
    assert identity.name.endswith("SubscriberId")
    assert repr(compared).endswith(f": no fault, 0 differences, {outputs} outputs compared>")
    report = wwanreplay.check(trace)
    assert repr(report) == f"<TraceReport {DEMO}: no fault, 0 rules broken, 96 events>"
    (page,) = wwanreplay.explain(DEMO)
    assert repr(page) == f"<Explained {DEMO}: equal, 0 faults, 0 likely causes>"
    assert subscriber not in repr(result) + repr(compared) + repr(report)


def test_a_slice_prints_itself_and_is_no_session():
    trace = wwanreplay.open_trace(DEMO.read_bytes())
    assert repr(trace[2:8:3]) == f"<2 events, 2 to 5, each 3, of {trace!r}>"
    assert repr(trace[4:1:-1]) == f"<3 events, 4 to 2, of {trace!r}>"
    assert repr(trace[:0]) == f"<no events of {trace!r}>"
    assert trace[2:8]._repr_html_().count("<tr>") == 7
    assert trace[1:3] == tuple(trace[1:3])
    assert trace[1:3] != trace[1:4]
    assert trace[1:3] != "ab"
    with pytest.raises(UsageError, match="a TraceSlice is no trace: give a path, bytes or"):
        wwanreplay.replay(trace[1:3])
    for verb in (wwanreplay.check, wwanreplay.explain, wwanreplay.scrub):
        with pytest.raises(UsageError, match="a slice is no session"):
            verb(trace[1:3], *(["out"] if verb is wwanreplay.scrub else []))


def test_a_slice_has_the_rows_of_its_events_in_a_data_frame():
    pytest.importorskip("pandas")
    trace = wwanreplay.open_trace(DEMO.read_bytes())
    whole, part = trace.to_dataframe(), trace[3:9:2].to_dataframe()
    wanted = whole.iloc[3:9:2].reset_index(drop=True)
    assert list(part.columns) == list(wanted.columns)
    for name in ("index", "time_ns", "time_utc", "kind", "name", "payload_size", "payload"):
        assert part[name].tolist() == wanted[name].tolist()
    assert set(trace[3:9].to_dataframe(rows="fields")["index"]) <= set(range(3, 9))


def test_an_event_shows_itself_in_a_notebook_masked_and_escaped():
    trace = wwanreplay.open_trace(DEMO.read_bytes())
    ready = next(event for event in trace if "ReadyInfo.SubscriberId" in str(event))
    page = ready._repr_html_()
    assert "<td>ReadyInfo.SubscriberId</td><td>*** (15 characters)</td>" in page
    assert "00101" not in page
    hostile = "</table><script>alert(1)</script>\x1b[31m"
    for event in (
        wwanreplay.Event(wwanreplay.Kind.KIND_NOTE, 0, payload=b"\xed\xa0\x80" + hostile.encode()),
        wwanreplay.Event(
            wwanreplay.Kind.KIND_INDICATION, 0, code=1, fields={hostile: hostile, "x": b"<b>"}
        ),
    ):
        shown = event._repr_html_()
        assert "<script" not in shown
        assert "\x1b" not in shown
        shown.encode()


def test_the_line_of_an_event_names_the_fields_of_a_log_without_their_values():
    event = wwanreplay.Event(
        wwanreplay.Kind.KIND_INDICATION, 0, code=1, fields={"ReadyInfo.SubscriberId": "001019"}
    )
    assert "fields=['ReadyInfo.SubscriberId']" in repr(event)
    assert "001019" not in repr(event)
    assert "code=0x00000001" in repr(event)


def test_an_empty_trace_is_true_and_has_no_event():
    with wwanreplay.Session("lte-home") as session:
        pass
    trace = wwanreplay.open_trace(session.trace())
    assert trace
    assert trace[:0] == []
    assert repr(trace) == "<Trace in memory, profile lte-home>"


def test_a_pipe_has_no_length():
    class Pipe:
        def __init__(self, data: bytes) -> None:
            self.data = data

        def read(self, size: int) -> bytes:
            taken, self.data = self.data[:size], self.data[size:]
            return taken

        def seekable(self) -> bool:
            return False

    with pytest.raises(UsageError, match="it has no length"):
        len(wwanreplay.open_trace(Pipe(DEMO.read_bytes())))


def test_a_notebook_shows_events_and_masks_them():
    trace = wwanreplay.open_trace(DEMO.read_bytes())
    page = trace._repr_html_()
    assert page.count("<tr>") == min(len(trace), 200) + 1
    assert "OID_WWAN_READY_INFO" in page
    assert "<script" not in page


def test_a_log_becomes_traces_in_memory(tmp_path):
    (tmp_path / "a.log").write_text(LOG)
    (trace,) = wwanreplay.import_log(tmp_path / "a.log")
    assert trace.header.comparison == "field"
    assert [event.kind for event in trace].count(wwanreplay.Kind.KIND_WIRE) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "a.log"]
    with pytest.raises(UsageError, match="a log is needed"):
        wwanreplay.import_log()


def test_a_session_is_judged_by_the_rules_of_its_choice():
    report = wwanreplay.check(DEMO)
    assert report.verdict is Verdict.NO_FAULT
    assert report.event_count == len(wwanreplay.open_trace(DEMO.read_bytes()))
    few = wwanreplay.check(DEMO.read_bytes(), ["ready.*"])
    assert {outcome.rule.id.partition(".")[0] for outcome in few.outcomes} == {"ready"}
    with pytest.raises(UsageError, match="no rule is called rain"):
        wwanreplay.check(DEMO, ["rain.*"])


def test_two_sessions_are_compared():
    assert wwanreplay.diff(DEMO, DEMO.read_bytes()).equal
    other = wwanreplay.diff(DEMO, TRACES / "pin.wwtrace", findings_max=2)
    assert other.verdict is Verdict.DIVERGED
    assert 2 <= len(other.findings) <= 4  # differences, and notes


@pytest.mark.parametrize("kind", ["trace", "log"])
def test_a_trace_and_a_log_are_scrubbed(tmp_path, kind):
    source = DEMO if kind == "trace" else tmp_path / "a.log"
    if kind == "log":
        source.write_text(LOG)
    wwanreplay.scrub(source, tmp_path / "out", b"key")
    assert Path(tmp_path / "out").stat().st_size > 0


def test_a_dataframe_has_the_columns_of_the_tables():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    trace = wwanreplay.open_trace(DEMO.read_bytes())
    frame = trace.to_dataframe()
    assert len(frame) == len(trace)
    assert isinstance(frame.time_utc.dtype, pandas.DatetimeTZDtype)
    fields = trace.to_dataframe(rows="fields")
    assert set(fields["index"]) <= set(frame["index"])
    assert {"path", "value", "number"} <= set(fields.columns)
    with pytest.raises(UsageError, match="neither events nor fields"):
        trace.to_dataframe(rows="rain")


def test_without_pandas_a_dataframe_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'wwanreplay\[dataframe\]'"):
        wwanreplay.open_trace(DEMO.read_bytes()).to_dataframe()


def test_a_log_and_a_trace_are_explained_as_the_verb_does_it(tmp_path):
    log = tmp_path / "a.log"
    log.write_text(LOG)
    of_log, of_trace = sorted(wwanreplay.explain(log, DEMO), key=lambda page: page.name != "a.log")
    assert str(of_log) == run("explain", log).stdout.rstrip("\n")
    assert str(of_trace) == run("explain", DEMO).stdout.rstrip("\n")
    assert of_trace.verdict == "equal"
    assert of_trace.exit_code == 0


def test_what_cannot_be_explained_is_an_error_of_one_line(tmp_path):
    with pytest.raises(UsageError, match="needed"):
        wwanreplay.explain()
    (tmp_path / "b.log").write_text("nothing of ours\n")
    with pytest.raises(InputError, match=r"b\.log"):
        wwanreplay.explain(tmp_path / "b.log")


def test_an_event_prints_names_and_masked_values():
    with wwanreplay.open_trace(TRACES / "demo.wwtrace") as trace:
        events = [each for each in trace if each.code == 0x40041001 and each.payload]
    text = str(events[-1])
    assert "indication NDIS_STATUS_WWAN_READY_INFO" in text
    assert "ReadyInfo.ReadyState = WwanReadyState" in text
    subscriber = "001010123456789"
    assert any(subscriber in "".join(event_lines(each, show_personal=True)) for each in events)
    assert subscriber not in "".join(map(str, events))
    assert "\n" not in repr(events[-1])


def test_a_decoded_structure_prints_names_and_masked_values():
    data = encode("NDIS_WWAN_SET_PIN", {"PinAction.PinType": 2, "PinAction.Pin": "1234"})
    text = str(decode("NDIS_WWAN_SET_PIN", data))
    assert text.startswith("NDIS_WWAN_SET_PIN ")
    assert "PinAction.PinType = WwanPinTypePin1" in text
    assert "1234" not in text
    assert "1234" in str(decode("NDIS_WWAN_SET_PIN", data).to_dict())


def test_an_event_prints_its_names_whatever_was_imported():
    code = (
        "from wwanreplay._core import Event, Kind;"
        "print(Event(Kind.KIND_QUERY, 0, code=0x0e010100, request_id=1))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "OID_WWAN_DRIVER_CAPS request 1" in done.stdout
