"""Serve an MBIM function to a live host on a raw pty."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from wwanreplay.mbim.function import Function
from wwanreplay.serve.loop import Loop, stopped_by_signals
from wwanreplay.serve.transports.pty import PtyTransport


class PtyServer(Loop):
    """The loop with a pty; `link` becomes a symlink to its slave, `path` is that of the slave."""

    transport: PtyTransport

    def __init__(
        self,
        function: Function,
        link: str | os.PathLike[str] | None = None,
        *,
        start_ns: int = 0,
        on_tick: Callable[[], float | None] | None = None,
    ) -> None:
        super().__init__(function, PtyTransport(link), start_ns=start_ns, on_tick=on_tick)

    @property
    def path(self) -> str:
        """The slave."""
        return self.transport.path

    @property
    def link(self) -> Path | None:
        """The symlink to it, if there is one."""
        return self.transport.link

    @property
    def has_client(self) -> bool:
        """Whether a client has written and not yet gone."""
        return self.transport.has_client


def serve_pty(
    function: Function,
    link: str | os.PathLike[str] | None = None,
    *,
    start_ns: int = 0,
    on_ready: Callable[[str], None] | None = None,
    on_tick: Callable[[], float | None] | None = None,
) -> int:
    """Serve a function until SIGINT, SIGTERM or SIGHUP; `on_ready` gets the path of the slave.

    Returns how many transfers were sent to clients that did not read them.
    """
    # Who sees the link may send a signal, so the signals come first.
    with (
        stopped_by_signals() as request,
        PtyServer(function, link, start_ns=start_ns, on_tick=on_tick) as server,
    ):
        request.deliver_to(server.stop)
        if on_ready is not None:
            on_ready(server.path)
        server.run()
        return server.unread
