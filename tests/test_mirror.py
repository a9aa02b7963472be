"""Tests mirror the package: each module of logic has its test file at the same place.

Rows and declarations, which have neither functions nor classes, need none of their own.
"""

import ast
from pathlib import Path

from checkout import ROOT

PACKAGE, TESTS = ROOT / "wwanreplay", ROOT / "tests"


def has_logic(path: Path) -> bool:
    """Whether a module does anything: only rows and declarations have no function and no class."""
    kinds = ast.FunctionDef | ast.ClassDef | ast.Lambda
    return any(isinstance(node, kinds) for node in ast.walk(ast.parse(path.read_text())))


def file_of(module: str) -> Path:
    """Where the tests of a module stand; those of a package bear its name."""
    folder, _, name = module.rpartition("/")
    if name == "__init__":
        name = folder.rpartition("/")[2] or "wwanreplay"
    return TESTS / folder / f"test_{name.strip('_')}.py"


MODULES = sorted(
    str(path.relative_to(PACKAGE).with_suffix(""))
    for path in PACKAGE.rglob("*.py")
    if has_logic(path)
)


def test_each_module_of_logic_has_its_test_file():
    assert len(MODULES) > 200
    assert [module for module in MODULES if not file_of(module).exists()] == []


def test_a_module_without_a_test_file_is_found():
    assert file_of("formats/times").exists()
    assert file_of("cli/__init__").name == "test_cli.py"
    assert not file_of("formats/no_such").exists()


def names_imported(path: Path) -> set[str]:
    """The last parts of all names that a file imports."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            names += [node.module or "", *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return {name.rpartition(".")[2] for name in names}


def test_no_test_file_imports_another():
    """What they share is in support; only a walk over the scenarios of the rules looks in."""
    stems = {path.stem for path in TESTS.rglob("test_*.py")}
    found = {path.name: names_imported(path) & stems for path in TESTS.rglob("*.py")}
    assert {name for name, imported in found.items() if imported} == {"test_walks.py"}
