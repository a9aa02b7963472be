"""How often Python looks for cycles of dead objects in processes that keep what they make."""

import gc
from typing import Final

#: Objects made before Python looks; 700 by default.
GARBAGE_MAX: Final = 50_000


def look_rarely() -> None:
    """Look seldom: tables and modules are many objects that stay, and dead cycles are few."""
    gc.set_threshold(GARBAGE_MAX)
