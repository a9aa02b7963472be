"""Every seed, every input that was kept and every one that broke something: still sound.

The targets are those of the fuzzer, which is not needed here; an error of another kind than ours,
or a property that does not hold, fails.
"""

import importlib

import pytest
from checkout import ROOT
from fuzz_seeds import MAKERS, words
from fuzz_targets import READERS_AND_DECODERS, TARGETS
from groups import sampled

from wwanreplay.formats import registry

CORPUS = ROOT / "fuzz" / "corpus"


@pytest.mark.parametrize("target", sampled(TARGETS, 12))
def test_the_seeds_are_sound(target: str):
    seeds = MAKERS[target]()
    assert seeds
    for data in seeds.values():
        TARGETS[target](data)


@pytest.mark.parametrize("target", sampled(TARGETS, 12))
def test_what_was_found_stays_sound(target: str):
    found = sorted((CORPUS / target).glob("*"))
    assert found
    for path in found:
        TARGETS[target](path.read_bytes())


@pytest.mark.parametrize("target", sampled(TARGETS, 8))
def test_what_is_cut_off_anywhere_is_sound(target: str):
    for data in list(MAKERS[target]().values())[:8]:
        for size in range(0, len(data), max(len(data) // 25, 1)):
            TARGETS[target](data[:size])


def test_every_reader_is_fuzzed():
    assert set(registry.names()) <= READERS_AND_DECODERS <= TARGETS.keys()
    assert {path.name for path in CORPUS.iterdir()} == TARGETS.keys() == MAKERS.keys()


def test_marks_are_in_the_dictionary_of_their_format():
    assert b"<<<<<<" in words("libmbim")
    assert b"\x03\0\0\x80" in words("mbim-message")


def test_a_property_that_does_not_hold_is_found(monkeypatch: pytest.MonkeyPatch):
    base = importlib.import_module("wwanreplay.formats.base")
    monkeypatch.setattr(base.Counts, "note", lambda _, message: message)
    with pytest.raises(AssertionError):
        TARGETS["umbim"](next(iter(MAKERS["umbim"]().values())))
