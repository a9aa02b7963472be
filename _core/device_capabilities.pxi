# (capabilities)
