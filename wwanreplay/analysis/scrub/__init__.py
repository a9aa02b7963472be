"""Scrub: replace what is personal in a trace or a log, and prove that nothing of it is left.

data, report = scrub_bytes(trace, b"a secret")      # a trace in memory
report = scrub_file("bug.wwtrace", "shareable.wwtrace", b"a secret")
report = scrub_log_file("bug.log.gz", "shareable.log.gz", b"a secret")
text = scrub_text(log, b"a secret")

One key gives one mapping in all of them; None takes a random key that is forgotten.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, TypeVar, cast

from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.logs import scrub_log_bytes
from wwanreplay.analysis.scrub.packing import LOG_SIZE_MAX
from wwanreplay.analysis.scrub.parts import LogReport
from wwanreplay.analysis.scrub.proof import Proof, SurvivorError
from wwanreplay.analysis.scrub.session import ScrubReport, SessionScrubber
from wwanreplay.errors import InputError
from wwanreplay.outputs import find_target, whole, write_whole
from wwanreplay.stores import named, open_input
from wwanreplay.trace.frames import OPENING
from wwanreplay.trace.packed import holds_trace
from wwanreplay.trace.source import TraceInput

__all__ = [
    "LogReport",
    "ScrubReport",
    "is_log",
    "scrub_bytes",
    "scrub_file",
    "scrub_log",
    "scrub_log_file",
    "scrub_text",
]

#: How many random keys are tried.
RANDOM_KEYS_MAX: Final = 4
_Done = TypeVar("_Done")


def scrub_bytes(
    source: TraceInput, key: bytes | None = None, *, allow_doubtful: bool = False
) -> tuple[bytes, ScrubReport]:
    """The scrubbed trace and what was done.

    PrivacyError when something personal is left, or may be and `allow_doubtful` is not given,
    TraceError for what is no sound trace.
    """

    def attempt(made: bytes) -> tuple[bytes, ScrubReport]:
        scrubber = SessionScrubber(source, made)
        target = io.BytesIO()
        scrubber.run(target)
        data = target.getvalue()
        return data, _proven(scrubber, data, allow_doubtful=allow_doubtful)

    is_read_once = not isinstance(source, str | os.PathLike | bytes | bytearray | memoryview)
    return attempt(make_key(key)) if is_read_once else _with_key(key, attempt)


def _with_key(key: bytes | None, attempt: Callable[[bytes], _Done]) -> _Done:
    """What an attempt with the key gives; without one, with random keys.

    Of some hundred random keys one makes images that spell by chance what was replaced, which is
    refused. Another key does not.
    """
    for _ in range(RANDOM_KEYS_MAX - 1 if key is None else 0):
        with suppress(SurvivorError):
            return attempt(make_key(None))
    return attempt(make_key(key))


def _proven(
    scrubber: SessionScrubber, written: bytes | Path, *, allow_doubtful: bool
) -> ScrubReport:
    proof = Proof(scrubber.identities)
    scrubber.prove_attachments(proof)
    proof.check(written)
    proof.settle(allow_doubtful=allow_doubtful)
    report = scrubber.report
    report.doubtful = proof.doubtful
    report.ambiguous, report.unsearched = proof.ambiguous, proof.unsearched
    return report


def scrub_file(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    key: bytes | None = None,
    *,
    force: bool = False,
    shared: bool = False,
    allow_doubtful: bool = False,
) -> ScrubReport:
    """Scrub a trace into another file, which appears when all is proven and not before.

    UsageError when it exists and `force` is not given. PrivacyError as from
    `scrub_bytes`. A new file is private unless `shared`.
    """

    def attempt(made: bytes) -> ScrubReport:
        scrubber = SessionScrubber(source, made)
        with whole(out, force=force, shared=shared) as file:
            scrubber.run(cast(BinaryIO, file))
            file.flush()
            try:
                return _proven(scrubber, Path(file.name), allow_doubtful=allow_doubtful)
            except OSError as error:
                raise file.target.failure(error) from None

    return _with_key(key, attempt) if os.path.isfile(source) else attempt(make_key(key))


def scrub_log(
    data: bytes,
    key: bytes | None = None,
    *,
    format_name: str | None = None,
    allow_doubtful: bool = False,
) -> bytes:
    """A log in memory, of any format that is read, packed or not, scrubbed.

    InputError for what is no log or cannot be opened here, LimitError for what is too large for
    memory, PrivacyError when something that was found is left, may be (and `allow_doubtful` is not
    given) or cannot be rewritten.
    """
    return _with_key(
        key,
        lambda made: scrub_log_bytes(data, made, form=format_name, allow_doubtful=allow_doubtful)[
            0
        ],
    )


def scrub_log_file(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    key: bytes | None = None,
    *,
    force: bool = False,
    shared: bool = False,
    format_name: str | None = None,
    expanded_size_max: int | None = None,
    allow_doubtful: bool = False,
) -> LogReport:
    """Scrub a log into another file of the same kind, which appears when all is proven.

    `format_name` is its format where that is known, `expanded_size_max` how many bytes are unpacked
    at most. UsageError when the file exists and `force` is not given. A new file is private unless
    `shared`.
    """
    find_target(out, force=force)
    name = named(source)
    try:
        with open_input(name) as file:
            data = file.read((expanded_size_max or LOG_SIZE_MAX) + 1)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from None
    scrubbed, report = _with_key(
        key,
        lambda made: scrub_log_bytes(
            data, made, name, format_name, expanded_size_max, allow_doubtful=allow_doubtful
        ),
    )
    write_whole(out, scrubbed, force=force, shared=shared)
    return report


def is_log(source: str | os.PathLike[str]) -> bool:
    """Whether a file is no trace, by its first bytes; what cannot be read counts as a trace."""
    try:
        with open_input(source) as file:
            head = file.read(len(OPENING))
    except OSError:
        return False
    return bool(head) and head != OPENING[: len(head)] and not holds_trace(source)


def scrub_text(text: str, key: bytes | None = None) -> str:
    """The same as `scrub_log` for a text."""
    return scrub_log(text.encode("utf-8", "surrogateescape"), key).decode(
        "utf-8", "surrogateescape"
    )
