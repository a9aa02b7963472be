"""All of one session, and its exit code."""

import pytest
from explained_sessions import CONNECTED, session_bytes

from wwanreplay.analysis.explanation import explained


@pytest.mark.parametrize(
    ("text", "code"), [(CONNECTED, 0), ("> open 4096\n< opened status=2\n", 1)]
)
def test_a_fault_makes_the_exit_code(tmp_path, text, code):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(session_bytes(text))
    found = explained("a.wwtrace", str(path), remarks=["x"])
    assert found.exit_code == code
    assert (found.name, found.remarks) == ("a.wwtrace", ["x"])
