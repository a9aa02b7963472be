"""Real devices behind MBIM: channels, the session of a host on one, and the device made of it."""
