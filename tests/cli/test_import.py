"""`wwanreplay import`: every format end to end, what is exported comes back, errors as one line."""

import gzip
import io
import json
import lzma
import sys
from pathlib import Path

import capture_samples as captures
import field_samples as samples
import pytest
from click.testing import CliRunner, Result
from export_samples import wire_of, wire_trace

from wwanreplay._core import Event, Kind
from wwanreplay.cli import root
from wwanreplay.formats.registry import FORMATS
from wwanreplay.mbim.messages import Message
from wwanreplay.trace import TraceReader

TO_PROXY = Message(3, 1, 1, samples.PROXY, 1, bytes(12))
MESSAGES = [samples.OPEN, samples.OPEN_DONE, samples.RADIO_QUERY, samples.RADIO_DONE]


def run(*arguments: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(
        root, ["import", *(str(argument) for argument in arguments)], input=given
    )


def events_of(path: Path) -> list[Event]:
    with TraceReader(path) as reader:
        return list(reader.events())


def wires_of(path: Path) -> list[bytes]:
    return [event.payload for event in events_of(path) if event.kind == Kind.KIND_WIRE]


# ------------------------------------------------------------------ formats


def umbim() -> str:
    return "".join(
        f"{'reading' if data[3] else 'sending'} ({len(data)}): {data.hex(' ')}\n"
        for data in MESSAGES
    )


def routeros() -> str:
    lines = []
    for number, data in enumerate(MESSAGES):
        start = f" 2025-04-11 04:31:1{number} lte,packet,raw lte1 mbim: "
        lines.append(start + ("wdm >>> recv #0" if data[3] else "wdm <<< send #21"))
        for at in range(0, len(data), 16):
            row = data[at : at + 16].hex()
            lines.append(start + " ".join(row[part : part + 8] for part in range(0, len(row), 8)))
    return "\n".join(lines) + "\n"


def umockdev() -> bytes:
    log = b"d 0 /dev/cdc-wdm0\n"
    for data in MESSAGES:
        log += b"r 5 " if data[3] else b"w 5 "
        for byte in data:
            log += bytes((94, byte + 64)) if byte < 32 else b"^`" if byte == 94 else bytes((byte,))
        log += b"\n"
    return log


def xxd() -> str:
    lines = []
    for data in MESSAGES:
        for at in range(0, len(data), 16):
            row = data[at : at + 16]
            pairs = " ".join(row[part : part + 2].hex() for part in range(0, len(row), 2))
            lines.append(f"{at:08x}: {pairs}")
    return "\n".join(lines) + "\n"


LOGS = {
    "libmbim": "".join(map(samples.old_libmbim, MESSAGES)).encode(),
    "umbim": umbim().encode(),
    "routeros": routeros().encode(),
    "pcap": captures.pcap(captures.USBPCAP, *captures.usbpcap_session(*MESSAGES)),
    "pcapng": captures.pcapng(captures.USB_MMAPPED, *captures.usbmon_session(*MESSAGES)),
    "umockdev": umockdev(),
    "hexdump": xxd().encode(),
}


@pytest.mark.parametrize("name", LOGS)
def test_messages_of_every_format_become_a_trace(tmp_path: Path, name: str):
    log, out = tmp_path / "bug", tmp_path / "bug.wwtrace"
    log.write_bytes(LOGS[name])
    result = run(log, "-o", out, "--no-infer", "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["logs"][0]["format"] == name
    assert (summary["messages"], summary["complete"]) == (4, 4)
    assert wires_of(out) == MESSAGES
    kinds = [event.kind for event in events_of(out)]
    assert kinds.count(Kind.KIND_QUERY) == 1
    assert kinds.count(Kind.KIND_INDICATION) == 1


WINDOWS = {
    "windows-wpp": (
        "  1619 [5]6C6C.0824::01/09/2020-10:57:17.118 [WwanDimCommon]QUERY OID_WWAN_READY_INFO "
        "(e010102), RequestId 11, Status 340001\n"
    ),
    "windows-etw": (
        'TraceLog\tMicrosoft-Windows-wmbclass\t25:16.1\t"Instance: \t1 Request: \t0xFFFF OID: '
        "\t0xE010102 OID name: \tOID_WWAN_READY_INFO RequestId: \t0x11 RequestHandle: \t0x0 "
        'Type: \t0 InformationLength: \t12"\n'
    ),
    "windows-traceview": (
        "e 04-01 12:39:12.798 P4912 T8420 Windows Mobile Broadband Class Driver Event Provider "
        "[1] Miniport Request called Request=0xFF, OID=0xE010102, OID name=OID_WWAN_READY_INFO "
        "RequestId=0x11, RequestHandle=0x0, Type=0, InformationLength=12\n"
    ),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_windows_text_becomes_a_trace_of_events(tmp_path: Path, name: str):
    log, out = tmp_path / "bug", tmp_path / "bug.wwtrace"
    log.write_text(WINDOWS[name])
    result = run(log, "-o", out, "--no-infer", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["logs"][0]["format"] == name
    request = events_of(out)[0]
    assert (request.kind, request.code, request.request_id) == (Kind.KIND_QUERY, 0xE010102, 0x11)


def test_usbmon_text_keeps_the_bytes_it_has(tmp_path: Path):
    data = samples.RADIO_QUERY
    shown = data[:32].hex()
    log, out = tmp_path / "bug", tmp_path / "bug.wwtrace"
    log.write_text(
        "ffff8d53856d4d80 570383665 S Co:2:005:0 s 21 00 0000 0000 0030 48 = "
        + " ".join(shown[at : at + 8] for at in range(0, 64, 8))
        + "\n"
    )
    result = run(log, "-o", out, "--no-infer", "--json")
    assert result.exit_code == 0, result.output
    assert wires_of(out) == [data[:32]]
    summary = json.loads(result.stdout)
    assert (summary["messages"], summary["complete"], summary["incomplete"]) == (1, 0, 1)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_packed_log_is_a_log(tmp_path: Path, pack):
    log, out = tmp_path / "bug.packed", tmp_path / "bug.wwtrace"
    log.write_bytes(pack(LOGS["libmbim"]))
    assert run(log, "-o", out, "--no-infer").exit_code == 0
    assert wires_of(out) == MESSAGES


def test_a_log_comes_from_standard_input(tmp_path: Path):
    out = tmp_path / "bug.wwtrace"
    result = run("-", "-o", out, "--no-infer", given=LOGS["umbim"])
    assert result.exit_code == 0, result.output
    assert "stdin: umbim" in result.stdout
    assert wires_of(out) == MESSAGES


def test_the_format_can_be_named(tmp_path: Path):
    log, out = tmp_path / "bug", tmp_path / "bug.wwtrace"
    log.write_bytes(LOGS["hexdump"])
    assert run(log, "-o", out, "--from", "hexdump", "--no-infer").exit_code == 0
    assert wires_of(out) == MESSAGES


def test_two_logs_are_one_session(tmp_path: Path):
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    logs[0].write_bytes(LOGS["libmbim"])
    logs[1].write_bytes(LOGS["libmbim"])
    out = tmp_path / "bug.wwtrace"
    result = run(*logs, "-o", out, "--no-infer", "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["messages"], summary["duplicates"]) == (4, 4)
    assert wires_of(out) == MESSAGES


def test_the_summary_is_for_people_too(tmp_path: Path):
    log, out = tmp_path / "bug.log", tmp_path / "bug.wwtrace"
    log.write_bytes(LOGS["libmbim"])
    result = run(log, "-o", out, "--no-infer")
    lines = result.stdout.splitlines()
    assert lines[0] == "bug.log: libmbim, 20 lines or packets"
    assert lines[1].startswith(f"{out}: ")
    assert "of /dev/cdc-wdm4" in lines[1]
    assert lines[2] == "  4 messages: 4 complete, 0 incomplete"
    assert lines[4] == "  0 duplicates, 0 unmapped, 0 unreadable, 0 dropped, 0 problems"


# ------------------------------------------------------------------ what is exported comes back


@pytest.mark.parametrize("options", [("pcapng",), ("pcapng", "--link", "user"), ("hex",)])
def test_an_export_is_imported_with_the_same_wire_records(tmp_path: Path, options):
    trace, log, out = (tmp_path / name for name in ("a.wwtrace", "a.export", "b.wwtrace"))
    trace.write_bytes(wire_trace())
    form = [str(option) for option in options]
    exported = CliRunner().invoke(
        root, ["export", str(trace), "--to", *form, "-o", str(log), "--show-personal"]
    )
    assert exported.exit_code == 0, exported.output
    result = run(log, "-o", out, "--no-infer", "--json")
    assert result.exit_code == 0, result.output
    before, after = wire_of(trace.read_bytes()), wire_of(out.read_bytes())
    assert [(way, data) for way, _, data in after] == [(way, data) for way, _, data in before]
    assert json.loads(result.stdout)["incomplete"] == 0
    start_ns = before[0][1]
    pairs = list(zip(before, after, strict=True))
    late = [new[1] - (old[1] - start_ns) for old, new in pairs]
    # Transfers at one time are a microsecond apart in a field trace.
    assert min(late) == 0
    assert max(late) <= 1000 * len(pairs)


# ------------------------------------------------------------------ scrub


def test_import_scrubs_at_once(tmp_path: Path):
    log, plain, out = tmp_path / "bug.log", tmp_path / "a.wwtrace", tmp_path / "b.wwtrace"
    log.write_bytes(LOGS["libmbim"])
    assert run(log, "-o", plain, "--no-infer").exit_code == 0
    result = run(log, "-o", out, "--no-infer", "--scrub", "--key", "secret", "--json")
    assert result.exit_code == 0, result.output
    (session,) = json.loads(result.stdout)["sessions"]
    assert session["inferred"]["scrub"]["records"] == len(events_of(out))
    scrubbed = CliRunner().invoke(
        root, ["scrub", str(plain), "-o", str(tmp_path / "c"), "--key", "secret"]
    )
    assert scrubbed.exit_code == 0, scrubbed.output
    assert (tmp_path / "c").read_bytes() == out.read_bytes()


# ------------------------------------------------------------------ the list and errors


def test_the_formats_are_listed():
    result = run("--list-formats")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(FORMATS)
    assert json.loads(run("--list-formats", "--json").stdout).keys() == FORMATS.keys()


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        ((), 2, "a log is needed"),
        (("LOG",), 2, "-o OUT is needed"),
        (("LOG", "-o", "-"), 2, "an import may make several traces"),
        (("-", "-", "-o", "OUT"), 2, "can be read only once"),
        (("LOG", "-o", "OUT", "--from", "x"), 2, "no log format 'x'; there are pcapng"),
        (("LOG", "-o", "OUT", "--device", "x"), 2, "no message of a device x"),
        (("LOG", "-o", "OUT", "--key", "x"), 2, "a key is for --scrub"),
        (("LOG", "-o", "LOG"), 2, "exists already; --force overwrites it"),
        (("LOG", "-o", "LOG", "--force"), 2, "is one of the logs"),
        (("nowhere", "-o", "OUT"), 3, "nowhere: cannot be read"),
        (("EMPTY", "-o", "OUT"), 3, "empty.log: is empty"),
        (("QUIET", "-o", "OUT"), 3, "quiet.log: holds no message (read as libmbim, 1 other"),
        (("PROXY", "-o", "OUT"), 3, "(read as libmbim, 1 other: a message to mbim-proxy"),
        (("LOG", "-o", "nowhere/out"), 3, "nowhere/out: cannot be written"),
        (("LOG", "UMBIM", "-o", "OUT"), 2, "has no times"),
    ],
)
def test_each_error_is_one_line_and_leaves_nothing(tmp_path: Path, arguments, code, expected):
    files = {
        "LOG": tmp_path / "bug.log",
        "EMPTY": tmp_path / "empty.log",
        "QUIET": tmp_path / "quiet.log",
        "UMBIM": tmp_path / "umbim.log",
        "PROXY": tmp_path / "proxy.log",
        "OUT": tmp_path / "out.wwtrace",
    }
    files["LOG"].write_bytes(LOGS["libmbim"])
    files["EMPTY"].write_bytes(b"")
    files["QUIET"].write_text(">>>>>> RAW:\n>>>>>>   length = 0\n>>>>>>   data = \n")
    files["UMBIM"].write_bytes(LOGS["umbim"])
    files["PROXY"].write_text(samples.old_libmbim(TO_PROXY.to_bytes()))
    before = sorted(tmp_path.iterdir())
    result = run(*(files.get(argument, argument) for argument in arguments))
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Try ")]
    assert len(lines) == 1
    assert expected in lines[0]
    assert sorted(tmp_path.iterdir()) == before
    assert files["LOG"].read_bytes() == LOGS["libmbim"]


def test_help_loads_no_tables(monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in sys.modules if name.startswith("wwanreplay.protocol")]:
        monkeypatch.delitem(sys.modules, name)
    assert run("--help").exit_code == 0
    assert "wwanreplay.protocol" not in sys.modules


def test_a_stream_need_not_be_a_file(tmp_path: Path):
    class Slow(io.RawIOBase):
        """Gives one byte at a time, and cannot be sought in."""

        def __init__(self, data: bytes) -> None:
            self.data = data

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            part, self.data = self.data[:1], self.data[1:]
            return part

    from wwanreplay.formats.importer import import_logs

    import_logs([Slow(LOGS["umbim"])], tmp_path / "out")
    assert wires_of(tmp_path / "out") == MESSAGES
