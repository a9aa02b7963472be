"""A store is read by few ranges, whose count the server's own log shows."""

import os
import random
import re

import pytest
from checkout import TRACES
from store_servers import nginx, nginx_before, s3, sftp
from verbs import run

from wwanreplay import Event
from wwanreplay._core import Kind
from wwanreplay.stores import Location, StoreError, access, open_input, reading
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

pytest.importorskip("aiohttp")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    (folder / "small.wwtrace").write_bytes((TRACES / "demo.wwtrace").read_bytes())
    drawn = random.Random(7)
    with TraceWriter(folder / "large.wwtrace", TraceHeader(), chunk_size=1 << 16) as writer:
        for number in range(100):
            payload = drawn.randbytes(60000)
            writer.write(Event(Kind.KIND_NOTE, number, payload=payload))
    return folder


@pytest.fixture(scope="module")
def server(files, tmp_path_factory):
    with nginx(files, tmp_path_factory.mktemp("nginx")) as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch):
    monkeypatch.setattr(reading.StoreFile, "_last", None)
    monkeypatch.setattr(access, "PAUSE_S", 0.0)


@pytest.fixture
def requests(server):
    server.forget()

    def since():
        lines = server.requests()
        return [line.split(" ") for line in lines if line.startswith("GET")]

    return since


def test_what_a_trace_states_takes_two_reads(server, requests, files):
    done = run("info", f"{server.url}/large.wwtrace")
    assert done.exit_code == 0, done.output
    assert "large.wwtrace: not checked; as header and footer state" in done.stdout
    assert "records        100" in done.stdout
    size = (files / "large.wwtrace").stat().st_size
    assert [row[1] for row in requests()] == ["bytes=0-65535", f"bytes={size - 262144}-{size - 1}"]


def test_to_count_begins_with_two_reads_and_to_check_all_is_said(server, requests, files):
    size = (files / "large.wwtrace").stat().st_size
    begin = ["bytes=0-65535", f"bytes={size - 262144}-{size - 1}"]
    for verb, shown in ((["stats"], "100 of 100 records"), (["info", "--check"], ": whole")):
        server.forget()
        reading.StoreFile._last = None
        done = run(*verb, f"{server.url}/large.wwtrace")
        assert done.exit_code == 0, done.output
        assert shown in done.stdout
        ranges = [row[1] for row in requests()]
        assert sorted(ranges[:2]) == sorted(begin)
        assert len(ranges) > 2  # it streams the rest


@pytest.fixture(scope="module")
def of_s3(files, tmp_path_factory):
    """The large trace in a bucket, and what is read of it by the log of nginx before the server."""
    pytest.importorskip("s3fs")
    import botocore.session

    with (
        s3() as address,
        nginx_before(address, tmp_path_factory.mktemp("before")) as before,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AWS_ENDPOINT_URL", before.url)
        patch.setenv("AWS_ACCESS_KEY_ID", "hunter2")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "hunter3")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = botocore.session.get_session().create_client("s3", endpoint_url=before.url)
        client.create_bucket(Bucket="lab")
        data = (files / "large.wwtrace").read_bytes()
        client.put_object(Bucket="lab", Key="large.wwtrace", Body=data)
        yield "s3://lab/large.wwtrace", lambda: ranges_of(before.requests())


@pytest.fixture(scope="module")
def of_sftp(files, tmp_path_factory):
    """The same over SFTP, by the log of sftp-server."""
    paramiko = pytest.importorskip("paramiko")
    room = tmp_path_factory.mktemp("sftp")
    with sftp(room) as url, pytest.MonkeyPatch.context() as patch:
        connect = paramiko.SSHClient.connect

        def by_key(client, host, **options):
            return connect(client, host, key_filename=str(room / "user"), **options)

        patch.setattr(paramiko.SSHClient, "connect", by_key)
        patch.setenv("HOME", str(room))

        def ranges():
            found = []
            log = room / "sftp.log"
            text = log.read_text() if log.exists() else ""
            for match in re.finditer(r"read \".*large.wwtrace\" .*off (\d+) len (\d+)", text):
                start, size = map(int, match.groups())
                if found and found[-1][1] == start - 1:
                    found[-1] = found[-1][0], start + size - 1
                else:
                    found.append((start, start + size - 1))
            return found

        yield f"{url}{files}/large.wwtrace", ranges


@pytest.fixture(scope="module")
def of_http(server):
    return f"{server.url}/large.wwtrace", lambda: ranges_of(server.requests())


def ranges_of(lines):
    """The ranges of the requests of the large trace in a log of nginx."""
    found = [line.split(" ") for line in lines if line.startswith("GET") and "large" in line]
    return [
        tuple(map(int, row[1].removeprefix("bytes=").split("-")))
        for row in found
        if row[2].endswith("/large.wwtrace")
    ]


@pytest.mark.parametrize("place", ["of_http", "of_s3", "of_sftp"])
def test_to_look_at_a_large_trace_two_ranges_are_read_in_every_store(place, files, request):
    url, ranges = request.getfixturevalue(place)
    before = len(ranges())
    done = run("info", url)
    assert done.exit_code == 0, done.output
    assert "records        100" in done.stdout
    size = (files / "large.wwtrace").stat().st_size
    assert ranges()[before:] == [(0, 65535), (size - 262144, size - 1)]
    with TraceReader(url) as reader:
        (event,) = reader.events(50, 51)
    assert event.time_ns == 50
    more = ranges()[before + 2 :]
    assert len(more) <= 2  # what was opened last is held
    assert sum(end - start + 1 for start, end in more) < 500_000


def test_a_small_trace_is_replayed_by_one_read(server, requests):
    done = run("replay", f"{server.url}/small.wwtrace")
    assert done.exit_code == 0, done.output
    # The other request asks whether anything is expected of it; a listing would have said so.
    read, asked = requests()
    assert read[2:] == ["/small.wwtrace", "206"]
    assert asked[2:] == ["/small.wwtrace.accepted.toml", "404"]
    server.forget()
    reading.StoreFile._last = None
    done = run("replay", f"{server.url}/small*.wwtrace")
    assert done.exit_code == 0, done.output
    assert [row[2] for row in requests() if row[2] != "/"] == ["/small.wwtrace"]


def test_seeking_reads_the_chunk_and_not_the_file(server, requests):
    with TraceReader(f"{server.url}/large.wwtrace") as reader:
        (event,) = reader.events(50, 51)
    assert event.time_ns == 50
    read = sum(
        int(end) - int(start) + 1
        for start, end in (row[1].removeprefix("bytes=").split("-") for row in requests())
    )
    assert len(requests()) <= 4
    assert read < 700_000


def test_what_is_read_on_comes_in_growing_ranges(server, requests, files):
    with open_input(f"{server.url}/large.wwtrace") as file:
        parts = []
        while part := file.read(50000):
            parts.append(part)
    assert b"".join(parts) == (files / "large.wwtrace").read_bytes()
    assert len(requests()) <= 9


def test_a_server_without_ranges_is_read_whole(server, files):
    for size in (None, (files / "large.wwtrace").stat().st_size):
        reading.StoreFile._last = None
        with open_input(Location(f"{server.url}/plain/large.wwtrace", size)) as file:
            file.seek(-100, os.SEEK_END)
            assert file.read() == (files / "large.wwtrace").read_bytes()[-100:]


def test_a_store_that_fails_is_tried_again_so_often(server, requests):
    url = f"{server.url}/broken/a.wwtrace"
    with pytest.raises(StoreError, match=r"HTTP 503 .*4 attempts"):
        open_input(Location(url, 1000)).read(1)
    assert len(requests()) == access.ATTEMPTS
    server.forget()
    with pytest.raises(StoreError, match="HTTP 403"):
        open_input(Location(f"{server.url}/closed/a.wwtrace", 1000)).read(1)
    assert len(requests()) == 1


@pytest.mark.parametrize("verb", ["replay", "info", "show", "stats", "check", "explain"])
def test_an_error_is_a_line_that_names_the_file_without_its_secrets(verb, server):
    host = server.url.removeprefix("http://")
    done = run(verb, f"http://user:hunter2@{host}/none.wwtrace?sig=hunter3")
    assert done.exit_code == 3
    assert f"http://{host}/none.wwtrace?…: cannot be read: there is no such file" in done.output
    assert "hunter" not in done.output
    assert "user" not in done.output


def test_secrets_are_in_no_report(server):
    host = server.url.removeprefix("http://")
    url = f"http://user:hunter2@{host}/small.wwtrace?sig=hunter3"
    for verb in (
        ["replay"],
        ["replay", "--json"],
        ["info", "--json"],
        ["stats", "--json"],
        ["check", "--json"],
    ):
        done = run(*verb, url)
        assert done.exit_code == 0, done.output
        assert f"http://{host}/small.wwtrace?" in done.output
        assert "hunter" not in done.output


def test_globs_and_folders_of_a_store_are_searched(server):
    for url in (f"{server.url}/*.wwtrace", f"{server.url}/"):
        done = run("info", url)
        assert done.exit_code == 0, done.output
        lines = [line for line in done.stdout.splitlines() if line.startswith("http")]
        assert [line.partition(": ")[0] for line in lines] == [
            f"{server.url}/large.wwtrace",
            f"{server.url}/small.wwtrace",
        ]
    done = run("info", f"{server.url}/none*.wwtrace")
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert f"{server.url}/none*.wwtrace: no file matches" in done.output
