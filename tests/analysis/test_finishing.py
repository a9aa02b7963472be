"""A trace of a log is inferred and scrubbed before it appears, as far as that is wanted."""

import shutil

from checkout import TRACES

from wwanreplay.analysis.finishing import finishing


def test_nothing_is_changed_unless_it_is_wanted(tmp_path):
    path = tmp_path / "t.wwtrace"
    shutil.copy(TRACES / "mbimcli-pin.wwtrace", path)
    before = path.read_bytes()
    assert finishing(infer=False, key=None)(path) is None
    assert path.read_bytes() == before
    done = finishing(infer=True, key=b"key")(path)
    assert set(done) >= {"verdict", "headline", "scrub"}
    assert done["scrub"]["records"] > 0
    assert path.read_bytes() != before
