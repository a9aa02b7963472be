"""A device for live hosts: byte transports around the MBIM function."""
