"""The name server: every name is the gateway, and what is no query is refused."""

import pytest
from data_path import (
    CONFIGURATION,
    DNS,
    GATEWAY,
    OURS,
    dns_query,
    one,
    udp,
)
from groups import together
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.serve.data import dns
from wwanreplay.serve.data.packets import parse, parse_udp
from wwanreplay.serve.data.responder import respond

VERSIONS = [4, 6]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("kind", "answered"), [(1, 4), (28, 6), (16, None), (12, None)])
def test_every_name_is_the_gateway(version: int, kind: int, answered: int | None) -> None:
    query = dns_query("www.example.org", kind)
    answer = one(udp(OURS[version], DNS[version], 53, query))
    data = parse_udp(answer).data
    assert data[:2] == query[:2]
    assert data[2] & 0x80
    assert data[3] & 0x0F == 0
    assert data[4:8] == bytes((0, 1, 0, answered is not None))
    assert data[12 : len(query)] == query[12:]
    if answered is not None:
        assert data.endswith(GATEWAY[answered].packed)


@together(range(60))
def test_a_query_that_is_cut_is_a_format_error_or_nothing(size: int) -> None:
    whole = dns_query("a-name-of-some-length.with.labels.example.org", 1)
    answers = respond(udp(OURS[4], DNS[4], 53, whole[:size]), CONFIGURATION)
    if size < 12:
        assert answers == []
    else:
        assert parse_udp(parse(answers[0])).data[3] & 0x0F == 1


def test_an_unusual_query_is_refused_and_an_answer_is_none() -> None:
    query = dns_query("example.org", 1)
    update = query[:2] + b"\x28\x00" + query[4:]
    assert parse_udp(one(udp(OURS[4], DNS[4], 53, update))).data[3] & 0x0F == 4
    answer = query[:2] + b"\x81\x80" + query[4:]
    assert respond(udp(OURS[4], DNS[4], 53, answer), CONFIGURATION) == []


@given(st.binary(max_size=80), st.sampled_from([b"", dns_query("example.org", 1)]))
def test_any_query_has_an_answer_of_its_own_number_or_none(data: bytes, before: bytes) -> None:
    query = before + data
    answer = dns.answer(query, [GATEWAY[4], GATEWAY[6]])
    if answer is not None:
        assert answer[:2] == query[:2]
        assert answer[2] & 0x80
        assert dns.answer(answer, [GATEWAY[4]]) is None  # two servers do not answer each other


def test_a_name_has_all_addresses_of_the_kind_that_is_requested() -> None:
    addresses = [GATEWAY[4], GATEWAY[6], DNS[4]]
    answer = dns.answer(dns_query("example.org", dns.RecordType.A), addresses)
    assert answer is not None
    assert int.from_bytes(answer[6:8], "big") == 2
    assert GATEWAY[4].packed in answer
    assert GATEWAY[6].packed not in answer
    none = dns.answer(dns_query("example.org", dns.RecordType.AAAA), [DNS[4]])
    assert none is not None
    assert none[6:8] == b"\0\0"


@pytest.mark.parametrize(("length", "code"), [(63, 0), (64, 1)])
def test_a_label_is_no_longer_than_a_name_allows(length: int, code: int) -> None:
    answer = dns.answer(dns_query("x" * length, dns.RecordType.A), [])
    assert answer is not None
    assert answer[3] & 0x0F == code
