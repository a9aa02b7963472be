"""`wwanreplay schema`."""

import json

from click.testing import CliRunner

from wwanreplay.cli import root
from wwanreplay.cli.schema import command
from wwanreplay.schemas import KINDS, schema_of


def run(*arguments):
    return CliRunner().invoke(root, ["schema", *map(str, arguments)])


def test_it_prints_the_schema_of_each_kind():
    assert tuple(command.params[0].type.choices) == KINDS
    for kind in KINDS:
        assert json.loads(run(kind).stdout) == schema_of(kind)


def test_it_writes_a_file_and_leaves_one_alone(tmp_path):
    file = tmp_path / "script.schema.json"
    assert run("script", "-o", file).output == ""
    assert json.loads(file.read_text()) == schema_of("script")
    assert run("script", "-o", file).exit_code == 2
    assert run("script", "-o", file, "--force").exit_code == 0


def test_another_kind_is_wrong_usage():
    done = run("trace")
    assert done.exit_code == 2
    assert "'profile', 'script', 'fault'" in done.stderr
