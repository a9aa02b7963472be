"""SIGTERM and SIGHUP end a verb as Ctrl-C does, where nobody else wants them."""

import os
import signal
import sys
import threading

import pytest
from running import running

from wwanreplay.cli.signals import ENDS, EndedBySignal, WholeSteps, ended_by_signals


@pytest.mark.parametrize("number", sorted(ENDS))
def test_a_signal_becomes_an_interrupt_that_knows_its_number(number: int):
    def sent() -> None:
        with ended_by_signals():
            os.kill(os.getpid(), number)
            signal.sigtimedwait([], 1)

    with pytest.raises(KeyboardInterrupt, match=ENDS[signal.Signals(number)]) as caught:
        sent()
    assert isinstance(caught.value, EndedBySignal)
    assert caught.value.number == number
    assert signal.getsignal(number) is signal.SIG_DFL


def test_a_handler_that_is_there_stays():
    def theirs(_number, _frame):
        """Belongs to an application that embeds the verbs."""

    before = signal.signal(signal.SIGHUP, theirs)
    try:
        with ended_by_signals():
            assert signal.getsignal(signal.SIGHUP) is theirs
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_changes_no_handler():
    seen = []

    def look() -> None:
        with ended_by_signals():
            seen.append({number: signal.getsignal(number) for number in ENDS})

    before = {number: signal.getsignal(number) for number in ENDS}
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize("number", [signal.SIGINT, *sorted(ENDS)])
def test_a_step_is_done_before_a_signal_ends_what_follows(number: int):
    done = []
    before = signal.getsignal(number)

    def work() -> None:
        with ended_by_signals(), WholeSteps() as steps:
            for each in range(3):
                with steps.step():
                    done.append(each)
                    if each == 1:
                        os.kill(os.getpid(), number)
                        signal.sigtimedwait([], 0.05)
                    done.append(-each)
                done.append("behind")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == [0, 0, "behind", 1, -1]
    assert signal.getsignal(number) is before


def test_a_signal_between_steps_comes_at_once():
    reached = []

    def work() -> None:
        with WholeSteps():
            os.kill(os.getpid(), signal.SIGINT)
            signal.sigtimedwait([], 1)
            reached.append(1)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert not reached


ENDING = """
import atexit, sys, time
from wwanreplay.cli import main
atexit.register(lambda: (print("ending", flush=True), time.sleep(1)))
sys.argv = ["wwanreplay", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, *ENDS])
@pytest.mark.parametrize(("words", "code"), [(("--version",), 0), (("show", "/no/such"), 3)])
def test_what_would_end_a_process_that_is_ending_does_not_change_its_exit_code(
    ending, words, code
) -> None:
    with running([sys.executable, "-c", ENDING, *words]) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "ending\n":
            assert process.poll() is None
        process.send_signal(ending)
        _, error = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in error) == (code, False)
