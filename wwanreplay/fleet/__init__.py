"""Many traces: shared among processes or a cluster, kept as tables, queried as a corpus.

    for report in run(paths, ReplayWork(options), Where(processes=8)): ...

The order of what comes out, and what it says, is that of one process, wherever the work is done.
Other kinds of work stand in modules of their own: `checked`, `counted`, `importing`.
"""

from wwanreplay.fleet.running import Where, run
from wwanreplay.fleet.work import ReplayWork, Work

__all__ = ["ReplayWork", "Where", "Work", "run"]
