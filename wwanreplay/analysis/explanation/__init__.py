"""From a log or trace to the page that a maintainer would write back.

for found in explain_files(["bug.log"]):
    print("\\n".join(page_lines(found)))

`steps` and `reading` make a session of a trace, `facts` and `states` say what it is and what
happened, `observations` what stands out, `causes` (rows) and `joining` why, `judged` what is a
fault, `missing` what the log lacks.
"""

from wwanreplay.analysis.explanation.explained import Explained, explained
from wwanreplay.analysis.explanation.opening import explain_files
from wwanreplay.analysis.explanation.page import page_lines
from wwanreplay.analysis.explanation.page_json import page_json

__all__ = ["Explained", "explain_files", "explained", "page_json", "page_lines"]
