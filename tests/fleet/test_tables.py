"""The tables of results are documented, column by column."""

from checkout import DOCS

from wwanreplay.fleet.tables import SCHEMA_VERSION, TABLES


def test_the_document_lists_every_column_with_what_it_holds():
    text = (DOCS / "fleet.md").read_text(encoding="utf-8")
    assert f"schema version is {SCHEMA_VERSION}" in text
    missing = [
        f"{table}.{column.name}"
        for table, columns in TABLES.items()
        for column in columns
        if f"| {table} | `{column.name}` | {column.type} | {column.text} |" not in text
    ]
    assert missing == []
