"""The doors of the package: what is no URL needs nothing of fsspec."""

import subprocess
import sys

from checkout import TRACES
from verbs import ENVIRONMENT

from wwanreplay.stores import open_input


def test_a_file_of_the_disk_is_opened_as_ever(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    with open_input(tmp_path / "a") as file:
        assert file.read(2) == b"ab"


def test_without_urls_nothing_of_the_extra_is_loaded():
    program = (
        "import sys; from wwanreplay.cli import root\n"
        "try:\n    root.main(['replay', sys.argv[1]])\nexcept SystemExit as end:\n"
        "    found = {'fsspec', 'dask', 'distributed', 'pyarrow', 'duckdb'} & set(sys.modules)\n"
        "    sys.exit(f'loaded: {found}' if found else end.code)\n"
    )
    command = [sys.executable, "-c", program, str(TRACES / "demo.wwtrace")]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
