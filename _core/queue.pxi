# (queue)
