"""Field logs: from any file to a stream of messages with their places (`LogReading`)."""

from wwanreplay.formats.reading import Log, LogReading

__all__ = ["Log", "LogReading"]
