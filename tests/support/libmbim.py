"""libmbim through ctypes: an independent reader of MBIM messages for the tests."""

import ctypes
import ctypes.util
import functools

NAME = "libmbim-glib.so.4"


class _GError(ctypes.Structure):
    _fields_ = (("domain", ctypes.c_uint32), ("code", ctypes.c_int), ("message", ctypes.c_char_p))


ErrorPointer = ctypes.POINTER(_GError)


@functools.cache
def load() -> ctypes.CDLL | None:
    """Return the library, or None where it is not installed."""
    try:
        library = ctypes.CDLL(NAME)
    except OSError:
        return None
    library.mbim_message_new.argtypes = [ctypes.c_char_p, ctypes.c_uint32]
    library.mbim_message_new.restype = ctypes.c_void_p
    library.mbim_message_unref.argtypes = [ctypes.c_void_p]
    errors = ctypes.POINTER(ErrorPointer)
    library.mbim_message_validate.argtypes = [ctypes.c_void_p, errors]
    library.mbim_message_validate.restype = ctypes.c_int
    library.mbim_message_get_printable_full.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint8,
        ctypes.c_uint8,
        ctypes.c_char_p,
        ctypes.c_int,
        errors,
    ]
    library.mbim_message_get_printable_full.restype = ctypes.c_void_p
    library.mbim_utils_set_show_personal_info.argtypes = [ctypes.c_int]
    library.mbim_utils_set_show_personal_info(1)
    return library


def printable(data: bytes, mbimex: int = 0x0100) -> str:
    """Validate a message and return libmbim's print of it; raise ValueError with its complaint."""
    library = load()
    assert library is not None
    message = library.mbim_message_new(data, len(data))
    error = ErrorPointer()
    try:
        if not library.mbim_message_validate(message, ctypes.byref(error)):
            raise ValueError(error.contents.message.decode())
        text = library.mbim_message_get_printable_full(
            message, mbimex >> 8, mbimex & 0xFF, b"", 0, ctypes.byref(error)
        )
        if not text:
            raise ValueError(error.contents.message.decode())
        return ctypes.string_at(text).decode("utf-8", "replace")
    finally:
        library.mbim_message_unref(message)
