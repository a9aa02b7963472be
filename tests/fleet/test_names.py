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
