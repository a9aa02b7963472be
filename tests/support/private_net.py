"""Programs in a network namespace of their own, where the name of mbim-proxy is free."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROXY = next(
    (
        path
        for path in ("/usr/libexec/mbim-proxy", "/usr/lib/libmbim/mbim-proxy")
        if os.path.exists(path)
    ),
    None,
)
PRIVATE = ("unshare", "-r", "-n", sys.executable)
needs_proxy = pytest.mark.skipif(
    PROXY is None, reason="mbim-proxy is not installed (Debian: libmbim-proxy)"
)
needs_namespaces = pytest.mark.skipif(
    shutil.which("unshare") is None, reason="unshare is not installed (Debian: util-linux)"
)


def run_private(script: Path, *arguments: object, timeout_s: float = 60) -> str:
    """The standard output of a Python program in a namespace of its own; skips without them."""
    run = subprocess.run(
        [*PRIVATE, str(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )
    if run.returncode and "unshare" in run.stderr and "Operation not permitted" in run.stderr:
        pytest.skip("network namespaces are not allowed here")
    assert run.returncode == 0, run.stderr
    return run.stdout


def wait_for_name(name: str = "@mbim-proxy", *, is_there: bool = True, limit_s: float = 30) -> None:
    """Wait until a name is listened at, or no longer."""
    deadline = time.monotonic() + limit_s
    while (name in Path("/proc/net/unix").read_text()) != is_there:
        assert time.monotonic() < deadline, f"{name} does not come or go"
        time.sleep(0.01)
