"""The statistics of a session as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wwanreplay.analysis.histogram import RELATIVE_ERROR, Histogram
from wwanreplay.analysis.stats import Operation, Stats, sorted_indications, sorted_operations
from wwanreplay.protocol.presentation import time_text
from wwanreplay.tabular import Part, Table, Tone, Toned

#: Cells of the longest bar of a histogram.
BAR_WIDTH: Final = 40
#: A cell filled from the left, by eighths.
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_UNITS: Final = ((10**9, "s"), (10**6, "ms"), (10**3, "us"), (1, "ns"))
_LATENCIES: Final = ("to completion", "to closing indication")


def stats_lines(stats: Stats, *, histogram: bool = False, blocks: bool = False) -> Iterator[Part]:
    """The tables, and with `histogram` the latencies as bars: of Unicode blocks, or of #."""
    if not stats.has_times:
        yield "  rates and latencies are not known: what was recorded has no times"
    if stats.span_ns:
        yield f"  rates are by the {time_text(stats.span_ns)} s that these records cover"
    if stats.operations:
        yield ""
        yield from _operations(stats)
    if stats.indications:
        yield ""
        yield _indications(stats)
    remarks = (
        (stats.unpaired, "answers belong to no request here, or to one that was answered"),
        (stats.untimed, "latencies are not known: a time is inexact, or runs backwards"),
        (stats.forgotten, "requests were open for too many others: what came later is not theirs"),
    )
    if any(count for count, _ in remarks):
        yield ""
    yield from (f"  {count} {text}" for count, text in remarks if count)
    if histogram:
        for row in sorted_operations(stats):
            yield from _histograms(row, blocks=blocks)


def _operations(stats: Stats) -> Iterator[Part]:
    head = ("request", "", "count", "per s", "open", "latency, ms", "of", "min", "median", "p95")
    cells: list[tuple[str, ...]] = [(*head, "max")]
    for row in sorted_operations(stats):
        first = (row.name, row.operation, str(row.requests), _rate(stats.rate(row.requests)))
        lines = [
            (words, *_latency(found))
            for words, found in zip(_LATENCIES, (row.completion, row.closing), strict=True)
            if found.count
        ]
        for place, line in enumerate(lines or [("-", "", "", "", "", "")]):
            cells.append((*(first if not place else ("",) * 4), *_open(row, place), *line))
        for name, count in sorted(row.statuses.items()):
            cells.append((Toned(f"  {name}", Tone.BAD), "", str(count)))
    yield Table(cells, numbers={2, 3, 4, 6, 7, 8, 9, 10}, indent="  ")
    yield f"  median and p95 are within {RELATIVE_ERROR:.1%}; min and max are exact"


def _open(row: Operation, place: int) -> tuple[str]:
    count = row.unanswered + row.unclosed
    text = Toned(str(count), Tone.DOUBTFUL) if count else "0"
    return ("",) if place else (text,)


def _latency(found: Histogram) -> tuple[str, ...]:
    ends = (found.percentile(percent) for percent in (0, 50, 95, 100))
    return (str(found.count), *(f"{(end or 0) / 1e6:.3f}" for end in ends))


def _indications(stats: Stats) -> Table:
    cells: list[tuple[str, ...]] = [("indication", "count", "per s", "closing", "events")]
    for row in sorted_indications(stats):
        rate = _rate(stats.rate(row.count))
        numbers = (str(row.count), rate, str(row.closing), str(row.count - row.closing))
        cells.append((row.name, *numbers))
    return Table(cells, numbers={1, 2, 3, 4}, indent="  ")


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.3f}"


def _histograms(row: Operation, *, blocks: bool) -> Iterator[str]:
    for words, found in zip(_LATENCIES, (row.completion, row.closing), strict=True):
        spans = found.rows()
        if not spans:
            continue
        yield ""
        yield f"  {row.name} {row.operation} {words}".rstrip()
        most = max(span.total for span in spans)
        for span in spans:
            bar = _bar(span.total, most, blocks=blocks)
            ends = f"{_duration(span.low_ns):>6} to {_duration(span.high_ns):>6}"
            yield f"    {ends}  {bar} {span.total}"


def _bar(count: int, most: int, *, blocks: bool) -> str:
    """The bar of a count; what is there at all has some."""
    eighths = -(-count * BAR_WIDTH * 8 // most)
    if not blocks:
        return "#" * -(-eighths // 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def _duration(time_ns: int) -> str:
    """A bound of a range, 1, 2 or 5 times a power of ten, in its unit."""
    size, unit = next((pair for pair in _UNITS if time_ns >= pair[0]), _UNITS[-1])
    return f"{time_ns // size} {unit}"
