# (mbim)
