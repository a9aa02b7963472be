"""What is done to a trace that was read from a log, before it appears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any


def finishing(*, infer: bool, key: bytes | None) -> Callable[[Path], Mapping[str, Any] | None]:
    """What changes a trace in its file, and says what it did: infers, scrubs where there is a key.

    It is what `import_logs` takes as `after`.
    """

    def after(path: Path) -> Mapping[str, Any] | None:
        done: dict[str, Any] = {}
        if infer:
            from wwanreplay.analysis.infer import infer_file

            done |= infer_file(path)
        if key is not None:
            from wwanreplay.analysis.scrub import scrub_file

            done["scrub"] = asdict(scrub_file(path, path, key, force=True))
        return done or None

    return after
