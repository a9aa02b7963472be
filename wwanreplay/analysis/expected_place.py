"""Where the divergences stand that a trace is expected to show: beside it, or inside it."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from wwanreplay.stores import Location
from wwanreplay.trace import Attachment, TraceReader

SUFFIX: Final = ".accepted.toml"
#: The attachment that has them inside a trace.
ATTACHMENT: Final = "accepted.toml"


class ExpectedPlace(NamedTuple):
    """Where they stand: in the file `where`, or in an attachment that is called so."""

    where: str
    attachment: Attachment | None = None


def find_expected(trace: str | os.PathLike[str]) -> ExpectedPlace | None:
    """Where the expected divergences of a trace stand: beside it, else in it, else None.

    Raises TraceError for a trace that cannot be read.
    """
    path = os.fspath(trace)
    beside = f"{path}{SUFFIX}"
    if os.path.exists(beside):
        return ExpectedPlace(beside)
    if not isinstance(path, Location) and not os.path.isfile(path):
        return None  # a pipe is read once, by the replay
    with TraceReader(path) as reader:
        for attachment in reversed(reader.attachments()):
            if attachment.name == ATTACHMENT:
                return ExpectedPlace(f"{path}/{ATTACHMENT}", attachment)
    return None
