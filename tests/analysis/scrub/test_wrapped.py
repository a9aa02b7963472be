"""Wrappings of characters: what is taken away is put back, around other bytes too."""

import pytest
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay.analysis.scrub.wrapped import CODINGS, Unwrapped

_PIECES = (
    *("a", "7", "=", " ", "\n", "\r\n", "é", "=3D", "=\n", "=C3=A9", "\x1b[31m", "#033[0m", "\\"),
    *(
        "<br>",
        "<b>",
        "</td>",
        "&lt;",
        "&#xE9;",
        "&#9;",
        "&nbsp;",
        '"',
        "\\n",
        "\\u00e9",
        '\\"',
        ":",
    ),
    *("\\ud83d\\ude00", "\\u0031", "<a href='x'>", "&", "<", ">", "{", "}"),
)
wrapped_texts = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join).map(str.encode)
lines = st.text('ab79=<>&"\\ \té', max_size=20).map("x{}".format)

# Of these, only what stands in a string or in a row is wrapped.
_AROUND = {"json": '"{}\\n"', "csv": '7,"{}",,"10:00"\n'}


@pytest.mark.parametrize("name", CODINGS)
@given(data=wrapped_texts | st.binary(max_size=40))
@settings(max_examples=examples(100), deadline=None)
def test_what_does_not_change_is_put_back_as_it_was(name: str, data: bytes) -> None:
    unwrapped = Unwrapped(data, CODINGS[name])
    assert unwrapped.wrapped(unwrapped.octets) == data


@pytest.mark.parametrize("name", CODINGS)
@given(data=wrapped_texts, more=st.lists(lines, min_size=31, max_size=31))
@settings(max_examples=examples(100), deadline=None)
def test_other_lines_are_found_inside_again(name: str, data: bytes, more: list[str]) -> None:
    before = _AROUND.get(name, "{}").format(data.decode())
    unwrapped = Unwrapped(before.encode(), CODINGS[name])
    count = unwrapped.octets.count(b"\n") + 1
    other = "\n".join((more * count)[:count]).encode()
    if name in _AROUND:
        other = unwrapped.octets.translate(bytes.maketrans(b"a7", b"b9"))
    made = unwrapped.wrapped(other)
    assert made is not None
    assert Unwrapped(made, CODINGS[name]).octets == other


def test_marks_stay_where_they_were() -> None:
    cases = {
        "quoted-printable": (b"pin =3D 93=\n74 x", b"pin = 2846 x", b"pin =3D 28=\n46 x"),
        "ansi": (b"pin 9\x1b[1m37\x1b[0m4", b"pin 2846", b"pin 2\x1b[1m84\x1b[0m6"),
        "html": (b"<b>pin</b>&#58; 93<i>74</i>", b"pin: 2846", b"<b>pin</b>&#58; 28<i>46</i>"),
        "csv": (
            b'1,"pin ""9374"""\r\n2,"x"',
            b'pin "2846"\r\nx',
            b'1,"pin ""2846"""\r\n2,"x"',
        ),
        "json": (b'{"a": "x\\n\\u0039374"}', b'{"a": "\nx\n2846\n"}', b'{"a": "x\\n2846"}'),
    }
    for name, (before, inside, after) in cases.items():
        assert Unwrapped(before, CODINGS[name]).wrapped(inside) == after


def test_another_number_of_lines_is_no_log_of_before() -> None:
    assert Unwrapped(b"a=3D\nb", CODINGS["quoted-printable"]).wrapped(b"a=b") is None


def test_bytes_that_are_printed_by_numbers_are_not_text() -> None:
    assert Unwrapped(b"&#x26;&#x02;&#x11;", CODINGS["html"]).octets == b"&#x26;&#x02;&#x11;"
