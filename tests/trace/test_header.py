"""The header of a trace: all of it comes back, what is empty is left out, wrong types are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import InputError, TraceError
from wwanreplay.trace import TraceHeader
from wwanreplay.trace import header as header_module
from wwanreplay.trace.header import NAMESPACE_NAMES

texts = st.text(max_size=8)
maps = st.dictionaries(texts, st.integers(-9, 9) | texts, max_size=3)
headers = st.builds(
    TraceHeader,
    created=texts,
    producer=texts,
    model_version=st.none() | st.integers(0, 2**32),
    table_hash=texts,
    interface=texts,
    device=maps,
    profile_name=texts,
    profile_text=texts,
    profile=st.binary(max_size=8),
    profile_mapping=maps,
    seed=st.none() | st.integers(0, 2**64 - 1),
    comparison=texts,
    start=st.binary(max_size=8),
    clock=maps,
    source=maps,
    notes=st.lists(texts, max_size=3),
    extra=st.dictionaries(texts.map("x-{}".format), st.integers(), max_size=2),
)


def as_read(values):
    """A map as MessagePack gives it back: lists in the place of tuples."""
    return {
        key: [list(row) for row in value] if key == "namespaces" else value
        for key, value in values.items()
    }


@given(headers)
def test_a_header_comes_back_whole(header):
    assert TraceHeader.from_map(as_read(header.to_map())) == header


def test_what_is_empty_is_left_out_and_zero_is_not_empty():
    assert TraceHeader().to_map() == {"namespaces": list(NAMESPACE_NAMES.items())}
    assert TraceHeader(seed=0, model_version=0).to_map().keys() >= {"seed", "model_version"}


def test_keys_of_a_later_version_are_kept():
    header = TraceHeader.from_map({"created": "x", "weather": {"rain": 1}})
    assert header.extra == {"weather": {"rain": 1}}
    assert header.to_map()["weather"] == {"rain": 1}


@pytest.mark.parametrize(
    "values",
    [
        {"created": 1},
        {"seed": "7"},
        {"device": []},
        {"start": "x"},
        {"notes": {}},
        {"profile": {"mapping": 3}},
        {"profile": {"compiled": "x"}},
        {"namespaces": [1]},
        {"namespaces": [["x", "oid"]]},
        {"namespaces": [[1]]},
    ],
    ids=str,
)
def test_a_key_of_another_type_is_named(values):
    with pytest.raises(TraceError) as caught:
        TraceHeader.from_map(values)
    name = next(iter(values)).removesuffix("s")
    assert name in str(caught.value) or "profile" in str(caught.value)


def test_the_engine_s_profile_is_made_of_the_mapping():
    mapping = load_profile("lte-home").mapping
    assert TraceHeader(profile_mapping=mapping).engine_profile().port_count == 1
    with pytest.raises(InputError, match=r"^the trace's .*data_class"):
        TraceHeader(profile_mapping={"data_class": "x"}).engine_profile()


def test_the_same_mapping_gives_the_same_profile_and_another_one_another():
    mapping = load_profile("lte-home").mapping
    first = TraceHeader(profile_mapping=mapping).engine_profile()
    assert TraceHeader(profile_mapping=dict(mapping)).engine_profile() is first
    other = TraceHeader(profile_mapping={**mapping, "firmware": "another"}).engine_profile()
    assert other is not first
    many = [
        TraceHeader(profile_mapping={**mapping, "firmware": f"v{number}"}).engine_profile()
        for number in range(40)
    ]
    assert len(set(map(id, many))) == 40
    assert len(header_module._kept_profiles) <= 16
    with pytest.raises(InputError, match="profile"):
        TraceHeader(profile_mapping={**mapping, "firmware": 5}).engine_profile()


def test_a_repr_identifies_nobody():
    secret = "310260987654321"
    header = TraceHeader(
        profile_name="lte-home",
        profile_text=secret,
        profile=secret.encode(),
        profile_mapping={"sim": secret},
        start=secret.encode(),
        device={"serial": secret},
        source={"path": secret},
        notes=[secret],
        extra={"more": secret},
    )
    assert secret not in repr(header)
    assert "lte-home" in repr(header)
