"""A session as one page for a browser, which needs nothing else (docs/view.md).

write_view(["bug.log.gz"], "bug.html")

`rows` makes columns and details of the events, `session` says what happened and what was found,
`page` puts both into one file with `view.js`, which draws it; `masking` keeps identities out of it.
"""

from wwanreplay.analysis.view.page import ViewOptions, ViewSummary, write_view

__all__ = ["ViewOptions", "ViewSummary", "write_view"]
