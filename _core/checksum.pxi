# (checksum)
