# (device)
