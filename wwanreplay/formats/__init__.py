"""Field logs: from any file to a stream of messages with their places (see `reading`)."""
