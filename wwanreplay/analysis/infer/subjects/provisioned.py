"""The contexts that the device or the card has stored."""

from __future__ import annotations

from typing import Any, Final

from wwanreplay import _core
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.analysis.infer.subject import ProfilePart, Subject, observes

# Key of a context → its member in WWAN_CONTEXT, and in WWAN_CONTEXT_V2 beside one.
_CONTEXT: Final = {
    "id": "ContextId",
    "type": "ContextType",
    "access_string": "AccessString",
    "user_name": "UserName",
    "password": "Password",
    "compression": "Compression",
    "auth_type": "AuthType",
}
_CONTEXT_V2: Final = {
    "ip_type": "IPType",
    "roaming": "Roaming",
    "media_type": "MediaType",
    "source": "Source",
}


class ProvisionedProfilePart(ProfilePart):
    """The stored contexts, as the first report has them."""

    @observes("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS")
    def _observe(self, reading: Reading) -> None:
        if not reading.succeeded or not reading.has_list or reading.answers_set:
            return
        if self.draft.is_observed("context"):
            return
        found = [context_row(self.draft, item, reading) for item in reading.elements]
        limit = _core.PROVISIONED_COUNT_MAX
        self.draft.tables["context"] = self.draft.limited("context", found, limit)
        self.draft.note("context", reading)


def context_row(draft: Draft, item: Any, reading: Reading) -> dict[str, Any]:
    """A context of a report, with or without revision 2, as a row of a profile."""
    inner = value_at(item, "basicInfo")
    inner = item if inner is None else inner
    values = {key: value_at(inner, member) for key, member in _CONTEXT.items()}
    values |= {key: value_at(item, member) for key, member in _CONTEXT_V2.items()}
    known = {
        key: value
        for key, value in values.items()
        if isinstance(value, str) or as_number(value) is not None
    }
    if as_number(value_at(item, "Enable")) is not None:
        known["disabled"] = value_at(item, "Enable") == 0
    return draft.fitting("context", known, f"event {reading.index}")


SUBJECT: Final = Subject(
    "provisioned contexts", 90, profile=ProvisionedProfilePart, tables=("context",)
)
