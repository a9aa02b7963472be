"""Where output goes: every file that is written here appears whole or not at all.

    with whole("shareable.log", force=True) as output:   # beside it, then renamed
        output.write(data)
    part = PartFile("session.wwtrace")                   # session.wwtrace.part, locked
    part.write(frame, 0)
    part.finish()                                        # renamed to session.wwtrace

What a name leads to decides how it is written. A file, also one that a symbolic link leads to, is
replaced when the new one is complete, and keeps its mode; a new one is private to its owner unless
`shared`. FIFOs, character devices and the standard output (`-`) are written to as they are, and
never removed. All else is refused.
"""

from wwanreplay.outputs.part import PartFile, counted, reserved
from wwanreplay.outputs.target import (
    STANDARD_OUTPUT,
    Target,
    find_target,
    is_same_file,
    is_standard_output,
)
from wwanreplay.outputs.whole import OutputFile, folder_for, put, whole, write_whole

__all__ = [
    "STANDARD_OUTPUT",
    "OutputFile",
    "PartFile",
    "Target",
    "counted",
    "find_target",
    "folder_for",
    "is_same_file",
    "is_standard_output",
    "put",
    "reserved",
    "whole",
    "write_whole",
]
