"""Replay of recordings that lack their end or middle: what is lost is no fault of the device."""

import io
from functools import cache
from pathlib import Path

import pytest
from field_matrix import replayed
from field_sessions import STATUS, Player, as_capture, wait
from groups import every, sampled
from replay_samples import SECOND, changed_octet, drive, new_session

from wwanreplay._core import Event, Kind
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter, recover

TRACES = Path(__file__).parents[2] / "traces"
# One of mbimcli that connects, one that queries everything, and one without messages.
SAMPLES = ("mbimcli-connect", "mbimcli-queries", "demo")
LAYOUTS = {
    "one chunk": {},
    "small chunks": {"chunk_size": 1500},
    "zstd": {"compression": "zstd", "chunk_size": 1500},
}
CUTS = [
    *((name, "small chunks") for name in SAMPLES),
    ("mbimcli-connect", "one chunk"),
    ("mbimcli-connect", "zstd"),
]
OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
COUNTED = ("requests", "completions", "indications", "stimuli", "wire")


@cache
def sample(name, layout="small chunks"):
    with TraceReader(TRACES / f"{name}.wwtrace") as reader:
        return packed(reader.header, list(reader), **LAYOUTS[layout])


def packed(header, events, **options):
    out = io.BytesIO()
    with TraceWriter(out, header, **options) as writer:
        writer.write_all(events)
    return out.getvalue()


def recovered(data):
    out = io.BytesIO()
    report = recover(data, out)
    return out.getvalue(), report


def outcome(result):
    """What must be the same of a cut trace and its recovery."""
    found = [
        (each.kind, each.root, each.index, each.time_ns, each.note) for each in result.divergences
    ]
    counts = {name: result.counts[name] for name in COUNTED}
    return found, result.divergence_count, result.root_count, counts, result.digest


def cuts_of(data):
    """A cut at every byte behind the header: the first of each length that reads otherwise."""
    first = next(TraceReader(data).chunks()).offset
    seen = set()
    for size in range(first, len(data)):
        reader = TraceReader(data[:size])
        records = sum(chunk.record_count for chunk in reader.chunks())
        key = records, reader.has_end, reader.torn is None, reader.zero_tail > 0
        if key not in seen:
            seen.add(key)
            yield size


@pytest.mark.parametrize(("name", "layout"), sampled(CUTS, [("mbimcli-connect", "zstd")]))
def test_a_trace_that_is_cut_anywhere_replays_as_its_recovery_does_without_a_divergence(
    name, layout
):
    data = sample(name, layout)
    compared = set()
    for size in list(cuts_of(data))[:: every(2)]:
        cut = data[:size]
        mended, report = recovered(cut)
        direct, again = replay(cut), replay(mended)
        assert outcome(direct) == outcome(again), size
        assert direct.divergence_count == 0, size
        assert direct.unjudged_count == again.unjudged_count == 0
        assert direct.warnings
        assert bool(again.warnings) is report.lost_unknown
        compared.add(direct.counts["completions"] + direct.counts["indications"])
    assert len(compared) > (5 if layout == "zstd" else 20)


@pytest.mark.parametrize("name", sampled(SAMPLES, 1))
@pytest.mark.parametrize("step", [31, pytest.param(every(11), marks=pytest.mark.long)])
def test_what_is_read_of_a_cut_trace_is_what_its_recovery_holds_at_every_byte(name, step):
    whole = list(TraceReader(sample(name)))
    data = packed(TraceHeader(), whole, chunk_size=1500)
    chunks = list(TraceReader(data).chunks())
    sizes = {*range(chunks[0].offset, len(data), step)}
    if step < 31:  # every byte of a frame's head and of its end, where the kinds of cuts change
        for chunk in [*chunks[1:3], *chunks[-2:]]:
            sizes.update(range(chunk.offset - 8, chunk.offset + 48))
        sizes.update(range(chunks[-1].offset + chunks[-1].size - 8, len(data)))
    for size in sorted(sizes):
        events = list(TraceReader(data[:size]))
        assert events == whole[: len(events)]
        mended, report = recovered(data[:size])
        kept = [event for event in TraceReader(mended) if event.kind != Kind.KIND_GAP]
        assert kept == events
        assert report.records_kept == len(events)


def outputs_of(events):
    return [n for n, event in enumerate(events) if event.kind in OUTPUTS and event.payload]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_divergence_before_a_cut_is_reported_of_the_cut_trace_and_of_its_recovery(name):
    with TraceReader(TRACES / f"{name}.wwtrace") as reader:
        header, events = reader.header, list(reader)
    places = outputs_of(events)
    for place in places[:: max(1, len(places) // 8)]:
        altered = list(events)
        altered[place] = changed_octet(events[place], len(events[place].payload) - 1)
        data = packed(header, altered, chunk_size=600)
        offset = next(c.offset for c in TraceReader(data).chunks() if c.next_index > place)
        behind = [c.offset for c in TraceReader(data).chunks() if c.first_index > place]
        for size in [*behind[:2], len(data) - 30]:
            assert size > offset
            mended, _ = recovered(data[:size])
            direct, again = replay(data[:size]), replay(mended)
            assert outcome(direct) == outcome(again)
            assert direct.root_count >= 1
            assert min(found.index for found in direct.divergences) == place
        # The last record before the cut.
        mended, _ = recovered(packed(header, altered[: place + 1])[:-21])
        assert [found.index for found in replay(mended).divergences][:1] == [place]


def test_a_message_that_differs_before_a_cut_is_reported():
    with TraceReader(TRACES / "mbimcli-connect.wwtrace") as reader:
        header, events = reader.header, list(reader)
    places = [
        n for n, event in enumerate(events) if event.kind == Kind.KIND_WIRE and event.code == 2
    ]
    for place in places[::6]:
        altered = [
            *events[:place],
            changed_octet(events[place], 8),
            *events[place + 1 : place + 9],
        ]
        data = packed(header, altered)
        cut = data[: footer_of(data)]
        mended, _ = recovered(cut)
        for trace in (cut, mended):
            result = replay(trace)
            assert [(found.kind, found.index) for found in result.divergences] == [("wire", place)]
            assert result.root_count == result.divergence_count == 1


def footer_of(data):
    with TraceReader(data) as reader:
        return reader.footer.offset


@pytest.mark.parametrize("name", [*SAMPLES, "registration", "contexts"])
def test_damage_in_the_middle_is_never_a_fault_of_the_device(name):
    data = sample(name)
    chunks = list(TraceReader(data).chunks())
    assert len(chunks) > 4
    judged = 0
    for chunk in chunks:
        damaged = bytearray(data)
        damaged[chunk.offset + chunk.size // 2] ^= 0x40
        mended, report = recovered(bytes(damaged))
        assert report.records_lost == chunk.record_count
        result = replay(mended)
        assert result.divergence_count == 0
        assert [gap.index for gap in result.gaps] == [chunk.first_index]
        taken = result.counts["completions"] + result.counts["indications"]
        judged += taken - result.unjudged_count
        assert any("are lost at record" in text for text in result.warnings)
        assert not any("digest" in text for text in result.warnings)
    assert judged > 0


def test_a_divergence_before_a_gap_is_reported_and_one_behind_it_is_counted():
    with TraceReader(TRACES / "registration.wwtrace") as reader:
        header, events = reader.header, list(reader)
    places = outputs_of(events)
    before, behind = places[2], places[-2]
    gap = places[len(places) // 2]
    events[before] = changed_octet(events[before], len(events[before].payload) - 1)
    events[behind] = changed_octet(events[behind], len(events[behind].payload) - 1)
    out = io.BytesIO()
    with TraceWriter(out, header) as writer:
        writer.write_all(events[:gap])
        writer.gap(Event(Kind.KIND_GAP, events[gap].time_ns, code=1, payload=b"lost"), 0)
        writer.write_all(events[gap + 1 :])
    result = replay(out.getvalue())
    assert [found.index for found in result.divergences if found.root] == [before]
    assert result.unjudged_count >= 1


@cache
def checked_session():
    """A session with checkpoints: it goes on for long enough to have several."""
    with new_session(checkpoint_records=20, chunk_size=600) as session:
        drive(session)
        drive(session)
        return session.trace()


def test_behind_a_gap_the_comparison_goes_on_at_the_next_checkpoint():
    data = checked_session()
    reader = TraceReader(data)
    chunks, checkpoints = list(reader.chunks()), reader.checkpoints()
    assert len(checkpoints) > 3
    lost = chunks[1]
    resumed = next(each for each in checkpoints if each.record_index >= lost.next_index)
    damaged = bytearray(data)
    damaged[lost.offset + lost.size // 2] ^= 0x40
    mended, _ = recovered(bytes(damaged))
    result = replay(mended)
    assert result.divergence_count == 0
    events = list(TraceReader(mended))
    header = TraceReader(mended).header
    place = next(
        n
        for n in outputs_of(events)
        if events[n].index > resumed.record_index + 20 and events[n].payload
    )
    altered = io.BytesIO()
    with TraceWriter(altered, header) as writer:
        for piece in TraceReader(mended).pieces():
            if not hasattr(piece, "records"):
                writer.checkpoint(piece.snapshot, piece.time_ns)
                continue
            for event in TraceReader(mended).chunk_events(piece):
                if event.kind == Kind.KIND_GAP:
                    writer.gap(event, event.code - 1)
                elif event.index == events[place].index:
                    writer.write(changed_octet(event, len(event.payload) - 1))
                else:
                    writer.write(event)
    result = replay(altered.getvalue())
    assert [found.index for found in result.divergences if found.root] == [events[place].index]
    assert all(
        gap.first_unjudged is None or gap.first_unjudged < resumed.record_index
        for gap in result.gaps
    )


def test_what_the_device_would_say_at_the_end_is_missing_only_of_a_whole_recording():
    with TraceReader(TRACES / "demo.wwtrace") as reader:
        header, events = reader.header, list(reader)
    places = outputs_of(events)
    before = places[len(places) // 2]
    ended = [*events[:before], Event(Kind.KIND_CLOCK, events[before].time_ns + SECOND)]
    data = packed(header, ended)
    assert replay(data).divergence_count > 0
    assert replay(packed(header, events[:before])[: -21 - 5]).divergence_count == 0


def test_a_pipe_that_is_cut_off_replays_like_the_file():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    for name in ("mbimcli-connect", "demo"):
        data = sample(name)
        first = next(TraceReader(data).chunks()).offset
        for size in (len(data), len(data) - 40, (first + len(data)) // 2, first + 3000):
            with TraceReader(Pipe(data[:size])) as reader:
                piped = replay(reader)
            assert outcome(piped) == outcome(replay(data[:size]))
            assert piped.divergence_count == 0


def test_a_field_trace_is_compared_up_to_its_first_gap_only():
    transfers = Player("lte-home").play([("open",), *STATUS, wait(60), *STATUS, ("close",)])
    found = replayed(as_capture(transfers))
    header, events = found.inferred.header, found.events
    whole = replay(packed(header, events))
    assert whole.divergence_count == 0
    data = packed(header, events, chunk_size=400)
    for chunk in list(TraceReader(data).chunks())[1:-2:3]:
        damaged = bytearray(data)
        damaged[chunk.offset + chunk.size // 2] ^= 0x40
        mended, _ = recovered(bytes(damaged))
        result = replay(mended)
        assert result.divergence_count == 0
        assert any("behind it are not compared" in text for text in result.warnings)
    for size in range(next(TraceReader(data).chunks()).offset, len(data), 997):
        mended, _ = recovered(data[:size])
        assert replay(mended).divergence_count == replay(data[:size]).divergence_count == 0
