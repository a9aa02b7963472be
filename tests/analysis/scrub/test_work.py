"""What a scrub does grows with the size of its input, whatever stands in it."""

import re
from collections import Counter

import pytest
from groups import sampled

from wwanreplay.analysis.scrub import identities as identities_module
from wwanreplay.analysis.scrub import keyed, scrub_log, spellings
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import Mapper, Permutations
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.errors import LimitError

KEY = bytes(range(32))
SIZE = 3 * keyed.TEXT_PIECE_SIZE


@pytest.fixture
def widths(monkeypatch: pytest.MonkeyPatch):
    """How long the numbers are that are permuted, in bits."""
    seen: list[int] = []
    map_ = Permutations.map

    def counted(each, number, size, purpose):
        seen.append(size.bit_length())
        return map_(each, number, size, purpose)

    monkeypatch.setattr(Permutations, "map", counted)
    return seen


def test_a_long_text_is_mapped_in_pieces(widths):
    def work(size):
        widths.clear()
        Mapper(KEY).text("".join(chr(0x61 + number % 26) for number in range(size)))
        return sum(widths), max(widths)

    total, widest = work(SIZE)
    twice, widest_of_twice = work(2 * SIZE)
    assert twice == 2 * total
    assert widest == widest_of_twice <= 5 * keyed.TEXT_PIECE_SIZE


def test_a_long_text_keeps_length_and_form_and_is_another_for_each_change():
    text = "Ab1." * keyed.TEXT_PIECE_SIZE
    image = Mapper(KEY).text(text)
    assert len(image) == len(text)
    assert re.fullmatch(r"([A-Z][a-z][0-9]\.)+", image)
    assert image == Mapper(KEY).text(text) != text
    pieces = {
        image[at : at + keyed.TEXT_PIECE_SIZE] for at in range(0, len(image), keyed.TEXT_PIECE_SIZE)
    }
    assert len(pieces) == 4
    assert len({Mapper(KEY).text(text[:-2] + digit + ".") for digit in "0123456789"}) == 10


@pytest.mark.parametrize("line", sampled([False, True], [False]))
def test_a_long_value_is_scrubbed_and_gone(line):
    value = "x9" * (200_000 if line else 300)
    out = scrub_log(f"the apn='{value}'\n".encode(), KEY)
    assert value[:40].encode() not in out
    assert out.startswith(b"the apn='")


def test_values_are_spelled_once_for_writing_and_proving(monkeypatch: pytest.MonkeyPatch):
    made: Counter[str] = Counter()
    spellings_of = spellings.spellings_of

    def counted(identity):
        made[identity.original] += 1
        return spellings_of(identity)

    monkeypatch.setattr(spellings, "spellings_of", counted)
    scrub_log(b"".join(b"imsi=%015d\n" % (262011234567890 + at) for at in range(20)), KEY)
    assert len(made) == 20
    assert set(made.values()) == {1}


def test_a_text_is_spelled_in_a_bounded_multiple_of_its_size():
    def spelled(size):
        known = Identities(KEY)
        known.text("UserName", "x9" * size)
        (identity,) = known
        return sum(len(each.pattern) for each in spellings.spellings_of(identity))

    assert spelled(40_000) == 2 * spelled(20_000)
    assert spelled(20_000) <= 10 * len("x9" * 20_000)


def test_more_personal_values_than_a_file_may_have_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(identities_module, "IDENTITIES_MAX", 10)
    log = b"".join(b"imsi=%015d\n" % (262011234567890 + at) for at in range(11))
    with pytest.raises(LimitError, match="personal values in one file: 11 exceeds the limit of 10"):
        scrub_log(log, KEY)


def test_stretches_that_are_left_alone_are_passed_over_in_one_go():
    known = Identities(KEY)
    known.text("AccessString", "access.example1")
    speller = Speller(known)
    data = b"access.example1 " * 400
    every = speller.hits(data)
    assert len(every) == 400
    untouched = [(hit.offset + 3, hit.offset + 4) for hit in every[::2]]

    class Counting(list):
        looked = 0

        def __iter__(self):
            for item in super().__iter__():
                type(self).looked += 1
                yield item

    left = speller.hits(data, Counting(untouched))
    assert [hit.offset for hit in left] == [hit.offset for hit in every[1::2]]
    assert Counting.looked <= len(untouched)
