"""The package of the container: all its names are there, whichever is used first."""

import subprocess
import sys

import pytest
from verbs import ENVIRONMENT

import wwanreplay.trace


@pytest.mark.parametrize("name", wwanreplay.trace.__all__)
def test_each_name_is_there(name):
    assert callable(getattr(wwanreplay.trace, name))


def test_another_name_is_an_error_that_names_it():
    name = "no_such_name"
    with pytest.raises(AttributeError, match=name):
        getattr(wwanreplay.trace, name)


def test_who_reads_imports_nothing_that_writes():
    code = (
        "import sys\nfrom wwanreplay.trace import TraceReader\n"
        "print('wwanreplay.trace.writer' in sys.modules)\n"
        "from wwanreplay.trace import TraceWriter, recover\n"
        "print(callable(recover), 'wwanreplay.trace.writer' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    assert done.stdout.split() == ["False", "True", "True"]
