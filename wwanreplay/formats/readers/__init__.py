"""The readers: one file a format, or a family of formats; every file declares them as FORMATS."""
