"""Play: the steps of a script, done in a session one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wwanreplay.devices.buffers import DEFAULT_STRUCTURES
from wwanreplay.devices.mbim.device import Settings
from wwanreplay.devices.mbim.operator import Operator
from wwanreplay.devices.mbim.plan import (
    Planned,
    check_plan,
    check_words,
    plan_script,
    stimulus_values,
)
from wwanreplay.errors import UsageError
from wwanreplay.progress import begin
from wwanreplay.protocol.shorthands import find_shorthand
from wwanreplay.script import REQUESTS, Script, Step, step_payload

if TYPE_CHECKING:
    from wwanreplay.record import Session

#: A device that is away is waited for in pieces of so much time.
AWAY_PIECE_NS = 10**9


def check_real(
    script: Script, settings: Settings | None, operator: Operator | None = None
) -> list[Planned]:
    """What a script would send to a real device; UsageError before anything is sent.

    For commands that need a word they have not got, and for names that cannot be waited for.
    """
    plan = plan_script(script, DEFAULT_STRUCTURES)
    allowed = (settings or Settings()).allow_send
    check_words(allowed)
    check_plan(plan, allowed)
    if operator is not None:
        operator.check(plan)
    return plan


def play(session: Session, script: Script) -> None:
    """Do the steps of a script, then let its linger time pass; UsageError names file and step."""
    labels: dict[str, tuple[int, int]] = {}
    step_ns = session.now_ns
    work = begin(f"steps of {script.name}", len(script.steps), "steps")
    for number, step in enumerate(script.steps):
        work.reach(number)
        session.place = f"{step.place.file}: {step.place.where}: "
        _wait_for_time(session, step, step_ns, script.pace_ns)
        _wait_for_return(session, step)
        try:
            _do(session, step, labels)
        except UsageError as error:
            text = str(error)
            if text.startswith(step.place.file):
                raise
            raise step.place.error(text) from None
        step_ns = session.now_ns
    work.end()
    session.place = ""
    session.until_idle()
    session.run(script.linger_ns)


def _wait_for_time(session: Session, step: Step, step_ns: int, pace_ns: int) -> None:
    """Let time reach the step; without a time it comes when all requests are answered."""
    if step.until_idle:
        session.until_idle()
        step_ns = session.now_ns
    if step.at_ns is not None:
        session.run_until(max(step.at_ns, session.now_ns))
    elif step.after_ns is not None:
        if step_ns + step.after_ns > session.now_ns:
            session.run_until(step_ns + step.after_ns)
    elif step.action == "note":
        session.until_idle()
    elif step.action != "wait":
        session.until_idle()
        session.run(pace_ns)


def _wait_for_return(session: Session, step: Step) -> None:
    """Let a real device come back before the next request; it raises when it stays away."""
    while step.action in REQUESTS and session.device.is_away:
        session.wait(session.now_ns + AWAY_PIECE_NS)


def _do(session: Session, step: Step, labels: dict[str, tuple[int, int]]) -> None:
    options = {
        key: value
        for key, value in step.options.items()
        if key in ("request_id", "handle", "port", "client", "capacity")
    }
    if step.action in REQUESTS:
        payload = step_payload(step, session.device.structures)
        request_id = session.request(step.action, step.subject, payload=payload, **options)
        if "label" in step.options:
            labels[step.options["label"]] = (request_id, options.get("port", 0))
    elif step.action == "cancel":
        known = (step.subject, 0)
        request_id, port = labels[step.subject] if isinstance(step.subject, str) else known
        session.cancel(request_id, port=options.get("port", port))
    elif step.action == "stimulus":
        payload = step_payload(step, session.device.structures)
        session.stimulus(step.subject, payload=payload, port=options.get("port", 0))
        _wait_for_operator(session, step)
    elif step.action == "lifecycle":
        session.lifecycle(step.subject)
    elif step.action == "power":
        session.power(step.subject, port=options.get("port", 0))
    elif step.action == "note":
        session.note(step.subject)
    elif step.subject == "idle":
        session.until_idle()
    else:
        session.run(step.subject)


def _wait_for_operator(session: Session, step: Step) -> None:
    """Wait until a real device reports what a stimulus would have it report, if that is wanted."""
    if session.operator is None or not session.operator.wait_for:
        return
    wanted = find_shorthand(step.subject, stimulus_values(step, session.device.structures))
    if wanted is not None:
        session.wait_for(wanted)
