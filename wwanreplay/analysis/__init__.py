"""Functions over recorded sessions: the rule checker, inference, scrub, reports."""
