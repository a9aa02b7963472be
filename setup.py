"""Compile _core/_core.pyx as wwanreplay._core; everything else is in pyproject.toml.

The numbers and structure offsets that the compiled engine switches on are written here, at build
time, from the protocol's rows: `build/protocol/protocol_constants.h` and `.pxi`. Nothing generated
is committed, so the rows and the engine cannot disagree.
"""

import os
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import wwanreplay.mbim.constants as mbim_constants  # noqa: E402
import wwanreplay.protocol.constants as protocol_constants  # noqa: E402

# A traced build is slow and only for coverage; it leaves _core.c beside the source,
# where the coverage plugin looks for it.
TRACE = os.environ.get("WWANREPLAY_TRACE") == "1"
CONSTANTS = HERE / "build" / "protocol"
# Unless the caller asks for another level, as a sanitized build does.
OPTIMIZE = [] if " -O" in f" {os.environ.get('CFLAGS', '')}" else ["-O3"]

protocol_constants.write_constants(CONSTANTS)
mbim_constants.write_constants(CONSTANTS)

core = Extension(
    "wwanreplay._core",
    sources=["_core/_core.pyx"],
    include_dirs=["_core", "build/protocol"],
    depends=[
        *sorted(str(path.relative_to(HERE)) for path in (HERE / "_core").glob("*.[ph]*")),
        *sorted(str(path.relative_to(HERE)) for path in CONSTANTS.glob("*.[ph]*")),
    ],
    extra_compile_args=[] if os.name == "nt" else [*OPTIMIZE, "-fno-strict-aliasing"],
    define_macros=(
        [("CYTHON_TRACE_NOGIL", "1"), ("CYTHON_USE_SYS_MONITORING", "0")] if TRACE else []
    ),
)

setup(
    ext_modules=cythonize(
        [core],
        build_dir=None if TRACE else "build/cython",
        include_path=["_core", str(CONSTANTS)],
        compiler_directives={"linetrace": TRACE, "binding": not TRACE},
    ),
)
