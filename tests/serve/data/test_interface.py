"""A TUN for the packets of a session: Linux pings through it; a clear line without the right."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.serve.data.interface import NetInterface

TIMEOUT_S = 60
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

SESSION = textwrap.dedent("""
    import subprocess, sys, json
    from pathlib import Path
    link = Path(sys.argv[1])
    serving = subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", "serve", "--pty", link, "--json", "--profile",
         "two-ports", "--net", "wwan0", "--net", "wwan1"], stdout=subprocess.PIPE, text=True)
    serving.stdout.readline()
    def run(*command):
        return subprocess.run(command, capture_output=True, text=True, timeout=30)
    results = {}
    for name, address in (("wwan0", "192.0.2.33/30"), ("wwan1", "198.51.100.5/30")):
        run("ip", "link", "set", name, "up")
        run("ip", "address", "add", address, "dev", name)
    ping = ["ping", "-c", "2", "-i", "0.2", "-W", "1"]
    results["before"] = run(*ping, "192.0.2.34").returncode
    for session in (0, 1):
        done = run("mbimcli", "-d", link, "--no-close", *(["--no-open=20"] if session else []),
                   f"--connect=session-id={session},access-string=internet.example,ip-type=ipv4")
        results[f"connect {session}"] = done.returncode, done.stdout + done.stderr
    results["session 0"] = run(*ping, "192.0.2.34").returncode
    results["session 1"] = run(*ping, "198.51.100.6").returncode
    run("mbimcli", "-d", link, "--no-open=40", "--disconnect=1", "--no-close")
    results["session 1 ended"] = run(*ping, "198.51.100.6").returncode
    results["session 0 still"] = run(*ping, "192.0.2.34").returncode
    serving.terminate()
    out, _ = serving.communicate(timeout=30)
    results["served"] = json.loads(out)
    results["left"] = run("ip", "link", "show", "wwan0").returncode
    print(json.dumps(results))
""")


def lacks() -> str:
    lacking = [each for each in ("unshare", "ip", "ping", "mbimcli") if shutil.which(each) is None]
    if os.geteuid():
        lacking.append("the rights of root")
    if not Path("/dev/net/tun").exists():
        lacking.append("/dev/net/tun")
    return ", ".join(lacking)


ETHERNET = textwrap.dedent("""
    import subprocess, sys, json
    link = sys.argv[1]
    serving = subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", "serve", "--pty", link, "--json",
         "--net", "tap:wwan0"], stdout=subprocess.PIPE, text=True)
    serving.stdout.readline()
    def run(*command):
        return subprocess.run(command, capture_output=True, text=True, timeout=30)
    run("ip", "link", "set", "wwan0", "up")
    run("ip", "address", "add", "192.0.2.17/30", "dev", "wwan0")
    ping = ["ping", "-c", "1", "-W", "2"]
    results = {"before": run(*ping, "192.0.2.18").returncode}
    run("mbimcli", "-d", link, "--no-close",
        "--connect=access-string=internet.example,ip-type=ipv4v6")
    run("ip", "neighbour", "flush", "dev", "wwan0")  # that it was not there is remembered
    results["ping"] = run(*ping, "192.0.2.18").returncode
    results["neighbours"] = run("ip", "neighbour").stdout
    run("ip", "address", "add", "2001:db8:0:17::1/64", "dev", "wwan0", "nodad")
    results["ping6"] = run(*ping, "2001:db8:0:17::fe").returncode
    serving.terminate()
    serving.communicate(timeout=30)
    print(json.dumps(results))
""")


def in_namespace(script: str, tmp_path: Path) -> dict[str, Any]:
    """What a script in a network of its own prints."""
    run = subprocess.run(
        ["unshare", "-n", sys.executable, "-c", script, str(tmp_path / "modem")],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env=ENVIRONMENT,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout))


needs_tun = pytest.mark.skipif(bool(lacks()), reason=f"no TUN here: {lacks()}")


@pytest.mark.long
@needs_tun
def test_linux_finds_the_gateway_on_an_ethernet(tmp_path: Path) -> None:
    results = in_namespace(ETHERNET, tmp_path)
    assert results["before"] == 1
    assert (results["ping"], results["ping6"]) == (0, 0), results
    assert "192.0.2.18 dev wwan0 lladdr 02:00:00:00:00:01" in results["neighbours"]


@pytest.mark.long
@needs_tun
def test_linux_pings_through_the_interface_of_an_active_session(tmp_path: Path) -> None:
    results = in_namespace(SESSION, tmp_path)
    assert results["connect 0"][0] == 0, results
    assert results["connect 1"][0] == 0, results
    assert results["before"] == 1
    assert (results["session 0"], results["session 1"]) == (0, 0)
    assert (results["session 1 ended"], results["session 0 still"]) == (1, 0)
    assert results["served"]["answers"] >= 6
    assert results["left"] == 1  # the interface ended with its server


def test_a_name_that_is_none_is_refused() -> None:
    for name in ("", "tap:", "a name", "a/b", "tun:a", "sixteen-letters-"):
        with pytest.raises(UsageError, match="is no name of an interface"):
            NetInterface(name)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root")
def test_without_the_right_there_is_one_clear_line(tmp_path: Path) -> None:
    run = subprocess.run(
        [
            *("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"),
            *(sys.executable, "-m", "wwanreplay", "serve"),
            *("--pty", "--net", "wwan0", "--record", str(tmp_path / "trace")),
        ],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env=ENVIRONMENT,
        check=False,
    )
    assert run.returncode == 3
    assert run.stderr.count("\n") == 1
    assert "--net wwan0: a network interface needs CAP_NET_ADMIN" in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_tun_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wwanreplay.serve.data.interface._TUN", tmp_path / "tun")
    with pytest.raises(DeviceError, match="tun is not there"):
        NetInterface("wwan0")
