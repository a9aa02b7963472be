"""The options with which a verb keeps tables of results, for every verb that judges."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from wwanreplay.cli.options import key_of, key_options

if TYPE_CHECKING:
    from wwanreplay.fleet.results import Results, Tabled
    from wwanreplay.fleet.rows import Identities

    Report = TypeVar("Report", bound=Tabled)


class ResultsOptions(NamedTuple):
    """What the options say; without `folder` nothing is kept."""

    folder: str | None = None
    is_resumed: bool = False
    key: bytes | None = None
    show_personal: bool = False

    def identities(self) -> Identities | None:
        """What stands for identities in the tables; None where nothing is kept."""
        if self.folder is None:
            return None
        from wwanreplay.fleet.rows import Identities

        return Identities(self.key, self.show_personal)

    def opened(
        self, paths: list[str], settings: dict[str, Any], unpack: Callable[[str], Report]
    ) -> Results[Report]:
        """The tables that are written; `settings` are those that decide what comes out."""
        from wwanreplay.fleet.names import keys_of
        from wwanreplay.fleet.results import Results

        assert self.folder is not None
        return Results(self.folder, keys_of(paths), settings, unpack, resume=self.is_resumed)


def results_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command, which takes --show-personal, is given them as `tables`."""

    @wraps(command)
    def wrapped(
        *arguments: Any,
        results: str | None,
        resume: str | None,
        key: str | None,
        key_file: str | None,
        **options: Any,
    ) -> Any:
        if results is not None and resume is not None:
            text = "--results is for new results, --resume goes on: give one of them"
            raise click.UsageError(text)
        if results is None and resume is None:
            if key is not None or key_file is not None:
                raise click.UsageError("--key and --key-file are for --results")
            return command(*arguments, tables=ResultsOptions(), **options)
        tables = ResultsOptions(
            results or resume, resume is not None, key_of(key, key_file), options["show_personal"]
        )
        return command(*arguments, tables=tables, **options)

    wrapped = key_options(wrapped)
    wrapped = click.option(
        "--resume", metavar="FOLDER", help="Go on with results that a run before did not complete."
    )(wrapped)
    return click.option(
        "--results",
        metavar="FOLDER",
        help="Write tables of results (Parquet) into a new folder or store (docs/fleet.md).",
    )(wrapped)
