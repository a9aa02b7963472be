"""What all tests share."""

import gc
import signal
import threading

import pytest
from groups import examples
from hypothesis import HealthCheck, settings

# A deadline and the time that drawing takes judge the machine, not the code. In CI the same
# examples are drawn each time, by hand others; `groups` says how many.
settings.register_profile(
    "unhurried",
    settings(),
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")

# Programs that tests start inherit what is ignored here, as SIGINT is in a job in the background
# and SIGHUP under nohup; tests that send these signals mean their usual effect.
if threading.current_thread() is threading.main_thread():
    for _number, _action in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(_number) is signal.SIG_IGN:
            signal.signal(_number, _action)

# What is collected stays to the end, hundreds of thousands of objects: the garbage collector need
# not look at them again and again.
gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Set what was collected apart."""
    gc.enable()
    gc.collect()
    gc.freeze()
