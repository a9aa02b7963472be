"""Where the divergences stand that a trace is expected to show: beside it, or inside it."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Final, NamedTuple

from wwanreplay.errors import TraceError
from wwanreplay.stores import COMPANION_SUFFIX, Location, StoreError, companion_of
from wwanreplay.trace import Attachment, TraceReader

SUFFIX: Final = COMPANION_SUFFIX
#: The attachment that has them inside a trace.
ATTACHMENT: Final = "accepted.toml"


class ExpectedPlace(NamedTuple):
    """Where they stand: in the file `where`, or in an attachment that is called so."""

    where: str
    attachment: Attachment | None = None


def find_expected(
    trace: str | os.PathLike[str], reader: TraceReader | None = None
) -> ExpectedPlace | None:
    """Where the expected divergences of a trace stand: beside it, else in it, else None.

    `reader` is one that has the trace open already. Raises TraceError for a trace that cannot be
    read, or a store that does not say what is beside it.
    """
    path = os.fspath(trace)
    beside = find_beside(path)
    if beside is not None:
        return ExpectedPlace(beside)
    if not isinstance(path, Location) and not os.path.isfile(path):
        return None  # a pipe is read once, by the replay
    with TraceReader(path) if reader is None else nullcontext(reader) as opened:
        for attachment in reversed(opened.attachments()):
            if attachment.name == ATTACHMENT:
                return ExpectedPlace(f"{path}/{ATTACHMENT}", attachment)
    return None


def find_beside(path: str) -> str | None:
    """The file beside a trace, if it is there."""
    if not isinstance(path, Location):
        beside = f"{path}{SUFFIX}"
        return beside if os.path.exists(beside) else None
    try:
        return companion_of(path)
    except StoreError as error:
        raise TraceError(f"{SUFFIX} beside it cannot be looked for: {error}", path=path) from None
