"""What identifies nobody stays: the sample logs, scrubbed, hold the same session."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from field_samples import read
from groups import sampled
from scrub_matrix import STRETCHED

from wwanreplay.analysis.scrub.logs import scrub_log_bytes
from wwanreplay.analysis.scrub.messages import MessageReader
from wwanreplay.cli import root
from wwanreplay.formats.base import LogMessage, MessageKind

LOGS = Path(__file__).parents[3] / "logs"
SAMPLES = sorted(
    path.name
    for path in LOGS.iterdir()
    if path.suffix not in (".md", ".toml") and ".wwtrace" not in path.name
)
# The headers of a first fragment, its status among them, and of those behind it.
_FIRST_SIZE, _NEXT_SIZE = 48, 20


def _outside(data: bytes) -> bytes:
    """A message with its personal places emptied."""
    out = bytearray(data)
    for place in MessageReader().places(data):
        out[place.offset : place.end] = bytes(place.end - place.offset)
    return bytes(out)


def _kept(message: LogMessage) -> tuple[object, ...]:
    parts = message.fragments or (message.data or b"",)
    if len(parts) == 1 and not message.incomplete:
        shown = [_outside(parts[0])]
    else:
        sizes = (_FIRST_SIZE, *(_NEXT_SIZE for _ in parts[1:]))
        shown = [part[:size] for part, size in zip(parts, sizes, strict=True)]
    lengths = [len(part) for part in parts]
    what = message.kind, message.place, message.time_ns, message.direction, message.length
    return (*what, lengths, shown)


def _found(text: str) -> list[str]:
    """What an import prints, but for names, times it took and the digest."""
    lines = [line for line in text.splitlines() if not line.startswith("what it shows")]
    return [re.sub(r"\S*(?:\.wwtrace|before|after)\S*|digest \w+", "", line) for line in lines]


@pytest.mark.parametrize("name", sampled(SAMPLES, 3))
def test_a_sample_log_holds_the_same_messages_and_verdict(name: str, tmp_path: Path) -> None:
    data = (LOGS / name).read_bytes()
    scrubbed, report = scrub_log_bytes(data, STRETCHED, name)
    assert report.doubtful == []
    before, after = read(data), read(scrubbed)
    assert [_kept(each) for each in before] == [_kept(each) for each in after]
    assert any(each.kind is MessageKind.MBIM for each in before)
    printed = []
    for label, content in (("before", data), ("after", scrubbed)):
        log = tmp_path / label / name
        log.parent.mkdir()
        log.write_bytes(content)
        result = CliRunner().invoke(
            root, ["import", str(log), "-o", str(tmp_path / label / "a.wwtrace")]
        )
        printed.append((result.exit_code, _found(result.output)))
    assert printed[0] == printed[1]
