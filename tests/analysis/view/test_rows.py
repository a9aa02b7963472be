"""The rows of a page: the events of the trace, paired, with the fields that exports have."""

from array import array

import pytest
from checkout import TRACES
from view_page import written

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.eventtext import title
from wwanreplay.analysis.show import Filter
from wwanreplay.analysis.view import rows as module
from wwanreplay.analysis.view.masking import Masking
from wwanreplay.analysis.view.rows import COLUMNS, NO_LOG, NO_ROW, SORTS, lines_of, read_rows
from wwanreplay.errors import LimitError
from wwanreplay.formats.export_rows import RowMaker
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, OUTPUTS, REQUESTS
from wwanreplay.trace import TraceHeader, TraceReader

SAMPLES = [TRACES / f"{name}.wwtrace" for name in ("demo", "5g", "mbimcli-connect", "two-ports")]
every_sample = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)


def made(path, chosen=None, **options):
    with TraceReader(path) as reader:
        return read_rows(reader, chosen or Filter(), Masking(**options))


def events_of(path):
    with TraceReader(path) as reader:
        return list(reader.events())


@every_sample
def test_there_is_a_row_for_each_event_with_the_title_that_show_prints(path):
    rows, events = made(path), events_of(path)
    assert len(rows) == rows.records == len(events)
    assert rows.columns["time"].tolist() == [event.time_ns for event in events]
    assert rows.columns["record"].tolist() == list(range(len(events)))
    texts = rows.texts.texts
    for number, event in zip(rows.columns["title"], events, strict=True):
        if event.kind not in (Kind.KIND_NOTE, Kind.KIND_WIRE, Kind.KIND_GAP):
            assert texts[number] == title(event)[:300]


@every_sample
def test_the_fields_are_those_of_an_export(path):
    rows, events = made(path), events_of(path)
    details = [each for block in rows.blocks for each in lines_of(block)]
    with TraceReader(path) as reader:
        maker = RowMaker(reader.header)
    for (facts, fields), event in zip(details, events, strict=True):
        row = maker.row(event)
        assert [(path, text) for path, text, _ in fields] == [
            (leaf.path, leaf.text) for leaf in row.leaves if len(leaf.text) < 4000
        ]
        assert dict(facts)["kind"] == row.columns["kind"]


@every_sample
def test_an_answer_leads_to_its_request(path):
    rows, events = made(path), events_of(path)
    answers = rows.columns["answers"]
    paired = 0
    for event, request in zip(events, answers, strict=True):
        if event.kind in OUTPUTS and event.request_id:
            assert request != NO_ROW
            sent = events[request]
            assert sent.kind in REQUESTS
            assert (sent.request_id, sent.port) == (event.request_id, event.port)
            paired += 1
    assert paired
    messages = [n for n, each in enumerate(events) if each.kind == Kind.KIND_WIRE]
    if messages:
        assert any(answers[number] != NO_ROW for number in messages)


def test_a_part_has_its_rows_and_leads_to_no_request_that_is_left_out():
    rows = made(TRACES / "demo.wwtrace", Filter(start_record=31, stop_record=40))
    assert rows.columns["record"].tolist() == list(range(31, 40))
    assert rows.columns["answers"][0] == NO_ROW  # its request is record 30
    assert [rows.row_of(record) for record in (0, 31, 35, 39, 90)] == [0, 0, 4, 8, 8]
    assert rows.records == 96


def test_packed_columns_stand_at_multiples_of_eight():
    rows = made(TRACES / "demo.wwtrace")
    places, data = rows.packed()
    assert [(each["name"], each["form"]) for each in places] == list(COLUMNS)
    for place in places:
        assert place["offset"] % 8 == 0
        column = array(place["form"])
        size = place["count"] * column.itemsize
        column.frombytes(data[place["offset"] : place["offset"] + size])
        assert column == rows.columns[place["name"]]


def test_more_events_than_a_page_holds_are_refused(monkeypatch):
    monkeypatch.setattr(module, "ROWS_MAX", 95)
    refused = pytest.raises(LimitError, match=r"--start, --stop and --where .*: 96 exceeds")
    with refused:
        made(TRACES / "demo.wwtrace")
    with TraceReader(TRACES / "demo.wwtrace") as reader:
        module.refuse_too_many(reader, Filter(start_record=1))
        with refused:  # before anything is decoded
            module.refuse_too_many(reader, Filter())
    assert len(made(TRACES / "demo.wwtrace", Filter(start_record=1))) == 95


def test_sorts_ways_and_failures_are_those_of_the_events():
    rows, events = made(TRACES / "failures.wwtrace"), events_of(TRACES / "failures.wwtrace")
    for event, sort, way, status in zip(
        events, *(rows.columns[name] for name in ("sort", "way", "status")), strict=True
    ):
        if event.kind == Kind.KIND_COMPLETION:
            assert SORTS[sort] == "answer"
            assert (status == module.FAILED) == (event.status not in (0, INDICATION_REQUIRED))
        assert (way == module.TO_DEVICE) == (event.kind in REQUESTS | {Kind.KIND_CANCEL})
        assert (way == module.FROM_DEVICE) == (event.kind in OUTPUTS)
    assert module.FAILED in rows.columns["status"]


def test_places_of_a_log_are_kept_and_odd_ones_are_none(tmp_path):
    sources = [
        {"log": "a.log", "unit": "line", "number": 7},
        {"log": "a.log", "unit": "line", "number": 2**40},
        {"log": 5, "unit": "line", "number": 7},
        "text",
        None,
    ]
    events = [Event(Kind.KIND_NOTE, n, payload=b"x", source=each) for n, each in enumerate(sources)]
    columns = made(written(tmp_path / "t.wwtrace", TraceHeader(), events)).columns
    assert columns["log"].tolist() == [0, 0, NO_LOG, NO_LOG, NO_LOG]
    assert columns["line"].tolist()[:2] == [7, 2**32 - 1]
