"""Packages with entry points, as an installation leaves them; and what of them is remembered."""

import sys
from pathlib import Path

from checkout import ROOT

from wwanreplay import plugins
from wwanreplay.analysis.check import registry as rules
from wwanreplay.formats import plugged, registry

#: The source of a whole one.
EXAMPLE = ROOT / "tests" / "plugin_example"
#: Entry points of a package whose code is not there, or raises when it is used.
BROKEN = """
[wwanreplay.formats]
gone = acme_gone
raises = acme_raises:FORMAT
[wwanreplay.devices]
gone = acme_gone
raises = acme_raises:open_device
half = acme_raises:open_half
[wwanreplay.transports]
gone = acme_gone
[wwanreplay.rules]
gone = acme_gone
raises = acme_raises
"""
RAISES = """
from wwanreplay.analysis.check.registry import JudgedRule
from wwanreplay.formats.declaration import Format
from wwanreplay.protocol.schema import Rule

def fail(*arguments, **options):
    raise RuntimeError("not\\ntoday")

def open_half(name, *, seed=0):
    return object()

FORMAT = Format("raises", "a format that fails", fail, fail)
open_device = fail
ROW = Rule(
    "raises.always", ("OID_WWAN_CONNECT",), actor="miniport", level="must", basis="modal",
    checkable="trace", text="t", precondition="p", violation="v", sources=("s",),
)
RULES = (JudgedRule(ROW, fail),)
"""


def declared(folder: Path, package: str, text: str) -> None:
    """Let a folder on the path hold the metadata of a package with these entry points."""
    metadata = folder / f"{package}-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(text)


def broken_in(folder: Path) -> Path:
    """The folder with a package of which nothing works."""
    declared(folder, "acme_broken", BROKEN)
    (folder / "acme_raises.py").write_text(RAISES)
    return folder


def forget() -> None:
    """Let the process know nothing of plugins."""
    for cached in (plugins.plugins, plugged.plugin_formats, rules.plugin_rules):
        cached.cache_clear()
    plugins.left_out.clear()
    for name, row in [*registry.FORMATS.items()]:
        if isinstance(row, plugged.PluggedFormat):
            del registry.FORMATS[name]
    for name in [name for name in sys.modules if name.startswith("acme_")]:
        del sys.modules[name]
