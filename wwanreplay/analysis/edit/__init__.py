"""Traces made of traces: cut, merged, converted; what comes out replays."""
