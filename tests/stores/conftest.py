"""What tests of stores share."""

import pytest

from wwanreplay.stores import access


@pytest.fixture(autouse=True)
def every_store_answered(monkeypatch):
    """As in a process that begins: a test before may have found one gone."""
    monkeypatch.setattr(access._Reached, "is_gone", False)
