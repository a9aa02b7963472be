"""Message types, sizes and codes of MBIM."""

import uuid

import pytest

from wwanreplay.mbim.header import FRAGMENTED_TYPES
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.protocol import PROTOCOL


def test_status_of_every_tie_exists() -> None:
    assert set(framing.WWAN_STATUS_TO_MBIM.values()) <= set(framing.STATUS_CODES)
    assert len(set(framing.STATUS_CODES.values())) == len(framing.STATUS_CODES)


@pytest.mark.parametrize("kind", MessageType)
def test_the_top_bit_of_a_type_says_that_the_function_sends_it(kind: MessageType) -> None:
    is_answer = kind.name.endswith(("_DONE", "_FUNCTION_ERROR_MSG", "_INDICATE_STATUS_MSG"))
    assert bool(kind & 0x80000000) == is_answer


def test_every_type_of_message_has_a_size_in_whole_words() -> None:
    assert set(framing.MESSAGE_SIZES) == {kind.name for kind in MessageType}
    for kind in MessageType:
        size = framing.MESSAGE_SIZES[kind.name]
        assert size % 4 == 0
        # What can come in fragments has a header of them, a service and a CID.
        assert (size >= 44) == (kind in FRAGMENTED_TYPES)


def test_an_error_is_sent_by_somebody_and_has_its_own_number() -> None:
    assert [number for number, _, _ in framing.ERROR_CODES.values()] == list(range(1, 9))
    senders = {sender for _, _, sender in framing.ERROR_CODES.values()}
    assert senders == {"host", "function", "function and host"}


def test_every_status_that_has_a_namesake_is_one_of_ndis() -> None:
    for name in framing.WWAN_STATUS_TO_MBIM:
        assert PROTOCOL.status(name).name == name
    assert framing.WWAN_STATUS_TO_MBIM["WWAN_STATUS_SUCCESS"] == "MBIM_STATUS_SUCCESS"


def test_types_of_contexts_are_uuids_as_they_are_printed() -> None:
    identifiers = [identifier for identifier, _ in framing.CONTEXT_TYPES.values()]
    assert [str(uuid.UUID(each)) for each in identifiers] == identifiers
    assert len(set(identifiers)) == len(identifiers)
    for _, member in framing.CONTEXT_TYPES.values():
        assert member is None or PROTOCOL.number_of("WWAN_CONTEXT_TYPE", member) >= 0
