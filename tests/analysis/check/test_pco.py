"""Rules of protocol configuration options, each on a sound device and on one that deviates."""

import pytest
from rule_faults import alter, change, drop, insert
from rule_scenarios import Host, pack, profile, shows

from wwanreplay.analysis.check.fields import number

PCO = "NDIS_STATUS_WWAN_PCO_STATUS"
SIZE = "PcoValue.Size"
DATA = "PcoValue.PcoData"
TYPE = "PcoValue.Type"
VALUE = bytes.fromhex("80ff00020304")
OTHER = bytes.fromhex("80ff00020505")

TWO_PORTS = profile(port_count=2)
# The network delivers a value when the first port's connection is activated.
AT_ACTIVATION = profile(port_count=2, pco=[{"octets": VALUE}])


def arrives(host: Host, octets: bytes, *, port: int = 0, connection_id: int = 1) -> None:
    """The network sends a value."""
    host.stimulus(
        "pco",
        port=port,
        ConnectionId=connection_id,
        Size=len(octets),
        Type=number.WwanPcoTypeComplete,
        PcoData=octets,
    )


def values(host: Host) -> None:
    """Queries without a value, with one, and after a change; then on another port."""
    host.wait(3)
    host.query("OID_WWAN_DEVICE_CAPS_EX")
    host.connect(1, wait_s=5)
    host.query("OID_WWAN_PCO")
    arrives(host, VALUE)
    host.query("OID_WWAN_PCO")
    arrives(host, OTHER)
    host.query("OID_WWAN_PCO")
    host.connect(2, port=1, wait_s=5)
    host.query("OID_WWAN_PCO", port=1)
    arrives(host, VALUE, port=1, connection_id=2)
    host.query("OID_WWAN_PCO", port=1)
    host.wait(15)


def over(host: Host) -> None:
    """A query behind a connection that had a value."""
    host.wait(3)
    host.connect(1, wait_s=5)
    arrives(host, VALUE)
    host.query("OID_WWAN_PCO")
    host.connect(1, activate=False, wait_s=5)
    host.query("OID_WWAN_PCO", wait_s=15)


def cached(host: Host) -> None:
    """A value comes with the activation."""
    host.wait(3)
    host.query("OID_WWAN_PCO")
    host.connect(1, wait_s=5)
    host.query("OID_WWAN_PCO")
    host.connect(1, activate=False, wait_s=5)
    host.connect(1, wait_s=5)
    host.query("OID_WWAN_PCO")


@pytest.mark.rule("pco.async")
def test_query_is_closed_by_the_pco_status() -> None:
    shows(
        "pco.async",
        values,
        change("OID_WWAN_PCO", record={"status": number.NDIS_STATUS_SUCCESS}),
        change(PCO, record={"code": number.NDIS_STATUS_WWAN_CONTEXT_STATE}),
        change(PCO, record={"payload": pack("NDIS_WWAN_PCO_STATUS")[:100]}),
        change(PCO, record={"payload": b"\x80\x02" + bytes(270)}),
        mapping=TWO_PORTS,
        times=5,
    )


@pytest.mark.rule("pco.no-set")
def test_set_is_refused() -> None:
    def scenario(host: Host) -> None:
        host.wait(3)
        host.set("OID_WWAN_PCO", pack("NDIS_WWAN_PCO_STATUS"))

    shows(
        "pco.no-set",
        scenario,
        change("OID_WWAN_PCO", record={"status": number.NDIS_STATUS_INDICATION_REQUIRED}),
        change("OID_WWAN_PCO", record={"status": number.NDIS_STATUS_SUCCESS}),
    )


@pytest.mark.rule("pco.new-value-event")
def test_new_value_is_an_event() -> None:
    shows(
        "pco.new-value-event",
        values,
        drop(PCO, 1, unsolicited=True, seen_at="STIMULUS_PCO"),
        drop(PCO, 2, unsolicited=True, seen_at=PCO),
        alter(PCO, 2, unsolicited=True, fields={DATA: VALUE}),
        mapping=TWO_PORTS,
        times=5,
    )


@pytest.mark.rule("pco.event-port")
def test_event_is_on_the_port_of_its_connection() -> None:
    shows(
        "pco.event-port",
        values,
        change(PCO, 1, unsolicited=True, record={"port": 1}),
        change(PCO, 3, unsolicited=True, record={"port": 2}),
        mapping=TWO_PORTS,
        times=3,
    )


@pytest.mark.rule("pco.on-activation")
def test_cached_value_is_reported_at_activation() -> None:
    shows(
        "pco.on-activation",
        cached,
        drop(PCO, 1, unsolicited=True, seen_at=PCO),
        drop(PCO, 2, unsolicited=True, seen_at=PCO),
        mapping=AT_ACTIVATION,
        times=2,
    )


@pytest.mark.rule("pco.query-value")
def test_query_reports_the_value_of_its_port() -> None:
    shows(
        "pco.query-value",
        values,
        change(PCO, 2, unsolicited=False, record={"port": 1}),
        alter(PCO, 3, unsolicited=False, fields={DATA: VALUE}),
        alter(PCO, 5, unsolicited=False, fields={DATA: OTHER}),
        alter(PCO, 2, unsolicited=False, fields={SIZE: 0}),
        mapping=TWO_PORTS,
        times=3,
    )


def test_a_value_is_of_no_connection_that_is_over() -> None:
    shows(
        "pco.query-value",
        over,
        alter(PCO, 2, unsolicited=False, fields={"uStatus": 0, SIZE: 4}),
    )


@pytest.mark.rule("pco.complete-structure")
def test_structures_stay_complete() -> None:
    partial = {TYPE: number.WwanPcoTypePartial}
    shows(
        "pco.complete-structure",
        values,
        alter(PCO, 2, unsolicited=True, fields=partial),
        alter(PCO, 5, unsolicited=False, fields=partial),
        mapping=TWO_PORTS,
        times=6,
    )


@pytest.mark.rule("pco.empty-if-none")
def test_query_without_a_value_is_empty() -> None:
    shows(
        "pco.empty-if-none",
        values,
        alter(PCO, 1, unsolicited=False, fields={"uStatus": number.WWAN_STATUS_FAILURE}),
        alter(PCO, 1, unsolicited=False, fields={SIZE: 3, DATA: b"\x80\xff\x00"}),
        alter(PCO, 4, unsolicited=False, fields={SIZE: len(OTHER), DATA: OTHER}),
        mapping=TWO_PORTS,
        times=2,
    )


@pytest.mark.rule("pco.no-noise")
def test_no_event_is_empty() -> None:
    bare = {TYPE: number.WwanPcoTypePartial, SIZE: 1}
    shows(
        "pco.no-noise",
        values,
        alter(PCO, 1, unsolicited=True, fields={SIZE: 0, DATA: b""}),
        alter(PCO, 2, unsolicited=True, fields=bare),
        insert(PCO, 2, record={"payload": pack("NDIS_WWAN_PCO_STATUS"), "request_id": 0}),
        mapping=TWO_PORTS,
        times=3,
    )


@pytest.mark.rule("pco.size")
def test_size_is_within_the_buffer() -> None:
    shows(
        "pco.size",
        values,
        alter(PCO, 1, unsolicited=True, fields={SIZE: 257}),
        alter(PCO, 1, unsolicited=False, fields={SIZE: 0xFFFFFFFF}),
        mapping=TWO_PORTS,
        times=8,
    )


@pytest.mark.rule("pco.capability")
def test_queried_value_is_a_capability() -> None:
    shows(
        "pco.capability",
        values,
        alter(
            "NDIS_STATUS_WWAN_DEVICE_CAPS_EX",
            fields={"DeviceCaps.WwanOptionalServiceCaps": 0},
            seen_at="OID_WWAN_PCO",
        ),
        mapping=TWO_PORTS,
        times=5,
    )
