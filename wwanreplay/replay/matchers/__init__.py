"""When a device agrees with a recording: exactly, window by window, or as a log shows it.

A matcher is a part of a search (`wwanreplay.replay.search`): it defines what a step of a recording
is, when a device agrees with it, and how the device may have deviated where it does not. Another
way to compare, such as against a device that is present, is another matcher.
"""

from __future__ import annotations

from collections.abc import Iterable

from wwanreplay._core import Engine, Event
from wwanreplay.replay.field_records import FieldRecords
from wwanreplay.replay.matchers.exact import ExactMatcher
from wwanreplay.replay.matchers.field import FieldMatcher
from wwanreplay.replay.proposer import Propose
from wwanreplay.replay.recording import Recording
from wwanreplay.replay.search import Search

__all__ = ["ExactMatcher", "FieldMatcher", "exact_search", "field_search"]


def exact_search(events: Iterable[Event], engine: Engine, propose: Propose | None = None) -> Search:
    """A search that compares exactly; `propose` knows the environment."""
    recording = Recording(events)
    return Search(recording, engine, ExactMatcher(recording), propose)


def field_search(chosen: FieldRecords, engine: Engine, propose: Propose | None = None) -> Search:
    """A search that compares what a log shows; `propose` knows the environment."""
    recording = Recording(chosen.records)
    return Search(recording, engine, FieldMatcher(recording, chosen), propose)
