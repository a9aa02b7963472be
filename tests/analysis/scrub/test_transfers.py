"""The transfers of a log: their bytes, where they stand, and what takes their place."""

import pytest
from field_samples import read
from groups import sampled
from log_samples import IMSI, LOGS, MESSAGES, TEXTS, ready
from scrub_samples import KEY

from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.transfers import Transfer, Transfers
from wwanreplay.mbim import codec
from wwanreplay.mbim.messages import parse_message
from wwanreplay.mbim.tables import BASIC_CONNECT


def learned(log: bytes) -> tuple[Transfers, Identities]:
    identities = Identities(make_key(KEY))
    transfers = Transfers(identities)
    transfers.learn(read(log))
    return transfers, identities


def test_what_is_printed_begins_where_the_log_begins_to_print() -> None:
    transfer = Transfer(3, b"header and data", printed_from=7, image=b"HEADER AND DATA")
    assert (transfer.printed, transfer.printed_image) == (b"and data", b"AND DATA")
    assert Transfer(3, b"data").printed == b"data"


@pytest.mark.parametrize("name", sampled(TEXTS, 8))
def test_each_transfer_has_an_image_of_its_size(name: str) -> None:
    transfers, identities = learned(LOGS[name](*MESSAGES))
    transfers.replace(Speller(identities))
    assert transfers.all
    assert [len(each.image) for each in transfers.all] == [len(each.data) for each in transfers.all]
    whole = {data for data in MESSAGES if data in [each.data for each in transfers.all]}
    assert all(each.image != each.data for each in transfers.all if each.data in whole)


def test_a_value_is_learned_from_its_message_and_replaced_in_every_other() -> None:
    transfers, identities = learned(LOGS["umbim"](MESSAGES[0], ready(IMSI, "8949", "+49")))
    assert identities.known("text", IMSI) is not None
    transfers.replace(Speller(identities))
    image = identities.text("SubscriberId", IMSI)
    for transfer in transfers.all:
        buffer = parse_message(transfer.image).buffer
        assert codec.decode(BASIC_CONNECT, 2, "response", buffer)["SubscriberId"] == image


def test_the_images_for_the_proof_are_those_that_are_written() -> None:
    transfers, identities = learned(LOGS["umbim"](*MESSAGES))
    transfers.replace(Speller(identities))
    images = list(transfers.images())
    assert [image for image, _ in images] == [each.image for each in transfers.all]
    for image, places in images:
        assert all(0 <= place.offset < place.end <= len(image) for place in places)
    assert sum(len(places) for _, places in images) >= 6


def test_a_log_without_messages_has_no_transfers() -> None:
    transfers = Transfers(Identities(make_key(KEY)))
    transfers.learn([])
    transfers.replace(Speller(Identities(make_key(KEY))))
    assert transfers.all == list(transfers.images()) == []
