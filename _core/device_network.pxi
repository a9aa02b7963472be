# (network)
