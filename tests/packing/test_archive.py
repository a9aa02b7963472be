"""Bundles: what is written is read again, and what is hostile is one clear line."""

import io
import json
import zipfile

import pytest

from wwanreplay.errors import InputError, LimitError
from wwanreplay.packing.archive import MANIFEST, TRACE, is_bundle, trace_of, write_archive
from wwanreplay.packing.expansion import MEMBERS_MAX, Expansion

DATA = bytes(range(256)) * 5000


def bundle(**members):
    out = io.BytesIO()
    write_archive(out, {"producer": "test"}, {TRACE: DATA, **members})
    return out.getvalue()


def read(data, expansion=None):
    return b"".join(trace_of("x.wwbundle", io.BytesIO(data), expansion or Expansion()))


def changed(edit):
    """A bundle of which the members were edited: a list of (entry, bytes)."""
    with zipfile.ZipFile(io.BytesIO(bundle())) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in edit([(info.filename, data) for info, data in members]):
            archive.writestr(name, data)
    return out.getvalue()


def manifest(**values):
    def edit(members):
        found = {**json.loads(members[0][1]), **values}
        return [(MANIFEST, json.dumps(found)), *members[1:]]

    return changed(edit)


def test_the_trace_of_a_bundle_is_read_again():
    assert read(bundle(**{"report.txt": b"page"})) == DATA


def test_the_same_members_give_the_same_bytes():
    assert bundle() == bundle()
    with zipfile.ZipFile(io.BytesIO(bundle())) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == MANIFEST


def test_only_a_bundle_is_one():
    assert is_bundle(io.BytesIO(bundle()))
    assert not is_bundle(io.BytesIO(changed(lambda members: members[1:])))
    assert not is_bundle(io.BytesIO(b"PK\x03\x04 no archive"))


def with_member(name):
    return lambda members: [*members, (name, b"x")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(with_member("../../home/x")), "a member has a name that leads elsewhere"),
        (changed(with_member("/etc/passwd")), "a member has a name that leads elsewhere"),
        (changed(with_member("a//b")), "a member has a name that leads elsewhere"),
        (changed(with_member("c:\\x")), "a member has a name that leads elsewhere"),
        (changed(with_member("log/\x1b[2J")), "a member has a name that leads elsewhere"),
        (changed(lambda members: members[1:]), "no bundle of wwanreplay"),
        (changed(lambda members: members[:1]), "the bundle has no trace.wwtrace"),
        (changed(lambda members: [(MANIFEST, b"{"), members[1]]), "manifest.json is not JSON"),
        (changed(lambda members: [(MANIFEST, b"[" * 10**5), members[1]]), "is not JSON"),
        (changed(lambda members: [(MANIFEST, b"[]"), members[1]]), "no bundle of wwanreplay"),
        (changed(lambda members: [(MANIFEST, bytes(2 << 20)), members[1]]), "larger than 1048576"),
        (changed(lambda members: [members[0], (TRACE, b"other")]), "is not the one that"),
        (manifest(version=2), "a bundle of version 2; this reads 1"),
        (manifest(members=None), "does not name trace.wwtrace"),
        (manifest(members=[{"name": TRACE, "sha256": 3}]), "does not name trace.wwtrace"),
        (bundle()[:-40], "cannot be read as a zip archive"),
    ],
)
def test_what_is_hostile_or_damaged_is_one_clear_line(data, message):
    with pytest.raises(InputError) as caught:
        read(data)
    assert message in str(caught.value)
    assert str(caught.value).startswith("x.wwbundle: ")
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused():
    with pytest.raises(InputError, match=r"has two members 'trace\.wwtrace'"):
        read(changed(lambda members: [*members, (TRACE, b"another")]))


def test_members_that_are_encrypted_or_packed_otherwise_are_refused():
    encrypted = bytearray(bundle())
    at = encrypted.rindex(b"PK\x01\x02")
    encrypted[at + 8] |= 1
    with pytest.raises(InputError, match="is encrypted"):
        read(bytes(encrypted))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr(TRACE, b"x")
    with pytest.raises(InputError, match="by another method than deflate"):
        read(out.getvalue())


def test_damage_inside_a_member_is_one_line():
    data = bytearray(bundle())
    at = data.index(TRACE.encode()) + len(TRACE) + 40
    data[at] ^= 0xFF
    with pytest.raises(InputError, match=r"x\.wwbundle: trace\.wwtrace"):
        read(bytes(data))


def test_what_unpacks_to_too_much_is_refused():
    with pytest.raises(LimitError, match="bytes unpacked"):
        read(bundle(), Expansion(len(DATA) - 1))
    many = changed(lambda members: [*members, *((f"m{n}", b"") for n in range(MEMBERS_MAX))])
    with pytest.raises(LimitError, match="members of the archive"):
        read(many)
