"""The control socket of a served modem: who may open it gives the modem stimuli.

A UNIX stream socket of mode 0600. A request is one line of JSON, and so is its answer:

    {"name": "signal", "fields": {"Rssi": "5"}, "port": 0, "wait_ns": 0}
    {"time_ns": 12000000000, "name": "signal", "outputs": [{"kind": 5, "time_ns": …, …}]}
    {"error": "stimulate: nothing is called 'signall'; near: signal", "is_usage": true}

`outputs` are what the device emitted at once and within `wait_ns`. A connection may send several
requests.
"""

from __future__ import annotations

import errno
import json
import os
import queue
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DeviceError, InputError, UsageError, WwanReplayError
from wwanreplay.serve.listening import NameTakenError, PathListener
from wwanreplay.serve.loop import Loop
from wwanreplay.serve.stimulation import event_of, step_of

#: Longest line, either way.
LINE_SIZE_MAX: Final = 1 << 24
#: Longest wait for what a device says later.
WAIT_NS_MAX: Final = 600 * 10**9
_LISTEN_COUNT: Final = 16
#: How long the loop has to take an input.
_TAKEN_TIMEOUT_S: Final = 10.0
#: How long an answer may take, behind what it was asked to wait for.
ANSWER_TIMEOUT_S: Final = _TAKEN_TIMEOUT_S + 5.0


def default_path(link: str | os.PathLike[str]) -> Path:
    """Where the control socket of a modem at a link is: beside it."""
    return Path(f"{os.fspath(link)}.control")


# ------------------------------------------------------------------ server


class _Server(socketserver.ThreadingMixIn, socketserver.BaseServer):
    daemon_threads = True

    def __init__(self, listening: socket.socket, loop: Loop, structures: int) -> None:
        super().__init__("", _Handler)
        self.socket = listening
        self.loop = loop
        self.structures = structures

    def fileno(self) -> int:
        return self.socket.fileno()

    def get_request(self) -> tuple[socket.socket, Any]:
        return self.socket.accept()

    def shutdown_request(self, request: Any) -> None:
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
        request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: the client went away, and that is its own affair."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = None

    def handle(self) -> None:
        """Answer lines until the client closes."""
        while True:
            line = self.rfile.readline(LINE_SIZE_MAX)
            if not line:
                return
            try:
                answer = _answer(self.server.loop, self.server.structures, line)
            except WwanReplayError as error:
                answer = {"error": str(error), "is_usage": isinstance(error, UsageError)}
            self.wfile.write(json.dumps(answer).encode() + b"\n")


def _answer(loop: Loop, structures: int, line: bytes) -> dict[str, Any]:
    """Do what a line asks for."""
    try:
        request = json.loads(line)
        name, fields = request["name"], request.get("fields", {})
        wait_ns, port = int(request.get("wait_ns", 0)), int(request.get("port", 0))
        is_well_formed = isinstance(name, str) and isinstance(fields, dict)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        is_well_formed = False
    if not is_well_formed:
        raise UsageError("control socket: a request is a line of JSON with name and fields")
    event = event_of(step_of(name, fields, structures, port=port), structures)
    emitted: queue.SimpleQueue[Event] = queue.SimpleQueue()
    loop.function.listeners.append(emitted.put)
    try:
        try:
            time_ns = loop.submit(event).result(_TAKEN_TIMEOUT_S)
        except (CancelledError, TimeoutError):
            raise DeviceError("the modem is no longer served") from None
        time.sleep(min(max(wait_ns, 0), WAIT_NS_MAX) / 1e9)
    finally:
        loop.function.listeners.remove(emitted.put)
    outputs = []
    while not emitted.empty():
        outputs.append(_plain(emitted.get()))
    return {"time_ns": time_ns, "name": name, "outputs": outputs}


_NUMBERS: Final = ("time_ns", "port", "request_id", "code", "status", "handle", "bytes", "index")


def _plain(event: Event) -> dict[str, Any]:
    values = {name: getattr(event, name) for name in _NUMBERS}
    values |= {"kind": int(event.kind), "namespace": int(event.namespace)}
    return values | {"payload": event.payload.hex()}


def _event(values: dict[str, Any]) -> Event:
    named = {name: values[name] for name in _NUMBERS if name != "time_ns"}
    return Event(
        Kind(values["kind"]),
        values["time_ns"],
        namespace=values["namespace"],
        payload=bytes.fromhex(values["payload"]),
        **named,
    )


@contextmanager
def control_socket(path: str | os.PathLike[str], loop: Loop, structures: int) -> Iterator[Path]:
    """Listen meanwhile; the socket is there as long. `structures` is the device's generation.

    UsageError when something else is at the path, or another server listens there; a socket that
    nobody listens at is replaced.
    """
    try:
        place = PathListener(path, backlog=_LISTEN_COUNT)
    except NameTakenError:
        raise UsageError(f"{path}: a modem is served there already; name another socket") from None
    server = _Server(place.socket, loop, structures)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield place.path
    finally:
        place.remove()
        server.shutdown()
        thread.join()
        place.close()


# ------------------------------------------------------------------ client


class Controlled:
    """A connection to a served modem; DeviceError when there is none at the path."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # The kernel's own limit: with that of Python a full queue is an error at once.
            limit = struct.pack("ll", round(ANSWER_TIMEOUT_S), 0)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
            self._socket.connect(self.path)
        except OSError as error:
            self._socket.close()
            raise DeviceError(f"{self.path}: {_reason(error)}") from error
        self._file = self._socket.makefile("rwb")

    def __enter__(self) -> Controlled:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self._file.close()
        self._socket.close()

    def give(
        self, name: str, fields: dict[str, Any], *, port: int = 0, wait_ns: int = 0
    ) -> tuple[int, list[Event]]:
        """Give the modem one stimulus; (when, what it emitted at once and within `wait_ns`).

        UsageError with the modem's own line for one that it does not know, DeviceError when it
        does not answer within ANSWER_TIMEOUT_S after `wait_ns`.
        """
        request = {"name": name, "fields": fields, "port": port, "wait_ns": wait_ns}
        limit_s = ANSWER_TIMEOUT_S + max(wait_ns, 0) / 1e9
        self._socket.settimeout(limit_s)
        try:
            self._file.write(json.dumps(request).encode() + b"\n")
            self._file.flush()
            line = self._file.readline(LINE_SIZE_MAX)
        except TimeoutError:
            raise DeviceError(f"{self.path}: no answer within {limit_s:g} s") from None
        except OSError as error:
            raise DeviceError(f"{self.path}: {error.strerror or error}") from error
        if not line.endswith(b"\n"):
            raise DeviceError(f"{self.path}: the modem is no longer served")
        try:
            answer = json.loads(line)
            if "error" in answer:
                raise (UsageError if answer["is_usage"] else DeviceError)(answer["error"])
            return answer["time_ns"], [_event(each) for each in answer["outputs"]]
        except WwanReplayError:
            raise
        except (KeyError, TypeError, ValueError):
            raise InputError(f"{self.path}: what answers is no served modem") from None


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOENT, errno.ECONNREFUSED):
        return "no modem is served there; `wwanreplay serve --control` makes the socket"
    if error.errno == errno.EACCES:
        return "is for the user who serves the modem"
    if error.errno == errno.EAGAIN:
        return f"nobody lets clients in for {ANSWER_TIMEOUT_S:g} s; is the modem's server stopped?"
    return error.strerror or str(error)
