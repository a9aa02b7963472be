"""SFTP to hosts whose keys are known, as `ssh` takes them; fsspec's own takes any.

Whoever wants that, or another rule, sets fsspec's `host_key_policy` for `sftp` in its configuration
(`FSSPEC_SFTP_HOST_KEY_POLICY=auto_add`, or a file), which counts here too.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Final

import paramiko  # type: ignore[import-untyped]
from fsspec import register_implementation
from fsspec.implementations.sftp import SFTPFileSystem

#: What fsspec calls it; the name `sftp` stays fsspec's own for whoever else is in the process.
PROTOCOL: Final = "wwanreplaysftp"
#: The keys that are known beside those of the user.
SYSTEM_HOSTS: Final = "/etc/ssh/ssh_known_hosts"


class UnknownHostError(paramiko.SSHException):  # type: ignore[misc]
    """The key of a host is in no file of known hosts."""


class _Refusing(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    def missing_host_key(self, _client: Any, hostname: str, key: Any) -> None:
        raise UnknownHostError(
            f"the host key of {hostname} ({key.get_name()}) is not known: connect to it with ssh"
            " once, or add it to ~/.ssh/known_hosts"
        )


class KnownHostsFileSystem(SFTPFileSystem):  # type: ignore[misc]
    """Files over SFTP, of hosts that are known."""

    protocol = ("sftp", "ssh", PROTOCOL)

    def __init__(self, host: str, **ssh_kwargs: Any) -> None:
        self._has_policy = ssh_kwargs.get("host_key_policy") is not None
        super().__init__(host, **ssh_kwargs)

    def _connect(self) -> None:
        if self._has_policy:
            super()._connect()
            return
        self.client = paramiko.SSHClient()
        self.client.load_system_host_keys()
        if os.path.exists(SYSTEM_HOSTS):
            with suppress(OSError):
                self.client.load_system_host_keys(SYSTEM_HOSTS)
        self.client.set_missing_host_key_policy(_Refusing())
        self.client.connect(self.host, **self.ssh_kwargs)
        self.ftp = self.client.open_sftp()


register_implementation(PROTOCOL, KnownHostsFileSystem, clobber=True)
