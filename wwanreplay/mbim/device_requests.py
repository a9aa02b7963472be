"""The requests that a bridge makes to its device: RequestIds, ports and forms of their inputs."""

from collections.abc import Sequence
from typing import Final

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.mbim import codec, statuses, ties
from wwanreplay.mbim.commands import PASSED_THROUGH, SESSION_ID_MAX
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.structures import input_form, without_lacking
from wwanreplay.mbim.tables import MBIMEX_1_0, command_code
from wwanreplay.mbim.transactions import Refusal
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis
from wwanreplay.protocol.releases import Release

#: Information buffer that a query in the MBIM namespace may fill, bytes.
ANSWER_CAPACITY: Final = 65536


class DeviceRequests:
    """Makes requests; their RequestIds count up from 1, for as long as the function lives."""

    def __init__(self, release: Release, port_count: int) -> None:
        self._release = release
        self._port_count = port_count
        self._last_request_id = 0

    def port(self, session: int) -> int:
        """Return the NDIS port of a session; Refusal for a number that no session has."""
        if session > SESSION_ID_MAX:
            raise Refusal(statuses.INVALID_PARAMETERS)
        return session if session < self._port_count else 0

    def oid(
        self, time_ns: int, is_set: bool, name: str, payload: bytes = b"", port: int = 0
    ) -> Event:
        """Return a query or set of the OID of this name."""
        request_id = self._next_request_id()
        return Event(
            Kind.KIND_SET if is_set else Kind.KIND_QUERY,
            time_ns,
            port=port,
            request_id=request_id,
            code=PROTOCOL.oid_by_name[name].number or 0,
            payload=payload,
            handle=request_id,
            capacity=len(payload),
        )

    def passed_through(self, code: tuple[int, int], message: Message, time_ns: int) -> Event:
        """Return a query in the MBIM namespace: the command has no OID."""
        values = codec.decode(*code, "query", message.buffer)
        session = PASSED_THROUGH[code]
        request_id = self._next_request_id()
        return Event(
            Kind.KIND_QUERY,
            time_ns,
            port=self.port(int(values[session])) if session else 0,
            request_id=request_id,
            code=command_code(*code),
            namespace=Namespace.NAMESPACE_MBIM,
            payload=message.buffer,
            handle=request_id,
            capacity=ANSWER_CAPACITY,
        )

    def service_command(self, message: Message, service: str, is_set: bool, time_ns: int) -> Event:
        """Return a command of one of the device's own services, with its bytes as they are."""
        fields = {
            "Command": {
                "DeviceServiceGuid": service,
                "CommandID": message.cid,
                "uDataSize": len(message.buffer),
            },
            "Data": message.buffer,
        }
        payload = ndis.encode("NDIS_WWAN_DEVICE_SERVICE_COMMAND", fields)
        return self.oid(time_ns, is_set, "OID_WWAN_DEVICE_SERVICE_COMMAND", payload)

    def subscription(self, time_ns: int, services: Sequence[str]) -> Event:
        """Return the subscription to the events of some of the device's own services."""
        payload = ndis.encode(
            "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
            {"Elements": list(dict.fromkeys(services))},
        )
        return self.oid(time_ns, True, "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", payload)

    def context_end(self, time_ns: int, session: int, port: int) -> Event:
        """Return the set that ends the context of a session."""
        name = "NDIS_WWAN_SET_CONTEXT_STATE"
        layout, revision = input_form(name, self._release, 2)
        state = {"ConnectionId": session, "ActivationCommand": 0}
        payload = ndis.encode(name, {"SetContextState": state}, layout=layout, revision=revision)
        return self.oid(time_ns, True, "OID_WWAN_CONNECT", payload, port)

    def stream_end(self, time_ns: int, session: int, service: str) -> Event:
        """Return the set that closes a device service stream."""
        stream = {"DeviceServiceGuid": service, "State": 2, "uSessionID": session}
        payload = ndis.encode("NDIS_WWAN_SET_DEVICE_SERVICE_SESSION", {"Session": stream})
        return self.oid(time_ns, True, "OID_WWAN_DEVICE_SERVICE_SESSION", payload)

    def input_of(self, shape: ties.Message | None, values: codec.Values) -> bytes:
        """Return the input of a request from a command's values; Refusal for what NDIS cannot hold.

        The structure has the form that the device's miniport takes.
        """
        if shape is None or not shape.structure or not values:
            return b""
        layout, revision = input_form(shape.structure, self._release, shape.revision(MBIMEX_1_0))
        tree = without_lacking(shape.structure, shape.tree(values), layout)
        payload = ndis.encode(shape.structure, tree, layout=layout, revision=revision)
        for leaf in ndis.decode(shape.structure, payload):
            end = leaf.offset + leaf.size
            if leaf.field.kind == "wchar16" and payload[end - 2 : end] != b"\0\0":
                # NDIS needs room for a terminator.
                raise Refusal(statuses.INVALID_PARAMETERS)
        return payload

    def _next_request_id(self) -> int:
        self._last_request_id += 1
        return self._last_request_id
