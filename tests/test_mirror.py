"""Tests mirror the package: each module of logic has its test file, or it is said which one it is.

Rows and declarations, which have neither functions nor classes, need none of their own.
"""

import ast
from pathlib import Path

from checkout import ROOT

PACKAGE, TESTS = ROOT / "wwanreplay", ROOT / "tests"

# Modules that the test file of another shows, under `tests/`.
ELSEWHERE = {
    "cli/tap": "tap/test_tap",
    # What is sent and what is reported of it is shown by replays to a served modem.
    "replay/live_drive": "replay/test_live_replay",
    # A tap is shown before a modem, as a whole.
}


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
    modules = [each for each in MODULES if each not in ELSEWHERE]
    assert len(modules) > 70
    assert [module for module in modules if not file_of(module).exists()] == []


def test_what_another_file_shows_has_that_and_none_of_its_own():
    assert [name for name in ELSEWHERE.values() if not (TESTS / f"{name}.py").exists()] == []
    assert [module for module in ELSEWHERE if file_of(module).exists()] == []


def test_the_list_names_modules_of_logic():
    assert [module for module in ELSEWHERE if module not in MODULES] == []


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
