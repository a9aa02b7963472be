"""The verb, and --scrub of record."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from log_samples import pin, umbim
from scrub_samples import recording

from wwanreplay.analysis.scrub import proof, scrub_bytes, scrub_log
from wwanreplay.cli import root
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader


def run(*arguments: object) -> Result:
    return CliRunner().invoke(root, [str(argument) for argument in arguments])


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "pin.wwtrace"
    path.write_bytes(recording("pin"))
    return path


def test_scrub_writes_a_trace_that_replays_equal(trace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wwtrace"
    result = run("scrub", trace, "-o", out, "--key", "secret")
    assert result.exit_code == 0, result.output
    assert f"{out}: 20 of 90 records changed; digest {replay(out).digest}" in result.output
    assert "1  SubscriberId" in result.output
    assert replay(out).equal
    assert out.read_bytes() == scrub_bytes(recording("pin"), b"secret")[0]


def test_scrub_prints_json(trace: Path, tmp_path: Path) -> None:
    result = run("scrub", trace, "-o", tmp_path / "out", "--json")
    values = json.loads(result.output)
    assert (values["records"], values["changed"]) == (90, 20)
    assert values["values"]["SimIccId"] == 1


def test_the_key_comes_from_a_file_without_its_line_end(trace: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"secret\n")
    outs = [tmp_path / "one", tmp_path / "two"]
    assert run("scrub", trace, "-o", outs[0], "--key", "secret").exit_code == 0
    assert run("scrub", trace, "-o", outs[1], "--key-file", key).exit_code == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        (("--key", "a", "--key-file", "b"), 2, "give one of them"),
        (("--key", ""), 2, "the key is empty"),
        (("--key-file", "/nowhere/key"), 3, "No such file"),
    ],
)
def test_wrong_keys_are_refused(
    trace: Path, tmp_path: Path, options, code: int, expected: str
) -> None:
    result = run("scrub", trace, "-o", tmp_path / "out", *options)
    assert (result.exit_code, expected in result.output) == (code, True), result.output
    assert not (tmp_path / "out").exists()


def test_an_existing_file_is_left_alone(trace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_bytes(b"mine")
    assert run("scrub", trace, "-o", out).exit_code == 2
    assert out.read_bytes() == b"mine"
    assert run("scrub", trace, "-o", out, "--force").exit_code == 0
    assert replay(out).equal


def test_what_is_no_trace_and_no_log_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"\x7fELF something else\0\0")
    result = run("scrub", bad, "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert result.output.startswith("wwanreplay: error: ")
    assert list(tmp_path.iterdir()) == [bad]


def test_a_log_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    log, out = tmp_path / "bug.log.gz", tmp_path / "out.log.gz"
    log.write_bytes(gzip.compress(umbim(pin("9374"))))
    result = run("scrub", log, "-o", out, "--key", "secret")
    assert result.exit_code == 0, result.output
    assert f"{out}: umbim; 1 of 1 messages changed" in result.output
    assert gzip.decompress(out.read_bytes()) == scrub_log(umbim(pin("9374")), b"secret")
    assert run("scrub", log, "-o", out).exit_code == 2
    values = json.loads(run("scrub", log, "-o", out, "--force", "--json").output)
    assert (values["formats"], values["messages"], values["values"]["Pin"]) == (["umbim"], 1, 1)


def test_the_format_of_a_log_can_be_named(tmp_path: Path) -> None:
    log, out = tmp_path / "dump", tmp_path / "out"
    data = pin("9374")
    rows = (data[at : at + 8].hex(" ") for at in range(0, len(data), 8))
    log.write_text("\n".join(rows) + "\n")
    result = run("scrub", log, "-o", out, "--key", "a", "--from", "hexdump")
    assert "hexdump; 1 of 1 messages changed" in result.output
    assert bytes.fromhex(out.read_text())[:-8] == data[:-8]
    assert run("scrub", log, "-o", out, "--force", "--from", "no-such").exit_code == 2


def test_a_text_without_messages_says_so(tmp_path: Path) -> None:
    note, out = tmp_path / "note", tmp_path / "out"
    note.write_text("IMSI: 262011234567890\n")
    result = run("scrub", note, "-o", out)
    assert result.exit_code == 0
    assert "no format of a log was recognised" in result.output
    assert "262011234567890" not in out.read_text()


def test_a_survivor_ends_with_one_line_and_no_file(
    trace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first pass is made to forget one kind of place; the second finds what it left."""
    from wwanreplay.analysis.scrub import session

    def forgetful(event):
        return [place for place in proof.event_places(event) if "IccId" not in place.name]

    class BlindSpeller(session.Speller):
        def replaced(self, data: bytes, untouched=()) -> bytes:
            return data

    monkeypatch.setattr(session, "event_places", forgetful)
    monkeypatch.setattr(session, "Speller", BlindSpeller)
    result = run("scrub", trace, "-o", tmp_path / "out", "--key", "secret")
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "SimIccId survives in the field" in result.output
    assert list(tmp_path.iterdir()) == [trace]


def test_record_writes_the_scrubbed_session_only(tmp_path: Path) -> None:
    out = tmp_path / "out.wwtrace"
    result = run("record", "--script", "pin", "--scrub", "--key", "secret", "-o", out, "--json")
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == scrub_bytes(recording("pin"), b"secret")[0]
    with TraceReader(out) as reader:
        assert reader.footer is not None
        assert json.loads(result.output)["digest"] == reader.footer.digest.hex()
    again = run("record", "--script", "pin", "--scrub", "-o", out)
    assert again.exit_code == 2
    assert "exists already" in again.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("record", "-o", "x", "--key", "secret"),
        ("serve", "--pty", "--scrub"),
        ("serve", "--pty", "--record", "x", "--key", "secret"),
    ],
)
def test_options_that_belong_together_are_demanded(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "--scrub" in result.output


DOUBTFUL = 'AT+CPIN="1712"\nunlocked\n the number 2171 of it\n'


def test_what_may_be_a_value_is_refused_with_its_place_unless_that_is_allowed(
    tmp_path: Path,
) -> None:
    source, out = tmp_path / "a.log", tmp_path / "b.log"
    source.write_text(DOUBTFUL)
    refused = run("scrub", source, "-o", out, "--key", "k")
    assert refused.exit_code == 1
    assert "line 3" in refused.output
    assert not out.exists()
    allowed = run("scrub", source, "-o", out, "--key", "k", "--allow-doubtful")
    assert allowed.exit_code == 0
    assert "line 3" in allowed.stdout
    assert "1712" not in out.read_text()
    assert "2171" in out.read_text()


def test_the_key_may_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.log"
    source.write_text("imsi: 262011234567890\n")
    run("scrub", source, "-o", tmp_path / "b", "--key", "k")
    monkeypatch.setenv("WWANREPLAY_SCRUB_KEY", "k")
    run("scrub", source, "-o", tmp_path / "c")
    assert (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()
    monkeypatch.setenv("WWANREPLAY_SCRUB_KEY", "")
    assert run("scrub", source, "-o", tmp_path / "d").exit_code == 2
