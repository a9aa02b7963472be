"""Real servers of files on loopback: nginx and sshd of Debian, and moto's of S3.

moto is the S3 of the registries that needs neither another language's runtime nor an account: it
speaks the protocol to botocore as AWS does, ranges and copies included.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        assert process.poll() is None, "the server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server does not listen")


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/lib/openssh")
    if found is None:
        pytest.skip(f"{name} is not here: apt-get install nginx-light openssh-server")
    return found


@contextmanager
def running(command: list[str], port: int, **options: object) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **options,  # type: ignore[call-overload]
    )
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(20)


class Nginx:
    """Files over HTTP, with the log of the server: a method, a range and a path a request."""

    def __init__(self, port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = log

    def requests(self) -> list[str]:
        time.sleep(0.05)  # an answer may come before its line
        return self._log.read_text().splitlines()

    def forget(self) -> None:
        os.truncate(self._log, 0)


@contextmanager
def nginx(files: Path, room: Path) -> Iterator[Nginx]:
    with _nginx(
        room,
        f"""
    root {files}; autoindex on;
    location /plain/ {{ alias {files}/; max_ranges 0; }}
    location /broken/ {{ return 503; }}
    location /closed/ {{ return 403; }}
""",
    ) as made:
        yield made


@contextmanager
def nginx_before(address: str, room: Path) -> Iterator[Nginx]:
    """A server of another kind behind nginx, for its log of requests and ranges."""
    serving = f"location / {{ proxy_pass {address}; proxy_set_header Host $http_host; }}"
    with _nginx(room, serving) as made:
        yield made


@contextmanager
def _nginx(room: Path, serving: str) -> Iterator[Nginx]:
    """nginx on loopback, which serves what its configuration says so."""
    binary, port = program("nginx"), free_port()
    log = room / "access.log"
    (room / "nginx.conf").write_text(f"""
daemon off; master_process off; pid {room}/nginx.pid; error_log {room}/error.log;
events {{ }}
http {{
  log_format ranges '$request_method $http_range $uri $status';
  access_log {log} ranges; client_max_body_size 0;
  client_body_temp_path {room}/body; proxy_temp_path {room}/proxy;
  fastcgi_temp_path {room}/fastcgi; uwsgi_temp_path {room}/uwsgi; scgi_temp_path {room}/scgi;
  server {{ listen 127.0.0.1:{port}; {serving} }}
}}
""")
    with running([binary, "-p", str(room), "-c", str(room / "nginx.conf")], port):
        yield Nginx(port, log)


@contextmanager
def sftp(room: Path) -> Iterator[str]:
    """The URL of an SFTP server that lets the user of the test in by a key.

    Whose home is the room, knows the server. What is read stands in `sftp.log` there.
    """
    binary, server, port = program("sshd"), program("sftp-server"), free_port()
    logged = room / "sftp-server"
    logged.write_text(f"#!/bin/sh\nexec {server} -e -l DEBUG1 2>>{room}/sftp.log\n")
    logged.chmod(0o755)
    for name in ("host", "user"):
        key = str(room / name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    known = (room / "host.pub").read_text()
    (room / ".ssh").mkdir()
    (room / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{port} {known}")
    keys = room / "authorized"
    keys.write_text((room / "user.pub").read_text())
    (room / "sshd_config").write_text(f"""
Port {port}
ListenAddress 127.0.0.1
HostKey {room}/host
PidFile {room}/sshd.pid
AuthorizedKeysFile {keys}
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
Subsystem sftp {logged}
""")
    Path("/run/sshd").mkdir(exist_ok=True) if os.geteuid() == 0 else None
    with running(
        [binary, "-D", "-E", str(room / "sshd.log"), "-f", str(room / "sshd_config")], port
    ):
        yield f"sftp://127.0.0.1:{port}"


@contextmanager
def s3() -> Iterator[str]:
    """The address of an S3 server without buckets."""
    s3fs = pytest.importorskip("s3fs")
    moto = pytest.importorskip("moto.server", reason="moto[s3] and flask are not here")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # Both keep what was before: fsspec a client of the last server, moto all buckets.
    s3fs.S3FileSystem.clear_instance_cache()
    urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    try:
        yield f"http://{host}:{port}"
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()
