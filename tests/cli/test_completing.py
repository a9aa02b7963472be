"""What a shell is offered: files by the shell itself, and the names of the tables."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from importlib import import_module

import click
import pytest
from click.shell_completion import BashComplete
from groups import sampled
from verbs import ENVIRONMENT

from wwanreplay.cli import MODULES, VERBS, root
from wwanreplay.cli.completing import completed, names_like
from wwanreplay.devices.mbim.measure import queried_commands, queries_of
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.devices.stimuli import stimulus_names
from wwanreplay.fleet.corpus import QUESTIONS
from wwanreplay.formats.exporters import EXPORTERS
from wwanreplay.formats.registry import FORMATS
from wwanreplay.mbim.rows.guards import MEANINGS
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.shorthands import SHORTHANDS
from wwanreplay.protocol.tables import PREFIXES, full_name, short_name
from wwanreplay.script import shipped_scripts
from wwanreplay.tap.keeper import TRIGGERS


def offered(*words):
    """(type, value) of each item for the last word."""
    *before, last = words
    complete = BashComplete(root, {}, "wwanreplay", "_WWANREPLAY_COMPLETE")
    return [(item.type, item.value) for item in complete.get_completions(before, last)]


def names(*words):
    return [value for kind, value in offered(*words) if kind == "plain"]


def test_verbs_are_completed():
    assert names("sh") == ["show"]
    assert names("protocol", "sh") == ["show"]


@pytest.mark.parametrize(
    "words",
    [
        ["show", "a b"],
        ["replay", ""],
        ["import", "log"],
        ["import", "x.log", "-o", ""],
        ["export", "x.wwtrace", "-o", "x"],
        ["check", "x"],
        ["diff", "a", "x"],
        ["serve", "--trace", ""],
        ["record", "--fault", "f"],
        ["check", "--junit", "j"],
        ["record", "--key-file", ""],
    ],
)
def test_a_file_is_left_to_the_shell_with_the_word_as_it_is(words):
    assert ("file", words[-1]) in offered(*words)


@pytest.mark.parametrize("words", [["corpus", "res"], ["corpus", "x", "--since", "res"]])
def test_results_of_many_traces_are_files_or_folders(words):
    assert ("file", "res") in offered(*words)


def test_a_folder_is_left_to_the_shell():
    assert offered("lab", "--logs", "l") == [("dir", "l")]


def test_names_come_from_the_tables():
    assert names("show", "x", "--oid", "") == list(PROTOCOL.oid_by_name)
    assert names("show", "x", "--indication", "NDIS_STATUS_WWAN_CONTEXT_S") == [
        "NDIS_STATUS_WWAN_CONTEXT_STATE"
    ]
    assert names("check", "--rule", "") == list(PROTOCOL.rule_by_id)
    assert names("export", "x", "--to", "") == list(EXPORTERS)
    assert names("import", "x", "--from", "") == list(FORMATS)
    assert names("stimulate", "") == list(dict.fromkeys(stimulus_names()))
    assert names("record", "emulated:lte-h") == ["emulated:lte-home"]
    assert "OID_WWAN_CONNECT" in names("protocol", "show", "OID_WWAN_C")


def test_options_with_a_set_of_words_are_completed():
    assert names("record", "mbim:/x", "--wait-for", "") == list(SHORTHANDS)
    assert names("record", "--allow-send", "") == list(MEANINGS)
    assert names("record", "--trigger", "") == list(TRIGGERS)
    assert names("corpus", "x", "--table", "") == [row.name for row in QUESTIONS]
    assert "signal-state" in names("bench", "--command", "sig")
    assert queried_commands() == names("bench", "--command", "")
    assert len(queries_of(queried_commands())) == len(queried_commands())
    assert {"ActivationCommand", "AccessString"} <= set(names("serve", "--ignore", "A"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["signal", "RSS"], ["Rssi="]),
        (["Coverage_Lost", "Av"], ["Available="]),
        (["hardware_radio", "State=w"], ["State=WwanRadioOff", "State=WwanRadioOn"]),
        (["hardware_radio", "State=", "w"], ["WwanRadioOff", "WwanRadioOn"]),
        (["hardware_radio", "State", "=", ""], ["WwanRadioOff", "WwanRadioOn"]),
        (["power", "State=d"], ["State=D0", "State=D1", "State=D2", "State=D3"]),
        (["no-such", ""], []),
    ],
)
def test_the_fields_of_a_stimulus_are_completed_with_their_values(words, found):
    assert names("stimulate", *words) == found


#: Names that a log or a network gives, which no table holds.
FREE = {("--device", "NAME")}


def test_every_option_that_takes_a_name_or_word_of_a_table_is_completed():
    wanted = {"WORD", "NAME", "RULE", "FIELD", "FORMAT", "SCRIPT", "PROFILE"}
    for verb in VERBS:
        command = completed(import_module(f"wwanreplay.cli.{MODULES.get(verb, verb)}").command)
        for parameter in command.params:
            words = (parameter.opts[0], parameter.metavar)
            if parameter.metavar in wanted and words not in FREE:
                context = click.Context(command)
                assert parameter.type.shell_complete(context, parameter, ""), (verb, words)


def test_names_and_files_are_offered_where_both_fit():
    for words in (["serve", "--profile", ""], ["replay", "x", "--profile", ""]):
        assert offered(*words)[0] == ("file", "")  # what follows the item of a file is kept
        assert names(*words) == list(shipped_profiles())
    assert names("record", "--script", "") == list(shipped_scripts())
    assert offered("record", "--script", "./my") == [("file", "./my")]


def test_places_of_the_former_spelling_are_no_formats():
    assert offered("show", "x", "--from", "") == []


def test_a_short_form_is_completed_as_it_is_typed():
    assert names("show", "x", "--oid", "conne") == ["connect"]
    assert names("show", "x", "--oid", "oid_wwan_conne") == ["OID_WWAN_CONNECT"]
    assert names_like("zzz", PROTOCOL.oid_by_name) == []


@pytest.mark.parametrize("rows", ["oid_by_name", "indication_by_name", "ndis_status_by_name"])
def test_every_name_is_found_by_every_name_that_is_offered(rows):
    known = getattr(PROTOCOL, rows)
    for name in known:
        for typed in (name, name.lower(), name.lower().replace("_", "-")):
            assert full_name(typed, known) == name
        short = short_name(name)
        found = full_name(short, known)
        assert found is not None
        assert short_name(found) == short or found.lower() == short
        assert not name.startswith(PREFIXES) or short != name.lower()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell):
    variables = {**ENVIRONMENT, "_WWANREPLAY_COMPLETE": f"{shell}_source"}
    arguments = [sys.executable, "-m", "wwanreplay"]
    if shell == "bash" and not os.path.exists("/bin/bash"):
        pytest.skip("there is no bash here, whose version is looked at")
    done = subprocess.run(arguments, env=variables, capture_output=True, text=True, check=False)
    assert "_WWANREPLAY_COMPLETE" in done.stdout
    assert "wwanreplay" in done.stdout


BASH = """
eval "$(_WWANREPLAY_COMPLETE=bash_source wwanreplay)"
compopt() { printf 'compopt%%s%%s\\n' " $1" " $2"; }
COMP_WORDS=(wwanreplay %s); COMP_CWORD=%d
_wwanreplay_completion wwanreplay
printf '%%s\\n' "${COMPREPLY[@]}"
"""


def with_program(tmp_path):
    """An environment in which `wwanreplay` is this one."""
    program = tmp_path / "bin" / "wwanreplay"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wwanreplay "$@"\n')
    program.chmod(0o755)
    return {**ENVIRONMENT, "PATH": f"{program.parent}:{ENVIRONMENT['PATH']}"}


def in_bash(tmp_path, *words):
    """What bash has as replies."""
    variables = with_program(tmp_path)
    text = BASH % (" ".join(words), len(words))
    done = subprocess.run(
        ["bash", "-c", text], env=variables, capture_output=True, text=True, check=False
    )
    return done.stdout.split("\n")


@pytest.mark.skipif(not os.path.exists("/bin/bash"), reason="there is no bash here")
def test_bash_completes_a_name_and_leaves_a_file_to_itself(tmp_path):
    spaced = r"'a\ b.wwtrace'"  # as the shell has the word of a line: with its quotes
    assert "OID_WWAN_CONNECT" in in_bash(tmp_path, "show", spaced, "--oid", "OID_WWAN_CONN")
    replies = in_bash(tmp_path, "show", spaced)
    assert replies[0] == "compopt -o default"
    assert replies[1:] == ["", ""]


@pytest.mark.skipif(not os.path.exists("/bin/bash"), reason="there is no bash here")
def test_bash_completes_behind_the_sign_of_an_option(tmp_path):
    assert in_bash(tmp_path, "replay", "--speed", "=", "re")[:-1] == ["recorded"]
    assert in_bash(tmp_path, "replay", "--speed", "=")[:-1] == ["recorded", "full", "step"]
    words = ("show", "--oid", "=", "connect", "--kind", "=", "que")
    assert in_bash(tmp_path, *words)[:-1] == ["query"]


#: A line, and what each shell makes of it.
LINES = [
    ("wwanreplay sho", ["show"]),
    ("wwanreplay show x --oid OID_WWAN_CONN", ["OID_WWAN_CONNECT"]),
    ("wwanreplay record emulated:lte-h", ["emulated:lte-home"]),
    ("wwanreplay replay --speed=rec", ["--speed=recorded"]),
    ("wwanreplay replay tr", ["trace1.wwtrace"]),
    ("wwanreplay replay a", ["a b.wwtrace"]),
]


@pytest.fixture
def folder(tmp_path):
    """A folder with two files, one with a blank in its name."""
    place = tmp_path / "files"
    place.mkdir()
    for name in ("trace1.wwtrace", "a b.wwtrace"):
        (place / name).touch()
    return place


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
@pytest.mark.parametrize(("line", "wanted"), sampled(LINES, 2))
def test_fish_completes_names_and_files(line, wanted, tmp_path, folder):
    variables = {**with_program(tmp_path), "HOME": str(tmp_path)}
    text = f"_WWANREPLAY_COMPLETE=fish_source wwanreplay | source; complete -C '{line}'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", text],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [each.partition("\t")[0] for each in done.stdout.splitlines()] == wanted


ZSH = """PS1='' RPS1=''; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D
eval "$(_WWANREPLAY_COMPLETE=zsh_source wwanreplay)"
show_line() { print -r -- "<$BUFFER>" > line.txt; exit }
zle -N show_line; bindkey '^X' show_line; print > ready.txt
"""


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
@pytest.mark.parametrize(("line", "wanted"), sampled(LINES, 2))
def test_zsh_completes_names_and_files(line, wanted, tmp_path, folder):
    variables = {**with_program(tmp_path), "HOME": str(tmp_path), "TERM": "vt100"}
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"], variables)
    try:
        os.write(terminal, ZSH.encode())
        read_until(terminal, (folder / "ready.txt").exists)
        os.write(terminal, f"{line}\t\x18".encode())
        read_until(terminal, (folder / "line.txt").exists)
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    (name,) = wanted
    before = line.rpartition(" ")[0]
    made = (folder / "line.txt").read_text().strip().removesuffix(" >").removesuffix(">")
    assert made == f"<{before} {name}".replace("a b", "a\\ b")


def read_until(terminal, is_done):
    """Read what a shell prints, so that it can go on, until something is there."""
    deadline = time.monotonic() + 60
    while not is_done():
        assert time.monotonic() < deadline, "the shell does not answer"
        if select.select([terminal], [], [], 0.02)[0]:
            os.read(terminal, 4096)
