"""Files of traces are known by their names."""

import pytest

from wwanreplay.packing.names import is_trace_name


@pytest.mark.parametrize("name", ["a.wwtrace", "a.wwtrace.xz", "a.b.wwtrace.zst", "a.wwbundle"])
def test_a_trace_is_known_by_its_name(name):
    assert is_trace_name(name)


@pytest.mark.parametrize("name", ["a.wwtrace.part", "a.xz", "a.wwtrace.accepted.toml", "wwtrace"])
def test_another_file_is_not(name):
    assert not is_trace_name(name)
