"""The verbs of the command line, run in this process."""

import os
import sys
from typing import Any

from click.testing import CliRunner, Result

from wwanreplay.cli import root

#: For a Python that is started with the same modules.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def run(*arguments: object, **options: Any) -> Result:
    """What a verb printed, and its exit code."""
    return CliRunner().invoke(root, [str(argument) for argument in arguments], **options)


def printed(*arguments: object) -> tuple[int, str]:
    """(exit code, output) of a verb; an error is one line."""
    result = run(*arguments)
    assert "Traceback" not in result.output
    return result.exit_code, result.output
