"""Files of a run are named below the folder that all of them are in."""

from wwanreplay.fleet.names import common_depth, keys_of, name_below, place_in
from wwanreplay.stores import Location


def test_names_are_below_the_folder_of_all():
    assert keys_of(["a/b/x", "a/b/c/y"]) == {"a/b/x": "x", "a/b/c/y": "c/y"}
    assert keys_of(["a/b/x"]) == {"a/b/x": "x"}
    assert keys_of(["x", "a/x"]) == {"x": "x", "a/x": "a/x"}
    assert common_depth(["s3://lab/a/x", "s3://lab/b/x"]) == 3
    assert name_below("s3://lab/a/x", 3) == "a/x"


def test_a_place_below_a_store_keeps_what_its_url_says():
    place = place_in(Location("s3://key:secret@lab/out/"), "a", "b.json")
    assert (str(place), place.url) == ("s3://lab/out/a/b.json", "s3://key:secret@lab/out/a/b.json")
    assert place_in("out", "a", "b.json") == "out/a/b.json"


def test_what_an_archive_holds_is_named_below_it_and_no_query_is_in_a_name():
    inside = [Location(f"zip://in/{name}::lab/{archive}.zip") for archive in "xy" for name in "ab"]
    assert list(keys_of(inside).values()) == [
        f"{each}.zip/in/{name}" for each in "xy" for name in "ab"
    ]
    assert list(keys_of(inside[:2]).values()) == ["a", "b"]
    asked = [Location(f"https://user:secret@host/{name}?sig=secret") for name in ("a/x", "b")]
    assert list(keys_of(asked).values()) == ["a/x", "b"]
