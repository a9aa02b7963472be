# cython: language_level=3, embedsignature=True, auto_pickle=False
"""Sessions as rules see them: events with their fields, requests with their answers, look-ups.

What rules read of an event is extracted once, here. No rule stands here, and nothing of the
device's state machine. Compiled, since each event is looked at by many rules.
"""

cimport cython
from collections import deque
from libc.stdint cimport int64_t, uint32_t, uint64_t

cdef extern from "Python.h":
    Py_ssize_t Py_REFCNT(object)

from wwanreplay._core import Kind, Lifecycle, Namespace, RecordFlag
from wwanreplay.mbim.header import look
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.subscriptions import mutes
from wwanreplay.protocol import general, indications, oids, stimuli
from wwanreplay.protocol.constants import numbers
from wwanreplay.protocol.layouts import Flattener
from wwanreplay.protocol.schema import SCALARS as _SCALARS, BytesTail, ListTail
from wwanreplay.protocol.structs import STRUCTS as _STRUCTS

include "fields.pxi"
include "items.pxi"
include "lookups.pxi"
include "session.pxi"
include "kept.pxi"
include "sifting.pxi"
