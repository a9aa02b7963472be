"""Where the command begins, before anything of it is imported."""

import gc
from typing import NoReturn

from wwanreplay.garbage import look_rarely


def main() -> NoReturn:
    """Entry point of the command."""
    look_rarely()  # what is imported stays: meanwhile there is no garbage to find
    try:
        from wwanreplay.cli import main

        main()
    finally:
        gc.freeze()  # nor is there any use in finding it as the process ends
