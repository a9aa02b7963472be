"""The uStatus codes that pages list are codes of indications that have a uStatus."""

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.documented_statuses import DOCUMENTED


def test_every_list_is_of_known_codes_and_of_a_known_indication():
    for name, occasions in DOCUMENTED.items():
        assert PROTOCOL.indication(name)
        for codes in occasions.values():
            assert len(set(codes)) == len(codes)
            assert all(PROTOCOL.status(code) for code in codes)


def test_a_pco_query_may_tell_what_is_missing_of_a_connection():
    codes = DOCUMENTED["NDIS_STATUS_WWAN_PCO_STATUS"]["any"]
    for name in ("CONTEXT_NOT_ACTIVATED", "NOT_REGISTERED", "PACKET_SVC_DETACHED"):
        assert f"WWAN_STATUS_{name}" in codes
