"""Rules of capabilities: device, driver and system, slots and executors."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import closed_by, refused
from wwanreplay.analysis.check.providers import count
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    CAPS,
    change_is_sent,
    is_set,
    judged_closings,
    was_ordered,
)
from wwanreplay.protocol import PROTOCOL

DEVICE, EXTENDED = CAPS
SYSTEM = number.NDIS_STATUS_WWAN_SYS_CAPS_INFO
MAPPING_OID = number.OID_WWAN_SYS_SLOTMAPPINGS
MAPPING = number.NDIS_STATUS_WWAN_DEVICE_SLOT_MAPPING_INFO
SLOT_OID = number.OID_WWAN_SLOT_INFO_STATUS
SLOT = number.NDIS_STATUS_WWAN_SLOT_INFO
EXTENDED_OID = number.OID_WWAN_DEVICE_CAPS_EX
CLASS = "DeviceCaps.WwanCellularClass"
CONTROL = "DeviceCaps.WwanControlCaps"
SERVICES = "DeviceCaps.WwanOptionalServiceCaps"
_MULTI_MODE = number.WWAN_CTRL_CAPS_MULTI_MODE
_CDMA_CLASSES = (
    number.WWAN_DATA_CLASS_1XRTT
    | number.WWAN_DATA_CLASS_1XEVDO
    | number.WWAN_DATA_CLASS_1XEVDO_REVA
    | number.WWAN_DATA_CLASS_1XEVDV
    | number.WWAN_DATA_CLASS_3XRTT
    | number.WWAN_DATA_CLASS_1XEVDO_REVB
    | number.WWAN_DATA_CLASS_UMB
)
# LTE serves CDMA operators too.
_GSM_CLASSES = (
    number.WWAN_DATA_CLASS_GPRS
    | number.WWAN_DATA_CLASS_EDGE
    | number.WWAN_DATA_CLASS_UMTS
    | number.WWAN_DATA_CLASS_HSDPA
    | number.WWAN_DATA_CLASS_HSUPA
    | number.WWAN_DATA_CLASS_TDSCDMA
)
_KNOWN_SERVICES = sum(
    PROTOCOL.number_of("WWAN_OPTIONAL_SERVICE_CAPS", member.name)
    for member in PROTOCOL.enum_by_name["WWAN_OPTIONAL_SERVICE_CAPS"].members
)
# The OID of an optional service, which must be there when its bit is set.
_SERVICE_OIDS = {
    number.WWAN_OPTIONAL_SERVICE_CAPS_LTE_ATTACH: number.OID_WWAN_LTE_ATTACH_CONFIG,
    number.WWAN_OPTIONAL_SERVICE_CAPS_PROVISIONED_CONTEXT_MGMT: (
        number.OID_WWAN_PROVISIONED_CONTEXTS
    ),
    number.WWAN_OPTIONAL_SERVICE_CAPS_MULTI_SIM: number.OID_WWAN_SYS_CAPS,
    number.WWAN_OPTIONAL_SERVICE_CAPS_SAR: number.OID_WWAN_SAR_CONFIG,
    number.WWAN_OPTIONAL_SERVICE_CAPS_NETWORK_BLACKLIST: number.OID_WWAN_NETWORK_BLACKLIST,
    number.WWAN_OPTIONAL_SERVICE_CAPS_BASE_STATIONS_INFO: number.OID_WWAN_BASE_STATIONS_INFO,
    number.WWAN_OPTIONAL_SERVICE_CAPS_PCO: number.OID_WWAN_PCO,
    number.WWAN_OPTIONAL_SERVICE_CAPS_UICC_RESET: number.OID_WWAN_UICC_RESET,
    number.WWAN_OPTIONAL_SERVICE_CAPS_DEVICE_RESET: number.OID_WWAN_DEVICE_RESET,
}
# (major, minor) of the driver models that were published, and their flags.
_MODELS = {(1, 0), (2, 0), (3, 0), (4, 0)}
_DRIVER_FLAGS = number.WWAN_DRIVER_CAPS_UDE


def _reports(session: Session, *codes: int) -> Iterator[Item]:
    for code in codes:
        for item in session.reports(code):
            if item.u_status == 0 and item.fields is not None:
                yield item


def driver_version(session: Session) -> tuple[int, int] | None:
    """(major, minor) of the driver model; None when it was never queried."""
    for transaction in session.of(number.OID_WWAN_DRIVER_CAPS, "query"):
        answer = transaction.first_answer
        if answer is not None and answer["DriverCaps.ulMajorVersion"] is not None:
            major, minor = (answer[f"DriverCaps.ul{part}Version"] for part in ("Major", "Minor"))
            return int(major), int(minor or 0)
    return None


@rule("drvcaps.reserved", ndis_only=True)
def driver_caps(session: Session) -> Iterator[Judgement]:
    """Version and flags are known ones."""
    for transaction in session.judged_requests(number.OID_WWAN_DRIVER_CAPS, "query"):
        answer = transaction.first_answer
        if answer is None or answer.status or answer["DriverCaps.ulMajorVersion"] is None:
            continue
        version = answer["DriverCaps.ulMajorVersion"], answer["DriverCaps.ulMinorVersion"]
        flags = answer["DriverCaps.ulDriverCaps"] or 0
        if version not in _MODELS:
            yield answer, f"driver model {version[0]}.{version[1]} is unknown"
        else:
            unknown = flags & ~_DRIVER_FLAGS
            yield answer, f"unknown flags {unknown:#x}" if unknown else ""


@rule("devcaps.revision", ndis_only=True)
def caps_revision(session: Session) -> Iterator[Judgement]:
    """The revision is that of the driver model."""
    version = driver_version(session)
    for item in session.judged_reports(DEVICE):
        revision = item["Header.Revision"]
        if revision is None:
            continue
        if version is None:
            yield item, Undecided("which driver model it is was never queried")
        else:
            wanted = 1 if version[0] < 2 else 2
            same = revision == wanted
            yield item, "" if same else f"revision {revision} in driver model {version[0]}"


@rule("devcaps.known-types")
def known_types(session: Session) -> Iterator[Judgement]:
    """Device type, cellular class and SIM class are known."""
    for item in _reports(session, DEVICE):
        unknown = [
            name
            for name in ("WwanDeviceType", "WwanCellularClass", "WwanSimClass")
            if item[f"DeviceCaps.{name}"] == 0
        ]
        yield item, f"{unknown[0]} is unknown" if unknown else ""


@rule("devcaps.data-class-family")
def class_family(session: Session) -> Iterator[Judgement]:
    """The data classes are of the family of the cellular class."""
    for item in _reports(session, DEVICE):
        if (item[CONTROL] or 0) & _MULTI_MODE or count(item) > 1:
            continue
        classes = item["DeviceCaps.WwanDataClass"] or 0
        if item[CLASS] == number.WwanCellularClassGsm:
            wrong = classes & _CDMA_CLASSES
            yield item, f"a GSM device with the CDMA classes {wrong:#x}" if wrong else ""
        elif item[CLASS] == number.WwanCellularClassCdma:
            wrong = classes & _GSM_CLASSES
            yield item, f"a CDMA device with the GSM classes {wrong:#x}" if wrong else ""


@rule("devcaps.cdma-ip")
def cdma_ip(session: Session) -> Iterator[Judgement]:
    """A CDMA device has mobile or simple IP."""
    either = number.WWAN_CTRL_CAPS_CDMA_MOBILE_IP | number.WWAN_CTRL_CAPS_CDMA_SIMPLE_IP
    for item in _reports(session, DEVICE):
        if item[CLASS] == number.WwanCellularClassCdma and item[CONTROL] is not None:
            yield item, "" if item[CONTROL] & either else "neither mobile nor simple IP"


@rule("devcaps.cellular-list")
def cellular_list(session: Session) -> Iterator[Judgement]:
    """The list has the right type, and elements on a multi-mode device only."""
    for item in _reports(session, DEVICE):
        kind = item["DeviceCaps.CellularClassListHeader.ElementType"]
        if kind is None:
            continue
        if count(item) and kind != number.WwanStructCellularClass:
            yield item, "the list is none of cellular classes"
        else:
            single = count(item) and not (item[CONTROL] or 0) & _MULTI_MODE
            yield item, "a list of classes on a single-mode device" if single else ""


@rule("devcaps.stable")
def stable(session: Session) -> Iterator[Judgement]:
    """The capabilities stay as they are."""
    before: Item | None = None
    for item in _reports(session, DEVICE):
        previous, before = before, item
        if previous is not None and previous.port == item.port:
            same = previous.event.payload == item.event.payload
            yield item, "" if same else "other capabilities than before"


@rule("devcapsex.reserved-bits")
def reserved_bits(session: Session) -> Iterator[Judgement]:
    """Undefined service bits are 0."""
    for item in _reports(session, EXTENDED):
        if item[SERVICES] is not None:
            unknown = item[SERVICES] & ~_KNOWN_SERVICES
            yield item, f"undefined bits {unknown:#x}" if unknown else ""


def _unsupported(transaction: Transaction) -> bool:
    closing = transaction.closing
    # What a set asks for may be unsupported by itself.
    return transaction.status == number.NDIS_STATUS_NOT_SUPPORTED or (
        transaction.is_query
        and closing is not None
        and closing.u_status == number.WWAN_STATUS_NO_DEVICE_SUPPORT
    )


@rule("devcapsex.feature-bits")
def feature_bits(session: Session) -> Iterator[Judgement]:
    """The OID of a service whose bit is set is supported."""
    caps = session.last_report(EXTENDED, 1 << 62)
    offered = 0 if caps is None else caps[SERVICES] or 0
    for bit, oid in _SERVICE_OIDS.items():
        if not offered & bit:
            continue
        for transaction in session.judged_requests(oid):
            answer = transaction.first_answer
            closing = transaction.closing
            if closing is not None and was_ordered(session, closing):
                continue
            if answer is not None and not _is_missing_operation(transaction):
                wrong = _unsupported(transaction)
                yield answer, "the capability is set, and the OID is not supported" if wrong else ""


def _is_missing_operation(transaction: Transaction) -> bool:
    return transaction.mode == ""


@rule("devcapsex.needs-with-syscaps")
def needs_extended(session: Session) -> Iterator[Judgement]:
    """A modem with system capabilities has extended ones."""
    systems = [each for each in session.of(number.OID_WWAN_SYS_CAPS, "query") if each.accepted]
    if not systems:
        return
    for transaction in session.judged_requests(EXTENDED_OID, "query"):
        answer = transaction.first_answer
        if answer is not None:
            wrong = transaction.status == number.NDIS_STATUS_NOT_SUPPORTED
            yield answer, "system capabilities without extended ones" if wrong else ""


# Several executors and slots


@rule("syscaps.slots-ge-executors")
def slots(session: Session) -> Iterator[Judgement]:
    """There are at least as many slots as executors."""
    for item in _reports(session, SYSTEM):
        slots, executors = item["SysCapsInfo.NumberOfSlots"], item["SysCapsInfo.NumberOfExecutors"]
        if slots is not None and executors is not None:
            yield item, "fewer slots than executors" if slots < executors else ""


@rule("syscaps.concurrency")
def concurrency(session: Session) -> Iterator[Judgement]:
    """Concurrency is 1 to the number of executors."""
    for item in _reports(session, SYSTEM):
        given, executors = item["SysCapsInfo.Concurrency"], item["SysCapsInfo.NumberOfExecutors"]
        if given is not None and executors is not None:
            yield item, "" if 1 <= given <= executors else f"Concurrency is {given}"


@rule("syscaps.modemid-persists")
def modem_id(session: Session) -> Iterator[Judgement]:
    """ModemID stays the same."""
    before: Item | None = None
    for item in _reports(session, SYSTEM):
        previous, before = before, item
        if previous is not None:
            same = previous["SysCapsInfo.ModemID"] == item["SysCapsInfo.ModemID"]
            yield item, "" if same else "another ModemID than before"


def _mapping(item: Item) -> list[object]:
    return [] if item.fields is None else item.fields.elements()


def _ordered(transaction: Transaction) -> list[object]:
    fields = transaction.request.fields
    return [] if fields is None else fields.elements()


@rule("slotmap.current-even-on-failure")
def mapping_on_failure(session: Session) -> Iterator[Judgement]:
    """The end of a failed set shows the mapping in force."""
    for transaction, closing in judged_closings(session, MAPPING_OID, MAPPING, "set"):
        if closing.u_status == 0:
            continue
        before = session.last_report(MAPPING, transaction.request.at)
        if not _mapping(closing):
            yield closing, "a failed set ends without a mapping"
        elif before is None:
            yield closing, Undecided("which mapping was in force was never reported")
        else:
            same = _mapping(before) == _mapping(closing)
            yield closing, "" if same else "a failed set shows another mapping than that in force"


@rule("slotmap.count")
def mapping_count(session: Session) -> Iterator[Judgement]:
    """There is a slot for each executor."""
    for item in session.judged_reports(MAPPING):
        system = session.last_report(SYSTEM, 1 << 62)
        if not count(item):
            continue
        if system is None:
            yield item, Undecided("how many executors there are was never queried")
        else:
            executors = system["SysCapsInfo.NumberOfExecutors"]
            same = count(item) == executors
            yield item, "" if same else f"{count(item)} slots for {executors} executors"


@rule("slotmap.persists")
def mapping_persists(session: Session) -> Iterator[Judgement]:
    """The mapping stays over restarts."""
    before: Item | None = None
    for item in session.reports(MAPPING):
        if item.u_status:
            continue
        previous, before = before, item
        if previous is None or is_set(item):
            continue
        restarted = any(previous.at < each.at < item.at for each in session.lifecycle)
        if restarted and not session.any_open(MAPPING_OID, previous.at + 1, item.at):
            same = _mapping(previous) == _mapping(item)
            yield item, "" if same else "another mapping after a restart"


@rule("slotmap.distinct")
def mapping_distinct(session: Session) -> Iterator[Judgement]:
    """A set with a slot twice, or out of range, fails."""
    for transaction, closing in judged_closings(session, MAPPING_OID, MAPPING, "set"):
        wanted = _ordered(transaction)
        system = session.last_report(SYSTEM, 1 << 62)
        slots = None if system is None else system["SysCapsInfo.NumberOfSlots"]
        beyond = slots is not None and any(
            isinstance(each, int) and each >= slots for each in wanted
        )
        if len(set(wanted)) < len(wanted) or beyond:
            succeeded = closing.u_status == 0
            yield closing, "a mapping that cannot be was set" if succeeded else ""


@rule("slot.async", ndis_only=True)
def slot_asynchronous(session: Session) -> Iterator[Judgement]:
    """Answered provisionally, closed for the slot asked for; no set."""
    for closing, text in closed_by(session, SLOT_OID, SLOT, "NDIS_WWAN_SLOT_INFO", "query"):
        transaction = closing.transaction
        asked = None if transaction is None else transaction["GetSlotInfo.SlotIndex"]
        if not text and closing.u_status == 0 and asked is not None:
            same = closing["SlotInfo.SlotIndex"] == asked
            yield (
                closing,
                "" if same else f"slot {closing['SlotInfo.SlotIndex']} instead of {asked}",
            )
        else:
            yield closing, text
    yield from refused(session, SLOT_OID, "set")


@rule("slot.event")
def slot_event(session: Session) -> Iterator[Judgement]:
    """A change of a slot is reported by an event."""
    slots = {item["SlotInfo.SlotIndex"] for item in session.reports(SLOT)}
    for slot in slots:

        def state(item: Item, slot: object = slot) -> object:
            return item["SlotInfo.State"] if item["SlotInfo.SlotIndex"] == slot else None

        yield from change_is_sent(session, SLOT, state, f"a state of slot {slot}")
