"""Where the files of this checkout stand."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
LOGS: Final = ROOT / "logs"
TOOLS: Final = ROOT / "tools"
TRACES: Final = ROOT / "traces"
#: What usbmon of a real kernel captured of the served modem.
KERNEL_CAPTURE: Final = ROOT / "tests" / "support" / "linux-cdc_mbim.pcap.gz"
