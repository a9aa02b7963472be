"""Man pages: one for each verb, with each option, and nothing that their readers warn of."""

import re
import shutil
import subprocess
import sys

import click
import pytest
from checkout import ROOT
from make_man import BY_HAND, escaped, page, pages, paragraphs, prose

from wwanreplay.cli import VERBS, root

PAGES = pages()
READERS = (("mandoc", "-T", "lint", "-W", "warning"), ("groff", "-man", "-Tutf8", "-ww", "-z"))


def plain(text: str) -> str:
    """What a page says, without fonts and escapes."""
    return re.sub(r"\\f[BIR]|\\&", "", text).replace("\\-", "-").replace("\\e", "\\")


def test_every_verb_and_subcommand_has_a_page():
    names = {"wwanreplay.1", "wwanreplay-protocol-list.1", "wwanreplay-protocol-show.1"}
    assert set(PAGES) == names | {f"wwanreplay-{verb}.1" for verb in VERBS}
    head = plain(PAGES["wwanreplay.1"])
    assert [verb for verb in VERBS if f"wwanreplay-{verb}(1)" not in head] == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_has_every_option_that_help_lists(verb):
    context = click.Context(root, info_name="wwanreplay")
    command = root.get_command(context, verb)
    assert command is not None
    text = plain(PAGES[f"wwanreplay-{verb}.1"])
    options = [
        name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for name in (*parameter.opts, *parameter.secondary_opts)
    ]
    assert [name for name in options if not re.search(rf"^.*{name}\b", text, re.M)] == []


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader[0])
def test_a_reader_of_man_pages_finds_nothing_wrong(reader, tmp_path):
    if shutil.which(reader[0]) is None:
        pytest.skip(f"{reader[0]} is not installed")
    for name, text in PAGES.items():
        (tmp_path / name).write_text(text, "utf-8")
    files = [str(tmp_path / name) for name in PAGES]
    files += [str(ROOT / "share/man/man1" / f"{name}.1") for name in BY_HAND]
    done = subprocess.run([*reader, *files], capture_output=True, text=True, check=False)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)
    (tmp_path / "wrong.1").write_text(".TH X 1 2024-01-01\n.SH NAME\n.PQ\n.fo \\[nothing]\n")
    done = subprocess.run(
        [*reader, str(tmp_path / "wrong.1")], capture_output=True, text=True, check=False
    )
    assert done.stdout + done.stderr, "it would find nothing"


def test_help_texts_are_no_commands_of_roff():
    text = ".so /etc/passwd and 'tr \\n `.TH` … a-b"
    assert prose(text) == "\\&.so /etc/passwd and 'tr \\en \\fB\\&.TH\\fR \\[u2026] a-b"
    assert escaped("a\n.sh ls\n'x") == "a\n\\&.sh ls\n\\&'x"
    long = " ".join(["word"] * 15 + [".TH x", "'more"])
    assert [line for line in prose(long).splitlines() if line[0] in ".'"] == []


def test_a_block_that_help_does_not_wrap_stays_as_it_is():
    assert list(paragraphs("one\ntwo\n\n\b\n.a\nb")) == [
        "one two",
        ".PP",
        ".nf",
        "\\&.a",
        "b",
        ".fi",
    ]


def test_a_page_does_not_change_from_build_to_build(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    context = click.Context(root, info_name="wwanreplay")
    first, second = (page(root, context, "Summary") for _ in range(2))
    assert first == second
    assert " 1970-01-02 " in first.splitlines()[0]


def test_pages_by_hand_are_there_and_are_named_by_their_verb():
    for name, verb in BY_HAND.items():
        assert (ROOT / "share/man/man1" / f"{name}.1").exists()
        assert f"{name}(1)" in plain(PAGES[f"wwanreplay-{verb}.1"])


def test_pages_stand_in_one_folder_and_old_ones_go(tmp_path):
    folder = tmp_path / "man1"
    folder.mkdir()
    for name in ("wwanreplay-gone", "wwanreplay-tap", "another"):
        (folder / f"{name}.1").write_text("")
    tool = [sys.executable, ROOT / "tools/make_man.py", "--out", tmp_path]
    done = subprocess.run(tool, capture_output=True, text=True, check=True)
    assert done.stdout.endswith(f": {len(PAGES)} man pages\n")
    assert {path.name for path in folder.iterdir()} == {*PAGES, "wwanreplay-tap.1", "another.1"}
