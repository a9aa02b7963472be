"""What the page says of the session as a whole: its states, what stands out, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from wwanreplay.analysis.check import Tally, is_whole, judge, rules
from wwanreplay.analysis.eventtext import title
from wwanreplay.analysis.explain import explain, rule_of
from wwanreplay.analysis.explanation.facts import facts
from wwanreplay.analysis.explanation.joining import CONFIDENCE_WORDS, likely_causes
from wwanreplay.analysis.explanation.observations import observations
from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.explanation.states import Change, changes
from wwanreplay.analysis.explanation.steps import StepPlace, Story
from wwanreplay.analysis.report import LAYER_NAMES, difference_texts
from wwanreplay.analysis.verdict import judge_field
from wwanreplay.analysis.view.masking import Masking
from wwanreplay.errors import InputError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import Divergence, DivergenceKind
from wwanreplay.trace import TraceReader

if TYPE_CHECKING:
    from wwanreplay.analysis.verdict import FieldVerdict
    from wwanreplay.analysis.view.rows import Rows

#: Lanes that have no state: what is there happens at one place.
INSTANTS: Final = frozenset({"failed", "host", "sent"})
#: Lanes of states that are drawn; contexts come from the wire and could be any number.
LANES_MAX: Final = 16
#: Which lanes stand first.
_ORDER: Final = ("session", "device", "SIM", "PIN", "radio", "registration", "packet service")
#: Findings of a page, and places of one observation or cause.
FINDINGS_MAX: Final = 10_000
PLACES_MAX: Final = 20
#: Places of one rule.
RULE_PLACES_MAX: Final = 100

# How a state is drawn, by the words that `explain` has for it.
_GOOD: Final = ("on", "ready", "registered", "attached", "active", "open", "none is wanted")
_BUSY: Final = ("searching", "attaching", "detaching", "activating", "deactivating")
_BAD: Final = ("denied", "bad", "failure", "no sim", "locked", "error", "a m", "open failed")
_IDLE: Final = ("off", "not ", "detached", "closed", "unknown", "subscription", "esim")


class SessionPage:
    """Gathers the plain values of one session; records become rows."""

    def __init__(self, rows: Rows, masking: Masking) -> None:
        self.rows, self.masking = rows, masking

    def values(self, path: str, *, compares: bool, checks: bool) -> dict[str, Any]:
        """All of them. Raises TraceError for what cannot be read."""
        story = read_story(path)
        found: dict[str, Any] = {
            "facts": [[name, self.masking.text(text)] for name, text in facts(story)],
            "observations": [
                {"text": self.masking.text(each.text), "rows": places}
                for each in observations(story)
                if (places := self._rows(each.places))
            ],
            "causes": self._causes(story),
            **self._changes(changes(story)),
        }
        findings: list[dict[str, Any]] = []
        if compares:
            found |= self._judged(path, story, findings)
        if checks:
            found["checked"] = self._checked(path, findings)
        inside = [each for each in findings if self.rows.reaches(each["record"])]
        inside.sort(key=lambda each: each["row"])
        found["findings"] = inside[:FINDINGS_MAX]
        found["findings_left"] = max(len(inside) - FINDINGS_MAX, 0) + found.get("unlisted", 0)
        found["findings_outside"] = len(findings) - len(inside)
        return found

    def _rows(self, places: Iterable[StepPlace]) -> list[int]:
        inside = (place.record for place in places if self.rows.reaches(place.record))
        return list(dict.fromkeys(map(self.rows.row_of, inside)))[:PLACES_MAX]

    def _causes(self, story: Story) -> list[dict[str, Any]]:
        found = [
            {
                "id": each.cause.id,
                "cause": f"{CONFIDENCE_WORDS[each.cause.confidence]}: {each.cause.cause}",
                "confirm": each.cause.confirm,
                "helped": each.cause.helped,
                "source": f"{each.cause.source} ({each.cause.confidence})",
                "rows": self._rows(item.step.place for item in each.evidence),
            }
            for each in likely_causes(story)
        ]
        return [each for each in found if each["rows"]]

    # ------------------------------------------------------------------ states

    def _changes(self, found: Sequence[Change]) -> dict[str, Any]:
        """Changes in their order, and lanes, each with the rows at which its state changes."""
        lanes: dict[str, list[tuple[int, str]]] = {}
        listed = []
        for change in found:
            row, text = self.rows.row_of(change.place.record), self.masking.text(change.text)
            tone = "bad" if change.lane == "failed" else tone_of(text)
            lane = self.masking.text(change.lane)
            if self.rows.reaches(change.place.record):
                item = {"row": row, "lane": lane, "text": text, "count": change.count, "tone": tone}
                listed.append(item)
            elif change.place.record > self.rows.columns["record"][-1]:
                continue  # behind the part that is shown
            if change.lane not in INSTANTS and (lane in lanes or len(lanes) < LANES_MAX):
                lanes.setdefault(lane, []).append((row, text))
        return {
            "changes": listed,
            "lanes": [
                {"name": name, "spans": [[row, text, tone_of(text)] for row, text in lanes[name]]}
                for name in sorted(lanes, key=_place_of_lane)
            ],
        }

    # ------------------------------------------------------------------ findings

    def _judged(self, path: str, story: Story, findings: list[dict[str, Any]]) -> dict[str, Any]:
        """The verdict of `replay`, and its findings; why nothing was judged, where it was not."""
        try:
            verdict = self._verdict(path, story)
        except InputError as error:
            return {"verdict": "", "unjudged": self.masking.text(str(error))}
        result = verdict.result
        findings += map(self._finding, result.divergences)
        # Of a filtered trace the notes say what the verdict is not about.
        notes = result.notes if story.header.filtered_count else []
        return {
            "verdict": str(verdict.verdict),
            "unjudged": self.masking.text(result.reason or ""),
            "compared": [result.counts.get("compared", 0), result.counts.get("outputs", 0)],
            "warnings": [self.masking.text(text) for text in (*result.warnings, *notes)],
            "unlisted": max(result.divergence_count - len(result.divergences), 0),
        }

    @staticmethod
    def _verdict(path: str, story: Story) -> FieldVerdict:
        if story.header.comparison == "field" and not story.header.profile_mapping:
            from wwanreplay.analysis.infer import infer

            return judge_field(infer(path).to_bytes(), divergences_max=FINDINGS_MAX)
        return judge_field(path, divergences_max=FINDINGS_MAX)

    def _finding(self, divergence: Divergence) -> dict[str, Any]:
        rule = rule_of(divergence)
        is_missing = divergence.kind is DivergenceKind.MISSING
        values: dict[str, Any] = {
            "row": self.rows.row_of(divergence.index),
            "record": divergence.index,
            "kind": str(divergence.kind),
            "layer": LAYER_NAMES[divergence.layer] if divergence.is_field else "exact comparison",
            "weight": str(divergence.weight),
            "root": divergence.root,
            "text": self.masking.text(explain(divergence)),
            "fields": [
                [field.path, *map(self.masking.text, texts)]
                for field, texts in difference_texts(
                    divergence, show_personal=self.masking.show_personal
                )
            ],
        }
        if divergence.root_index is not None:
            values["root_row"] = self.rows.row_of(divergence.root_index)
        if is_missing and divergence.expected is not None:
            values["missing"] = self.masking.text(title(divergence.expected))
        return values | _rule_values(rule)

    def _checked(self, path: str, findings: list[dict[str, Any]]) -> str:
        """Judge by the rules of the documents, as `check` does; what came of it in a line."""
        from wwanreplay.analysis.judged.outcomes import severity_of

        with TraceReader(path) as reader:
            if reader.header.filtered_count:
                return "rules: not judged: the trace was filtered"
            tallies = judge(
                reader.events(),
                list(rules()),
                places_max=RULE_PLACES_MAX,
                is_whole=is_whole(reader.header),
                is_mapped=reader.header.is_mapped,
            )
        known = {(each.get("rule"), each["record"]) for each in findings}
        counts = dict.fromkeys(("broken", "kept", "not decidable", "not exercised"), 0)
        for rule_id, tally in tallies.items():
            row = PROTOCOL.rule(rule_id)
            counts[_came_to(tally)] += 1
            for place in tally.places:
                if (rule_id, place.item.index) in known:
                    continue  # the judge of a field trace has it
                values = {
                    "row": self.rows.row_of(place.item.index),
                    "record": place.item.index,
                    "kind": "rule",
                    "layer": "check",
                    "weight": severity_of(row),
                    "root": True,
                    "text": self.masking.text(place.text),
                    "fields": [],
                }
                findings.append(values | _rule_values(rule_id))
        return "rules: " + ", ".join(f"{count} {what}" for what, count in counts.items())


def _came_to(tally: Tally) -> str:
    if tally.broken_count:
        return "broken"
    if tally.kept:
        return "kept"
    return "not decidable" if tally.undecided else "not exercised"


def _rule_values(rule_id: str | None) -> dict[str, Any]:
    if rule_id is None or rule_id not in PROTOCOL.rule_by_id:
        return {}
    row = PROTOCOL.rule(rule_id)
    return {"rule": rule_id, "rule_text": row.text, "source": ", ".join(row.sources)}


def _place_of_lane(name: str) -> tuple[int, str]:
    known = name in _ORDER
    return (_ORDER.index(name) if known else len(_ORDER), name)


def tone_of(text: str) -> str:
    """How a state is drawn: good, busy, bad, idle, or other."""
    lower = text.lower().removeprefix("closed, and ")
    for tone, beginnings in (("idle", _IDLE), ("bad", _BAD), ("busy", _BUSY), ("good", _GOOD)):
        if lower.startswith(beginnings):
            return tone
    if lower.endswith(" left") or "is wanted" in lower:
        return "busy"
    return "other"
