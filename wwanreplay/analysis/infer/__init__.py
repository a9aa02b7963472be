"""From a field trace to what explains it: profile, state at its start, and stimuli."""
