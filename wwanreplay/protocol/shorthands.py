"""Shorthands for stimuli that an operator can bring about, and what a device then says.

Where the environment is real nobody can give it a stimulus: who wants to know whether coverage is
lost looks at what the modem says. A row names a stimulus with values, and the indication, the field
and its values that show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wwanreplay.protocol import PROTOCOL


@dataclass(frozen=True, slots=True)
class Shorthand:
    """`values` are fields of the stimulus; the sign is one of `members` of the field at `path`.

    Members are of the enumeration `values_of`; without any the indication itself is the sign.
    `request` says what to do, for an operator.
    """

    name: str
    stimulus: str
    request: str
    indication: str
    path: str = ""
    values_of: str = ""
    members: tuple[str, ...] = ()
    values: tuple[tuple[str, int], ...] = ()

    @property
    def signs(self) -> frozenset[int]:
        """The numbers of the field that show it."""
        return frozenset(PROTOCOL.number_of(self.values_of, member) for member in self.members)

    @property
    def code(self) -> int:
        """The status code of the indication."""
        return PROTOCOL.indication(f"NDIS_STATUS_WWAN_{self.indication}").number

    def fits(self, stimulus: str, values: Mapping[str, Any]) -> bool:
        """Whether a stimulus with these fields is the one that the shorthand stands for."""
        return stimulus == self.stimulus and all(
            values.get(name) == value for name, value in self.values
        )

    def is_shown_by(self, code: int, values: Mapping[str, Any]) -> bool:
        """Whether an indication with these fields shows it."""
        return code == self.code and (not self.path or values.get(self.path) in self.signs)


_REGISTERED = ("REGISTER_STATE", "RegistrationState.RegisterState", "WWAN_REGISTER_STATE")
_READY = ("READY_INFO", "ReadyInfo.ReadyState", "WWAN_READY_STATE")
_RADIO = ("RADIO_STATE", "RadioState.HwRadioState", "WWAN_RADIO")
_PACKET = ("PACKET_SERVICE", "PacketService.PacketServiceState", "WWAN_PACKET_SERVICE_STATE")
_CONTEXT = ("CONTEXT_STATE", "ContextState.ActivationState", "WWAN_ACTIVATION_STATE")

SHORTHANDS: Final = {
    row.name: row
    for row in (
        Shorthand(
            "coverage-lost",
            "coverage",
            "take the network away from the modem",
            *_REGISTERED,
            (
                "WwanRegisterStateUnknown",
                "WwanRegisterStateDeregistered",
                "WwanRegisterStateSearching",
            ),
            (("Available", 0),),
        ),
        Shorthand(
            "coverage-back",
            "coverage",
            "give the modem its network back",
            *_REGISTERED,
            ("WwanRegisterStateHome", "WwanRegisterStateRoaming", "WwanRegisterStatePartner"),
            (("Available", 1),),
        ),
        Shorthand(
            "sim-removed",
            "sim",
            "take the SIM out",
            *_READY,
            ("WwanReadyStateSimNotInserted",),
            (("State", 0),),
        ),
        Shorthand(
            "sim-inserted",
            "sim",
            "put the SIM in",
            *_READY,
            ("WwanReadyStateInitialized", "WwanReadyStateDeviceLocked"),
            (("State", 1),),
        ),
        Shorthand(
            "radio-switch-off",
            "hardware_radio",
            "turn the radio switch off",
            *_RADIO,
            ("WwanRadioOff",),
            (("State", 0),),
        ),
        Shorthand(
            "radio-switch-on",
            "hardware_radio",
            "turn the radio switch on",
            *_RADIO,
            ("WwanRadioOn",),
            (("State", 1),),
        ),
        Shorthand(
            "detached",
            "network_detach",
            "let the network detach the modem",
            *_PACKET,
            ("WwanPacketServiceStateDetached",),
        ),
        Shorthand(
            "disconnected",
            "network_deactivate",
            "let the network end the connection",
            *_CONTEXT,
            ("WwanActivationStateDeactivated",),
        ),
        Shorthand("signal-changed", "signal", "change the strength of the signal", "SIGNAL_STATE"),
    )
}


def find_shorthand(stimulus: str, values: Mapping[str, Any]) -> Shorthand | None:
    """The shorthand for a stimulus with these fields, or None."""
    return next((row for row in SHORTHANDS.values() if row.fits(stimulus, values)), None)
