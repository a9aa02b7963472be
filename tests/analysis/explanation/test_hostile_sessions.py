"""Whatever stands in the messages and events of a trace, it is explained, and never an error."""

import io

from explained_causes import CASES
from explained_sessions import CONNECTED, LOG, session_bytes
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.explanation.facts import facts
from wwanreplay.analysis.explanation.joining import likely_causes
from wwanreplay.analysis.explanation.missing import gaps
from wwanreplay.analysis.explanation.observations import observations
from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.explanation.states import changes
from wwanreplay.protocol import PROTOCOL
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

with TraceReader(session_bytes("".join(case.shows for case in CASES.values()))) as READER:
    MESSAGES = [event for event in READER.events() if event.kind == Kind.KIND_WIRE]
INDICATIONS = sorted(row.number for row in PROTOCOL.indication_by_name.values() if row.number)
PATHS = ("ReadyInfo.ReadyState", "RadioState.HwRadioState", "RegistrationState.RegisterState")
VALUES = st.one_of(st.integers(-(2**40), 2**40), st.text(max_size=8), st.none())


def explain(events):
    out = io.BytesIO()
    header = TraceHeader(comparison="field", source={"files": [{"name": LOG}]})
    with TraceWriter(out, header) as writer:
        for place, event in enumerate(events):
            writer.write(event.replace(time_ns=place, cause=None))
    story = read_story(out.getvalue())
    for function in (facts, changes, observations, likely_causes, gaps):
        function(story)
    return story


@st.composite
def damaged(draw):
    """A message of a session with bytes changed, cut off or added."""
    event = draw(st.sampled_from(MESSAGES))
    data = bytearray(event.payload)
    for _ in range(draw(st.integers(0, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    data = data[: draw(st.integers(0, len(data)))] + draw(st.binary(max_size=4))
    return event.replace(payload=bytes(data))


@given(st.lists(st.one_of(st.sampled_from(MESSAGES), damaged()), max_size=30))
def test_messages_that_are_damaged_or_in_any_order(events):
    explain(events)


@given(
    st.lists(
        st.builds(
            lambda code, request_id, fields, payload: Event(
                Kind.KIND_INDICATION,
                0,
                namespace=Namespace.NAMESPACE_NDIS_STATUS,
                code=code,
                request_id=request_id,
                fields=fields or None,
                payload=payload,
            ),
            st.sampled_from(INDICATIONS),
            st.integers(0, 3),
            st.dictionaries(st.sampled_from(PATHS), VALUES, max_size=3),
            st.binary(max_size=40),
        ),
        max_size=20,
    )
)
def test_events_with_any_fields_and_buffers(events):
    explain(events)


def test_a_whole_session_is_no_hostile_one():
    with TraceReader(session_bytes(CONNECTED)) as reader:
        story = explain([event for event in reader.events() if event.kind == Kind.KIND_WIRE])
    assert likely_causes(story) == []
