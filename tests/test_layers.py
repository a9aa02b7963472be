"""Imports point down the layers, and nothing below knows anything above."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "wwanreplay"

# From the bottom to the top; a module may import from its own layer and from those before it.
LAYERS = (
    ("wwanreplay.errors",),
    (
        "wwanreplay.verdict",
        "wwanreplay.callable_module",
        "wwanreplay.plugins",
        "wwanreplay.progress",
        "wwanreplay.durations",
        "wwanreplay.tabular",
        "wwanreplay.words",
        "wwanreplay.garbage",
    ),
    ("wwanreplay.stores",),
    ("wwanreplay.outputs",),
    ("wwanreplay.packing",),
    ("wwanreplay._core",),
    ("wwanreplay._relay",),
    ("wwanreplay.protocol",),
    ("wwanreplay.trace",),
    ("wwanreplay.mbim",),
    ("wwanreplay._sessions",),
    ("wwanreplay.devices", "wwanreplay.profiles", "wwanreplay.scripts", "wwanreplay.script"),
    ("wwanreplay.play", "wwanreplay.record", "wwanreplay.replay", "wwanreplay.schemas"),
    ("wwanreplay.formats",),
    ("wwanreplay.analysis",),
    ("wwanreplay.fleet",),
    ("wwanreplay.serve",),
    ("wwanreplay.lab", "wwanreplay.tap"),
    ("wwanreplay.api",),
    ("wwanreplay.bench", "wwanreplay.strategies"),
    (
        "wwanreplay.cli",
        "wwanreplay.command",
        "wwanreplay.pytest_plugin",
        "wwanreplay.__main__",
        "wwanreplay.__init__",
    ),
)


def test_the_document_has_the_layers_in_this_order():
    text = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    ladder = text.partition("| layer |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in ladder.splitlines() if row.startswith("| `")]
    named = [
        [
            f"wwanreplay.{name.removesuffix('.py').rstrip('/')}"
            for name in re.findall("`(.+?)`", row)
        ]
        for row in rows
    ]
    listed = [name for row in named for name in row]
    packages = [
        name for layer in LAYERS for name in layer if (PACKAGE / name.split(".")[1]).is_dir()
    ]
    assert [name for name in packages if name not in listed] == [], "packages without a layer"
    layers = {name: layer_of(name) for name in listed}
    assert None not in layers.values()
    # The files of the two lowest stand by what they are.
    above = [layer for layer in layers.values() if layer > 1]
    assert above == sorted(above, reverse=True), layers


def layer_of(module: str) -> int | None:
    """The layer of a module, or None for one that is not ours."""
    for number, prefixes in enumerate(LAYERS):
        if any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes):
            return number
    return None


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts if parts == ("wwanreplay", "__init__") else _without_init(parts))


def _without_init(parts: tuple[str, ...]) -> tuple[str, ...]:
    return parts[:-1] if parts[-1] == "__init__" else parts


@cache
def imports_of(path: Path, *, typing: bool = True) -> list[tuple[int, str]]:
    """(line, absolute module) of every import in a file, those inside functions included.

    Without `typing`, what stands below `if TYPE_CHECKING:` is left out.
    """
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    found = []
    for node in walk(ast.parse(path.read_text()), typing=typing):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
            found += [
                (node.lineno, name if layer_of(name) is not None else module) for name in names
            ]
    return found


# The words of the engine, the tables, and what reads MBIM messages: no device.
ALLOWED = (
    "wwanreplay._core",
    "wwanreplay.protocol",
    *(f"wwanreplay.mbim.{name}" for name in ("header", "rows", "subscriptions")),
)
# What statements stand in.
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def walk(node, *, typing):
    """Every statement; without `typing`, none below `if TYPE_CHECKING:`."""
    yield node
    is_left_out = (
        not typing and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    for name in ("orelse",) if is_left_out else BLOCKS:
        for child in getattr(node, name, None) or ():
            yield from walk(child, typing=typing)


SOURCES = sorted(PACKAGE.rglob("*.py"))


def upward_imports(path):
    """What a module imports of a layer above its own; with its line."""
    own = layer_of(module_name(path))
    assert own is not None, f"{path.name} is in no layer; add it to LAYERS"
    return [
        f"{path.relative_to(PACKAGE)} line {line}: {module}"
        for line, module in imports_of(path)
        if module.split(".")[0] == "wwanreplay" and module != "wwanreplay"
        if (layer := layer_of(module)) is None or layer > own
    ]


def test_imports_point_down():
    assert len(SOURCES) > 300
    assert [text for path in SOURCES for text in upward_imports(path)] == []


def modules_below(start, paths):
    """Every module of ours that a module needs when it runs, directly or through others."""
    found, waiting = set(), [start]
    while waiting:
        for _, module in imports_of(paths[waiting.pop()], typing=False):
            # What is imported may be a name in a module.
            named = module if module in paths else module.rpartition(".")[0]
            named = "wwanreplay.__init__" if named == "wwanreplay" else named
            if named in paths and named not in found:
                found.add(named)
                waiting.append(named)
    return found


def modules_in_circles(paths):
    """The modules that need themselves."""
    return [module for module in sorted(paths) if module in modules_below(module, paths)]


@pytest.mark.long
def test_no_module_needs_itself():
    assert modules_in_circles({module_name(path): path for path in SOURCES}) == []


def test_a_circle_of_imports_is_found(tmp_path, monkeypatch):
    package = tmp_path / "wwanreplay"
    (package / "trace").mkdir(parents=True)
    (package / "trace" / "a.py").write_text("from wwanreplay.trace.b import name\n")
    (package / "trace" / "b.py").write_text("def late():\n    from wwanreplay.trace import a\n")
    monkeypatch.setattr(f"{__name__}.PACKAGE", package)
    paths = {module_name(path): path for path in package.rglob("*.py")}
    assert modules_in_circles(paths) == ["wwanreplay.trace.a", "wwanreplay.trace.b"]


def test_an_import_for_annotations_alone_makes_no_circle(tmp_path, monkeypatch):
    package = tmp_path / "wwanreplay"
    (package / "trace").mkdir(parents=True)
    (package / "trace" / "a.py").write_text("from wwanreplay.trace.b import name\n")
    (package / "trace" / "b.py").write_text(
        "if TYPE_CHECKING:\n    from wwanreplay.trace.a import Name\n"
    )
    monkeypatch.setattr(f"{__name__}.PACKAGE", package)
    assert modules_in_circles({module_name(path): path for path in package.rglob("*.py")}) == []


def test_an_upward_import_is_found(tmp_path, monkeypatch):
    package = tmp_path / "wwanreplay"
    (package / "trace").mkdir(parents=True)
    bad = package / "trace" / "bad.py"
    bad.write_text("def late():\n    from ..cli import main\n")
    monkeypatch.setattr(f"{__name__}.PACKAGE", package)
    modules = [module for _, module in imports_of(bad)]
    assert any(layer_of(module) > layer_of("wwanreplay.trace") for module in modules)


def test_the_engine_imports_only_errors():
    core = PACKAGE.parent / "_core"
    for part in sorted(core.glob("*.p[yx][xi]")):
        for line in part.read_text().splitlines():
            words = line.split()
            if words[:1] in (["from"], ["import"]) and words[1].startswith("wwanreplay"):
                assert words[1] == "wwanreplay.errors", f"{part.name}: {line.strip()}"


def test_the_relay_imports_nothing_of_ours():
    relay = PACKAGE.parent / "_relay" / "_relay.pyx"
    words = [line.split() for line in relay.read_text().splitlines()]
    found = [each for each in words if each[:1] in (["from"], ["import"], ["cimport"])]
    assert len(found) > 3
    assert [each for each in found if "wwanreplay" in each[1]] == []


def test_the_frame_of_the_rules_knows_tables_and_messages_and_nothing_of_the_device():
    """Of the engine it takes the words alone, so that rules and state machine share no logic."""
    frame = PACKAGE.parent / "_sessions"
    for part in sorted(frame.glob("*.p[yx][xi]")):
        for line in part.read_text().splitlines():
            words = line.replace(",", " ").split()
            if words[:1] in (["from"], ["import"]) and words[1].startswith("wwanreplay"):
                assert words[1].startswith(ALLOWED)
                if words[1] == "wwanreplay._core":
                    assert set(words[3:]) <= {"Kind", "Lifecycle", "Namespace", "RecordFlag"}


def test_the_device_asks_for_no_clock_chance_or_file():
    core = PACKAGE.parent / "_core"
    for part in sorted([*core.glob("device*.pxi"), core / "clock.pxi", core / "queue.pxi"]):
        for line in part.read_text().splitlines():
            found = re.match(r"\s*(from [\w.]+ c?import\b|c?import\b|cdef extern\b)", line)
            assert found is None, f"{part.name}: {line.strip()}"


# Files of rows and declarations, which are as long as what they list.
TABLES = {
    "wwanreplay/analysis/explanation/causes.py": "rows of causes",
    "wwanreplay/mbim/rows": "rows of MBIM",
    "wwanreplay/protocol/enums.py": "rows of enumerations",
    "wwanreplay/protocol/indications.py": "rows of indications",
    "wwanreplay/protocol/oids.py": "rows of OIDs",
    "wwanreplay/protocol/schema.py": "the types of the rows, which are declarations",
    "wwanreplay/protocol/structs_ndis.py": "rows of structures",
    "wwanreplay/protocol/structs_wwan.py": "rows of structures",
}
LINES_MAX = 600
CODE = ("wwanreplay", "_core", "_relay", "_sessions", "tests", "tools", "fuzz", "benchmarks")


def too_long(root, folders=CODE):
    """Files of logic that are two files."""
    paths = [
        path
        for folder in folders
        for ending in ("*.py", "*.pyx", "*.pxi", "*.h")
        for path in (root / folder).rglob(ending)
    ]
    names = {str(path.relative_to(root)): path for path in paths}
    return {
        name: count
        for name, path in names.items()
        if not any(name == table or name.startswith(f"{table}/") for table in TABLES)
        if (count := path.read_text().count("\n")) > LINES_MAX
    }


def test_a_file_of_logic_in_python_or_cython_has_600_lines_at_most():
    assert too_long(PACKAGE.parent) == {}


def test_each_table_that_may_be_longer_is_one():
    lines = {name: (PACKAGE.parent / name) for name in TABLES}
    assert {name for name, path in lines.items() if not path.exists()} == set()
    files = {name: path for name, path in lines.items() if path.is_file()}
    assert {n for n, path in files.items() if path.read_text().count("\n") <= LINES_MAX} == set()


def test_a_file_that_is_too_long_is_found(tmp_path):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "a.py").write_text("\n" * (LINES_MAX + 1))
    (tmp_path / "tools" / "b.py").write_text("\n" * LINES_MAX)
    assert too_long(tmp_path) == {"tools/a.py": LINES_MAX + 1}
