"""Many traces explained, each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wwanreplay.errors import EXIT_INTERNAL, EXIT_YES, NothingMatchedError
from wwanreplay.fleet.work import DIED, Undivided, failure_of
from wwanreplay.stores import STANDARD_INPUT, STANDARD_INPUT_FILE

if TYPE_CHECKING:
    from wwanreplay.trace.stretch import Stretch


@dataclass
class Pages:
    """The pages of a file, or why there are none.

    `is_log`: no trace; logs are of one session, and explained together. `nothing`: that no message
    stands in the stretch.
    """

    path: str
    lines: list[list[str]] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    is_log: bool = False
    nothing: str = ""
    error: str = ""
    exit_code: int = EXIT_YES


@dataclass(frozen=True)
class ExplainWork(Undivided):
    """Explain, to pages of lines or, with `as_json`, of values; with `debug` errors are raised.

    The options are those of `explain_files`.
    """

    stretch: Stretch
    format_name: str | None = None
    device: str | None = None
    expanded_size_max: int | None = None
    as_json: bool = False
    debug: bool = False

    def __call__(self, path: str) -> Pages:
        """The page of a trace; of a log that it is one."""
        return self._pages(path, [path], is_trace=True)

    def together(self, paths: Sequence[str]) -> Pages:
        """The pages of traces, and of logs that are of one session."""
        name = STANDARD_INPUT_FILE if paths[0] == STANDARD_INPUT else paths[0]
        return self._pages(name, paths, is_trace=False)

    def prepare(self) -> None:
        """Load what pages are made of, and the rules."""
        import wwanreplay.analysis.explanation  # noqa: F401
        from wwanreplay.analysis.check.registry import rules

        rules()

    def died(self, path: str) -> Pages:
        """The same of a trace whose worker died of it."""
        return Pages(path, error=f"{path}: {DIED}", exit_code=EXIT_INTERNAL)

    def _pages(self, name: str, paths: Sequence[str], *, is_trace: bool) -> Pages:
        from wwanreplay.analysis.explanation import explain_files, page_json, page_lines

        pages = Pages(name)
        try:
            found = explain_files(
                paths,
                format_name=self.format_name,
                device=self.device,
                expanded_size_max=self.expanded_size_max,
                stretch=self.stretch,
                with_logs=not is_trace,
            )
            for each in found:
                pages.exit_code = max(pages.exit_code, each.exit_code)
                if self.as_json:
                    pages.values.append(page_json(each))
                else:
                    pages.lines.append(list(page_lines(each)))
        except NothingMatchedError as error:
            pages.nothing = str(error)
        except Exception as error:  # whatever is wrong with one is reported in its place
            if self.debug:
                raise
            pages.error, pages.exit_code = failure_of(name, error)
        has_words = pages.lines or pages.values or pages.nothing or pages.error
        pages.is_log = is_trace and not has_words
        return pages
