"""What reads and drives says how far it is, to whoever listens."""

import io

import pytest
from checkout import LOGS, ROOT

from wwanreplay.formats.reading import LogReading
from wwanreplay.progress import UNSEEN, Work, begin, listening
from wwanreplay.record import record
from wwanreplay.trace import TraceReader

DEMO = ROOT / "traces" / "demo.wwtrace"
LOG = LOGS / "mbimcli-fault-contexts.log"


class Heard(Work):
    def __init__(self, title, total, unit):
        self.title, self.total, self.unit = title, total, unit
        self.reached, self.ended = [], False

    def reach(self, done):
        self.reached.append(done)

    def end(self):
        self.ended = True


class Listener:
    def __init__(self):
        self.works = []

    def begin(self, title, total, unit):
        self.works.append(Heard(title, total, unit))
        return self.works[-1]


@pytest.fixture
def works():
    listener = Listener()
    with listening(listener):
        yield listener.works
    assert begin("later", 1) is UNSEEN


def test_without_a_listener_nothing_is_kept():
    assert begin("a file", 10) is UNSEEN
    UNSEEN.reach(5)
    UNSEEN.end()


def test_a_trace_is_as_far_as_its_frames_are_read(works):
    with TraceReader(str(DEMO)) as reader:
        assert sum(1 for _ in reader.events()) > 50
        assert not works[0].ended
    (work,) = works
    assert (work.title, work.total, work.unit) == (str(DEMO), DEMO.stat().st_size, "bytes")
    assert work.reached[-1] == max(work.reached)
    assert 0 < work.reached[-1] <= work.total
    assert work.ended


def test_a_log_is_read_to_its_last_byte(works):
    assert list(LogReading([str(LOG)]))
    (work,) = works
    assert work.total == LOG.stat().st_size == work.reached[-1]
    assert work.ended


def test_a_log_in_memory_and_one_that_comes_through_a_pipe_are_read_as_far(works):
    data = LOG.read_bytes()
    stream = io.BytesIO(b"before" + data)
    stream.seek(6)
    assert list(LogReading([stream]))
    assert works[0].total == len(data) == works[0].reached[-1]

    class Pipe:
        read = io.BytesIO(data).read

    assert list(LogReading([Pipe()]))
    assert works[1].total is None
    assert works[1].reached[-1] == len(data)


def test_a_log_that_is_given_up_ends_its_work(works):
    messages = iter(LogReading([str(LOG)]))
    next(messages)
    messages.close()
    assert works[0].ended


def test_a_recording_counts_the_steps_of_its_script(works):
    record("emulated:lte-home", "demo", None)
    (work,) = works
    assert work.unit == "steps"
    assert work.reached == list(range(work.total))
    assert work.ended
