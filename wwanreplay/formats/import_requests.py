"""The requests of a session that are open: what completions and indications belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Requests remembered at most; the oldest is forgotten beyond.
OPEN_MAX: Final = 4096
#: Requests remembered after their end.
ENDED_MAX: Final = 64


@dataclass(slots=True)
class OpenRequest:
    """One request that was written: its record, its code, whether its completion was."""

    index: int
    request_id: int
    code: int
    handle: int | None
    completed: bool = False


class OpenRequests:
    """Requests by their ids, within a limit."""

    def __init__(self) -> None:
        self._by_id: dict[int, OpenRequest] = {}
        self._ended: dict[int, OpenRequest] = {}

    def add(self, request: OpenRequest) -> None:
        """Remember a request; one of the same id is over."""
        self._by_id.pop(request.request_id, None)
        self._ended.pop(request.request_id, None)
        self._by_id[request.request_id] = request
        if len(self._by_id) > OPEN_MAX:
            del self._by_id[next(iter(self._by_id))]

    def get(self, request_id: int) -> OpenRequest | None:
        """The open request with that id."""
        return self._by_id.get(request_id)

    def end(self, request_id: int) -> None:
        """A request was answered for good; a late report of it may still come."""
        request = self._by_id.pop(request_id, None)
        if request is not None:
            self._ended[request_id] = request
            if len(self._ended) > ENDED_MAX:
                del self._ended[next(iter(self._ended))]

    def ended(self, request_id: int, code: int) -> OpenRequest | None:
        """The request of that id and code that was answered lately."""
        request = self._ended.get(request_id)
        return request if request is not None and request.code == code else None

    def of_codes(self, codes: frozenset[int]) -> list[OpenRequest]:
        """The open requests about any of these codes."""
        return [request for request in self._by_id.values() if request.code in codes]
