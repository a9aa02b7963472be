"""Rules that say how the requests of an OID are answered, and whether it has events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import closed_by, never_unsolicited, refused
from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import Session


@dataclass(frozen=True, slots=True)
class Reply:
    """How an OID is answered, by one rule.

    `closed` is (operation, indication, structure) of each operation that there is; `missing` are
    operations that are refused. `no_events` says that the indications are never events.
    """

    rule: str
    oid: str
    closed: tuple[tuple[str, str, str], ...]
    missing: tuple[str, ...] = ()
    no_events: bool = False

    def __call__(self, session: Session) -> Iterator[Judgement]:
        """The judgements of the rule."""
        oid = getattr(number, f"OID_WWAN_{self.oid}")
        for kind, indication, struct in self.closed:
            code = _code(indication)
            yield from closed_by(session, oid, code, f"NDIS_WWAN_{struct}", kind)
        for kind in self.missing:
            yield from refused(session, oid, kind)
        if self.no_events:
            for indication in dict.fromkeys(row[1] for row in self.closed):
                yield from never_unsolicited(session, _code(indication))


def _code(indication: str) -> int:
    return int(getattr(number, f"NDIS_STATUS_WWAN_{indication}"))


def _query(indication: str, struct: str = "") -> tuple[tuple[str, str, str], ...]:
    return (("query", indication, struct or indication),)


def _set(indication: str, struct: str = "") -> tuple[tuple[str, str, str], ...]:
    return (("set", indication, struct or indication),)


def _both(indication: str, struct: str = "") -> tuple[tuple[str, str, str], ...]:
    return (*_query(indication, struct), *_set(indication, struct))


REPLIES = (
    Reply("ready.async", "READY_INFO", _query("READY_INFO")),
    Reply("ready.no-set", "READY_INFO", (), ("set",)),
    Reply("radio.async", "RADIO_STATE", _both("RADIO_STATE")),
    Reply("pin-list.async", "PIN_LIST", _query("PIN_LIST"), ("set",)),
    Reply("packet.async", "PACKET_SERVICE", _both("PACKET_SERVICE", "PACKET_SERVICE_STATE")),
    Reply("signal.async", "SIGNAL_STATE", _both("SIGNAL_STATE")),
    Reply("preferred.async", "PREFERRED_PROVIDERS", _both("PREFERRED_PROVIDERS")),
    Reply("visible.async", "VISIBLE_PROVIDERS", _query("VISIBLE_PROVIDERS"), ("set",)),
    Reply("provctx.async", "PROVISIONED_CONTEXTS", _both("PROVISIONED_CONTEXTS")),
    Reply(
        "svcact.async",
        "SERVICE_ACTIVATION",
        _set("SERVICE_ACTIVATION", "SERVICE_ACTIVATION_STATUS"),
        ("query",),
    ),
    Reply("ussd.async", "USSD", _set("USSD", "USSD_EVENT"), ("query",)),
    Reply("auth.async", "AUTH_CHALLENGE", _query("AUTH_RESPONSE"), ("set",)),
    Reply(
        "devsvc.enumerate",
        "ENUMERATE_DEVICE_SERVICES",
        _query("SUPPORTED_DEVICE_SERVICES"),
        ("set",),
    ),
    Reply("devsvc.command-async", "DEVICE_SERVICE_COMMAND", _both("DEVICE_SERVICE_RESPONSE")),
    Reply(
        "devsvc.subscribe-async",
        "SUBSCRIBE_DEVICE_SERVICE_EVENTS",
        _set("DEVICE_SERVICE_SUBSCRIPTION"),
    ),
    Reply("devcaps.async", "DEVICE_CAPS", _query("DEVICE_CAPS"), ("set",), no_events=True),
    Reply("devcapsex.async", "DEVICE_CAPS_EX", _query("DEVICE_CAPS_EX"), ("set",)),
    Reply("syscaps.async", "SYS_CAPS", _query("SYS_CAPS_INFO"), ("set",), no_events=True),
    Reply(
        "slotmap.async",
        "SYS_SLOTMAPPINGS",
        _both("DEVICE_SLOT_MAPPING_INFO"),
        no_events=True,
    ),
    Reply("uicc.atr-async", "UICC_ATR", _query("ATR_INFO"), no_events=True),
    Reply("uicc.reset-async", "UICC_RESET", _both("UICC_RESET_INFO"), no_events=True),
    Reply("uicc.applist-async", "UICC_APP_LIST", _query("UICC_APP_LIST"), ("set",), no_events=True),
    Reply(
        "uicc.file-status-async",
        "UICC_FILE_STATUS",
        _query("UICC_FILE_STATUS"),
        ("set",),
        no_events=True,
    ),
    Reply(
        "uicc.binary-async", "UICC_ACCESS_BINARY", _query("UICC_BINARY_RESPONSE", "UICC_RESPONSE")
    ),
    Reply(
        "uicc.record-async", "UICC_ACCESS_RECORD", _query("UICC_RECORD_RESPONSE", "UICC_RESPONSE")
    ),
    Reply("mpdp.query", "MPDP", _query("MPDP_LIST"), no_events=True),
    Reply("mpdp.set", "MPDP", _set("MPDP_STATE"), no_events=True),
    Reply(
        "lte-config.reply", "LTE_ATTACH_CONFIG", _both("LTE_ATTACH_CONFIG", "LTE_ATTACH_CONTEXTS")
    ),
    Reply("lte-status.async", "LTE_ATTACH_STATUS", _query("LTE_ATTACH_STATUS"), ("set",)),
    Reply("nitz.async", "NITZ", _query("NITZ_INFO"), ("set",)),
    Reply("reset.async", "DEVICE_RESET", _set("DEVICE_RESET_STATUS"), ("query",), no_events=True),
    Reply("preshutdown.async", "PRESHUTDOWN", _set("PRESHUTDOWN_STATE"), ("query",)),
    Reply("modemcfg.async", "MODEM_CONFIG_INFO", _query("MODEM_CONFIG_INFO"), ("set",)),
    Reply("modemlog.reply", "MODEM_LOGGING_CONFIG", _both("MODEM_LOGGING_CONFIG")),
    Reply(
        "basestations.async",
        "BASE_STATIONS_INFO",
        _query("BASE_STATIONS_INFO"),
        ("set",),
        no_events=True,
    ),
    Reply(
        "regparams.async", "REGISTER_PARAMS", _both("REGISTER_PARAMS_STATE", "REGISTER_PARAMS_INFO")
    ),
    Reply(
        "netparams.async",
        "NETWORK_PARAMS",
        _query("NETWORK_PARAMS_STATE", "NETWORK_PARAMS_INFO"),
        ("set",),
    ),
    Reply("uepolicy.async", "UE_POLICY", _query("UE_POLICY_STATE", "UE_POLICY_INFO"), ("set",)),
    Reply("vendor.async", "VENDOR_SPECIFIC", _set("VENDOR_SPECIFIC"), ("query",)),
)

for _reply in REPLIES:
    rule(_reply.rule, by_record=not _reply.closed, ndis_only=bool(_reply.closed))(_reply)
