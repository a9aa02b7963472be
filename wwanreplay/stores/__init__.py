"""Files in stores: whatever fsspec reaches by a URL, from S3 and HTTP to an archive.

    name = named("s3://lab/2024/a.wwtrace")     # prints without what is secret in it
    with open_input(name) as file: ...          # read by ranges, of which few are needed
    put_file("made.wwtrace", named("s3://lab/made.wwtrace"))

A name that is no URL is a file of the disk, and nothing here is loaded for it.
"""

from wwanreplay.stores.access import StoreError, file_system, is_url, may_pass, text_without_secrets
from wwanreplay.stores.names import (
    COMPANION_SUFFIX,
    STANDARD_INPUT,
    STANDARD_INPUT_FILE,
    Location,
    companion_of,
    find_inputs,
    listed,
    named,
    size_of,
    version_of,
)
from wwanreplay.stores.reading import open_input
from wwanreplay.stores.writing import put_file, store_has

__all__ = [
    "COMPANION_SUFFIX",
    "STANDARD_INPUT",
    "STANDARD_INPUT_FILE",
    "Location",
    "StoreError",
    "companion_of",
    "file_system",
    "find_inputs",
    "is_url",
    "listed",
    "may_pass",
    "named",
    "open_input",
    "put_file",
    "size_of",
    "store_has",
    "text_without_secrets",
    "version_of",
]
