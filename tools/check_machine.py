"""Say in one line what this machine lacks for building wwanreplay, before pip says it in fifty."""

import importlib.util
import os
import shutil
import sys
import sysconfig

MISSING = []
if sys.version_info < (3, 11):  # noqa: UP036  # this file is what runs on too old a Python
    MISSING.append(f"Python 3.11 or later (this is {sys.version.split()[0]})")
if importlib.util.find_spec("ensurepip") is None:
    MISSING.append("the venv module (Debian: python3-venv)")
if not any(map(shutil.which, (os.environ.get("CC", "cc").split()[0], "gcc", "clang"))):
    MISSING.append("a C compiler (Debian: gcc)")
if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
    MISSING.append("the C headers of Python (Debian: python3-dev)")
if MISSING:
    sys.exit("wwanreplay: cannot be built here: missing " + "; ".join(MISSING))
