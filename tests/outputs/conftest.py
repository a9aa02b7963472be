"""A file that is there already."""

from pathlib import Path

import pytest
from output_samples import GOOD


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good"
    path.write_bytes(GOOD)
    return path
