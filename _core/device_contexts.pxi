# (contexts)
