"""See that this machine can build wwanreplay, and say in one line what it lacks.

Prints the compiler flags the build needs, usually none. Debian keeps Python's C headers in a
package of their own; where they are missing they are fetched into the given folder, without root.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path


def missing_parts() -> list[str]:
    """What only the machine's owner can add."""
    missing = []
    if sys.version_info < (3, 11):  # noqa: UP036  # this file is what runs on too old a Python
        missing.append(f"Python 3.11 or later (this is {sys.version.split()[0]})")
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("the venv module (Debian: python3-venv)")
    compilers = (os.environ.get("CC", "cc").split()[0], "gcc", "clang")
    if not any(map(shutil.which, compilers)):
        missing.append("a C compiler (Debian: gcc)")
    return missing


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
    missing = missing_parts()
    flags: list[str] = []
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        folders = fetch_headers(Path(sys.argv[1]))
        flags = [f"-I{folder.resolve()}" for folder in folders]
        if not folders:
            missing.append("the C headers of Python (Debian: python3-dev)")
    if missing:
        sys.exit("wwanreplay: cannot be built here: missing " + "; ".join(missing))
    print(" ".join(flags))


if __name__ == "__main__":
    main()
