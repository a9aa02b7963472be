"""Open requests of an imported session: found by id and code, within limits."""

from wwanreplay.formats.import_requests import ENDED_MAX, OPEN_MAX, OpenRequest, OpenRequests


def opened(*ids: int, code: int = 1) -> OpenRequests:
    requests = OpenRequests()
    for index, request_id in enumerate(ids):
        requests.add(OpenRequest(index, request_id, code, None))
    return requests


def test_a_request_is_open_until_it_ends_and_a_late_report_still_finds_it():
    requests = opened(5)
    assert requests.get(5).index == 0
    requests.end(5)
    assert requests.get(5) is None
    assert requests.ended(5, 1).index == 0
    assert requests.ended(5, 2) is None


def test_an_id_that_comes_again_is_a_new_request():
    requests = opened(5)
    requests.end(5)
    requests.add(OpenRequest(9, 5, 1, None))
    assert requests.get(5).index == 9
    assert requests.ended(5, 1) is None


def test_requests_are_found_by_their_codes_in_order():
    requests = opened(1, 2)
    requests.add(OpenRequest(7, 3, 2, None))
    assert [each.request_id for each in requests.of_codes(frozenset({1}))] == [1, 2]
    assert [each.request_id for each in requests.of_codes(frozenset({1, 2}))] == [1, 2, 3]


def test_the_oldest_are_forgotten_beyond_the_limits():
    requests = opened(*range(OPEN_MAX + 10))
    assert requests.get(9) is None
    assert requests.get(10) is not None
    for request_id in range(10, 10 + ENDED_MAX + 5):
        requests.end(request_id)
    assert requests.ended(14, 1) is None
    assert requests.ended(15, 1) is not None


def test_an_end_of_nothing_is_nothing():
    requests = opened(1)
    requests.end(77)
    assert requests.ended(77, 1) is None
    assert requests.get(1) is not None
