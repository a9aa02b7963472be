"""Names of files in stores: what they print, and what globs and folders stand for."""

import pickle
import zipfile

import pytest

from wwanreplay.analysis.batch import find_traces
from wwanreplay.errors import UsageError
from wwanreplay.packing.names import is_trace_name
from wwanreplay.stores import (
    Location,
    companion_of,
    file_system,
    find_inputs,
    is_url,
    listed,
    named,
    size_of,
    version_of,
)


def test_a_location_prints_no_secret_and_keeps_it():
    name = Location("https://user:pw@host/a.wwtrace?sig=1", 5)
    assert str(name) == f"{name}" == "https://host/a.wwtrace?…"
    again = pickle.loads(pickle.dumps(name))
    assert (again.url, again.size) == (name.url, 5)
    assert name.numbered(2).url == "https://user:pw@host/a-2.wwtrace?sig=1"
    assert "pw" not in repr(name)


def test_names_of_the_disk_stay_as_they_are(tmp_path):
    assert [is_url(name) for name in ("a", "-", "mbim:/dev/cdc-wdm0", "/a://b", "s3://a")] == [
        *[False] * 4,
        True,
    ]
    assert type(named("a.wwtrace")) is str
    assert find_inputs(["a.wwtrace", "-"]) == ["a.wwtrace", "-"]
    (tmp_path / "a").write_bytes(b"abc")
    assert size_of(str(tmp_path / "a")) == 3
    assert size_of(str(tmp_path / "none")) is None
    assert size_of(Location("s3://a/b", 7)) == 7


def test_globs_of_the_disk_match_unless_a_file_has_the_name(tmp_path):
    for name in ("a.wwtrace", "b.wwtrace", "[c].wwtrace"):
        (tmp_path / name).touch()
    found = find_inputs([f"{tmp_path}/?.wwtrace", f"{tmp_path}/[c].wwtrace"])
    assert [name.rpartition("/")[2] for name in found] == ["a.wwtrace", "b.wwtrace", "[c].wwtrace"]
    assert find_inputs([f"{tmp_path}/none*"]) == [f"{tmp_path}/none*"]
    with pytest.raises(UsageError, match="2 files match, and one is wanted"):
        find_inputs([f"{tmp_path}/?.wwtrace"], one=True)


def test_a_folder_of_a_store_lists_what_is_wanted_with_sizes(tmp_path):
    pytest.importorskip("fsspec")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.wwtrace").write_bytes(b"abc")
    (tmp_path / "b.txt").touch()
    (found,) = listed(Location(f"file://{tmp_path}/"), is_trace_name)
    assert found == f"file://{tmp_path}/inner/a.wwtrace"
    assert size_of(found) == 3
    one = Location(f"file://{tmp_path}/inner/a.wwtrace")
    assert listed(one, is_trace_name) == [one]


def test_what_is_beside_a_file_has_its_name_with_all_that_the_url_says():
    for url, beside in (
        ("https://u:pw@h/a.wwtrace?sig=1", "https://u:pw@h/a.wwtrace.accepted.toml?sig=1"),
        ("zip://in/a.wwtrace::s3://lab/a.zip", "zip://in/a.wwtrace.accepted.toml::s3://lab/a.zip"),
        ("simplecache::s3://lab/a.wwtrace", "simplecache::s3://lab/a.wwtrace.accepted.toml"),
    ):
        assert Location(url).companion().url == beside


def test_a_listing_says_what_is_beside_each_file_and_nobody_asks_again(tmp_path, monkeypatch):
    pytest.importorskip("fsspec")
    for name in ("a.wwtrace", "a.wwtrace.accepted.toml", "b.wwtrace"):
        (tmp_path / name).touch()
    url = f"file://{tmp_path}/"
    asked = []
    store, _ = file_system(url)
    exists = type(store).exists
    monkeypatch.setattr(
        type(store), "exists", lambda *names: asked.append(names[1]) or exists(*names)
    )
    for found in (listed(Location(url), is_trace_name), find_inputs([f"{url}*.wwtrace"])):
        one, other = pickle.loads(pickle.dumps(found))
        assert companion_of(one) == f"{url}a.wwtrace.accepted.toml"
        assert companion_of(other) is None
    assert not asked
    assert companion_of(Location(f"{url}a.wwtrace")) == f"{url}a.wwtrace.accepted.toml"
    assert companion_of(Location(f"{url}b.wwtrace")) is None
    assert len(asked) == 2


def test_two_urls_are_two_files_though_they_print_alike():
    one, other = Location("https://host/a.bin?id=1"), Location("https://host/a.bin?id=2")
    assert str(one) == str(other) == "https://host/a.bin?…"
    assert one != other
    assert one == Location("https://host/a.bin?id=1", 5) == "https://host/a.bin?…"
    assert len({one: 1, other: 2, Location(other.url): 3}) == 2
    assert find_traces([one, other, one]) == [one, other]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://user:hunter2@host/a/b?sig=hunter3", "https://host/a/b"),
        ("zip://in/a.log::lab/x.zip", "lab/x.zip/in/a.log"),
        ("zip://a.log::https://u:hunter2@host/x.zip?s=hunter3", "https://host/x.zip/a.log"),
        ("simplecache::s3://lab/a", "simplecache::s3://lab/a"),
    ],
)
def test_a_place_is_a_path_with_archives_as_folders(url, place):
    assert Location(url).place == place
    assert Location(url).base_name == place.rpartition("/")[2]


def test_a_listing_says_by_what_a_content_is_known_from_another_of_its_size(tmp_path):
    pytest.importorskip("fsspec")
    found = {}
    for text in ("one", "two"):
        (tmp_path / text).mkdir()
        place = tmp_path / text / "a.wwtrace"
        place.write_text(text)
        with zipfile.ZipFile(tmp_path / f"{text}.zip", "w") as archive:
            archive.write(place, "a.wwtrace")
        for url in (
            f"file://{tmp_path}/{text}/*.wwtrace",
            f"zip://*.wwtrace::{tmp_path}/{text}.zip",
        ):
            (location,) = find_inputs([url])
            again = pickle.loads(pickle.dumps(location))
            found[text, url[:3]] = version_of(location), again.version
        found[text, "disk"] = version_of(str(place)), str(place.stat().st_mtime_ns)
    assert len({first for first, _ in found.values()}) == len(found)
    assert all(first == second for first, second in found.values())
    assert version_of("none") is version_of(Location("s3://lab/a")) is None
