"""Check that this machine can build wwanreplay, and print in one line what it lacks.

`python tools/check_machine.py FOLDER` prints the compiler flags the build needs, usually none.
Debian keeps Python's C headers in a package of their own; where they are missing they are fetched
into FOLDER, without root. `setup.py` checks the same before it compiles.
"""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

COMPILER, HEADERS, VENV = "a C compiler", "the C headers of Python", "the venv module of Python"
# What installs each part; Python of Arch and macOS has its headers and venv.
INSTALL = {
    "Debian, Ubuntu": (
        "apt install",
        {COMPILER: "gcc", HEADERS: "python3-dev", VENV: "python3-venv"},
    ),
    "Fedora": ("dnf install", {COMPILER: "gcc", HEADERS: "python3-devel", VENV: "python3"}),
    "Arch": ("pacman -S", {COMPILER: "gcc", HEADERS: "python", VENV: "python"}),
    "macOS": ("", {COMPILER: "xcode-select --install", HEADERS: "brew install python", VENV: ""}),
}


def compiler_command() -> str:
    """The program that compiles C here: the one of CC, else the one Python was built with."""
    return (shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc") or ["cc"])[
        0
    ]


def has_compiler() -> bool:
    """Whether C can be compiled; on Windows the build finds its compiler by itself."""
    return os.name == "nt" or shutil.which(compiler_command()) is not None


def known_flags(flags: list[str]) -> list[str]:
    """The flags, if the compiler takes all of them; else none."""
    command = [compiler_command(), *flags, "-Werror", "-x", "c", "-c", "-o", os.devnull, os.devnull]
    try:
        result = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return []
    return flags if result.returncode == 0 else []


def has_headers() -> bool:
    """Whether Python.h is found: with Python, or in a folder that flags or settings name."""
    flags = shlex.split(os.environ.get("CFLAGS", "") + " " + os.environ.get("CPPFLAGS", ""))
    folders = [flag[2:] for flag in flags if flag.startswith("-I")]
    for setting in ("CPATH", "C_INCLUDE_PATH"):
        folders += os.environ.get(setting, "").split(os.pathsep)
    folders += [sysconfig.get_path("include"), sysconfig.get_path("platinclude")]
    return any(Path(folder, "Python.h").exists() for folder in folders if folder)


def complaint(missing: list[str]) -> str:
    """One line: what is missing and what installs it."""
    ways = []
    for system, (command, packages) in INSTALL.items():
        needed = list(dict.fromkeys(packages[part] for part in missing if packages.get(part)))
        if needed:
            ways.append(f"{system}: {command + ' ' + ' '.join(needed) if command else needed[0]}")
    what = " and ".join(missing)
    if COMPILER in missing:
        others = [name for name in ("cc", "gcc", "clang") if shutil.which(name)]
        name = compiler_command()
        hint = f"; or use one that is here: CC={others[0]}" if others else ""
        what = what.replace(COMPILER, f"{COMPILER} ({name} is not there{hint})")
    if sys.version_info < (3, 11):  # noqa: UP036  # this file is what runs on too old a Python
        what = f"Python 3.11 or later (this is {sys.version.split()[0]})"
        ways = ["another Python is chosen with: make PYTHON=python3.12"]
    return f"wwanreplay: cannot be built here, missing: {what}. {'; '.join(ways)}"


def check_build() -> None:
    """End with one line when the engine cannot be compiled here."""
    parts = {COMPILER: has_compiler(), HEADERS: has_headers()}
    missing = [part for part, is_there in parts.items() if not is_there]
    if missing:
        sys.exit(complaint(missing))


def fetch_headers(folder: Path) -> list[Path]:
    """Unpack Debian's package of Python headers below `folder`; the include folders, or none."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    include = folder / "usr" / "include"
    if not (include / name / "Python.h").exists():
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            return []
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as here:
            quiet = {"cwd": here, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run(["apt-get", "download", f"lib{name}-dev"], check=False, **quiet)
            for package in Path(here).glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", package, folder.resolve()], check=False, **quiet)
    if not (include / name / "Python.h").exists():
        return []
    return [include / name, include]


def main() -> None:
    """Print flags, or end with one line."""
    missing = []
    if importlib.util.find_spec("ensurepip") is None:
        missing.append(VENV)
    if not has_compiler():
        missing.append(COMPILER)
    folders: list[Path] = []
    if not has_headers():
        folders = fetch_headers(Path(sys.argv[1]))
        if not folders:
            missing.append(HEADERS)
    if missing or sys.version_info < (3, 11):  # as above
        sys.exit(complaint(missing))
    print(" ".join(f"-I{folder.resolve()}" for folder in folders))


if __name__ == "__main__":
    main()
