"""A mail taken apart: all of its bytes are there, and each body is decoded and coded again."""

import base64

import pytest
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay.analysis.scrub.mails import Body, Decoded, people_in, pieces_of, words_in

_LINES = (
    *(b"From: A B <a@b.example>", b"From a@b Thu Nov 26 10:00:00 2026", b"Subject: x", b"", b"--x"),
    *(
        b"Content-Type: multipart/mixed;\n boundary=x",
        b"Content-Transfer-Encoding: base64",
        b"--x--",
    ),
    *(b"Content-Type: message/rfc822", b"QUJD", b"body \xff\0", b'boundary="x"', b"\r"),
)
mails = st.lists(st.sampled_from(_LINES), max_size=20).map(b"\n".join)


@given(mails | st.binary(max_size=60))
@settings(max_examples=examples(200), deadline=None)
def test_the_pieces_are_the_whole(data: bytes) -> None:
    assert b"".join(piece.data for piece in pieces_of(data)) == data


@given(st.binary(max_size=200), st.binary(max_size=200))
@settings(max_examples=examples(100), deadline=None)
def test_another_content_is_coded_as_the_first_was(first: bytes, second: bytes) -> None:
    for coding, printed in (("base64", _base64(first)), ("", first), ("8bit", first)):
        decoded = Decoded(Body(printed, coding))
        assert decoded.data == first
        assert decoded.coded(first) == printed
        again = decoded.coded(second)
        assert again is not None
        assert Decoded(Body(again, coding)).data == second


def _base64(data: bytes) -> bytes:
    return b"\r\n" + base64.encodebytes(data)


def test_parts_in_parts_have_their_names_and_codings() -> None:
    mail = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=out\n\npreamble\n--out\n"
        b'Content-Type: multipart/alternative; boundary="in"\n\n--in\n\ntext\n--in--\n--out\n'
        b'Content-Disposition: attachment; filename="a b.log"\nContent-Transfer-Encoding: BASE64\n'
        b"\nQUJD\n--out--\nepilogue\n"
    )
    pieces = list(pieces_of(mail))
    assert b"".join(each.data for each in pieces) == mail
    bodies = [each for each in pieces if not each.is_header and not each.is_boundary]
    assert [(each.data, each.coding, each.name) for each in bodies] == [
        (b"\ntext\n", "", ""),
        (b"\nQUJD\n", "base64", "a b.log"),
    ]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (b"From: Alice Doe <a@b.example>", ["Alice Doe"]),
        (b'To: "Doe, Alice" <a@b.example>, Bob\n <c@d>', ["Doe, Alice", "Bob"]),
        (b"From: a@b.example (Alice Doe)", ["Alice Doe"]),
        (b"Cc: =?utf-8?B?SsO8cmdlbiBNLg==?= <a@b>", ["Jürgen M."]),
        (b"Subject: Alice <a@b>\nX-To: Bob <a@b>", []),
    ],
)
def test_headers_name_people(header: bytes, names: list[str]) -> None:
    found = list(people_in(header))
    assert [text for _, _, text in found] == names


def test_encoded_words_are_text() -> None:
    assert [text for _, _, text in words_in(b"Subject: =?utf-8?q?pin_9374?= x")] == ["pin 9374"]
