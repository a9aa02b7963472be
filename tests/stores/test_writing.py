"""Traces in stores of three protocols: read, searched, written whole or not at all."""

import shutil
import zipfile

import pytest
from checkout import LOGS, TRACES
from groups import sampled
from store_servers import nginx, s3, sftp
from verbs import run

from wwanreplay.stores import Location, StoreError, access, put_file, store_has

DEMO = TRACES / "demo.wwtrace"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def bucket():
    pytest.importorskip("s3fs")
    import botocore.session

    with s3() as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", address)
        patch.setenv("AWS_ACCESS_KEY_ID", "hunter2")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "hunter3")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = botocore.session.get_session().create_client("s3", endpoint_url=address)
        client.create_bucket(Bucket="lab")
        yield "s3://lab"


@pytest.fixture(scope="module")
def folder_by_sftp(place):
    paramiko = pytest.importorskip("paramiko")
    with sftp(place) as url, pytest.MonkeyPatch.context() as patch:
        connect = paramiko.SSHClient.connect

        def by_key(client, host, **options):
            return connect(client, host, key_filename=str(place / "user"), **options)

        patch.setattr(paramiko.SSHClient, "connect", by_key)
        patch.setenv("HOME", str(place))
        (place / "files").mkdir()
        yield f"{url}{place}/files"


@pytest.fixture(params=["bucket", "folder_by_sftp", "file"])
def store(request, tmp_path):
    if request.param == "file":
        pytest.importorskip("fsspec")
        return f"file://{tmp_path}"
    return request.getfixturevalue(request.param)


def test_a_store_is_written_and_read_as_a_disk_is(store, tmp_path):
    url = f"{store}/made/part.wwtrace"
    done = run("cut", DEMO, "--stop", "40", "-o", url)
    assert done.exit_code == 0, done.output
    assert f"{url}: records 0 to 39 of 96" in done.output
    again = run("cut", DEMO, "--stop", "40", "-o", url)
    assert (again.exit_code, again.output.count("\n")) == (2, 1)
    assert f"{url}: exists already; --force overwrites it" in again.output
    assert run("cut", DEMO, "--stop", "50", "-o", url, "--force").exit_code == 0
    done = run("replay", f"{store}/made/")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{url}: equal, ")
    done = run("info", "--no-check", f"{store}/**/*.wwtrace")
    assert done.output.startswith(f"{url}: not checked")
    assert "records        50" in done.output
    done = run("import", LOGS / "mbimcli-fault-late.log", "-o", f"{store}/made/bug.wwtrace")
    assert done.exit_code == 0, done.output
    assert run("show", f"{store}/made/bug.wwtrace").exit_code == 0


def test_nothing_else_is_left_beside_what_is_put(store, tmp_path):
    target = Location(f"{store}/kept/demo.wwtrace")
    assert not store_has(target)
    put_file(DEMO, target)
    put_file(DEMO, target)
    assert store_has(target)
    files, path = access.file_system(f"{store}/kept")
    assert [name.rpartition("/")[2] for name in files.find(path)] == ["demo.wwtrace"]


def test_a_failure_leaves_what_was_there(monkeypatch, tmp_path):
    pytest.importorskip("fsspec")
    monkeypatch.setattr(access, "PAUSE_S", 0.0)
    target = Location(f"file://{tmp_path}/a.wwtrace")
    put_file(DEMO, target)
    files, _ = access.file_system(target.url)

    def fails(*_names, **_options):
        raise OSError("the disk is full")

    monkeypatch.setattr(type(files), "mv_file", fails, raising=False)
    monkeypatch.setattr(type(files), "mv", fails)
    (tmp_path / "other").write_bytes(b"other")
    with pytest.raises(StoreError, match="the disk is full"):
        put_file(tmp_path / "other", target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wwtrace", "other"]
    assert (tmp_path / "a.wwtrace").read_bytes() == DEMO.read_bytes()


def test_an_archive_in_a_store_is_a_store(place, tmp_path):
    pytest.importorskip("aiohttp")
    with zipfile.ZipFile(tmp_path / "lab.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.wwtrace", "inner/b.wwtrace"):
            archive.write(DEMO, name)
    room = place / "nginx"
    room.mkdir()
    with nginx(tmp_path, room) as server:
        url = f"{server.url}/lab.zip"
        done = run("replay", f"zip://**/*.wwtrace::{url}")
        assert done.exit_code == 0, done.output
        names = [line.partition(": ")[0] for line in done.output.splitlines() if ": equal" in line]
        assert names == [f"zip://a.wwtrace::{url}", f"zip://inner/b.wwtrace::{url}"]
        refused = run("cut", DEMO, "--stop", "40", "-o", f"{server.url}/new.wwtrace")
        assert (refused.exit_code, refused.output.count("\n")) == (3, 1)
        assert f"{server.url}/new.wwtrace: cannot be written: " in refused.output


@pytest.mark.parametrize("options", sampled([[], ["--scrub", "--key", "k"]], 1))
def test_a_recording_grows_here_and_is_in_the_store_when_it_is_complete(
    options, store, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    url = f"{store}/recorded/{len(options)}.wwtrace"
    done = run("record", "-o", url, "--script", "demo", *options)
    assert done.exit_code == 0, done.output
    assert f"{url}: 96 records" in done.stdout
    assert not list(tmp_path.glob("*.part"))
    assert run("replay", url).exit_code == 0
    again = run("record", "-o", url, "--script", "demo", *options)
    assert (again.exit_code, "exists already; --force overwrites it" in again.output) == (2, True)
    assert run("record", "-o", url, "--script", "demo", "--force", *options).exit_code == 0


@pytest.mark.parametrize("options", [[], ["--scrub", "--key", "k"]])
def test_a_store_that_fails_at_the_end_costs_no_recording(options, tmp_path, monkeypatch):
    pytest.importorskip("fsspec")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in-the-way").write_text("no folder")
    url = f"file://{tmp_path}/in-the-way/a.wwtrace"
    done = run("record", "-o", url, "--script", "demo", *options)
    assert done.exit_code == 3
    assert "a.wwtrace: cannot be written: " in done.stderr
    assert "96 records kept in a.wwtrace.part" in done.stderr
    assert run("info", "a.wwtrace.part").exit_code == 0
    assert run("replay", "a.wwtrace.part").exit_code == 0


def test_what_must_not_wait_for_a_store_or_has_none_refuses_urls(tmp_path):
    for arguments, text in (
        (["record", "--tap", "/dev/none", "-o"], "a tap records on a disk"),
        (["show", "--follow"], "recordings in progress are on a disk; name a file, not a URL"),
    ):
        done = run(*arguments, f"file://u:hunter@h{tmp_path}/a.wwtrace")
        assert (done.exit_code, "hunter" in done.output) == (2, False), done.output
        assert text in done.output
    done = run("record", "-o", f"file://{tmp_path}/", "--script", "demo")
    assert (done.exit_code, "no file is named" in done.output) == (3, True)


def test_accepting_is_for_a_disk(tmp_path):
    shutil.copy(DEMO, tmp_path)
    done = run("replay", "--accept", f"file://{tmp_path}/demo.wwtrace")
    assert done.exit_code == 3
    assert "a trace in a store stays as it is; accept on a disk" in done.output


def test_what_is_expected_of_a_trace_stands_beside_it_in_the_store_too(store, tmp_path):
    trace = tmp_path / "late.wwtrace"
    assert run("import", LOGS / "mbimcli-fault-late.log", "-o", trace).exit_code == 0
    assert run("replay", trace).exit_code == 1
    assert run("replay", "--accept", trace).exit_code == 0
    url = f"{store}/expected/late.wwtrace"
    put_file(trace, Location(url))
    assert run("replay", url).exit_code == 1
    put_file(f"{trace}.accepted.toml", Location(f"{url}.accepted.toml"))
    for name in (url, f"{store}/expected/", f"{store}/expected/*.wwtrace"):
        done = run("replay", name)
        assert done.exit_code == 0, done.output
        assert "accepted" in done.output
