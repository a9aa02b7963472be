"""Sessions that speak MBIMEx 2.0 and 3.0 are imported, inferred and replayed like others."""

import io
import uuid
from pathlib import Path

import field_sessions as sessions
import pytest
from groups import sampled

from wwanreplay.analysis.infer import infer_file
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message, parse_message
from wwanreplay.mbim.tables import EXTENSIONS, SERVICES, SERVICES_BY_UUID, find_layout
from wwanreplay.replay import replay

VERSION_CID = 15
TRANSACTION_ID = 7777
# Members that a later layout has under another name.
RENAMED = {"HighestAvailableDataClass": "CurrentDataClass", "SmsClass": "SimClass"}
OPERATIONS = {
    messages.MBIM_COMMAND_DONE: "response",
    messages.MBIM_INDICATE_STATUS_MSG: "notification",
}


def in_version(data: bytes, mbimex: int) -> bytes:
    """The message in the layout of a version; what that layout has besides is zero or absent."""
    message = parse_message(data)
    known = SERVICES_BY_UUID.get(message.service) if message.service else None
    operation = OPERATIONS.get(message.type)
    if message.type == messages.MBIM_COMMAND_MSG:
        operation = "set" if message.value == messages.COMMAND_SET else "query"
    if known is None or operation is None or not message.buffer:
        return data
    code = (known.number, message.cid)
    layout = find_layout(*code, operation, mbimex)
    if layout is None or layout == find_layout(*code, operation):
        return data
    names = {field.name for field in layout.fields}
    values = {
        name if name in names else RENAMED.get(name, ""): value
        for name, value in codec.decode(*code, operation, message.buffer).items()
    }
    values = {name: value for name, value in values.items() if name in names}
    if "MediaType" in names and operation == "set":
        values["MediaType"] = 1
    buffer = codec.encode(*code, operation, values, mbimex=mbimex)
    return Message(
        message.type,
        message.transaction_id,
        message.value,
        message.service,
        message.cid,
        buffer,
    ).to_bytes()


def spoken(script: str, mbimex: int) -> bytes:
    """A capture of a session in which both sides agree on a version behind OPEN."""
    service = uuid.UUID(SERVICES[EXTENSIONS].uuid).bytes
    versions = {"MbimVersion": 0x0100, "MbimExtendedVersion": mbimex}
    transfers = []
    agreed = False
    for transfer in sessions.played(script, "lte-home"):
        data = in_version(transfer.data, mbimex)
        transfers.append(sessions.Transfer(transfer.time_ns, transfer.from_host, data))
        if agreed or parse_message(transfer.data).type != messages.MBIM_OPEN_DONE:
            continue
        agreed = True
        for operation, kind, delay_ns in (
            ("query", messages.MBIM_COMMAND_MSG, 1000),
            ("response", messages.MBIM_COMMAND_DONE, 2000),
        ):
            buffer = codec.encode(EXTENSIONS, VERSION_CID, operation, versions, mbimex=mbimex)
            message = Message(kind, TRANSACTION_ID, 0, service, VERSION_CID, buffer).to_bytes()
            time_ns = transfer.time_ns + delay_ns
            transfers.append(sessions.Transfer(time_ns, operation == "query", message))
    return sessions.as_capture(transfers)


SCRIPTS = ["queries", "connect", "coverage", "detach", "sim", "radio"]


@pytest.mark.parametrize("mbimex", [0x0200, 0x0300])
@pytest.mark.parametrize(
    "script",
    sampled(SCRIPTS, ["queries", "connect"]),
)
def test_a_session_of_a_later_version_replays_equal(script: str, mbimex: int, tmp_path: Path):
    out = tmp_path / "session.wwtrace"
    summary = import_logs([io.BytesIO(spoken(script, mbimex))], out, after=infer_file)
    assert summary.total.numbers()["problems"] == 0
    result = replay(out)
    assert result.divergences == []
    assert result.counts["compared"] > 25
