"""The text of a profile says what its tables hold."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.infer.profile_text import enumeration_of, profile_text, quoted
from wwanreplay.protocol import PROTOCOL

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.one_of(st.booleans(), st.integers(0, 2**63 - 1), texts, st.lists(texts, max_size=3))
tables = st.dictionaries(st.sampled_from(["one", "two"]), values, max_size=2)


@given(texts)
def test_any_text_is_quoted_as_it_is(text):
    assert tomllib.loads(f"key = {quoted(text)}") == {"key": text}


@given(tables, st.lists(tables, min_size=1, max_size=2), tables)
def test_tables_are_read_as_they_were(plain, rows, below):
    made = {"top": 4, "plain": {**plain, "below": below}, "rows": rows}
    assert tomllib.loads(profile_text(made, {})) == made


def test_comments_stand_behind_their_keys_and_at_the_top():
    text = profile_text({"device": {"model": "M"}}, {"": "a\nb", "device.model": "record 4"})
    assert text == '# a\n# b\n\n[device]\nmodel = "M"  # record 4\n'


def test_numbers_of_an_enumeration_are_written_by_name():
    name = enumeration_of("device", "cellular_class")
    number = PROTOCOL.number_of(name, PROTOCOL.text_of(name, 1))
    text = profile_text({"device": {"cellular_class": number}}, {})
    assert f'"{PROTOCOL.text_of(name, 1)}"' in text
    unknown = profile_text({"device": {"cellular_class": 1 << 20}}, {})
    assert f"cellular_class = {1 << 20}\n" in unknown
