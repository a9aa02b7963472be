"""Sessions and outputs of contexts for the rules' tests."""

from rule_scenarios import Host, profile

from wwanreplay.analysis.check.fields import number

CONTEXT = "NDIS_STATUS_WWAN_CONTEXT_STATE"
LINK = "NDIS_STATUS_LINK_STATE"
STATE = "ContextState.ActivationState"
CONNECTION = "ContextState.ConnectionId"
VOICE = "ContextState.VoiceCallState"
CAUSE = "ContextState.uNwError"
ACTIVE = {STATE: number.WwanActivationStateActivated}
INACTIVE = {STATE: number.WwanActivationStateDeactivated}
FAILURE = {"uStatus": number.WWAN_STATUS_FAILURE}
SUCCESS = {"uStatus": number.WWAN_STATUS_SUCCESS}
IN_PROGRESS = {VOICE: number.WwanVoiceCallStateInProgress}
HANG_UP = {VOICE: number.WwanVoiceCallStateHangUp}
NO_CALL = {VOICE: number.WwanVoiceCallStateNone}
VOICE_PHONE = profile(voice_class=number.WwanVoiceClassSeparateVoiceData)


def on_and_off(host: Host) -> None:
    """A context comes and goes as ordered, with queries between."""
    host.wait(3)
    host.query("OID_WWAN_CONNECT")
    host.connect(1, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.connect(1, activate=False, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.wait(15)


def network_ends_it(host: Host) -> None:
    """The network ends an active context."""
    host.wait(3)
    host.connect(1, wait_s=5)
    host.stimulus("network_deactivate", ConnectionId=1, NwError=36, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.wait(15)


def coverage_lost(host: Host) -> None:
    """Coverage goes and comes again while a context is active."""
    host.wait(3)
    host.query("OID_WWAN_CONNECT")
    host.connect(1, wait_s=5)
    host.stimulus("coverage", Available=0, ProviderIndex=0xFFFFFFFF, wait_s=10)
    host.query("OID_WWAN_CONNECT")
    host.stimulus("coverage", Available=1, ProviderIndex=0xFFFFFFFF, wait_s=30)
    host.query("OID_WWAN_CONNECT")
    host.wait(15)


def phone_calls(host: Host) -> None:
    """A call without a context, then one with a context."""
    host.wait(3)
    host.query("OID_WWAN_DEVICE_CAPS")
    host.query("OID_WWAN_CONNECT")
    host.stimulus("voice_call", State=number.WwanVoiceCallStateInProgress, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.stimulus("voice_call", State=number.WwanVoiceCallStateHangUp, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.connect(1, wait_s=5)
    host.stimulus("voice_call", State=number.WwanVoiceCallStateInProgress, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.stimulus("voice_call", State=number.WwanVoiceCallStateHangUp, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.wait(15)
