"""docs/mbim-mapping.md lists what the served function has, as the ties have it."""

import re

from checkout import DOCS

from wwanreplay.mbim.commands import TIES
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS, EXTENSIONS, command_name

SERVICES = {"Basic Connect": BASIC_CONNECT, "Extensions": EXTENSIONS, "DSS": DSS}


def listed() -> dict[tuple[str, int], tuple[str, str, str]]:
    """The table of served commands: by service and CID its name, operations and OIDs."""
    found = {}
    text = (DOCS / "mbim-mapping.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        row = re.match(r"\| (?:([A-Z][\w ]*?) )?(\d+) (\w+) \| ([qsn ]+) \| ([^|]+) \|", line)
        if row is not None:
            # Rows without a service are of Basic Connect.
            service = row[1] or "Basic Connect"
            found[service, int(row[2])] = row[3], row[4], row[5]
    return found


def test_the_served_commands_of_the_page_are_those_of_the_ties():
    page = listed()
    names = {number: name for name, number in SERVICES.items()}
    for tie in TIES:
        if not tie.served:
            continue
        row = page.get((names.get(tie.service, tie.service_name), tie.cid))
        assert row is not None, f"docs/mbim-mapping.md has no row of {tie.name}"
        name, operations, oids = row
        assert command_name(tie.service, tie.cid).endswith(name)
        assert set(tie.served) <= set(operations), tie.name
        assert tie.oid_name in oids, tie.name


def test_the_page_serves_nothing_else_of_an_oid():
    served = {(tie.service, tie.cid): tie for tie in TIES if tie.served}
    rows = {(SERVICES[name], cid): row for (name, cid), row in listed().items()}
    of_oids = {key for key, (_, _, oids) in rows.items() if oids.startswith("OID_")}
    assert of_oids == set(served)
