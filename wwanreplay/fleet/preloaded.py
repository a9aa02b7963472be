"""What workers load before they are forked; importing it is all there is to do."""

import gc

import wwanreplay.analysis.batch
import wwanreplay.analysis.report
import wwanreplay.analysis.verdict
import wwanreplay.fleet.checking
import wwanreplay.fleet.counted
import wwanreplay.fleet.running
import wwanreplay.fleet.work
import wwanreplay.replay
import wwanreplay.replay.exact
import wwanreplay.replay.field_replay
import wwanreplay.trace  # noqa: F401

# The collector need not look at it again and again, nor copy its pages into each worker.
gc.freeze()
