"""Decode any buffer of the tables to named fields, encode named fields to bytes.

    decoded = decode("NDIS_WWAN_CONTEXT_STATE", buffer)
    decoded.ContextState.ConnectionId
    buffer = encode("NDIS_WWAN_RADIO_STATE", {"RadioState.HwRadioState": "WwanRadioOn"})

`Header.Revision` and `Header.Size` decide the layout; a buffer whose revision or size no row knows
stays raw. A decoded buffer keeps its bytes and reads a field when it is looked at; bounds and the
variable part are checked at once, so that reading never fails later.

Values alone encode to canonical bytes: padding, and what follows the NUL of a text, is zero. A
decoded buffer encodes to its own bytes: they are the template, in which a field is written only
where its value differs from the template's.
"""

from wwanreplay.protocol.decoded import Decoded, DecodedLeaf, View, decode, select_layout
from wwanreplay.protocol.encoder import altered, encode, replaced
from wwanreplay.protocol.events import decode_event, structure_of, structures_of
from wwanreplay.protocol.presentation import format_value, leaf_text, lines, mask, mask_value, plain

__all__ = [
    "Decoded",
    "DecodedLeaf",
    "View",
    "altered",
    "decode",
    "decode_event",
    "encode",
    "format_value",
    "leaf_text",
    "lines",
    "mask",
    "mask_value",
    "plain",
    "replaced",
    "select_layout",
    "structure_of",
    "structures_of",
]
