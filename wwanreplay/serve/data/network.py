"""What stands behind the data path: a small network for each active session, and streams that
come back.

Data of a device service stream are returned as they came: the host that writes to an open stream
reads it again. Nothing answers for a session without an active context or a stream that is closed.
"""

from __future__ import annotations

from dataclasses import dataclass

from wwanreplay.mbim.usb.ntb import Datagram, Stream
from wwanreplay.serve.data.configuration import Contexts
from wwanreplay.serve.data.responder import respond


@dataclass(slots=True)
class DataPath:
    """Answers datagrams by what the contexts were given; counts those in, out and lost."""

    contexts: Contexts
    received: int = 0
    sent: int = 0
    unanswered: int = 0

    def receive(self, datagram: Datagram, link_address: bytes | None = None) -> list[Datagram]:
        """Take a datagram of the host; return those that it leads to.

        `link_address` is that of the hosts on an Ethernet.
        """
        self.received += 1
        answers = self._answers(datagram, link_address)
        self.sent += len(answers)
        self.unanswered += not answers
        return answers

    def _answers(self, datagram: Datagram, link_address: bytes | None) -> list[Datagram]:
        if datagram.stream is Stream.DEVICE_SERVICE:
            return [datagram] if self.contexts.has_stream(datagram.session) else []
        configuration = self.contexts.configuration(datagram.session)
        if configuration is None:
            return []
        return [
            Datagram(datagram.stream, datagram.session, packet)
            for packet in respond(datagram.data, configuration, link_address)
        ]
