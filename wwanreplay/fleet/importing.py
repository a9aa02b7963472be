"""Many logs to traces, each log a session of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay.errors import (
    EXIT_INTERNAL,
    UsageError,
    WwanReplayError,
)
from wwanreplay.fleet.names import name_below, place_in
from wwanreplay.fleet.work import DIED, Undivided, failure_of
from wwanreplay.packing.names import TRACE_SUFFIX
from wwanreplay.stores import Location, StoreError, store_has

#: What there is to say of a log whose trace is there.
IS_THERE: Final = "its trace is there already"


@dataclass
class Imported:
    """What came of a log: lines and values of the summary, or why there is no trace."""

    path: str
    lines: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    exit_code: int = 0
    is_skipped: bool = False


@dataclass(frozen=True)
class ImportWork(Undivided):
    """Make traces of logs in a folder; `key` scrubs them.

    A trace has the name of its log below `depth` parts of it. With `only_new` a log whose trace is
    there is passed over.
    """

    folder: str
    depth: int
    infer: bool = True
    key: bytes | None = None
    format_name: str | None = None
    device: str | None = None
    compression: str = "none"
    expanded_size_max: int | None = None
    force: bool = False
    shared: bool = False
    only_new: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """The folder of the traces."""
        return (self.folder,)

    def target(self, path: str) -> str:
        """Where the trace of a log goes, which is in the folder whatever a name says."""
        name = f"{name_below(path, self.depth)}{TRACE_SUFFIX}"
        parts = [part for part in name.split("/") if part not in ("", ".", "..")]
        return place_in(self.folder, *parts)

    def check(self, paths: Iterable[str]) -> None:
        """UsageError where two logs would be one trace."""
        taken: dict[str, str] = {}
        for path in paths:
            target = self.target(path)
            if target in taken:
                raise UsageError(f"{taken[target]} and {path} would both be {target}")
            taken[target] = path

    def __call__(self, path: str) -> Imported:
        """What came of a log."""
        try:
            return self._imported(path)
        except Exception as error:  # whatever is wrong with one must not stop the others
            return _failed(path, *failure_of(path, error))

    def prepare(self) -> None:
        """Load readers and inference."""
        import wwanreplay.analysis.finishing
        import wwanreplay.formats.importer  # noqa: F401

    def died(self, path: str) -> Imported:
        """The same of a log whose worker died of it."""
        return _failed(path, f"{path}: {DIED}", EXIT_INTERNAL)

    def _imported(self, path: str) -> Imported:
        from wwanreplay.analysis.finishing import finishing
        from wwanreplay.formats.importer import import_logs

        target = self.target(path)
        if self.only_new and _is_there(target):
            return Imported(path, [IS_THERE], {"skipped": IS_THERE}, is_skipped=True)
        if not isinstance(target, Location):
            os.makedirs(os.path.dirname(target), exist_ok=True)
        summary = import_logs(
            [path],
            target,
            format_name=self.format_name,
            device=self.device,
            force=self.force,
            shared=self.shared,
            compression=self.compression,
            expanded_size_max=self.expanded_size_max,
            after=finishing(infer=self.infer, key=self.key),
        )
        return Imported(path, list(summary.lines()), summary.as_json())


def _failed(path: str, error: str, exit_code: int) -> Imported:
    return Imported(path, values={"error": error}, error=error, exit_code=exit_code)


def _is_there(target: str) -> bool:
    if not isinstance(target, Location):
        return os.path.lexists(target)
    try:
        return store_has(target)
    except StoreError as error:
        raise WwanReplayError(f"{target}: cannot be looked for: {error}") from None
