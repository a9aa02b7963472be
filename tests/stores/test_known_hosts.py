"""A host whose key is not known is refused before anything is sent, unless one says otherwise."""

import pytest
from checkout import TRACES
from store_servers import sftp
from verbs import run

paramiko = pytest.importorskip("paramiko")
from fsspec.config import conf  # noqa: E402

from wwanreplay.stores.access import file_system  # noqa: E402
from wwanreplay.stores.known_hosts import KnownHostsFileSystem  # noqa: E402


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    room = tmp_path_factory.mktemp("sftp")
    with sftp(room) as url:
        (room / "demo.wwtrace").write_bytes((TRACES / "demo.wwtrace").read_bytes())
        yield url, room


@pytest.fixture
def url(server, monkeypatch):
    address, room = server
    connect = paramiko.SSHClient.connect

    def by_key(client, host, **options):
        return connect(client, host, key_filename=str(room / "user"), **options)

    monkeypatch.setattr(paramiko.SSHClient, "connect", by_key)
    monkeypatch.setenv("HOME", str(room))
    KnownHostsFileSystem.clear_instance_cache()
    yield f"{address}{room}/demo.wwtrace"
    KnownHostsFileSystem.clear_instance_cache()


def test_a_host_that_is_known_is_taken(url):
    assert run("replay", url).exit_code == 0


def test_a_host_that_is_not_known_is_refused_in_a_line_that_says_what_to_do(
    url, tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (url, url.replace("sftp://", "ssh://"), url.replace("sftp://", "zip://a::sftp://")):
        done = run("replay", name)
        assert (done.exit_code, done.stderr.count("\n")) == (3, 1), done.output
        assert "the host key of [127.0.0.1]:" in done.stderr
        assert "is not known: connect to it with ssh once" in done.stderr


def test_another_key_than_the_known_one_is_refused(url, server, tmp_path, monkeypatch):
    _, room = server
    host = (room / ".ssh" / "known_hosts").read_text().split(" ")[0]
    (tmp_path / ".ssh").mkdir()
    other = (room / "user.pub").read_text()
    (tmp_path / ".ssh" / "known_hosts").write_text(f"{host} {other}")
    monkeypatch.setenv("HOME", str(tmp_path))
    done = run("replay", url)
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1), done.output
    assert "does not match" in done.stderr


def test_the_configuration_of_the_store_decides(url, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setitem(conf, "sftp", {"host_key_policy": "auto_add"})
    assert run("replay", url).exit_code == 0


def test_the_name_sftp_stays_that_of_fsspec(url):
    import fsspec

    store, _ = file_system(url)
    assert isinstance(store, KnownHostsFileSystem)
    assert fsspec.get_filesystem_class("sftp") is not KnownHostsFileSystem
