# (records)
