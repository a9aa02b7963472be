"""What docs/extending.md says of a new part of each kind is all that it takes."""

import importlib
import re
import sys

import pytest
from checkout import DOCS, ROOT, TRACES
from verbs import run

from wwanreplay import cli

PAGE = DOCS / "extending.md"


def files_of(*sections: str) -> set[str]:
    """The files that the tables of the page name in some of its sections."""
    parts = re.split(r"^## ", PAGE.read_text(), flags=re.M)
    rows = [
        line.split("|")[1]
        for part in parts
        if part.partition("\n")[0] in sections
        for line in part.splitlines()
        if line.startswith("| `")
    ]
    named = [name for row in rows for name in re.findall(r"`([\w./]+\.(?:py|pyx|pxi|toml))`", row)]
    outside = ("_core/", "tests/")
    return {name if name.startswith(outside) else f"wwanreplay/{name}" for name in named}


# Files of rows, and words of other facts of the same thing.
ROWS = re.compile(
    r"wwanreplay/(protocol|mbim/rows)/\w+\.(py|toml)|wwanreplay/mbim/statuses\.py"
    # Rules are of the documents, and there whether a device models the OID or not.
    r"|wwanreplay/analysis/check/\w+\.py"
    # What a session shows of a cause is known of any modem.
    r"|wwanreplay/analysis/explanation/\w+\.py"
)
#: Named with the extra cases in the text of the section.
BESIDES = {"wwanreplay/mbim/constants.py", "_core/queue.pxi"}


@pytest.mark.parametrize(
    ("words", "subject", "others"),
    [
        (
            r"lte_?attach",
            "lte_attach",
            {"_core/device_subscriber.pxi", "_core/device_provisioned.pxi"},
        ),
        (r"idle_?hint", "idle_hint", set()),
    ],
)
def test_an_oid_is_named_in_the_files_of_the_page_alone(words, subject, others):
    listed = files_of("An OID", "An MBIM command") | BESIDES | others
    listed |= {name.replace("SUBJECT", subject) for name in listed}
    found = {
        str(path.relative_to(ROOT))
        for folder in ("_core", "wwanreplay")
        for path in (ROOT / folder).rglob("*.p[yx]*")
        if path.suffix in (".py", ".pyx", ".pxi") and re.search(words, path.read_text(), re.I)
    }
    assert "_core/device.pxi" in found
    assert f"_core/device_{subject}.pxi" in found
    assert sorted(name for name in found - listed if not ROWS.fullmatch(name)) == []


def test_every_file_of_the_page_exists():
    sections = (
        *("An OID", "An MBIM command", "A transport", "A device", "A rule", "A likely cause"),
        "A verb",
    )
    named = {name for section in sections for name in files_of(section)}
    assert len(named) > 20
    plain = {name for name in named if not re.search(r"SUBJECT|NAME|OTHER", name)}
    assert sorted(name for name in plain if not (ROOT / name).exists()) == []
    for name in named - plain:
        pattern = re.sub(r"SUBJECT|NAME|OTHER", "*", name)
        assert list(ROOT.glob(pattern)), name


def test_a_verb_is_its_file_and_its_line(tmp_path, monkeypatch):
    """With these two the group finds it, lists it and completes it."""
    (tmp_path / "scratch_count.py").write_text(
        "import click\n\n\n"
        "@click.command('scratch_count')\n"
        "@click.argument('trace')\n"
        "def command(trace):\n"
        "    from wwanreplay.trace import TraceReader\n"
        "    with TraceReader(trace) as reader:\n"
        "        click.echo(sum(1 for _ in reader))\n"
    )
    monkeypatch.setattr(cli, "__path__", [*cli.__path__, str(tmp_path)])
    monkeypatch.setitem(cli.VERBS, "scratch_count", "Count records.")
    importlib.invalidate_caches()
    try:
        assert run("scratch_count", TRACES / "demo.wwtrace").output == "96\n"
        assert "scratch_count  Count records." in run("--help").output
        with cli.root.make_context("wwanreplay", [], resilient_parsing=True) as context:
            assert cli.root.get_command(context, "scratch_count").name == "scratch_count"
    finally:
        sys.modules.pop("wwanreplay.cli.scratch_count", None)
