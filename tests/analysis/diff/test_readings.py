"""What of a trace is compared: from a file, memory or a pipe, as often as needed, with warnings."""

from dataclasses import replace

import pytest
from diff_samples import sample
from recording_mutations import written
from trace_samples import Unseekable

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.diff import readings as module
from wwanreplay.analysis.diff.readings import Readings
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.trace.stretch import Stretch


def read(source, name="one", stretch=None):
    """(the records, the warnings) of a source."""
    with Readings(source, name, stretch or Stretch()) as readings:
        return list(readings.events(is_watched=True)), readings.warnings


def test_a_pipe_is_read_and_what_is_cut_or_lost_is_a_warning():
    header, events = sample("demo")
    gap = Event(Kind.KIND_GAP, 0, code=4, payload=b"overrun")
    data = written(header, [gap, *events])
    found, warnings = read(Unseekable(data))
    assert len(found) > 80
    assert warnings == ["one: 4 records are lost at record 0: overrun"]
    assert len(read(data[:-40])[1]) == 2


def test_of_many_places_where_records_are_lost_the_first_are_named(monkeypatch):
    monkeypatch.setattr(module, "LOSSES_MAX", 2)
    header, events = sample("demo")
    gap = Event(Kind.KIND_GAP, 0, code=4, payload=b"overrun")
    warnings = read(written(header, [gap, gap, gap, gap, *events]))[1]
    assert [text.partition(": ")[2] for text in warnings] == [
        "4 records are lost at record 0: overrun",
        "4 records are lost at record 1: overrun",
        "records are lost at 2 further places",
    ]


@pytest.mark.parametrize("kind", ["path", "memory", "file", "pipe"])
def test_a_trace_is_read_twice_at_once(tmp_path, kind):
    header, events = sample("demo")
    data = written(header, events)
    (tmp_path / "a.wwtrace").write_bytes(data)
    stretch = Stretch(start_record=20, stop_record=60)
    with (tmp_path / "a.wwtrace").open("rb") as file:
        source = {
            "path": tmp_path / "a.wwtrace",
            "memory": data,
            "file": file,
            "pipe": Unseekable(data),
        }[kind]
        with Readings(source, "one", stretch) as readings:
            found = []
            first = readings.events(is_watched=True)
            found.append(next(first))
            with readings.beside() as events_beside:
                beside = list(events_beside)
            found += first
            assert list(readings.events()) == found == beside
    assert [each.index for each in found] == [each.index for each in read(data, stretch=stretch)[0]]
    assert min(each.index for each in found) >= 20
    assert max(each.index for each in found) < 60


def test_what_is_no_trace_or_filtered_is_refused():
    with pytest.raises(TraceError):
        read(b"no trace")
    header, events = sample("demo")
    octets = written(replace(header, filtered={"count": 41}), events)
    with pytest.raises(UsageError, match="41 records were filtered out: what is left cannot be"):
        read(octets)


@pytest.mark.parametrize(
    ("first", "stop", "is_part"), [(0, 40, True), (5, 90, True), (0, 90, False)]
)
def test_of_a_part_of_a_session_it_is_stated(first, stop, is_part):
    cut = {"first_record": first, "stop_record": stop, "records": 90}
    header, events = sample("demo")
    warnings = read(written(replace(header, cut=cut), events), "a")[1]
    assert warnings == (
        ["a: it is a part of a session: what the other has outside it differs"] if is_part else []
    )
