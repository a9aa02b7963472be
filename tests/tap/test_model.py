"""The window judged against the model: what no rule names is seen, and a benign session is none."""

from __future__ import annotations

import dataclasses
import time

import pytest
from proxy_client import BASIC

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import messages
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import MBIMEX_1_0
from wwanreplay.tap import model
from wwanreplay.tap.items import Transfer
from wwanreplay.tap.judge import JUDGE_NS, Judge
from wwanreplay.tap.keeper import Keeper, Keeping
from wwanreplay.tap.model import ModelJudge, Window, departures, without_torn
from wwanreplay.tap.recorder import Opener
from wwanreplay.trace import TraceReader

SECOND = 1_000_000_000
CONNECT = 12
BEGIN_NS = 10 * SECOND


def exchanged(asked: list[tuple[int, bytes]], size_max: int = 4096) -> list[Transfer]:
    """What goes between a modem and a host that asks so, a second between two questions."""
    profile = load_profile("lte-home")
    function = Function(EmulatedDevice(profile), bridge_of(profile.mapping))
    made: list[Transfer] = []

    def put(data: bytes, time_ns: int, *, from_host: bool) -> None:
        whole = data if look(data).total in (None, 1) else None
        made.append(Transfer(time_ns, len(made), data, from_host, None, whole))

    time_ns = BEGIN_NS
    for number, (cid, buffer) in enumerate([(0, b""), *asked], 1):
        kind = messages.MBIM_COMMAND_MSG if cid else messages.MBIM_OPEN_MSG
        value, service = (0, BASIC) if cid else (size_max, b"")
        data = Message(kind, number, value, service, cid, buffer).to_bytes()
        put(data, time_ns, from_host=True)
        for answer in function.host_transfer(data, time_ns):
            put(answer, time_ns, from_host=False)
        while (due_ns := function.next_due_ns) is not None and due_ns < time_ns + SECOND:
            for answer in function.advance(due_ns):
                put(answer, due_ns, from_host=False)
        time_ns += SECOND
    return made


@pytest.fixture(scope="module")
def session() -> list[Transfer]:
    """A host that looks at everything, twice."""
    return exchanged([(cid, bytes(36 if cid == CONNECT else 0)) for cid in (*range(1, 17),) * 2])


def with_lie(session: list[Transfer]) -> list[Transfer]:
    """The same; the modem answers for another session than the one that was asked for."""
    found = []
    for item in session:
        head = look(item.data)
        made = item
        if head.type == messages.MBIM_COMMAND_DONE and head.cid == CONNECT:
            data = bytearray(item.data)
            data[head.buffer_at] ^= 1
            made = dataclasses.replace(item, data=bytes(data), whole=bytes(data))
        found.append(made)
    return found


def window_of(items: list[Transfer]) -> Window:
    window = Window(600 * SECOND)
    for item in items:
        window.add(item, MBIMEX_1_0)
    return window


def test_a_benign_session_departs_nowhere_from_wherever_it_is_kept(session) -> None:
    end_ns = session[-1].time_ns + SECOND
    for first in range(0, len(session), 7):
        assert departures(window_of(session[first:]).trace(end_ns)) == []


def test_fragments_of_before_the_window_are_no_fault() -> None:
    asked = [(cid, b"") for cid in (1, 16, 8, 1)]
    items = exchanged(asked, size_max=64)
    assert sum(item.whole is None for item in items) > 10
    for first in range(1, len(items)):
        kept = without_torn(items[first:])
        assert not kept or not look(kept[0].data).is_later_fragment
        answered = {look(item.data).transaction_id for item in kept if not item.from_host}
        asked_ids = {look(item.data).transaction_id for item in kept if item.from_host}
        assert answered <= asked_ids | {0}


def test_a_bound_member_that_no_rule_names_is_found(session) -> None:
    from wwanreplay.mbim.class_driver import ClassDriver

    lying = with_lie(session)
    driver, rules = ClassDriver(), Judge(600 * SECOND)
    for item in lying:
        rules.add(driver.message(item.data, item.time_ns, from_host=item.from_host))
    assert rules.judge(lying[-1].time_ns + JUDGE_NS) == [], "no rule is broken"
    (found,) = departures(window_of(lying).trace(lying[-1].time_ns + SECOND))
    assert found.key == "model: changed NDIS_STATUS_WWAN_CONTEXT_STATE, ContextState.ConnectionId"
    assert found.text == f"{found.key} (message {CONNECT + 1})"


def test_what_a_window_holds_is_bounded(session, monkeypatch) -> None:
    assert len(window_of(session)) == len(session)
    monkeypatch.setattr(model, "TRANSFERS_MAX", 10)
    assert len(window_of(session)) == 10
    monkeypatch.setattr(model, "SIZE_MAX", 2000)
    window = window_of(session)
    assert 0 < window.size <= 2000
    window.trim(session[-1].time_ns + 601 * SECOND)
    assert (len(window), window.size) == (0, 0)


def judged(judge: ModelJudge, time_ns: int) -> list[str]:
    """What a judgement comes to, once it has ended."""
    found = judge.judge(time_ns)
    deadline = time.monotonic() + 60
    while judge.is_judging and time.monotonic() < deadline:
        judge.wait(1)
        found += judge.judge(time_ns)
    return [each.key for each in found]


def test_it_is_judged_beside_now_and_then_and_each_departure_reported_once(session) -> None:
    judge = ModelJudge(600 * SECOND)
    lying = with_lie(session)
    for item in lying:
        judge.add(item, MBIMEX_1_0)
    assert judged(judge, BEGIN_NS + model.PAUSE_NS - 1) == []
    time_ns = lying[-1].time_ns + SECOND
    assert judge.judge(time_ns) == [], "the recorder goes on meanwhile"
    assert judge.is_judging
    assert len(judged(judge, time_ns)) == 1
    assert judged(judge, time_ns + 100 * SECOND) == [], "nothing is new"
    for item in lying:
        judge.add(dataclasses.replace(item, time_ns=item.time_ns + 100 * SECOND), MBIMEX_1_0)
    assert not judge.is_judging
    assert judged(judge, time_ns + 200 * SECOND) == [], "it is known"
    later = dataclasses.replace(lying[-1], time_ns=lying[-1].time_ns + 700 * SECOND)
    judge.add(later, MBIMEX_1_0)
    judge.close()


def test_it_takes_no_more_than_its_share_of_a_processor(session) -> None:
    judge = ModelJudge(600 * SECOND)
    judge.add(session[0], MBIMEX_1_0)
    time_ns = BEGIN_NS + model.PAUSE_NS
    judge._reaped_s = lambda spent=judge._reaped_s: spent() * 0 + 9.0  # type: ignore[method-assign]
    judged(judge, time_ns)
    judge.add(dataclasses.replace(session[1], time_ns=time_ns), MBIMEX_1_0)
    pause_ns = round(9.0 * SECOND * (1 / model.SHARE - 1))
    assert pause_ns > model.PAUSE_NS
    judge.judge(time_ns + pause_ns - 1)
    assert not judge.is_judging
    judge.judge(time_ns + pause_ns)
    assert judge.is_judging
    judge.close()
    assert not judge.is_judging


def test_a_judgement_that_fails_says_so(session, monkeypatch) -> None:
    def fail(_: bytes) -> None:
        raise ArithmeticError("no such sum")

    monkeypatch.setattr(model, "departures", fail)
    failures: list[str] = []
    keeping = Keeping(600 * SECOND, frozenset({"model"}))
    keeper = Keeper("unused", keeping, Opener({"way": "tap"}, None), failures.append)  # type: ignore[arg-type]
    poll_until_judged(keeper, session)
    (failure,) = failures
    assert "no such sum" in failure
    keeper.close(0)


def test_one_that_takes_too_long_is_ended_and_says_so(session, monkeypatch) -> None:
    def work(_: bytes) -> None:
        while True:
            pass

    monkeypatch.setattr(model, "departures", work)
    monkeypatch.setattr(model, "PROCESSOR_S_MAX", 1)
    judge = ModelJudge(600 * SECOND)
    judge.add(session[0], MBIMEX_1_0)
    assert judged(judge, BEGIN_NS + model.PAUSE_NS) == []
    assert judge.failure == "no answer within 1 s of a processor"


def poll_until_judged(keeper: Keeper, items: list[Transfer]) -> None:
    for item in items:
        keeper.put(item)
    time_ns = items[-1].time_ns + JUDGE_NS
    keeper.poll(time_ns)
    judge = keeper._model
    assert judge is not None
    while judge.is_judging:
        judge.wait(1)
        keeper.poll(time_ns)


@pytest.mark.parametrize("lies", [False, True])
def test_a_flight_recorder_writes_what_departs_and_nothing_of_a_benign_session(
    tmp_path, session, lies
) -> None:
    from wwanreplay.devices.mbim.clock import SessionClock

    keeping = Keeping(600 * SECOND, frozenset({"model"}))
    opener = Opener({"way": "tap"}, SessionClock())
    keeper = Keeper(str(tmp_path / "flight.wwtrace"), keeping, opener, pytest.fail)
    poll_until_judged(keeper, with_lie(session) if lies else session)
    keeper.close(session[-1].time_ns + 60 * SECOND)
    assert len(keeper.files) == lies
    for path in keeper.files:
        with TraceReader(path) as reader:
            (note,) = reader.header.notes
            assert note.startswith("trigger: model: model: changed NDIS_STATUS_WWAN_CONTEXT_STATE")
            assert sum(1 for _ in reader.events()) > len(session)
