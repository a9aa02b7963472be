"""Names of fields, from the rows: what is personal, what is a number, what is a name at all."""

from wwanreplay.analysis.scrub.names import field_names, number_names, personal_names


def test_personal_fields_are_known_by_their_plain_names() -> None:
    assert {"subscriberid", "simiccid", "accessstring", "pin", "imsi", "hostname"} <= set(
        personal_names()
    )
    assert not {"transactionid", "status", "firmwareinfo", "providername"} & set(personal_names())


def test_numbers_are_personal_fields_that_are_numbers_everywhere() -> None:
    assert number_names() <= set(personal_names())
    assert "basestationid" in number_names()
    assert "subscriberid" not in number_names()


def test_field_names_are_those_of_all_messages() -> None:
    assert {"transactionid", "sessionid", "accessstring"} & field_names()
