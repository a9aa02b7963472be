"""Without a key of one's own a key that makes unlucky images is replaced by another."""

import pytest
from checkout import LOGS, TRACES

from wwanreplay.analysis import scrub
from wwanreplay.analysis.scrub.proof import SurvivorError
from wwanreplay.errors import PrivacyError

TRACE = TRACES / "pin.wwtrace"
LOG = LOGS / "mbimcli-fault-late.log"


@pytest.fixture
def keys(monkeypatch):
    """The keys that were made; the first leaves something."""
    made, make_key = [], scrub.make_key
    prove, scrub_log_bytes = scrub._proven, scrub.scrub_log_bytes

    def check():
        if len(made) <= 1:
            raise SurvivorError("scrub: Pin survives as ASCII in the file, byte 1")

    def proven(*arguments, **options):
        check()
        return prove(*arguments, **options)

    def scrub_log_bytes_or_not(*arguments, **options):
        check()
        return scrub_log_bytes(*arguments, **options)

    monkeypatch.setattr(scrub, "make_key", lambda key: made.append(make_key(key)) or made[-1])
    monkeypatch.setattr(scrub, "_proven", proven)
    monkeypatch.setattr(scrub, "scrub_log_bytes", scrub_log_bytes_or_not)
    return made


def each_way(tmp_path, key):
    yield lambda: scrub.scrub_bytes(TRACE.read_bytes(), key)
    yield lambda: scrub.scrub_file(TRACE, tmp_path / "t", key)
    yield lambda: scrub.scrub_log(LOG.read_bytes(), key)
    yield lambda: scrub.scrub_log_file(LOG, tmp_path / "log", key)


def test_another_random_key_is_tried(tmp_path, keys):
    for way in each_way(tmp_path, None):
        keys.clear()
        assert way()
        assert len(set(keys)) == 2


def test_a_given_key_is_the_only_one(tmp_path, keys):
    for way in each_way(tmp_path, b"key"):
        keys.clear()
        with pytest.raises(PrivacyError, match="Pin survives"):
            way()
        assert len(keys) == 1
    assert list(tmp_path.iterdir()) == []
