"""What Acme demands of modems beyond the documents."""

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import JudgedRule
from wwanreplay.protocol.schema import Rule


def signal_above(session):
    """Reports of signal are of 10 or better."""
    for item in session.reports(number.NDIS_STATUS_WWAN_SIGNAL_STATE):
        rssi = item["SignalState.Rssi"]
        yield item, "" if rssi is None or rssi >= 10 else f"a signal of {rssi} was reported"


RULES = (
    JudgedRule(
        Rule(
            "acme.signal-above",
            ("NDIS_STATUS_WWAN_SIGNAL_STATE",),
            actor="miniport",
            level="must",
            basis="modal",
            checkable="trace",
            text="In Acme's laboratory a modem reports a signal of 10 or better.",
            precondition="a report of the signal",
            violation="an Rssi below 10",
            sources=("Acme's laboratory manual, 4.2",),
        ),
        signal_above,
    ),
)
