"""Screenshots of the page of `view`, light and dark, for the documentation's site.

    .venv/bin/python tools/view_screenshots.py FOLDER

Writes view-light.png and view-dark.png: a faulty recording of the demo, at its first finding.
Needs Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from chromium import Chromium

from wwanreplay.analysis.view import ViewOptions, write_view
from wwanreplay.devices.fault_plan import parse_faults
from wwanreplay.record import record

SIZE = (1400, 820)
FAULT = """
[[fault]]
when = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", nth = 1 }
drop = true
"""


def make(folder: Path) -> list[Path]:
    """Write the screenshots into a folder; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory(prefix="screenshots-") as name, Chromium() as browser:
        trace, out = Path(name, "broken.wwtrace"), Path(name, "broken.html")
        record("emulated:lte-home", "demo", trace, faults=parse_faults(FAULT, "fault.toml"))
        write_view([str(trace)], out, ViewOptions(checks=True))
        for dark in (False, True):
            page = browser.open(out, width=SIZE[0], height=SIZE[1], dark=dark)
            page.wait_for("document.documentElement.dataset.ready")
            page.key("n", "n")
            page.wait_for("document.querySelector('#event .finding')")
            page.evaluate("wwanreplay.drawNow()")
            made.append(folder / f"view-{'dark' if dark else 'light'}.png")
            page.screenshot(made[-1])
    return made


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for path in make(Path(sys.argv[1])):
        print(f"{path}: {path.stat().st_size} bytes")
