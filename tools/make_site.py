"""Build the site of the documents: the Markdown of this project, pages of all rows, the Python API.

    python tools/make_site.py [--out build/site] [--sources-only]

The documents are copied as they are, beside each other as here, so that their links lead where they
lead in the sources; pages of the protocol's rows are written, and names in all texts linked with
them. Sphinx then makes HTML; any warning ends it with exit code 1.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from chromium import find_chromium
from site_pages import linked, pages, places
from view_screenshots import make as make_screenshots

ROOT = Path(__file__).resolve().parent.parent
BESIDES = ("README.md", "CHANGELOG.md", "traces/README.md", "logs/README.md")
#: The API reference: module → what of it; empty for everything.
MODULES = {
    "wwanreplay.api": "Trace, TraceSlice, open_trace, import_log, scrub, explain, check, diff",
    "wwanreplay.record": "Session, record",
    "wwanreplay._core": "Event, Kind",
    "wwanreplay.replay.api": "",
    "wwanreplay.replay.result": "",
    "wwanreplay.replay.divergence": "",
    "wwanreplay.verdict": "",
    "wwanreplay.script": "",
    "wwanreplay.trace.reader": "",
    "wwanreplay.trace.writer": "",
    "wwanreplay.trace.header": "",
    "wwanreplay.devices.base": "",
    "wwanreplay.devices.opening": "",
    "wwanreplay.devices.faults": "",
    "wwanreplay.analysis.diff": "",
    "wwanreplay.analysis.judged": "",
    "wwanreplay.formats.base": "",
    "wwanreplay.formats.declaration": "",
    "wwanreplay.protocol.tables": "",
    "wwanreplay.protocol.schema": "",
    "wwanreplay.pytest_plugin": "wwan_session, wwan_lab",
    "wwanreplay.strategies": "",
    "wwanreplay.errors": "",
}
GUIDES = "Guides"
VIEW_PAGE = "docs/view.md"


def write_sources(target: Path) -> int:
    """Write what Sphinx reads into a new folder; how many pages."""
    named = places()
    written = 0
    texts = {name: (ROOT / name).read_text("utf-8") for name in BESIDES}
    texts |= {
        str(path.relative_to(ROOT)): path.read_text("utf-8")
        for path in sorted((ROOT / "docs").rglob("*.md"))
    }
    texts = {place: linked(text, place, named) for place, text in texts.items()}
    texts["README.md"] += contents(sorted(name for name in texts if name != "README.md"))
    texts[VIEW_PAGE] += screenshots(target / VIEW_PAGE)
    for place, text in {**texts, **pages(), "reference/python.md": python_page()}.items():
        path = target / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        written += 1
    return written


def screenshots(page: Path) -> str:
    """Make pictures of the page of `view` beside a document; the Markdown that shows them."""
    if find_chromium() is None:
        print("no Chromium is here: the site has no screenshots of view", file=sys.stderr)
        return ""
    made = make_screenshots(page.parent)
    return "\n### What it looks like\n\n" + "\n".join(
        f"![The page of a faulty recording, {path.stem.rpartition('-')[2]}]({path.name})\n"
        for path in made
    )


def contents(names: list[str]) -> str:
    """The contents of the site, for its sidebar: in the order in which the README names them."""
    table = (ROOT / "README.md").read_text("utf-8").partition("## Documents")[2]
    order = re.findall(r"\]\((docs/[\w-]+\.md)\)", table)
    ordered = sorted(names, key=lambda name: order.index(name) if name in order else len(order))
    guides = [name for name in ordered if name.startswith("docs/guide-")]
    tables = [name for name in ordered if re.match(r"docs/(protocol|rules)", name)]
    rest = [name for name in ordered if name not in (*guides, *tables) and name not in BESIDES]
    besides = [name for name in BESIDES if name != "README.md"]
    groups = {
        GUIDES: guides,
        "Documents": rest,
        "Tables": tables,
        "Python": ["reference/python.md"],
        "Besides": besides,
    }
    lines = []
    for title, members in groups.items():
        lines += ["", "```{toctree}", ":hidden:", f":caption: {title}", ""]
        lines += [*members, "```", ""]
    return "\n".join(lines)


def python_page() -> str:
    """The page of the Python API, whose text Sphinx takes from the docstrings."""
    lines = [
        "# Python reference",
        "",
        "What [Python](../docs/api.md) shows by example, in full.",
        "",
    ]
    for module, members in MODULES.items():
        shown = module.removesuffix(".api") if members else module
        lines += [f"## {shown}", "", "```{eval-rst}", f".. automodule:: {module}"]
        lines += [f"   :members: {members}", "```", ""]
    return "\n".join(lines)


def build(sources: Path, out: Path) -> int:
    """Run Sphinx; its exit code, 1 after any warning."""
    command = [sys.executable, "-m", "sphinx", "-q", "-j", "auto", "-W", "--keep-going"]
    command += ["-c", str(ROOT / "docs"), "-b", "html", str(sources), str(out)]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Build; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site")
    parser.add_argument("--sources-only", action="store_true", help="write what Sphinx reads")
    options = parser.parse_args()
    sources = options.out / "sources"
    shutil.rmtree(sources, ignore_errors=True)
    count = write_sources(sources)
    code = 0 if options.sources_only else build(sources, options.out / "html")
    if not code:
        print(f"{options.out}: {count} pages")
    return code


if __name__ == "__main__":
    sys.exit(main())
