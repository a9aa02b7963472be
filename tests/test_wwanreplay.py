"""The package: what it offers by name, and that nothing is loaded before it is wanted."""

import subprocess
import sys
import tomllib

import pytest
from checkout import ROOT
from verbs import ENVIRONMENT

import wwanreplay
from wwanreplay.record import Session


def test_every_name_that_is_offered_is_there():
    for name in wwanreplay.__all__:
        assert getattr(wwanreplay, name)
    assert wwanreplay.Session is Session


def test_a_name_that_is_none_is_the_error_of_any_module():
    with pytest.raises(AttributeError, match="module 'wwanreplay' has no attribute 'Rain'"):
        wwanreplay.Rain  # noqa: B018 (looking is what fails)
    assert not hasattr(wwanreplay, "rain")


def test_the_engine_is_loaded_with_the_first_use_of_a_session():
    program = """
        import sys, wwanreplay
        assert wwanreplay.__version__
        print("wwanreplay._core" in sys.modules, "wwanreplay.record" in sys.modules)
        wwanreplay.Session
        print("wwanreplay._core" in sys.modules)
    """
    text = "\n".join(line.strip() for line in program.strip().splitlines())
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, check=True, text=True, env=ENVIRONMENT
    )
    assert done.stdout.split() == ["False", "False", "True"]


def test_every_file_of_the_package_goes_into_a_wheel():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = {
        ROOT.joinpath(*package.split("."), pattern)
        for package, listed in settings["package-data"].items()
        for pattern in listed
    }
    packed = {path for pattern in patterns for path in pattern.parent.glob(pattern.name)}
    built = {".py", ".pyc", ".so", ".pyd", ".c"}
    data = {
        path
        for path in (ROOT / "wwanreplay").rglob("*")
        if path.is_file() and path.suffix not in built and "/." not in str(path.relative_to(ROOT))
    }
    assert {"view.js", "lte-home.toml", "py.typed"} <= {path.name for path in data}
    assert {str(path.relative_to(ROOT)) for path in data - packed} == set()
