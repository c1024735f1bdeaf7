"""Played: a kept case on which people also act, as the commands let them, beside the moves that it makes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.builders import KNOWN, OTHER_CASE, a_case, an_actor, facts, somebody
from tests.workflows.kept import Kept, iso
from workflows import clock as clocks
from workflows.actor import Actor
from workflows.acts import Deed, Permit, after_measure, after_position, checked, permit
from workflows.case_clocks import ClockChange
from workflows.consultation import Position, is_late
from workflows.events import Audience, Event, EventKind
from workflows.expressions import expression_of
from workflows.facts import Text
from workflows.fields import Surroundings
from workflows.filing import CORRECTED, changes, patched
from workflows.measures import Progress, progress_of
from workflows.statements import speaker_of, statement_of

INNER = "internal"


class Played(Kept):
    """Everything that leaves an event. Without a name of who acts, it is whoever does so in an ordinary case."""

    @classmethod
    def imported(cls, procedure: str, stage: str, **said: Any) -> Played:
        """A case that an import begins in a stage, as the command of imports does it."""
        case = a_case(stage, procedure, begun_by="intake", filed_by=None, events=0, **said)
        kept = cls(case=case)
        record = case.procedure.acts.get("record_measure")
        kept.case = dataclasses.replace(case, last_on=kept.today)
        if record is not None:
            kept.case, _ = after_measure(kept.case, record, (), ())
        status: list[dict[str, str]] = [{"on": "2025-12-01", "status": "new", "basis": "plan"}]
        kept.more = {"adopted_on": None, "moved_at": None, "filed_on": iso(kept.today), "begun_by": "intake"}
        kept.more |= {"plan_key": "plan-2026/3", "plan_status": status}
        filed: dict[str, Any] = {
            "organisation": case.organisation,
            "working_group": case.working_group,
            "theme": case.theme,
        }
        filed |= {"countries": list(case.countries), "plan_key": "plan-2026/3", "plan_status": status}
        body: dict[str, Any] = {
            "procedure": procedure,
            "procedure_version": case.procedure.version,
            "to": stage,
            "filed": filed,
        }
        body |= {"anchor": case.anchor, "on": iso(kept.today), "on_behalf_of": case.organisation, "clocks": []}
        words: dict[str, Any] = {"title": case.title, "language": case.language, "regions": list(case.regions)}
        private: dict[str, Any] = {"filed": words | {"content": dict(case.content)}}
        kept._append(Event(kind=EventKind.CASE_IMPORTED, facts=body, private=private))
        return kept

    def _deed(self, actor: Actor, permitted: Permit) -> Deed:
        return Deed(actor=actor, mandate=permitted.mandate, now=self.now)

    def _permitted(self, act: str, by: str | Actor) -> tuple[Actor, Permit, Deed]:
        actor = somebody(by) if isinstance(by, str) else by
        invited: dict[str, set[str]] = {}
        for row, _ in self.invitations.values():
            invited.setdefault(row["by_role"], set()).add(row["organisation"])
        permitted = permit(self.case, actor, act, invited)
        return actor, permitted, self._deed(actor, permitted)

    def ring(self, name: str) -> None:
        """Let a clock say everything that it has to say by today, as the worker does."""
        rule = self.case.procedure.clocks[name]
        for mark in clocks.ringing(rule, self.clocks[name], self.today):
            after = self.clocks[name] = clocks.ring(rule, self.clocks[name], mark, self.today)
            change = ClockChange(name=name, change="rings", clock=after).written()
            body = {"on": iso(mark.on), "actor": None, "clock": name, "mark": mark.label, "clocks": [change]}
            self._append(Event(kind=EventKind.CLOCK_RANG, facts=body))

    # -- what is said of the case ------------------------------------------------------------------

    def correct(self, reason: str = "A slip of the pen.", **patch: Any) -> None:
        _, _, deed = self._permitted("correct", "secretary")
        around = Surroundings(today=self.today, known=KNOWN, case=self.case.id)
        after = patched(self.case, patch, CORRECTED, around)
        then, now = changes(self.case, after)
        self.case = after
        self._append(
            deed.event(
                EventKind.CASE_CORRECTED,
                facts={"act": "correct", "fields": sorted(now)},
                private={"reason": reason, "before": then, "after": now},
            )
        )

    def assign(self, working_group: str) -> None:
        _, permitted, deed = self._permitted("assign", "intake")
        known = facts(known={("working_group", working_group): working_group})
        data = checked(self.case, known, permitted.act, {"working_group": working_group}, "Theirs.", self.today)
        body: dict[str, Any] = {"act": "assign", "data": data, "before": {"working_group": self.case.working_group}}
        self.case = dataclasses.replace(self.case, working_group=working_group)
        self._append(deed.event(EventKind.CASE_ASSIGNED, facts=body, private={"reason": "Theirs."}))

    def report(self, progress: str, plan_status: str | None = None) -> None:
        _, _, deed = self._permitted("report", "secretary")
        data: dict[str, Any] = {"plan_status": plan_status} if plan_status else {}
        if plan_status:
            entry = {"on": iso(self.today), "status": plan_status, "basis": "reported"}
            self.more["plan_status"] = [*self.more["plan_status"], entry]
        private: dict[str, Any] = {"data": {"progress": progress}}
        self._append(deed.event(EventKind.CASE_REPORTED, facts={"act": "report", "data": data}, private=private))

    def link(self, kind: str, other: str = OTHER_CASE, by: str = "secretary") -> None:
        actor, _, deed = self._permitted("link", by)
        self._link(self.case.id, kind, other, actor)
        self._append(deed.event(EventKind.CASE_LINKED, facts={"act": "link", "link": kind, "linked": other}))

    def analyse(self, country: str, finding: str, *sources: str, by: str = "secretary") -> None:
        actor, _, deed = self._permitted("analyse", by)
        known = self.analyses.get(country)
        version = known[0]["version"] + 1 if known else 1
        private: dict[str, Any] = {"finding": finding, "sources": list(sources)}
        row: dict[str, Any] = {"case_id": self.case.id, "country": country, "version": version, "written_at": self.at}
        self.analyses[country] = (row | private | {"written_by": actor.person}, self.position)
        body: dict[str, Any] = {"act": "analyse", "country": country, "version": version}
        self._append(deed.event(EventKind.ANALYSIS_WRITTEN, facts=body, private=private, audience=Audience.INNER))

    def comment(self, text: str, audience: str = "shared", by: str = "secretary") -> None:
        actor, permitted, deed = self._permitted("comment", by)
        id = f"comment-{len(self.comments) + 1}"
        row: dict[str, Any] = {
            "case_id": self.case.id,
            "audience": audience,
            "text": text,
            "by_person": actor.person,
            "at": self.at,
        }
        self.comments[id] = (row | {"on_behalf_of": permitted.mandate.organisation}, self.position)
        body: dict[str, Any] = {"act": "comment", "comment": id, "audience": audience}
        heard = Audience.INNER if audience == INNER else Audience.READERS
        self._append(deed.event(EventKind.COMMENT_MADE, facts=body, private={"text": text}, audience=heard))

    def attach(self, title: str, file_name: str, audience: str = "shared", by: str = "filer") -> None:
        actor, _, deed = self._permitted("attach", by)
        id = f"document-{len(self.documents) + 1}"
        facts: dict[str, Any] = {"sha256": f"{len(title):064x}", "size": 4096, "media_type": "application/pdf"}
        facts |= {"audience": audience, "language": "fr"}
        words: dict[str, Any] = {"title": title, "file_name": file_name}
        row: dict[str, Any] = {"case_id": self.case.id, "attached_by": actor.person, "attached_at": self.at}
        self.documents[id] = ({**row, **facts, **words}, self.position)
        body: dict[str, Any] = {"act": "attach", "document": id, **facts}
        heard = Audience.INNER if audience == INNER else Audience.READERS
        self._append(deed.event(EventKind.DOCUMENT_ATTACHED, facts=body, private=words, audience=heard))

    # -- consultations -----------------------------------------------------------------------------

    def say(self, stance: str, by: Actor, **sent: Any) -> None:
        """A position, in the name of whom the actor speaks for; the secretary names it, and the day."""
        before = self._round
        row, _ = self.consultations[before.id]
        statement = statement_of({"position": stance, **sent}, self.today)
        speaker = speaker_of(self.case, by, before, row["by_role"], statement)
        act, stated_on = self.case.procedure.acts["give_position"], statement.stated_on or self.today
        position = Position(
            delegation=speaker.organisation, stance=statement.stance, reservation=statement.reservation,
            advice=speaker.organisation not in before.voters, on=stated_on,
            late=is_late(before.closing_on, stated_on),
        )  # fmt: skip
        said = {
            "position": str(position.stance), "text": statement.text, "mandate_reference": statement.mandate_reference,
            "reservation": str(position.reservation) if position.reservation else None,
        }  # fmt: skip
        self._supersede(before.id, position.delegation)
        kept = {
            **said, "consultation_id": before.id, "case_id": self.case.id, "delegation": position.delegation,
            "stated_on": iso(stated_on), "at": self.at, "by_person": by.person, "by_mandate": speaker.mandate.id,
            "noted_by": by.person if speaker.noted else None, "advice": position.advice, "superseded": False,
            "late": position.late,
        }  # fmt: skip
        kept["stance"] = kept.pop("position")
        self.positions.append((kept, self.position))
        others = (one for one in before.positions if one.delegation != position.delegation)
        self.round = dataclasses.replace(before, positions=(*others, position))
        self.case, _ = after_position(self.case, act, before, self.round)
        self._append(
            Deed(actor=by, mandate=speaker.mandate, now=self.now).event(
                EventKind.POSITION_GIVEN,
                facts={"act": "give_position", "consultation": before.id},
                private={
                    **said, "for": position.delegation, "noted": speaker.noted or None, "late": position.late or None,
                },
                on=stated_on,
                on_behalf_of=None if speaker.noted else position.delegation,
                audience=Audience.CONSULTED,
                consultation=before.id,
            )
        )  # fmt: skip

    def _supersede(self, consultation: str, delegation: str) -> None:
        for row, _ in self.positions:
            if (row["consultation_id"], row["delegation"]) == (consultation, delegation):
                row["superseded"] = True

    def all_say(self, stance: str, role: str = "delegate", voters: Iterable[str] = ("BE", "LU", "NL")) -> None:
        for voter in voters:
            self.say(stance, an_actor(role, voter))

    # -- instruments -------------------------------------------------------------------------------

    def write(self, language: str, title: str, *articles: str, final: bool = True) -> None:
        actor, _, deed = self._permitted("write_text", "secretary")
        listed = [{"number": str(number), "text": text} for number, text in enumerate(articles, 1)]
        text = expression_of({"title": title, "articles": listed, "final": final}, language)
        row: dict[str, Any] = {
            "instrument_id": "instrument",
            "language": language,
            "final": final,
            "sha256": text.sha256,
        }
        self.texts[language] = (row | {"written_by": actor.person, "written_at": self.at}, self.position)
        self.articles[language] = Text(articles=tuple(one.number for one in text.articles), final=final)
        self._change()
        body: dict[str, Any] = {
            "act": "write_text",
            "instrument": "instrument",
            "language": language,
            "hash": text.sha256,
        }
        body |= {"articles": len(articles), "final": final}
        self._append(deed.event(EventKind.TEXT_WRITTEN, facts=body))

    def record(self, country: str, by: Actor | None = None, **sent: Any) -> None:
        """How far the measure of a country has come. It is called `measure-` and its country."""
        _, permitted, deed = self._permitted("record_measure", by or an_actor("minister_office", country))
        id, known = f"measure-{country}", self.recorded.get(f"measure-{country}")
        (added,) = (row for row, _ in self.measures if row["country"] == country)
        row = known[0] if known else added
        on = date.fromisoformat(row["on_date"]) if row["on_date"] else None
        before = Progress(state=row["state"], on=on, reference=row["reference"], url=row["url"])
        after, then = progress_of(sent, before, self.today), self.measures_now()
        version = row["version"] + 1
        values: dict[str, Any] = {
            "country": country,
            "state": after.state,
            "on_date": iso(after.on),
            "reference": after.reference,
        }
        values |= {"url": after.url, "version": version, "updated_at": self.at}
        self.recorded[id] = (values, self.position)
        self.case, _ = after_measure(self.case, permitted.act, then, self.measures_now())
        body: dict[str, Any] = {"act": "record_measure", "instrument": "instrument", "measure": id, "country": country}
        body |= {"state": after.state, "state_on": iso(after.on), "version": version}
        private: dict[str, Any] = {"title": added["title"], "reference": after.reference, "url": after.url}
        behalf = country if country in permitted.mandate.voices else None
        self._append(deed.event(EventKind.MEASURE_RECORDED, facts=body, private=private, on_behalf_of=behalf))

    def publish(self, journal: str, published_on: str) -> None:
        _, _, deed = self._permitted("publish", "secretary_general")
        assert self.instrument is not None
        how = self.instrument[0]["in_force"]
        values: dict[str, Any] = {"journal": journal, "published_on": published_on}
        if how and how["how"] == "day_after_publication":
            values["in_force_on"] = str(date.fromisoformat(published_on) + timedelta(days=1))
        self._change(**values)
        body: dict[str, Any] = {"act": "publish", "data": {"published_on": published_on}, "instrument": "instrument"}
        self._append(deed.event(EventKind.INSTRUMENT_PUBLISHED, facts=body, private={"data": {"journal": journal}}))
