"""Messages of QMI as they travel in MBIM."""

import struct

from wwanreplay.mbim.rows.qmi import CTL


def qmi(service, message, *tlvs, flags=0, transaction=7, client=1):
    """A message with TLVs of (type, value); flags 2 is a response, 4 an indication."""
    body = b"".join(struct.pack("<BH", kind, len(value)) + value for kind, value in tlvs)
    form = "<BBHH" if service == CTL else "<BHHH"
    inner = struct.pack(form, flags, transaction, message, len(body)) + body
    return struct.pack("<BHBBB", 1, len(inner) + 5, 0x80 if flags else 0, service, client) + inner


def result(failed, error):
    """The TLV of a response's result."""
    return 2, struct.pack("<HH", failed, error)
