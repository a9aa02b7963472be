"""Formats of other packages are held to what ours are."""

import pytest
from plugged_packages import RAISES, declared, forget

from wwanreplay import plugins
from wwanreplay.errors import PluginError
from wwanreplay.formats import plugged, registry


@pytest.fixture
def package(monkeypatch, tmp_path):
    """Puts a package with one format on the path: a function of its module's text."""

    def put(text):
        declared(tmp_path, "acme", "[wwanreplay.formats]\nmine = acme_mine\n")
        (tmp_path / "acme_mine.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        forget()
        return plugins.plugins(plugins.FORMATS)["mine"]

    yield put
    monkeypatch.undo()
    forget()


def test_a_format_of_ours_stays_ours(package):
    package(RAISES.replace('"raises", "a f', '"libmbim", "a f') + "FORMATS = (FORMAT,)\n")
    assert not isinstance(registry.all_formats()["libmbim"], plugged.PluggedFormat)
    assert not isinstance(registry.format_of("libmbim"), plugged.PluggedFormat)
    (text,) = plugins.left_out
    assert "the format libmbim is one of wwanreplay's own" in text


@pytest.mark.parametrize("text", ["", "FORMATS = 5", "FORMATS = (5,)", "FORMATS = [FORMAT]"])
def test_what_declares_no_formats_is_named(package, text):
    plugin = package(RAISES + text)
    with pytest.raises(PluginError, match="of the package acme: is neither a Format nor a module"):
        plugged.formats_of(plugin)
    assert plugged.plugin_formats() == {}


def test_a_look_that_fails_leaves_the_log_to_the_others(package):
    package(RAISES + "FORMATS = (FORMAT,)\n")
    row = plugged.plugin_formats()["raises"]
    assert row.package == "acme"
    assert row.sniff(b"anything") == 0
    (text,) = plugins.left_out
    assert "cannot look at the beginning of a log: RuntimeError: not today" in text


def test_what_a_reader_gives_is_looked_at(package):
    text = RAISES.replace("fail, fail)", "Reader, lambda head: 1)\nFORMATS = (FORMAT,)")
    reader = "class Reader:\n    counts = None\n    def __init__(self, source): pass\n"
    package(reader + "    def __iter__(self): yield 5\n" + text)

    class Source:
        name = "a.log"

    with pytest.raises(PluginError, match=r"a\.log cannot be read as raises: TypeError: .* int"):
        list(registry.format_of("raises").reader(Source()))
