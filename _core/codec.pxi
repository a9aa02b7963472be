# (codec)
