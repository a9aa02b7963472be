"""The tables of results: their columns, types and what they mean. docs/fleet.md lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Counted up whenever a column changes its meaning or goes; a new column does not count.
SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type in Arrow's words, and what it holds."""

    name: str
    type: str
    text: str


_TRACE: Final = Column("trace", "string", "the trace, as it was named; without credentials")
_OF_OPERATION: Final = (
    Column("oid", "string", "the OID, by its name"),
    Column("operation", "string", "query, set or method"),
)

TABLES: Final[dict[str, tuple[Column, ...]]] = {
    "traces": (
        _TRACE,
        Column("key", "string", "its name below the folder that all traces of the run are in"),
        Column("number", "int64", "its place in the run, from 0"),
        Column("size", "int64", "bytes, where it cost no request to know them"),
        Column("version", "string", "time of its last change, or a store's tag; null as size is"),
        Column("records", "int64", "records that were replayed or judged"),
        Column("verdict", "string", "in the words of the verb: equal, no fault, broken and so on"),
        Column("exit_code", "int64", "what the verb ends with for it"),
        Column("error", "string", "why it is unreadable, else empty"),
        Column("digest", "string", "of what the replayed device emitted, hex; null of `check`"),
        Column("divergences", "int64", "faults found by the replay, consequences included"),
        Column("root_causes", "int64", "those that follow from nothing"),
        Column("remarks", "int64", "differences that are no faults: notes and warnings"),
        Column("rules_error", "string", "why no rule was judged, else empty"),
        Column("firmware", "string", "as the device reports it, null where it did not"),
        Column("model", "string", "the modem, as it reports it"),
        Column("operator", "string", "the SIM's home provider: masked, keyed, or as it is"),
        Column("driver", "string", "what drives the modem, where the names in a log say it"),
        Column("host", "string", "Windows, Linux or RouterOS, where a log says it"),
        Column("profile", "string", "the profile that it was replayed against"),
        Column("report", "string", "the report as JSON, from which --resume goes on"),
    ),
    "divergences": (
        _TRACE,
        Column("number", "int64", "its place in the report, from 1"),
        Column("kind", "string", "missing, extra, different and so on"),
        Column("layer", "string", "wire, rules or model"),
        Column("weight", "string", "fault, warning or note"),
        Column("root", "bool", "whether it follows from nothing"),
        Column("record", "int64", "the index of the record"),
        Column("time_ns", "int64", "virtual time, ns"),
        Column("name", "string", "the OID or indication"),
        Column("rule", "string", "the rule that it breaks, null without one"),
        Column("fields", "string", "the fields that differ, with commas between"),
        Column("text", "string", "what is different, in a sentence; identities masked"),
    ),
    "rules": (
        _TRACE,
        Column("rule", "string", "the rule's id"),
        Column("severity", "string", "what breaking it is: fault, warning or note"),
        Column("outcome", "string", "broken, kept or not decidable"),
        Column("kept", "int64", "places where it is kept"),
        Column("broken", "int64", "places where it is broken"),
        Column("first_record", "int64", "the first broken place, null without one"),
        Column("text", "string", "what is wrong there; identities masked"),
    ),
    "facts": (
        _TRACE,
        Column("name", "string", "what: firmware, hardware, model, operator, interface, …"),
        Column("value", "string", "as the trace shows it; identities masked"),
    ),
    "operations": (
        _TRACE,
        *_OF_OPERATION,
        Column("requests", "int64", "how many"),
        Column("completed", "int64", "that have a completion"),
        Column("closed", "int64", "that an indication ended"),
        Column("unanswered", "int64", "that have neither"),
        Column("failed", "int64", "statuses that are neither success nor provisional"),
    ),
    "latencies": (
        _TRACE,
        *_OF_OPERATION,
        Column("until", "string", "completion, or closing: the indication that ends the request"),
        Column("low_ns", "int64", "latencies from so many ns"),
        Column("high_ns", "int64", "up to, not including, so many"),
        Column("count", "int64", "how many of them"),
    ),
}
