"""`serve --acme-pty [LINK]`: Acme's way to a host, here a pty."""

from wwanreplay.serve.transports.pty import PtyTransport


def open_transport(address):
    """The transport at an address; empty where none was given."""
    return PtyTransport(address or None)
