"""What all tests share."""

import gc
import os
import signal
import threading

import pytest
from hypothesis import HealthCheck, settings

# A deadline and the time that drawing takes judge the machine, not the code. By hand fewer examples
# are drawn than in CI, anew each time.
settings.register_profile(
    "unhurried",
    settings(),
    max_examples=100 if os.environ.get("CI") else 20,
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
