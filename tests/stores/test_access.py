"""Stores are reached with a limit of attempts, and what they say is printed without secrets."""

import sys
from importlib import import_module

import pytest

from wwanreplay.stores import StoreError, access, may_pass, open_input, text_without_secrets


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("s3://lab/a/b.wwtrace", "s3://lab/a/b.wwtrace"),
        ("https://user:pw@host:80/x?token=abc#f", "https://host:80/x?…"),
        ("https://user@host/x", "https://host/x"),
        ("sftp://user:pa/ss@host/a", "sftp://host/a"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("zip://a.wwtrace::https://u:p@h/x.zip?k=1", "zip://a.wwtrace::https://h/x.zip?…"),
    ],
)
def test_a_url_is_printed_without_its_secrets(url, printed):
    assert access.without_secrets(url) == printed


def test_what_a_library_says_is_printed_without_secrets_on_one_line():
    error = OSError("no answer from 'https://u:hunter@host/x?sig=hunter'\nmore")
    assert access.reason_of(error) == "no answer from 'https://host/x?…'"


def test_attempts_have_a_limit(monkeypatch):
    monkeypatch.setattr(access, "PAUSE_S", 0.0)
    count = 0

    def fails():
        nonlocal count
        count += 1
        raise OSError("away")

    with pytest.raises(StoreError, match=r"away \(4 attempts\)"):
        access.tried(fails)
    assert count == 4


def test_an_attempt_that_succeeds_is_the_last(monkeypatch):
    monkeypatch.setattr(access, "PAUSE_S", 0.0)
    answers = iter([OSError("away"), None])

    def once():
        answer = next(answers)
        if answer:
            raise answer
        return 5

    assert access.tried(once) == 5


def test_what_no_attempt_changes_is_tried_once(monkeypatch):
    count = 0

    def refuses():
        nonlocal count
        count += 1
        raise PermissionError(13, "not yours")

    with pytest.raises(StoreError, match="not yours"):
        access.tried(refuses)
    assert count == 1


def test_a_missing_package_is_named_with_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(StoreError, match=r"wwanreplay\[fleet\]"):
        access.file_system("memory://a")
    monkeypatch.undo()
    registered = import_module("fsspec.registry")._registry
    monkeypatch.delitem(registered, "s3", raising=False)  # another test may have had it
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(StoreError, match=r"wwanreplay\[s3\]"):
        access.file_system("s3://a/b")
    with pytest.raises(StoreError, match="Protocol not known: foo"):
        access.file_system("foo://a/b")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:9/a", r"Connect call failed .*4 attempts"),
        ("http://u:hunter@127.0.0.1:9/a?x=hunter", r"Connect call failed .*4 attempts"),
        ("zip://a::http://u:hunter@127.0.0.1:9/a.zip?x=hunter", r"Connect call .*4 attempts"),
        ("https://127.0.0.1:70000/a", "Port out of range"),
        ("sftp://u:hunter@127.0.0.1:9/a", r"127\.0\.0\.1.* \(4 attempts\)"),
    ],
)
def test_a_store_that_does_not_answer_is_not_called_an_empty_one(url, expected, monkeypatch):
    pytest.importorskip("aiohttp")
    pytest.importorskip("paramiko")
    monkeypatch.setattr(access, "PAUSE_S", 0.0)
    with pytest.raises(StoreError, match=expected) as caught:
        open_input(url)
    assert "hunter" not in str(caught.value)


def test_a_sentence_keeps_what_stands_behind_a_url():
    text = "https://u:hunter2@host/a?sig=hunter3: is 'http://x:hunter2@y/z', or s3://lab/b."
    assert text_without_secrets(text) == "https://host/a?…: is 'http://y/z', or s3://lab/b."
    assert text_without_secrets("https://host/a?…: is there") == "https://host/a?…: is there"


def test_a_store_that_is_gone_is_tried_once_for_each_file_until_it_answers(monkeypatch):
    monkeypatch.setattr(access, "PAUSE_S", 0.0)
    counts = []

    def attempts_of(error):
        counts.append(0)

        def action():
            counts[-1] += 1
            if error is not None:
                raise error

        try:
            access.tried(action)
        except StoreError as raised:
            return counts[-1], may_pass(f"s3://a: cannot be read: {raised}")
        return counts[-1], None

    silent = ConnectionResetError("gone")
    assert [attempts_of(silent) for _ in range(3)] == [(4, True), (1, True), (1, True)]
    access.file_system("memory://a")  # which asks nobody
    assert attempts_of(silent) == (1, True)
    assert attempts_of(None) == (1, None)
    assert [attempts_of(silent) for _ in range(2)] == [(4, True), (1, True)]
    assert attempts_of(FileNotFoundError()) == (1, False)
    assert attempts_of(silent) == (4, True)
