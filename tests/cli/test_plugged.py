"""Transports of other packages are options of `wwanreplay serve`."""

import json
import os
import signal
import subprocess
import sys

from plugged_packages import EXAMPLE, broken_in, declared


def served(folder, *arguments):
    """`wwanreplay serve` with a folder of packages on the path."""
    paths = [str(folder), str(EXAMPLE), *(path for path in sys.path if path)]
    return subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", "serve", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_transport_is_an_option_and_serves(tmp_path):
    pty = "acme_modems.transport:open_transport"
    declared(tmp_path, "acme", f"[wwanreplay.transports]\nacme-pty = {pty}\npty = {pty}\n")
    with served(tmp_path, "--acme-pty", str(tmp_path / "link"), "--json") as process:
        first = json.loads(process.stdout.readline())
        assert first["acme-pty"].startswith("/dev/")
        assert (tmp_path / "link").is_symlink()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    (line,) = errors.splitlines()  # an option of ours stays ours
    assert "the plugin 'pty' (wwanreplay.transports) of the package acme: serve has an" in line


def test_a_broken_transport_is_one_line(tmp_path):
    with served(broken_in(tmp_path / "broken"), "--gone") as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (3, "")
    (line,) = errors.splitlines()
    assert line.startswith("wwanreplay: error: the plugin 'gone' (wwanreplay.transports) of the")
    assert "acme_broken" in line


def test_it_is_one_way_among_others(tmp_path):
    with served(broken_in(tmp_path / "broken"), "--gone", "x", "--pty") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "--pty and --gone: one at a time" in errors
