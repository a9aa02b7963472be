# cython: language_level=3, embedsignature=True, auto_pickle=False
"""The compiled engine of wwanreplay: records, queue, virtual clock, device, replay loop.

One extension module made of included parts, in the order of their dependence. Python objects
stop at the doors (the `def` methods); everything a step touches is plain C under nogil.

Lists are filled by `append`, not by comprehensions: where a list cannot grow, Cython 3.3.1 gives
the item of a comprehension back twice.
"""

cimport cython
import importlib

from cpython.dict cimport PyDict_DelItem, PyDict_Next, PyDict_SetItem, PyDict_Size
from cpython.exc cimport PyErr_CheckSignals
from cpython.object cimport PyObject
from libc.stdint cimport (
    int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, INT64_MAX, INT64_MIN, UINT32_MAX,
    UINT64_MAX,
)
from libc.string cimport memcmp, memcpy, memmove, memset

from wwanreplay.errors import DecodeError, InputError, LimitError, TraceError, UsageError

include "protocol_constants.pxi"
include "mbim_constants.pxi"
include "engine_ranges.pxi"
include "vocabulary.pxi"
include "tables.pxi"
include "failures.pxi"
include "allocation.pxi"
include "checksum.pxi"
include "needles.pxi"
include "recent.pxi"
include "cursor.pxi"
include "chunk_frame.pxi"
include "frame_window.pxi"
include "record_writer.pxi"
include "tally.pxi"
include "event.pxi"
include "records.pxi"
include "codec.pxi"
include "clock.pxi"
include "queue.pxi"
include "releases.pxi"
include "profile.pxi"
include "device.pxi"
include "memory.pxi"
include "device_outputs.pxi"
include "device_tables.pxi"
include "device_requests.pxi"
include "device_subscriber.pxi"
include "device_pin.pxi"
include "device_providers.pxi"
include "device_provider_lists.pxi"
include "device_selection.pxi"
include "device_registration.pxi"
include "device_register_state.pxi"
include "device_packet.pxi"
include "device_signal.pxi"
include "device_network.pxi"
include "device_link.pxi"
include "device_contexts.pxi"
include "device_connect.pxi"
include "device_pco.pxi"
include "device_provisioned.pxi"
include "device_lte_attach.pxi"
include "device_services.pxi"
include "device_sessions.pxi"
include "device_power.pxi"
include "device_capabilities.pxi"
include "device_mbim.pxi"
include "device_idle_hint.pxi"
include "device_dispatch.pxi"
include "profile_parsing.pxi"
include "engine_state.pxi"
include "engine.pxi"
include "replay.pxi"
include "field_loop.pxi"
