"""What was lost of a trace, and what was stepped over, in words and numbers."""

from wwanreplay._core import Scanner
from wwanreplay.trace import Loss, Skipped


def test_a_loss_says_where_and_how_many_or_that_it_is_not_known() -> None:
    assert (
        str(Loss(20, 50, "the CRC is wrong", 3))
        == "bytes 20 to 50: the CRC is wrong (3 records lost)"
    )
    assert str(Loss(20, 50, "no frame", 0)) == "bytes 20 to 50: no frame (0 records lost)"
    assert str(Loss(20, 50, "no frame")) == "bytes 20 to 50: no frame (records unknown lost)"


def test_what_a_scan_stepped_over_is_added() -> None:
    scanner = Scanner()
    scanner.scan(bytes([0x92, 99, 0]) * 3)  # records of a kind that nobody knows
    skipped = Skipped(record_kinds=1)
    skipped.add(scanner)
    assert skipped == Skipped(record_kinds=4)
