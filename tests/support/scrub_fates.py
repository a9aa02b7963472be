"""The counts of all matrices of scrub; run it: with -v it lists what was not simply replaced."""

import sys
from collections import Counter
from collections.abc import Iterator

from scrub_lines import line_fates
from scrub_matrix import GONE, LEFT, REFUSED, TOO_SHORT, VALUES, fates
from scrub_places import or_too_short, place_fates


def re_encoding_fates() -> Iterator[tuple[str, str]]:
    """(what it is, its fate) of each row of the first matrix."""
    for value in VALUES:
        for writing, found in fates(value):
            yield f"{value.name}: {writing.name}", or_too_short(value, writing.name, found)


def main() -> None:
    """Print the counts of each matrix; with -v, what was not simply replaced."""
    matrices = {
        "re-encodings in a log": re_encoding_fates,
        "places in a trace": place_fates,
        "lines of logs": line_fates,
    }
    for title, rows in matrices.items():
        found = list(rows())
        counts = Counter(fate for _, fate in found)
        listed = ", ".join(f"{counts[fate]} {fate}" for fate in (GONE, REFUSED, TOO_SHORT, LEFT))
        print(f"{title}: {len(found)}: {listed}")
        for name, what in found:
            if "-v" in sys.argv[1:] and what != GONE:
                print(f"  {what}: {name}")


if __name__ == "__main__":
    main()
