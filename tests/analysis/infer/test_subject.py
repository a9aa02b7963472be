"""Parts are made once for a trace; observers get what bears their name."""

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.subject import (
    EVERYTHING,
    NAMELESS,
    Observers,
    Parts,
    ProfilePart,
    observes,
    successes,
)


class One(ProfilePart):
    pass


class Other(ProfilePart):
    def __init__(self, draft, parts):
        super().__init__(draft, parts)
        self.one = parts.of(One)


def reading(name):
    return Reading(Event(Kind.KIND_INDICATION, 1), 0, name, "", {})


def test_a_part_that_others_need_is_made_once():
    made = []
    draft = Draft()

    def make(kind, parts):
        made.append(kind)
        return kind(draft, parts)

    parts = Parts(make)
    assert parts.of(Other).one is parts.of(One)
    assert sorted(kind.__name__ for kind in made) == ["One", "Other"]


def test_observers_of_everything_come_first_and_others_get_their_name_only():
    seen = []

    def observer(who):
        return lambda each: seen.append((who, each.name))

    parts = [One(Draft(), Parts(One)) for _ in range(2)]
    parts[0].observers = {"A": observer("first"), NAMELESS: observer("nameless")}
    parts[1].observers = {"A": observer("second"), EVERYTHING: observer("all")}
    observers = Observers(parts)
    for name in ("A", "B", ""):
        observers.take(reading(name))
    assert seen == [
        ("all", "A"), ("first", "A"), ("second", "A"),
        ("all", "B"),
        ("all", ""), ("nameless", ""),
    ]  # fmt: skip


class Marked(ProfilePart):
    @observes("A", "B")
    def _observe(self, each):
        self.draft.tables.setdefault("any", []).append(each.name)

    @observes("C", of=successes)
    def _observe_success(self, each):
        self.draft.tables.setdefault("success", []).append(each.status)


def test_a_marked_method_observes_its_names_and_those_alone_that_the_mark_asks_for():
    draft = Draft()
    observers = Observers([Marked(draft, Parts(Marked))])
    for name, status in (("A", 0), ("B", 1), ("C", 1), ("C", 0), ("D", 0)):
        event = Event(Kind.KIND_INDICATION, 1)
        observers.take(Reading(event, 0, name, "", {"uStatus": status}))
    assert draft.tables == {"any": ["A", "B"], "success": [0]}
