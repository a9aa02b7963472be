"""The rules on what is kept: none of a benign session from anywhere on, a broken one once."""

from __future__ import annotations

import pytest
from mbim_host import served
from proxy_client import ProxyClient
from tapped import tapped

from wwanreplay._core import Event, Kind
from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.mbim.header import look
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.tap.items import Transfer
from wwanreplay.tap.judge import JUDGE_NS, JUDGED_MAX, Judge
from wwanreplay.tap.keeper import Keeper, Keeping
from wwanreplay.tap.recorder import Opener
from wwanreplay.trace import TraceReader

SECOND = 1_000_000_000
REGISTER = 9
KINDS = (*REQUESTS, Kind.KIND_COMPLETION, Kind.KIND_INDICATION)


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> list[Event]:
    """A recording of a modem that behaves."""
    folder = tmp_path_factory.mktemp("session")
    with served("lte-home") as modem, tapped(modem.path, folder) as tap:
        client = ProxyClient(tap.address, modem.path)
        for _ in range(2):
            for cid in (1, 2, 3, 4, 5, 6, 8, REGISTER, 10, 11, 12, 15, 16):
                client.ask(cid)
        client.close()
    with TraceReader(tap.trace) as reader:
        return list(reader.events())


def test_a_benign_session_breaks_none_from_wherever_it_is_kept(session) -> None:
    events = [each.replace(time_ns=n) for n, each in enumerate(session) if each.kind in KINDS]
    assert len(events) > 60
    for dropped in range(0, len(events), 3):
        judge = Judge(600 * SECOND)
        judge.add(events)
        for _ in range(dropped):
            if judge._events:
                judge._drop()
        assert judge.judge(JUDGE_NS + len(events)) == []


def transfers(session, *, lies: bool):
    """The messages; the modem says deregistered, and names its provider, where it `lies`."""
    for number, event in enumerate(e for e in session if e.kind == Kind.KIND_WIRE):
        data = event.payload
        head = look(data)
        if lies and head.type == 0x80000003 and head.cid == REGISTER:
            at = head.buffer_at + 4
            data = data[:at] + (1).to_bytes(4, "little") + data[at + 4 :]
        yield Transfer(event.time_ns, number, data, event.code == 1, event.client, data)


@pytest.mark.parametrize("lies", [False, True])
def test_a_broken_rule_writes_what_is_kept_once(tmp_path, session, lies) -> None:
    keeping = Keeping(600 * SECOND, frozenset({"model"}))
    keeper = Keeper(str(tmp_path / "f.wwtrace"), keeping, Opener({"way": "tap"}, SessionClock()))
    for item in transfers(session, lies=lies):
        keeper.put(item)
    assert keeper.files == []
    keeper.poll(60 * SECOND)
    assert len(keeper.files) == lies
    for item in transfers(session, lies=lies):
        item.time_ns += 61 * SECOND
        keeper.put(item)
    keeper.poll(140 * SECOND)
    keeper.close(141 * SECOND)
    assert len(keeper.files) == lies
    for path in keeper.files:
        with TraceReader(path) as reader:
            assert reader.header.notes[0].startswith("trigger: model: register.")


def test_what_is_judged_is_bounded_and_answers_go_with_their_request() -> None:
    judge = Judge(600 * SECOND)
    for number in range(JUDGED_MAX + 100):
        judge.add([Event(Kind.KIND_QUERY, number, request_id=number + 1)])
        judge.add([Event(Kind.KIND_COMPLETION, number, request_id=number + 1)])
    assert len(judge.kept) <= len(judge._events) <= JUDGED_MAX
    asked = {each.request_id for each in judge.kept if each.kind == Kind.KIND_QUERY}
    assert {each.request_id for each in judge.kept} == asked
    judge.add([Event(Kind.KIND_COMPLETION, 0, request_id=min(asked) - 1)])
    assert {each.request_id for each in judge.kept} == asked
