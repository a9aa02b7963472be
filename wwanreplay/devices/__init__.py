"""Devices: the emulated and the recorded one, faults around any of them, and what makes them up."""
