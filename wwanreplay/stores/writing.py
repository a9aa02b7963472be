"""Files that are put into a store: under a temporary name beside their place, then moved."""

from __future__ import annotations

import os
from contextlib import suppress

from wwanreplay.stores.access import file_system, tried
from wwanreplay.stores.names import Location


def store_has(location: Location) -> bool:
    """Whether a store has such a file; StoreError when it does not answer."""
    store, path = file_system(location.url)
    return bool(tried(lambda: store.exists(path)))


def put_file(source: str | os.PathLike[str], location: Location) -> None:
    """Put a file of the disk into a store, whole or not at all; StoreError.

    It has another name beside its place until it is complete. What is at the place is replaced:
    whoever calls looks first.
    """
    store, path = file_system(location.url)
    folder, slash, base = path.rpartition("/")
    temporary = f"{folder}{slash}.{base}.{os.urandom(4).hex()}"

    def put() -> None:
        try:
            store.put_file(os.fspath(source), temporary)
            _move(store, temporary, path)
        except BaseException:
            with suppress(Exception):  # the first error is the one that counts
                if store.exists(temporary):
                    store.rm_file(temporary)
            raise

    if slash:
        with suppress(Exception):  # stores of objects have no folders; putting says what is wrong
            store.makedirs(folder, exist_ok=True)
    tried(put)


def _move(store: object, source: str, target: str) -> None:
    """Rename; what is at the target stays until then, as far as the store can."""
    sftp = getattr(store, "ftp", None)
    if sftp is not None and hasattr(sftp, "posix_rename"):
        sftp.posix_rename(source, target)  # the plain one refuses a name that is taken
        return
    move = getattr(store, "mv_file", None) or store.mv  # type: ignore[attr-defined]
    move(source, target)
