"""Kept: a case that is played through the pure core, everything that is kept of it, and the events that it left."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from tests.builders import TODAY, a_case, facts, somebody
from workflows import effects
from workflows.actor import Actor
from workflows.advance import Request, advance, needs_of
from workflows.case import Case
from workflows.clock import Clock
from workflows.consequences import summed_up
from workflows.consultation import Consultation
from workflows.dates import day_in_brussels
from workflows.decision_rule import Outcome
from workflows.effects import Effect
from workflows.events import Audience, Event, canonical
from workflows.facts import Facts, Instrument, Measure, Need, Text
from workflows.guards import RECOMMENDATION
from workflows.retold import Entry

NINE = datetime.combine(TODAY, time(9), UTC)
Row = tuple[dict[str, Any], int]
"""What is kept of one thing, and the position of the event that spoke of it last."""
NOTHING = (
    "number", "title", "adopted_on", "adopted_on_text", "in_force", "in_force_on", "evaluate_on", "council_on",
    "council_opinion", "journal", "published_on", "frozen_hash", "source", "plan_key", "url", "language",
)  # fmt: skip


def iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


@dataclass(kw_only=True)
class Kept:
    """One case with what hangs on it, in the columns of the tables: days, moments and codes as text.

    `watch` is called after each event.
    """

    case: Case = field(default_factory=lambda: a_case("draft"))
    now: datetime = NINE
    watch: Callable[[Kept], object] = lambda kept: None
    entries: list[Entry] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=lambda: {"adopted_on": None, "plan_key": None, "plan_status": []})
    clocks: dict[str, Clock] = field(default_factory=dict)
    round: Consultation | None = None
    agreement: Outcome | None = None
    consultations: dict[str, Row] = field(default_factory=dict)
    invitations: dict[tuple[str, str], Row] = field(default_factory=dict)
    positions: list[Row] = field(default_factory=list)
    instrument: Row | None = None
    articles: dict[str, Text] = field(default_factory=dict)
    texts: dict[str, Row] = field(default_factory=dict)
    measures: list[Row] = field(default_factory=list)
    recorded: dict[str, Row] = field(default_factory=dict)
    analyses: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    documents: dict[str, Row] = field(default_factory=dict)
    links: dict[tuple[str, str, str], Row] = field(default_factory=dict)

    @property
    def at(self) -> str:
        return self.now.isoformat()

    @property
    def today(self) -> date:
        return day_in_brussels(self.now)

    @property
    def position(self) -> int:
        """Of the event that comes next."""
        return len(self.entries) + 1

    def columns(self) -> dict[str, Any]:
        """What is kept of the case itself, as far as its events tell of it."""
        case, ending = self.case, self.case.ending
        same = (
            "title", "language", "organisation", "theme", "working_group", "channel", "questions_asked", "filed_by",
        )  # fmt: skip
        return {
            **{name: getattr(case, name) for name in same},
            **{name: list(getattr(case, name)) for name in ("countries", "regions")},
            **{name: iso(getattr(case, name)) for name in ("received_on", "reply_by", "last_on")},
            "procedure": case.procedure.id,
            "procedure_version": case.procedure.version,
            "content": dict(case.content),
            "questions": [{"question": one.question, "text": one.text} for one in case.questions],
            "ending": {"reason": ending.reason, "on": iso(ending.on), "by": ending.by} if ending else None,
            "ended_on": iso(ending.on) if ending else None,
            **self.more,
        }

    def without_words(self, *positions: int) -> list[Entry]:
        """The events, with the names and words of some of them erased."""
        return [
            dataclasses.replace(one, private={}, erased=True) if one.position in positions else one
            for one in self.entries
        ]

    # -- moves -------------------------------------------------------------------------------------

    def on(self, day: str) -> Self:
        """Let it be nine in the morning (UTC) of this day."""
        self.now = datetime.combine(date.fromisoformat(day), time(9), UTC)
        return self

    def move(
        self, name: str, by: str | Actor, data: Mapping[str, Any] | None = None, reason: str | None = None
    ) -> None:
        before, actor = self.case, somebody(by) if isinstance(by, str) else by
        request = Request(move=name, actor=actor, data=data or {}, reason=reason, now=self.now)
        step = advance(before, self._facts(needs_of(before, before.procedure.moves[name])), request)
        self.case = step.case
        issued: dict[str, Any] = {}
        for effect in step.effects:
            issued |= self._carry_out(effect, actor)
        self.more["moved_at"] = self.at
        if name == before.procedure.numbered_by:
            self.more["filed_on"] = iso(self.today)
        (event,) = step.events
        told = dataclasses.replace(event, facts={**event.facts, **issued})
        self._append(told, summed_up(before, self.case, name))

    def _facts(self, needs: frozenset[Need]) -> Facts:
        rounds = needs & {Need.CONSULTATION, Need.AGREEMENT}
        return facts(
            clocks=tuple(self.clocks.values()),
            consultation=self.round if rounds else None,
            rounds={row["name"]: row["round"] for row, _ in self.consultations.values()} if rounds else {},
            agreement=self.agreement if rounds else None,
            analyses=frozenset(self.analyses) if Need.ANALYSES in needs else frozenset(),
            instrument=self._instrument() if Need.INSTRUMENT in needs else None,
            measures=self.measures_now() if Need.MEASURES in needs else (),
        )

    def _instrument(self) -> Instrument | None:
        if self.instrument is None:
            return None
        row, _ = self.instrument
        return Instrument(
            id=row["id"],
            kind=row["kind"],
            number=row["number"],
            frozen=row["frozen_hash"] is not None,
            texts=dict(self.articles),
            journal=row["journal"],
            published_on=date.fromisoformat(row["published_on"]) if row["published_on"] else None,
            evaluate_on=date.fromisoformat(row["evaluate_on"]) if row["evaluate_on"] else None,
            in_force=row["in_force"],
        )

    def measures_now(self) -> tuple[Measure, ...]:
        """The measures as far as they have come: there is one for each country, which gives it its id."""
        states = {row["country"]: row["state"] for row, _ in self.recorded.values()}
        binding = self.instrument is not None and self.instrument[0]["kind"] != RECOMMENDATION
        return tuple(
            Measure(
                country=row["country"],
                state=states.get(row["country"], "planned"),
                due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
                binding=binding,
            )
            for row, _ in self.measures
        )

    def _carry_out(self, effect: Effect, actor: Actor) -> dict[str, Any]:
        """What it gives out goes into the body of the event."""
        issued: dict[str, Any] = {}
        match effect:
            case effects.IssueReference():
                self.case = dataclasses.replace(self.case, reference=f"{effect.prefix}-{effect.year}-0001")
                issued["reference"] = self.case.reference
            case effects.KeepClock():
                self.clocks[effect.clock.name] = effect.clock
            case effects.OpenConsultation():
                issued = self._open(effect)
            case effects.ExtendConsultation():
                self.round = dataclasses.replace(self._round, closing_on=effect.closing_on)
                issued = self._changed(closing_on=iso(effect.closing_on))
            case effects.CloseConsultation():
                issued = self._close(effect)
            case effects.CancelConsultation():
                issued = self._changed(open=False, cancelled=True, closed_at=self.at)
                self.round = None
            case effects.Link() | effects.Unlink() | effects.Spawn():
                issued = self._relate(effect, actor)
            case effects.Follow():
                pass  # kept with the person, not with the case
            case _:
                issued = self._carry_out_on_the_instrument(effect)
        return issued

    def _relate(self, effect: effects.Link | effects.Unlink | effects.Spawn, actor: Actor) -> dict[str, Any]:
        here = self.case.id
        if isinstance(effect, effects.Link):
            self._link(here, effect.kind, effect.to, actor)
            return {"linked": effect.to}
        if isinstance(effect, effects.Unlink):
            self.links = {key: row for key, row in self.links.items() if key[:2] != (here, effect.kind)}
            return {}
        self._link(f"spawned-{len(self.links)}", "spawned_from", here, actor)
        return {"spawned": [key[0] for key, (_, place) in self.links.items() if place == self.position]}

    @property
    def _round(self) -> Consultation:
        assert self.round is not None
        return self.round

    def _changed(self, **values: Any) -> dict[str, Any]:
        id = self._round.id
        self.consultations[id] = ({**self.consultations[id][0], **values}, self.position)
        return {"consultation": id}

    def _open(self, effect: effects.OpenConsultation) -> dict[str, Any]:
        id = f"round-{len(self.consultations) + 1}"
        about = self.case.procedure.consultations[effect.name].about
        before = [datetime.fromisoformat(row["opened_at"]) for row, _ in self.consultations.values()]
        opened_at = max([self.now, *(one + timedelta(microseconds=1) for one in before)])
        asked: dict[str, Any] = {name: getattr(effect, name) for name in ("name", "round", "rule", "question")}
        row = asked | {
            "id": id, "case_id": self.case.id, "by_role": effect.by, "voters": list(effect.voters),
            "advisers": list(effect.advisers), "closing_on": iso(effect.closing_on), "open": True, "cancelled": False,
            "outcome": None, "grounds": None, "opened_at": opened_at.isoformat(), "closed_at": None,
            "opened_on": iso(self.case.last_on),
            "instrument_id": self.instrument[0]["id"] if about == "texts" and self.instrument else None,
        }  # fmt: skip
        self.consultations[id] = (row, self.position)
        for code in (*effect.voters, *effect.advisers):
            invited: dict[str, Any] = {
                "consultation_id": id,
                "organisation": code,
                "case_id": self.case.id,
                "by_role": effect.by,
            }
            rest: dict[str, Any] = {"advice": code in effect.advisers, "invited_at": self.at}
            self.invitations[id, code] = (invited | rest, self.position)
        self.round = Consultation(
            id=id, name=effect.name, round=effect.round, question=effect.question, voters=effect.voters,
            advisers=effect.advisers, closing_on=effect.closing_on,
        )  # fmt: skip
        return {"consultation": id, "round": effect.round}

    def _close(self, effect: effects.CloseConsultation) -> dict[str, Any]:
        found, grounds = effect.finding, []
        for one in found.grounds:
            reservation = str(one.reservation) if one.reservation else None
            grounds.append({"code": one.code, "delegations": list(one.delegations), "reservation": reservation})
        told = {"blocked_by": list(found.blocked_by), "silent": list(found.silent), "grounds": grounds}
        issued = self._changed(open=False, outcome=str(found.outcome), grounds=told, closed_at=self.at)
        if self._round.name == "delegations":
            self.agreement = found.outcome
        self.round = None
        return issued | {"outcome": str(found.outcome)}

    def _carry_out_on_the_instrument(self, effect: Effect) -> dict[str, Any]:
        match effect:
            case effects.DraftInstrument():
                council = {"council_on": iso(effect.council_on)} if effect.council_on else {}
                if self.instrument is not None:
                    self._change(kind=effect.kind, **council)
                else:
                    row: dict[str, Any] = {
                        "id": "instrument",
                        "case_id": self.case.id,
                        "kind": effect.kind,
                        "state": "draft",
                    }
                    row |= {"external": False, "version": 1, "created_at": self.at, "updated_at": self.at}
                    self.instrument = ({**dict.fromkeys(NOTHING), **row, **council}, self.position)
                return {"instrument": "instrument", "instrument_kind": effect.kind}
            case effects.FreezeTexts():
                hashes = {language: row["sha256"] for language, (row, _) in self.texts.items()}
                frozen = hashlib.sha256(canonical(hashes).encode()).hexdigest()
                self._change(state="frozen", frozen_hash=frozen)
                return {"texts": frozen}
            case effects.UnfreezeTexts():
                self._change(state="draft", frozen_hash=None)
                return {}
            case effects.RecordOpinion():
                self._change(council_opinion=effect.opinion)
                return {}
            case effects.AdoptInstrument():
                return self._adopt(effect)
            case effects.AddMeasure():
                row = {
                    "instrument_id": "instrument",
                    "case_id": self.case.id,
                    "country": effect.country,
                }
                row |= {"title": effect.title, "due_on": iso(effect.due_on), "state": "planned", "on_date": None}
                row |= {"reference": None, "url": None, "version": 1, "updated_at": self.at}
                self.measures.append((row, self.position))
                return {}
            case _:
                raise AssertionError(effect)

    def _adopt(self, effect: effects.AdoptInstrument) -> dict[str, Any]:
        number, adopted_on = f"{effect.series}({effect.adopted_on.year})7", iso(effect.adopted_on)
        self.more["adopted_on"] = adopted_on
        how = dict(effect.in_force)
        self._change(
            state="adopted", number=number, adopted_on=adopted_on, in_force=how, in_force_on=how.get("on"),
            evaluate_on=iso(effect.evaluate_on),
        )  # fmt: skip
        return {"number": number, "instrument": "instrument"}

    def _change(self, **values: Any) -> None:
        assert self.instrument is not None
        row, _ = self.instrument
        changed: dict[str, Any] = {"version": row["version"] + 1, "updated_at": self.at}
        self.instrument = ({**row, **values, **changed}, self.position)

    def _link(self, case: str, kind: str, other: str, actor: Actor) -> None:
        row: dict[str, Any] = {
            "case_id": case,
            "kind": kind,
            "to_case": other,
            "created_at": self.at,
            "by_person": actor.person,
        }
        self.links.setdefault((case, kind, other), (row, self.position))

    def _append(self, event: Event, moved: str | None = None) -> None:
        """Take the event down as it is read back: from its canonical text."""
        body = json.loads(canonical({**event.facts, "at": self.at, "case": self.case.id, "kind": str(event.kind)}))
        private = json.loads(canonical(dict(event.private)))
        entry = Entry(position=self.position, kind=str(event.kind), at=self.at, body=body, private=private)
        inner = f"{event.audience}:{event.consultation}" if event.audience is Audience.CONSULTED else event.audience
        row: dict[str, Any] = {
            "actor": event.facts.get("actor"),
            "move": event.facts.get("move") or event.facts.get("act"),
        }
        self.events.append({**row, "stage": self.case.stage, "moved": moved, "audience": str(inner)})
        self.entries.append(entry)
        self.watch(self)
        self.now += timedelta(minutes=1)
