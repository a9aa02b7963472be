"""Compile the engine, _core/_core.pyx, the frame of the rules, _sessions/_sessions.pyx, and the
relay of a tap, _relay/_relay.pyx; the rest of it is in pyproject.toml.

The numbers and structure offsets that the compiled engine switches on are written here, at build
time, from the protocol's rows: `build/protocol/protocol_constants.h` and `.pxi`. Nothing generated
is committed, so the rows and the engine cannot disagree.
"""

import os
import sys
from pathlib import Path
from typing import Any

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "tools")]

from check_machine import check_build, known_flags  # noqa: E402

import wwanreplay.mbim.constants as mbim_constants  # noqa: E402
import wwanreplay.protocol.constants as protocol_constants  # noqa: E402

# pip also asks for the name and the requirements, which need neither compiler nor C code. The
# Makefile installs without the engine, which it compiles by `build_ext --inplace` afterwards: what
# pip compiles, it compiles in a folder that is thrown away, and so every time.
COMPILES = (
    bool({"build", "build_ext", "bdist_wheel", "editable_wheel", "install"} & set(sys.argv))
    and os.environ.get("WWANREPLAY_ENGINE") != "apart"
)
if COMPILES:
    check_build()  # first, so that the one line that says what is missing stands alone

# A traced build is slow and only for coverage; it leaves _core.c beside the source,
# where the coverage plugin looks for it.
TRACE = os.environ.get("WWANREPLAY_TRACE") == "1"
CONSTANTS = HERE / "build" / "protocol"
# Unless the caller asks for another level, as a sanitized build does, or for what debuggers need,
# which is six times as large and a third slower to compile.
FLAGS_GIVEN = f" {os.environ.get('CFLAGS', '')}"
OPTIMIZE = [] if " -O" in FLAGS_GIVEN else ["-O3"]
DEBUGGED = TRACE or " -g" in FLAGS_GIVEN
COMPILE = [*OPTIMIZE, *([] if DEBUGGED else ["-g0"]), "-fno-strict-aliasing"]
# gcc for x86 copies and clears a few hundred bytes by instructions that take some 40 cycles to
# start (`rep movs`, `rep stos`); the C library does not.
COPY_BY_LIBRARY = [f"-mmem{way}-strategy=libcall:-1:noalign" for way in ("cpy", "set")]
if COMPILES and os.name != "nt":
    COMPILE += known_flags(COPY_BY_LIBRARY)
LINK = ["-s"] if sys.platform == "linux" and not DEBUGGED else []

if COMPILES:
    protocol_constants.write_constants(CONSTANTS)
    mbim_constants.write_constants(CONSTANTS)


def extension(name: str, *folders: Path) -> Extension:
    """The extension module of the sources in a folder of its name, which include the others."""
    own = HERE / name
    return Extension(
        f"wwanreplay.{name}",
        sources=[f"{name}/{name}.pyx"],
        include_dirs=[str(folder.relative_to(HERE)) for folder in (own, *folders)],
        depends=[
            str(path.relative_to(HERE))
            for folder in (own, *folders)
            for path in sorted(folder.glob("*.[ph]*"))
        ],
        extra_compile_args=[] if os.name == "nt" else COMPILE,
        extra_link_args=LINK,
        define_macros=(
            [("CYTHON_TRACE_NOGIL", "1"), ("CYTHON_USE_SYS_MONITORING", "0")] if TRACE else []
        ),
    )


def sources() -> list[Extension]:
    """The extension modules, each with all that it is made of."""
    return [extension("_core", CONSTANTS), extension("_sessions"), extension("_relay")]


class BuildEngine(build_ext):
    """The command of setuptools, with a word before the wait."""

    def build_extensions(self) -> None:
        compile_files = self.compiler.compile

        def compile_with_a_word(*args: Any, **options: Any) -> list[str]:
            if "_core.c" in str(args[0]):
                print("compiling the engine: half a minute, or two on a slow machine", flush=True)
            return compile_files(*args, **options)

        self.compiler.compile = compile_with_a_word
        super().build_extensions()


def extensions() -> list[Extension]:
    """The engine, as C where it is compiled."""
    if not COMPILES:
        return []
    return cythonize(
        sources(),
        build_dir=None if TRACE else "build/cython",
        include_path=["_core", "_sessions", str(CONSTANTS)],
        compiler_directives={
            "linetrace": TRACE,
            "binding": not TRACE,
            "show_performance_hints": False,
        },
        quiet=True,
    )


# Those of the verbs are written before the sdist is made (`make man`, `make wheels`): what builds a
# wheel has no click.
MAN_PAGES = sorted(str(path.relative_to(HERE)) for path in HERE.glob("share/man/man1/*.1"))

setup(
    ext_modules=extensions(),
    cmdclass={"build_ext": BuildEngine},
    data_files=[("share/man/man1", MAN_PAGES)],
)
