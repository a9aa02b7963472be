"""Options of the network: the first report of a port has them."""

from infer_samples import mapping_of, query, report

from wwanreplay._core import Event
from wwanreplay.analysis.infer.start import start_of


def options(octets: bytes, request_id: int = 0) -> Event:
    values = {
        "PcoValue.Size": len(octets),
        "PcoValue.Type": 1,
        "PcoValue.PcoData": octets.ljust(256, b"\0"),
    }
    return report("PCO_STATUS", values, 5, request_id)


def test_the_options_are_those_of_the_first_report() -> None:
    (pco,) = mapping_of(options(b"\x80\x01"), options(b"\x80\x02"))["pco"]
    assert (pco["pco_type"], bytes(pco["octets"])) == (1, b"\x80\x01")


def test_a_device_is_led_to_the_options_of_an_answer_only() -> None:
    answer = (query("PCO", 1), options(b"\x80\x01", 1))
    mapping = mapping_of(*answer)
    assert start_of(answer, mapping) != start_of([options(b"\x80\x01")], mapping)


def test_a_report_that_is_empty_shows_no_options() -> None:
    assert "pco" not in mapping_of(options(b""))
