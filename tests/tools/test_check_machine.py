"""Where the machine lacks what the build needs, one line names what to install."""

import os
import shutil
import subprocess
import sys

import check_machine
import pytest
from checkout import ROOT
from groups import sampled

BUILT_FROM = ("_core", "_relay", "_sessions", "wwanreplay", "tools")
FILES = ("Makefile", "setup.py", "pyproject.toml", "README.md", "LICENSE")
# What make, its recipes and pip call, a compiler and apt-get not among it.
PROGRAMS = ("make", "sh", "env", "cat", "test", "echo", "touch", "xargs", "rm", "mkdir", "uname")
BLIND = """\
import sysconfig
found = sysconfig.get_path
sysconfig.get_path = lambda name, *rest: "/none" if "include" in name else found(name, *rest)
"""


@pytest.fixture
def checkout(tmp_path):
    """A checkout without anything that was built."""
    place = tmp_path / "checkout"
    for part in BUILT_FROM:
        shutil.copytree(
            ROOT / part, place / part, ignore=shutil.ignore_patterns("*.so", "*.c", "__pycache__")
        )
    for name in FILES:
        shutil.copy(ROOT / name, place / name)
    return place


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """Settings of a machine without compiler."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in PROGRAMS:
        if where := shutil.which(name):
            (programs / name).symlink_to(where)
    monkeypatch.delenv("CC", raising=False)
    # What a make around the tests tells its own makes is no setting of the machine.
    unset = ("CFLAGS", "CPATH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return {**kept, "PATH": str(programs)}


@pytest.fixture
def blind(bare, tmp_path):
    """Settings of a machine without compiler and without Python's headers."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(BLIND)
    return {**bare, "PYTHONPATH": str(tmp_path / "site")}


def run(command, folder, settings):
    return subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, timeout=300, check=False
    )


def complaint(text):
    (line,) = [line.strip() for line in text.splitlines() if "cannot be built here" in line]
    return line


def assert_tells(line, *parts):
    for part in ("wwanreplay: cannot be built here, missing: ", *parts):
        assert part in line


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
@pytest.mark.parametrize("target", ["demo", "test"])
def test_make_without_a_compiler_is_one_line_and_leaves_nothing(target, checkout, bare):
    done = run(["make", target, f"PYTHON={sys.executable}"], checkout, bare)
    assert done.returncode == 2
    assert done.stdout == ""
    first, second = done.stderr.splitlines()
    assert_tells(first, "a C compiler", "apt install gcc;", "dnf install gcc;", "xcode-select")
    assert second.startswith("make: *** ")
    assert not (checkout / ".venv").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_make_without_headers_names_them_too(checkout, blind):
    done = run(["make", "demo", f"PYTHON={sys.executable}"], checkout, blind)
    assert done.returncode == 2
    line = done.stderr.splitlines()[0]
    assert_tells(line, "the C headers of Python", "apt install gcc python3-dev;", "python3-devel")


@pytest.mark.parametrize("kind", sampled(["build_wheel", "build_editable"], 1))
@pytest.mark.parametrize("settings", ["bare", "blind"])
def test_what_pip_runs_says_it_in_its_last_line(kind, settings, checkout, tmp_path, request):
    code = f"from setuptools import build_meta; build_meta.{kind}({str(tmp_path)!r})"
    done = run([sys.executable, "-c", code], checkout, request.getfixturevalue(settings))
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert_tells(last, "a C compiler")
    assert ("python3-dev" in last) == (settings == "blind")
    assert not list(tmp_path.glob("*.whl"))


@pytest.mark.long
def test_pip_shows_that_line(checkout, bare, tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    wheel = ["wheel", "--no-build-isolation", "--no-deps", "--no-index", "-w", str(tmp_path), "."]
    done = run([*pip, *wheel], checkout, bare)
    assert done.returncode == 1
    assert_tells(complaint(done.stderr), "a C compiler", "apt install gcc;")


def test_another_compiler_that_is_here_is_offered(monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler -m64")
    monkeypatch.setattr(shutil, "which", lambda name: f"/x/{name}" if name == "clang" else None)
    assert not check_machine.has_compiler()
    line = check_machine.complaint([check_machine.COMPILER])
    assert "no-such-compiler is not there; or use one that is here: CC=clang" in line


def test_headers_are_found_where_the_flags_say(monkeypatch, tmp_path):
    monkeypatch.setattr(check_machine.sysconfig, "get_path", lambda name: "/none")
    assert not check_machine.has_headers()
    (tmp_path / "Python.h").write_text("")
    monkeypatch.setenv("CFLAGS", f"-O1 -I{tmp_path}")
    assert check_machine.has_headers()


def test_every_part_has_its_package_on_debian():
    parts = {check_machine.COMPILER, check_machine.HEADERS, check_machine.VENV}
    assert set(check_machine.INSTALL["Debian, Ubuntu"][1]) == parts


def test_flags_are_those_that_the_compiler_takes(monkeypatch):
    assert check_machine.known_flags(["-O1"]) == ["-O1"]
    assert check_machine.known_flags(["-O1", "-fno-such-flag-here"]) == []
    monkeypatch.setenv("CC", "no-such-compiler")
    assert check_machine.known_flags(["-O1"]) == []
