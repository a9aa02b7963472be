"""Questions to a corpus: tables that DuckDB makes of results, each with the SQL behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from wwanreplay.errors import InputError, UsageError
from wwanreplay.fleet.names import place_in
from wwanreplay.fleet.results import part_names, read_dataset
from wwanreplay.fleet.tables import TABLES
from wwanreplay.stores import Location

#: Rows of a table that a report shows; all of them are in its JSON.
ROWS_MAX: Final = 40

#: Views that the queries use, beside the tables: a fault is a broken rule or a root cause.
FAULTS: Final = """\
CREATE VIEW {prefix}faults AS
SELECT DISTINCT trace, 'rule ' || rule AS fault FROM {prefix}rules
WHERE outcome = 'broken' AND severity = 'fault'
UNION
SELECT DISTINCT trace, kind || ' ' || name FROM {prefix}divergences
WHERE weight = 'fault' AND root"""


@dataclass(frozen=True, slots=True)
class Question:
    """One table: what it shows, and how it is made. `compares` wants an earlier run beside it."""

    name: str
    title: str
    sql: str
    compares: bool = False


@dataclass(slots=True)
class Answer:
    """What a question gave."""

    question: Question
    columns: list[str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """As plain values, with the SQL."""
        return {
            "name": self.question.name,
            "title": self.question.title,
            "sql": self.question.sql,
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
        }


QUESTIONS: Final = (
    Question(
        "verdicts",
        "Verdicts by firmware",
        """\
SELECT coalesce(firmware, '(not known)') AS firmware, verdict,
  count(*) AS traces, sum(records)::BIGINT AS records
FROM traces GROUP BY ALL ORDER BY ALL""",
    ),
    Question(
        "rules",
        "Which firmware breaks which rule, and how often",
        """\
SELECT coalesce(firmware, '(not known)') AS firmware, rule, severity,
  count(*) FILTER (outcome = 'broken') AS broken_in,
  count(*) FILTER (outcome IN ('broken', 'kept')) AS judged_in,
  round(100.0 * broken_in / judged_in, 1)::DOUBLE AS percent,
  sum(rules.broken)::BIGINT AS places
FROM rules JOIN traces USING (trace)
GROUP BY ALL HAVING broken_in > 0
ORDER BY percent DESC, broken_in DESC, firmware, rule""",
    ),
    Question(
        "divergences",
        "What diverges from the model, by firmware",
        """\
SELECT coalesce(firmware, '(not known)') AS firmware, kind, name, weight,
  count(DISTINCT trace) AS traces, count(*) AS places
FROM divergences JOIN traces USING (trace)
WHERE root GROUP BY ALL
ORDER BY weight, traces DESC, firmware, kind, name""",
    ),
    Question(
        "latencies",
        "Latencies by OID and firmware, in ms, and how they are spread",
        """\
WITH spans AS (
  SELECT coalesce(firmware, '(not known)') AS firmware, oid, operation, until,
    low_ns, high_ns, sum(count)::BIGINT AS n
  FROM latencies JOIN traces USING (trace) GROUP BY ALL
), running AS (
  SELECT *, sum(n) OVER (of_row ORDER BY low_ns) AS upto, sum(n) OVER of_row AS total
  FROM spans WINDOW of_row AS (PARTITION BY firmware, oid, operation, until)
)
SELECT firmware, oid, operation, until, max(total)::BIGINT AS count,
  round(min(high_ns) FILTER (upto >= 0.5 * total) / 1e6, 3)::DOUBLE AS median_ms,
  round(min(high_ns) FILTER (upto >= 0.95 * total) / 1e6, 3)::DOUBLE AS p95_ms,
  round(max(high_ns) / 1e6, 3)::DOUBLE AS max_ms,
  coalesce(sum(n) FILTER (high_ns <= 1e6), 0)::BIGINT AS to_1ms,
  coalesce(sum(n) FILTER (high_ns > 1e6 AND high_ns <= 1e7), 0)::BIGINT AS to_10ms,
  coalesce(sum(n) FILTER (high_ns > 1e7 AND high_ns <= 1e8), 0)::BIGINT AS to_100ms,
  coalesce(sum(n) FILTER (high_ns > 1e8 AND high_ns <= 1e9), 0)::BIGINT AS to_1s,
  coalesce(sum(n) FILTER (high_ns > 1e9 AND high_ns <= 1e10), 0)::BIGINT AS to_10s,
  coalesce(sum(n) FILTER (high_ns > 1e10), 0)::BIGINT AS longer
FROM running GROUP BY firmware, oid, operation, until
ORDER BY oid, operation, until DESC, firmware""",
    ),
    Question(
        "rarest",
        "The rarest faults, with up to three traces that show each",
        """\
SELECT fault, count(*) AS traces, list(trace ORDER BY trace)[:3] AS shown_by
FROM faults GROUP BY fault ORDER BY traces, fault""",
    ),
    Question(
        "new",
        "Faults that the earlier run did not have, by firmware",
        """\
SELECT coalesce(firmware, '(not known)') AS firmware, fault, count(*) AS traces,
  list(trace ORDER BY trace)[:3] AS shown_by
FROM faults JOIN traces USING (trace)
WHERE (coalesce(firmware, ''), fault) NOT IN (
  SELECT (coalesce(firmware, ''), fault) FROM earlier_faults JOIN earlier_traces USING (trace))
GROUP BY ALL ORDER BY traces DESC, firmware, fault""",
        compares=True,
    ),
)

#: What changed of what both runs have, and what one of them lacks. New traces change nothing.
CHANGES: Final = Question(
    "changes",
    "Verdicts that changed since the earlier run",
    """\
SELECT coalesce(now.key, before.key) AS trace, 'verdict' AS judged,
  before.verdict AS earlier, coalesce(now.verdict, '(gone)') AS now
FROM traces AS now FULL JOIN earlier_traces AS before ON now.key = before.key
WHERE before.verdict IS NOT NULL AND now.verdict IS DISTINCT FROM before.verdict
UNION ALL
SELECT now.key, 'rule ' || either.rule,
  coalesce(was.outcome, 'not judged'), coalesce(present.outcome, 'not judged')
FROM traces AS now JOIN earlier_traces AS before ON now.key = before.key
JOIN (SELECT trace, rule FROM rules WHERE outcome = 'broken'
  UNION SELECT traces.trace, rule FROM earlier_rules
  JOIN earlier_traces USING (trace) JOIN traces ON traces.key = earlier_traces.key
  WHERE outcome = 'broken') AS either ON either.trace = now.trace
LEFT JOIN rules AS present ON present.trace = now.trace AND present.rule = either.rule
LEFT JOIN earlier_rules AS was ON was.trace = before.trace AND was.rule = either.rule
WHERE coalesce(present.outcome, '') <> coalesce(was.outcome, '')
  AND now.verdict <> 'unreadable' AND before.verdict <> 'unreadable'
ORDER BY ALL""",
    compares=True,
)


class Corpus:
    """The results of a run, and of an earlier one to compare with, in DuckDB.

    InputError for what are no results, UsageError without DuckDB.
    """

    def __init__(self, folder: str, earlier: str | None = None) -> None:
        try:
            self._duckdb: Any = import_module("duckdb")
        except ImportError:
            raise UsageError(
                "corpus needs duckdb, which is not installed: the extra wwanreplay[fleet]"
            ) from None
        self.folder = folder
        self.description = read_dataset(folder)
        self.descriptions = {folder: self.description}
        self._connection = self._duckdb.connect(config={"threads": 2})
        self.preamble = [*self._views(folder, "")]
        self.has_earlier = earlier is not None
        if earlier is not None:
            self.descriptions[earlier] = read_dataset(earlier)
            verb, its = map(verb_of, (self.description, self.descriptions[earlier]))
            if verb != its:
                raise UsageError(f"{earlier}: the results are of {its}, those of now of {verb}")
            self.preamble += self._views(earlier, "earlier_")

    def _views(self, folder: str, prefix: str) -> list[str]:
        """Let the tables of a run be views; the statements, for a user's own session."""
        statements = []
        for name in TABLES:
            place = place_in(_as_pattern(folder), name, "*.parquet").replace("'", "''")
            parts_of = f"read_parquet('{place}', union_by_name=true)"
            shown = f"CREATE VIEW {prefix}{name} AS FROM {parts_of}"
            statements.append(shown)
            parts = part_names(folder, name)
            if not parts:
                raise InputError(f"{folder}: has no table {name}; the run wrote none yet")
            try:
                if isinstance(folder, Location):
                    self._connection.register(f"{prefix}{name}", _in_store(parts))
                else:
                    self._connection.execute(shown)
            except self._duckdb.Error as error:
                raise self._failure(folder, error) from None
        statements.append(FAULTS.format(prefix=prefix))
        self._connection.execute(statements[-1])
        return statements

    def _failure(self, folder: str, error: Exception) -> InputError:
        return InputError(f"{folder}: cannot be read: {str(error).splitlines()[0]}")

    def ask(self, question: Question) -> Answer:
        """The table of a question."""
        try:
            found = self._connection.execute(question.sql)
            columns = [column[0] for column in found.description]
            return Answer(question, columns, found.fetchall())
        except self._duckdb.Error as error:
            raise self._failure(self.folder, error) from None

    def count_in_both(self) -> int:
        """How many traces the run and the earlier one have in common."""
        sql = "SELECT count(*) FROM traces JOIN earlier_traces USING (key)"
        (count,) = self._connection.execute(sql).fetchone()
        return int(count)

    def answers(self) -> list[Answer]:
        """The tables of all questions that can be answered."""
        return [self.ask(each) for each in QUESTIONS if self.has_earlier or not each.compares]

    def close(self) -> None:
        """Close the database, which was in memory."""
        self._connection.close()


def _as_pattern(folder: str) -> str:
    """The name of a folder in a pattern of DuckDB, which means that folder alone."""
    return re.sub(r"[*?\[]", lambda mark: f"[{mark[0]}]", str(folder))


def verb_of(description: dict[str, Any]) -> str:
    """What the results are of."""
    return str(description.get("settings", {}).get("verb"))


def _in_store(parts: list[str]) -> Any:
    """The parts of a table in a store, as a dataset; files are read when a query needs them."""
    from wwanreplay.stores import file_system

    dataset = import_module("pyarrow.dataset")
    paths = []
    store = None
    for part in parts:
        assert isinstance(part, Location)
        store, path = file_system(part.url)
        paths.append(path)
    return dataset.dataset(paths, format="parquet", filesystem=store)
