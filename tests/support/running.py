"""Processes that end with the block that they are for, however that ends.

`Popen` as a context waits for its process: an assertion that fails in the block would wait for a
server without end.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from verbs import ENVIRONMENT

PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process, which is killed if it still runs at the end; its streams are pipes of text unless
    they are given.
    """
    with subprocess.Popen(command, env=ENVIRONMENT, **PIPES | options) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def running_verb(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """The same of a verb of the command line."""
    with running([sys.executable, "-m", "wwanreplay", *arguments], **options) as process:
        yield process
