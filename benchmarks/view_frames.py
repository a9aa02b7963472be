"""How long a frame of `view`'s page takes while it scrolls through so many events.

    .venv/bin/python benchmarks/view_frames.py [EVENTS] [FRAMES]

Makes a trace of EVENTS events (100,000 unless given), writes its page, and scrolls it from end to
end in headless Chromium, without a graphics card. Prints the processor time that writing took for
each event, how large the page is, the processor time of the page's thread for a frame, and of the
frames the median and the 99th percentile in milliseconds by the clock, which is also that of
whatever else the machine does: what our drawing takes, and from one frame to the next.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from chromium import Chromium, Page

from wwanreplay import bench
from wwanreplay.analysis.view import ViewOptions, write_view

FRAMES = """
(async (frames) => {
  const script = [], whole = [], high = wwanreplay.height();
  const next = () => new Promise((done) => requestAnimationFrame(done));
  let last = await next();
  for (let frame = 0; frame < frames; frame++) {
    wwanreplay.scroll(high * frame / frames);
    const begun = performance.now();
    wwanreplay.drawNow();
    script.push(performance.now() - begun);
    const now = await next();
    whole.push(now - last);
    last = now;
  }
  return [script, whole];
})(%d)
"""


def figures(values: list[float]) -> str:
    """Median and 99th percentile."""
    cuts = statistics.quantiles(values, n=100)
    return f"median {statistics.median(values):.2f} ms, 99th percentile {cuts[98]:.2f} ms"


def thread_ms(page: Page) -> float:
    """Processor time of the page's thread so far."""
    metrics = page.call("Performance.getMetrics")["metrics"]
    return 1e3 * next(each["value"] for each in metrics if each["name"] == "TaskDuration")


def measure(page: Page, frames: int, what: str) -> None:
    """Scroll through the page, and print what its frames took."""
    begun = thread_ms(page)
    script, whole = page.evaluate(FRAMES % frames)
    spent = (thread_ms(page) - begun) / frames
    print(f"{what}: {spent:.2f} ms of processor time a frame")
    print(f"  drawing {figures(script)}; from frame to frame {figures(whole)}")


def main(events: int, frames: int) -> None:
    """Write the page and scroll through it."""
    with tempfile.TemporaryDirectory(prefix="view-frames-") as folder:
        trace, out = Path(folder, "long.wwtrace"), Path(folder, "long.html")
        bench.generate(trace, events, "small")
        begun = time.process_time()
        summary = write_view([str(trace)], out, ViewOptions())
        spent = time.process_time() - begun
        print(f"{summary.rows} events: {summary.verdict}; page of {summary.size / 1e6:.1f} MB")
        print(f"written in {1e6 * spent / summary.rows:.0f} µs of processor time an event")
        with Chromium() as browser:
            begun = time.monotonic()
            page = browser.open(out)
            page.wait_for("document.documentElement.dataset.ready")
            print(f"opened in {time.monotonic() - begun:.1f} s")
            page.call("Performance.enable", timeDomain="threadTicks")
            measure(page, frames, "a row an event")
            page.evaluate("wwanreplay.toggleScale()")
            measure(page, frames, "time to scale")
            if page.errors:
                print("\n".join(page.errors))


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    main(*(numbers + [100_000, 600][len(numbers) :]))
