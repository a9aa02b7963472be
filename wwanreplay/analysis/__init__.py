"""Functions over sessions: check, and what else can be said of recorded events."""
