"""What all tests share."""

import signal
import threading

from hypothesis import HealthCheck, settings

# A deadline and the time that drawing takes judge the machine, not the code.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
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
