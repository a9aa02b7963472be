"""What a multiplexer wants is compared and kept by what it is."""

import pytest

from wwanreplay.mbim.proxy_effects import HangUp, Remark, ToClient, ToDevice, Undelivered

EFFECTS = [
    (ToDevice, (b"a", [b"a"])),
    (ToClient, (1, b"a")),
    (Undelivered, ("gone",)),
    (HangUp, (1, "gone")),
    (Remark, ("text",)),
]


@pytest.mark.parametrize(
    ("kind", "values"), EFFECTS, ids=lambda each: getattr(each, "__name__", "")
)
def test_equal_effects_are_one_and_none_changes(kind: type, values: tuple[object, ...]) -> None:
    effect = kind(*values)
    assert effect == kind(*values)
    with pytest.raises(AttributeError):
        effect.client = 2
    assert [effect == other(*words) for other, words in EFFECTS].count(True) == 1
