"""Whatever stands in a profile: it is taken, or refused in one line that names the value."""

import pytest
from groups import sampled
from hostile_values import ADDED, IN_CALLS, IN_TABLES, REMOVED, changed, listed, places, refusal

from wwanreplay._core import Engine, Profile
from wwanreplay.devices.profile import load_profile, read_mapping, shipped_profiles, value_rows
from wwanreplay.devices.toml import ValuePlace, parse
from wwanreplay.errors import UsageError

SHIPPED = sorted(shipped_profiles())


def path_text(path):
    """A path as errors spell it: providers[2].rssi."""
    text = ""
    for key in path:
        oid = isinstance(key, int) and key > 0xFFFF
        text += f"[0x{key:08x}]" if oid else f"[{key}]" if isinstance(key, int) else f".{key}"
    return text.lstrip(".")


# The others extend lte-home, as two-ports does.
@pytest.mark.parametrize("name", sampled(["5g", "cdma", "two-ports"], ["5g"]))
def test_every_value_of_a_mapping_is_taken_or_named(name):
    mapping = listed(load_profile(name).mapping)
    refused = 0
    for path in places(mapping):
        for hostile in (*IN_CALLS, REMOVED, ADDED):
            made = changed(mapping, path, hostile)
            text = refusal(lambda made=made: Engine(Profile(made)))
            if text is not None:
                refused += 1
                assert text.startswith("profile: "), text
                assert "\n" not in text
                assert len(text) < 400
                if hostile in (ADDED, REMOVED):
                    assert path_text(path[:-1]) in text, (path, hostile, text)
                else:
                    assert path_text(path) in text, (path, hostile, text)
    assert refused > 1000


@pytest.mark.parametrize("name", sampled(SHIPPED, set(SHIPPED) - {"lte-home"}))
def test_every_value_of_a_file_is_taken_or_named_with_its_table(name):
    tables = parse(load_profile(name).text, "own.toml")
    tables.pop("extends", None)
    refused = 0
    for path in places(tables):
        for hostile in (*IN_TABLES, REMOVED, ADDED):
            made = changed({path[0]: tables[path[0]]}, path, hostile)  # its table alone
            text = refusal(lambda made=made: Profile(read_mapping(made, ValuePlace("own.toml"))))
            if text is not None:
                refused += 1
                assert text.startswith(("own.toml: ", "profile: ")), text
                assert "\n" not in text
                assert len(text) < 1100
                if hostile is not REMOVED and hostile is not ADDED:
                    assert text.startswith("own.toml: "), (path, hostile, text)
                    assert str(path[0]) in text
                    last = path[-1] if isinstance(path[-1], str) else path[-1] + 1
                    assert str(last) in text, (path, hostile, text)
    assert refused > 20


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[network]\nrssi = 99999", "own.toml: [network] rssi: 99999 is not from 0 to 31 or 99"),
        (
            "[[provider]]\n[[provider]]\nrssi = 32",
            "own.toml: [[provider]] 2 rssi: 32 is not from 0 to 31 or 99",
        ),
        (
            "[device]\ncellular_classes = [2147483648]",
            "own.toml: [device] cellular_classes entry 1: 2147483648 is not a number of "
            "WWAN_CELLULAR_CLASS, from 0 to 2",
        ),
        (
            "[device]\nmodel = 'a\0b'".replace("\0", "\\u0000").replace("'", '"'),
            "own.toml: [device] model: 'a\\x00b' holds a NUL, which ends a text",
        ),
        (
            "[timing]\nready = '1000000s'\n[device]\nmodel = 5",
            "own.toml: [device] model: must be text, not 5",
        ),
        (
            "[timing]\nready = '1000001s'",
            "own.toml: [timing] ready: '1000001s' is longer than 1000000000000000 ns",
        ),
        (f"[network]\nrssi = {'9' * 5000}", "own.toml: not TOML: a number of thousands of digits"),
        (
            f"[network]\nrssi = 0x{'f' * 5000}",
            "own.toml: [network] rssi: a number of thousands of digits is not from 0 to 31 or 99",
        ),
        (f"x = {'[' * 5000}{']' * 5000}", "own.toml: arrays or tables are nested too deep"),
        ('extends = "a\\u0000.toml"', "own.toml: extends: 'a\\x00.toml': embedded null byte"),
    ],
)
def test_what_is_beyond_its_range_is_named(text, message):
    from wwanreplay.devices.profile import parse_profile

    with pytest.raises(UsageError) as caught:
        parse_profile(text, "own")
    assert str(caught.value).startswith(message)


def test_the_page_lists_what_every_value_may_be(request):
    page = (request.config.rootpath / "docs" / "profiles.md").read_text(encoding="utf-8")
    lines = [f"| `{key}` | {text} |" for key, text in value_rows()]
    assert [line for line in lines if line not in page] == [], "lines that docs/profiles.md lacks"
