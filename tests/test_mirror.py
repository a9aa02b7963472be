"""Tests mirror the package: each module of logic has its test file at the same place.

Rows and declarations, which have neither functions nor classes, need none of their own.
"""

import ast
import re
from pathlib import Path

from checkout import ROOT

PACKAGE, TESTS = ROOT / "wwanreplay", ROOT / "tests"
IMPORT_OF_A_TEST = re.compile(r"^\s*(from|import)\b([^\n]*\(\n[^)]*|.*)\btest_", re.MULTILINE)


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


def test_each_module_of_logic_has_its_test_file():
    paths = sorted(PACKAGE.rglob("*.py"))
    assert len(paths) > 300
    modules = {str(path.relative_to(PACKAGE).with_suffix("")): path for path in paths}
    # Only those without one are read.
    alone = {name: path for name, path in modules.items() if not file_of(name).exists()}
    assert [name for name, path in alone.items() if has_logic(path)] == []


def test_a_module_without_a_test_file_is_found():
    assert file_of("formats/times").exists()
    assert file_of("cli/__init__").name == "test_cli.py"
    assert not file_of("formats/no_such").exists()


def names_imported(path: Path) -> set[str]:
    """The last parts of all names that a file imports; of one that names no test file, none."""
    text = path.read_text()
    if not IMPORT_OF_A_TEST.search(text):
        return set()
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
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


def test_a_process_ends_with_its_block_however_that_ends():
    """`Popen` as a context waits: a failing assertion in the block would wait without end."""
    waiting = []
    for path in sorted(TESTS.rglob("*.py")):
        if "Popen" not in (text := path.read_text()):
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.With) or isinstance(node.body[0], ast.Try):
                continue
            made = [ast.unparse(each.context_expr) for each in node.items]
            if any(each.startswith("subprocess.Popen(") for each in made):
                waiting.append(f"{path.relative_to(TESTS)}:{node.lineno}")
    assert waiting == []
