# (clock)
