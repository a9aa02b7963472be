"""What all tests share."""

from hypothesis import settings

# A deadline and a look at the speed of drawing judge the machine, not the code.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")
