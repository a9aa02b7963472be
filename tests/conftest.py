"""What all tests share."""

from hypothesis import HealthCheck, settings

# A deadline and the time that drawing takes judge the machine, not the code.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")
