# (engine)
