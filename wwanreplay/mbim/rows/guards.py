"""What keeps a command from a real device: the words that allow it, and what it would change."""

from __future__ import annotations

from typing import Final

from wwanreplay.mbim.rows.enums import ENUMS
from wwanreplay.mbim.schema import Guard

#: The words of `--allow-send`, and what a command with that mark does.
MEANINGS: Final = {
    "pin": "enters, changes, enables, disables or unblocks a PIN; tries are counted",
    "network-lock": "locks or unlocks the modem for a SIM, a network or an operator",
    "sim": "writes to the SIM, lets it run a command, or resets it",
    "provisioning": "stores contexts, attach settings, networks, slots, power limits or activation",
    "firmware": "writes firmware, or restarts the modem for it",
    "reset": "resets the modem or tells it to shut down",
    "message": "sends a short message or a code, which may cost money or change the subscription",
    "vendor": "is a command of a vendor, or one that nobody knows: what it changes is not known",
}

_NETWORK_PINS: Final = frozenset(
    number
    for row in ENUMS
    if row.name == "MbimPinType"
    for name, number in row.members
    if any(word in name for word in ("NETWORK", "PROVIDER", "CORPORATE", "SUBSIDY", "DEVICE"))
)

PIN: Final = Guard("pin", member="PinType", values=_NETWORK_PINS, other="network-lock")
NETWORK_LOCK: Final = Guard("network-lock")
SIM: Final = Guard("sim")
#: A query that lets the SIM count on.
AUTHENTICATION: Final = Guard("sim", "q")
PROVISIONING: Final = Guard("provisioning")
FIRMWARE: Final = Guard("firmware", "qs")
RESET: Final = Guard("reset")
MESSAGE: Final = Guard("message")
VENDOR: Final = Guard("vendor", "qs")
#: Of commands without a row in services that have one.
UNKNOWN_COMMAND: Final = Guard("vendor")
