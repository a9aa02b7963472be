# (subscriber)
