"""Acme's log format, device, transport and rule."""
