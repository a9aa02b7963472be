# (power)
