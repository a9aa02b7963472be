"""Values whose numbers differ between MBIM and NDIS, in both directions.

Numbers not named here are the same on both sides and pass unchanged (`rows/enums.py` lists the
differences and where they are known from).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wwanreplay.mbim.rows.framing import CONTEXT_TYPES
from wwanreplay.mbim.tables import MBIMEX_2_0
from wwanreplay.protocol import PROTOCOL

CONTEXT_TYPE_INTERNET = CONTEXT_TYPES["MBIM_CONTEXT_TYPE_INTERNET"][0]
CONTEXT_TYPE_NONE = CONTEXT_TYPES["MBIM_CONTEXT_TYPE_NONE"][0]
SIGNAL_UNKNOWN = 99
RSRP_UNKNOWN, SNR_UNKNOWN = 127, 128
# The classes of 5G (non-standalone, standalone) came with MBIMEx 2.0.
_DATA_CLASS_LTE, _DATA_CLASSES_5G = 0x20, 0xC0
#: MbimActivationState and WWAN_ACTIVATION_STATE, the same numbers.
ACTIVATE = 1  # activation command
ACTIVATED, ACTIVATING, DEACTIVATED, DEACTIVATING = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class ValueMap:
    """One translation; a value that the other side lacks goes to the default named beside it.

    `before_2_0` takes out of an MBIM value what only sessions of MBIMEx 2.0 and later know.
    """

    name: str
    to_mbim: Callable[[Any], Any]
    to_wwan: Callable[[Any], Any]
    before_2_0: Callable[[Any], Any] | None = None

    def in_version(self, value: Any, mbimex: int) -> Any:
        """Return the MBIM value of a WWAN value in a session of this version."""
        found = self.to_mbim(value)
        if self.before_2_0 is None or mbimex >= MBIMEX_2_0:
            return found
        return self.before_2_0(found)


def _pairs(name: str, pairs: dict[int, int], **only: dict[int, int]) -> ValueMap:
    """Return a map of numbers: `pairs` MBIM to WWAN, and what only one direction knows."""
    backwards = {wwan: mbim for mbim, wwan in pairs.items()} | only.get("wwan_only", {})
    forwards = pairs | only.get("mbim_only", {})
    return ValueMap(
        name,
        lambda value: backwards.get(value, value),
        lambda value: forwards.get(value, value),
    )


def _bits(name: str, moved: dict[int, int], same: int) -> ValueMap:
    """Return a map of flags: `moved` MBIM bit to WWAN bit, `same` the bits that do not move."""

    def to_mbim(value: int) -> int:
        return value & same | sum(mbim for mbim, wwan in moved.items() if value & wwan)

    def to_wwan(value: int) -> int:
        return value & same | sum(wwan for mbim, wwan in moved.items() if value & mbim)

    return ValueMap(name, to_mbim, to_wwan)


def _data_class_to_mbim(value: int) -> int:
    # TDSCDMA has no MBIM bit; 0x80 is unused on the NDIS side.
    return value & ~0x1080


def _data_class_to_wwan(value: int) -> int:
    # 5G SA has no data class of its own on the NDIS side, only a sub class.
    return value & ~0x80 | (0x40 if value & 0x80 else 0)


def _without_5g(value: int) -> int:
    return value & ~_DATA_CLASSES_5G


def _best_without_5g(value: int) -> int:
    # What a host without a word for 5G sees of it is the LTE that anchors it.
    known = _without_5g(value)
    return known or (_DATA_CLASS_LTE if value & _DATA_CLASSES_5G else 0)


def _context_type_to_mbim(number: int) -> str:
    for identifier, member in CONTEXT_TYPES.values():
        if member and PROTOCOL.number_of("WWAN_CONTEXT_TYPE", member) == number:
            return identifier
    return CONTEXT_TYPE_NONE


def _context_type_to_wwan(text: str) -> int:
    for identifier, member in CONTEXT_TYPES.values():
        if member and identifier == text:
            return int(PROTOCOL.number_of("WWAN_CONTEXT_TYPE", member))
    return 0


DATA_CLASS = ValueMap("data class", _data_class_to_mbim, _data_class_to_wwan, _without_5g)
#: The one class that is in use.
DATA_CLASS_IN_USE = ValueMap(
    "data class in use", _data_class_to_mbim, _data_class_to_wwan, _best_without_5g
)
CONTEXT_TYPE = ValueMap("context type", _context_type_to_mbim, _context_type_to_wwan)
#: REG_MANUAL to CDMA_SIMPLE_IP stay; from bit 4 on the bits move.
CTRL_CAPS = _bits(
    "control caps", {0x10: 0x20, 0x20: 0x100, 0x40: 0x200, 0x80: 0x400, 0x100: 0x4000}, 0x0F
)
#: WWAN 3 is a remote SIM, MBIM 3 both bits: neither has a counterpart.
SIM_CLASS = _pairs("SIM class", {}, wwan_only={3: 0}, mbim_only={3: 2})
#: MBIM 4 (IPv4 and IPv6 apart) is requested as 3; WWAN 4 (464XLAT) runs over IPv6; 5 and 6 carry
#: no IP.
IP_TYPE = _pairs("IP type", {}, mbim_only={4: 3}, wwan_only={4: 2, 5: 0, 6: 0})
MEDIA = _pairs("access media", {2: 3}, wwan_only={2: 0, 4: 0})
#: WWAN 1 to 3 are reserved.
SMS_FORMAT = _pairs("SMS format", {1: 4}, wwan_only={1: 0, 2: 0, 3: 0})
#: An interval or threshold of signal reports: MBIM 0 is the function's default and 0xFFFFFFFF does
#: not matter; WWAN_RSSI_DEFAULT and WWAN_RSSI_DISABLE are the other way round.
SIGNAL_LIMIT = _pairs("signal limit", {0: 0xFFFFFFFF, 0xFFFFFFFF: 0})
SAR_WIFI = _pairs("SAR and Wi-Fi", {0: 1, 1: 0})
#: MBIM: a mask; WWAN: one class, so that a multi-mode device has the first of its classes.
CELLULAR_CLASS = _pairs("cellular class", {}, mbim_only={3: 1})
#: Automatic authentication (WWAN 4) has no MBIM number.
AUTH_PROTOCOL = _pairs("authentication", {}, wwan_only={4: 0})
CONTEXT_SOURCE = _pairs("context source", {0: 1, 1: 0, 3: 4, 4: 3}, wwan_only={5: 2})
#: Restoring the factory's contexts is 1 in MBIM and 2 in WWAN, whose 1 MBIM does not name.
ATTACH_OPERATION = _pairs("attach operation", {1: 2, 2: 1})
#: MBIM: 0 deactivate, 1 activate; WWAN: 1 open, 2 closed.
DSS_LINK_STATE = _pairs("DSS link state", {0: 2})


def text_to_ndis(text: str) -> str:
    """Return text as NDIS fields hold it: a terminator inside an MBIM size does not count."""
    return text.rstrip("\0")
