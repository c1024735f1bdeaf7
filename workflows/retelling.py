"""Retelling: everything that is kept of a case, worked out anew from its events by the rules that made it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workflows import shelf
from workflows.acts import after_measure, when_all
from workflows.case import Case
from workflows.consequences import summed_up, waiting_after
from workflows.consultation import all_voters_answered
from workflows.events import Audience, EventKind
from workflows.facts import Facts
from workflows.procedure import Move
from workflows.retold import UNTOLD, Entry, OutOfPlace, Retold, Thing
from workflows.retold_rounds import as_it_stands, retell_position, retell_round
from workflows.retold_texts import retell_instrument, retell_progress, retell_publication, retell_text
from workflows.standing import INTAKE

ON_THE_CASE = ("working_group", "theme", "channel", "received_on", "reply_by")
"""What a move may ask for that is an attribute of the case."""
NOT_YET = ("working_group", "channel", "received_on", "reply_by", "ending", "ended_on", "adopted_on", "moved_at")
FILED = ("organisation", "theme", "countries")
"""Codes that the first event names since schema 2."""


def retell(case: str, entries: Iterable[Entry]) -> Retold:
    """What the events of a case (its id), oldest first, say of it.

    Raises OutOfPlace for an event that cannot follow on those before it, and KeyError, TypeError, ValueError or
    AttributeError for one that no program of ours wrote.
    """
    this: Retold | None = None
    for entry in entries:
        if this is None:
            this = _begun(case, entry)
        before = this.case
        TELLERS[EventKind(entry.kind)](this, entry)
        this.events.append(Thing(_columns_of(this, entry, before), entry.position))
    if this is None:
        raise ValueError("no event tells of this case")
    return this


def _begun(id: str, entry: Entry) -> Retold:
    procedure = shelf.procedure(entry.body["procedure"], entry.body["procedure_version"])
    case = Case(id=id, procedure=procedure, stage=procedure.starts_in, organisation="", begun_by="")
    said: dict[str, Any] = {
        "procedure": procedure.id,
        "procedure_version": procedure.version,
        **dict.fromkeys(NOT_YET),
        "questions": [],
        "questions_asked": 0,
        "plan_key": None,  # until an import says from which entry of a plan it came
        "plan_status": [],
    }
    this = Retold(procedure=procedure, case=case, columns=Thing(said, entry.position))
    filed = entry.told("filed")
    words = ("title", "language", "content", "regions")
    said |= {name: UNTOLD if filed is UNTOLD else filed.get(name, UNTOLD) for name in words}
    codes = entry.body.get("filed", {})
    said |= {name: codes.get(name, UNTOLD) for name in FILED}
    return this


def _columns_of(this: Retold, entry: Entry, before: Case) -> dict[str, Any]:
    """What is kept beside the body of the event, and repeats it."""
    moved = entry.body["move"] if entry.kind == EventKind.CASE_MOVED else None
    return {
        "actor": entry.body.get("actor"),
        "move": entry.body.get("move") or entry.body.get("act"),
        "stage": this.case.stage,
        "moved": summed_up(before, this.case, moved) if moved is not None else None,
        "audience": audience_of(entry.kind, entry.body),
    }


def audience_of(kind: str, body: Mapping[str, Any]) -> str:
    """Who may read the private part of such an event, as it is kept."""
    if kind == EventKind.POSITION_GIVEN:
        return f"{Audience.CONSULTED}:{body['consultation']}"
    if kind == EventKind.ANALYSIS_WRITTEN or body.get("audience") == "internal":
        return str(Audience.INNER)
    return str(Audience.READERS)


# -- moves ---------------------------------------------------------------------------------------------


def _retell_move(this: Retold, entry: Entry) -> None:
    body, before = entry.body, this.case
    move = this.procedure.moves[body["move"]]
    if body["from"] != before.stage or before.stage not in move.sources:
        raise OutOfPlace(entry, f"moves on from {body['from']}, though the case stood in {before.stage}")
    data: dict[str, Any] = {**body["data"], **(entry.private.get("data") or {})}
    waiting = waiting_after(before, Facts(measures=this.measures_now()), move, body["to"], data)
    after = this.case = dataclasses.replace(before, stage=body["to"], waiting_for=waiting)
    columns = this.columns
    columns.change(entry, moved_at=entry.at, last_on=body["on"])
    columns.values |= {name: data[name] for name in ON_THE_CASE if name in data}
    if move.name == this.procedure.numbered_by:
        columns.change(entry, filed_by=body["actor"], filed_on=body["on"])
    if move.numbers:
        columns.change(entry, adopted_on=data["adopted_on"])
    _ask(this, entry, move, data, stays=after.stage == before.stage)
    if not (before.ended and after.ended):
        _end(this, entry, move, data)
    retell_round(this, entry, move, data)
    retell_instrument(this, entry, move, data)
    _relate(this, entry, move)


def _ask(this: Retold, entry: Entry, move: Move, data: Mapping[str, Any], *, stays: bool) -> None:
    columns = this.columns
    if "questions" in data:
        first = columns.values["questions_asked"]
        if first is UNTOLD:
            columns.change(entry, questions=UNTOLD)
            return
        questions = [{"question": first + place, "text": text} for place, text in enumerate(data["questions"], 1)]
        columns.change(entry, questions=questions, questions_asked=first + len(questions))
    elif entry.erased and any(field.name == "questions" for field in move.asks):
        columns.change(entry, questions=UNTOLD, questions_asked=UNTOLD)
    elif not stays:
        columns.values["questions"] = []


def _end(this: Retold, entry: Entry, move: Move, data: Mapping[str, Any]) -> None:
    if not this.case.ended:
        this.columns.values |= {"ending": None, "ended_on": None}
        return
    texts = (data.get(field.name) for field in move.asks if field.type == "text")
    told = next((text for text in texts if isinstance(text, str)), None)
    ending = {"reason": entry.private.get("reason") or told, "on": entry.body["on"], "by": entry.body["actor"]}
    this.columns.change(entry, ending=UNTOLD if entry.erased else ending, ended_on=entry.body["on"])


def _relate(this: Retold, entry: Entry, move: Move) -> None:
    linked = entry.body.get("linked")
    if move.links and linked is not None:
        _link(this, entry, this.case.id, move.links, linked)
    if move.unlinks:
        for key in [key for key in this.links if key[:2] == (this.case.id, move.unlinks)]:
            del this.links[key]
    for spawned in entry.body.get("spawned", ()):
        _told_once(entry, this.links, (spawned, "spawned_from", this.case.id))
        _link(this, entry, spawned, "spawned_from", this.case.id)


def _link(this: Retold, entry: Entry, case: str, kind: str, other: str) -> None:
    values = {
        "case_id": case,
        "kind": kind,
        "to_case": other,
        "created_at": entry.at,
        "by_person": entry.body["actor"],
    }
    this.links.setdefault((case, kind, other), Thing(values, entry.position))


# -- acts ----------------------------------------------------------------------------------------------


def _retell_import(this: Retold, entry: Entry) -> None:
    body = entry.body
    if this.events:
        raise OutOfPlace(entry, "imports a case that was there")
    case = dataclasses.replace(this.case, stage=body["to"])
    record = this.procedure.acts.get("record_measure")
    this.case = case if record is None else after_measure(case, record, (), ())[0]
    said = body.get("filed", {})
    told = {name: said.get(name, UNTOLD) for name in ("working_group", "plan_key", "plan_status")}
    this.columns.change(entry, filed_by=None, filed_on=body["on"], last_on=body["on"], begun_by=INTAKE, **told)


def _retell_correction(this: Retold, entry: Entry) -> None:
    fields: Iterable[str] = entry.body["fields"]
    if entry.erased:
        this.columns.change(entry, **dict.fromkeys(fields, UNTOLD))
        return
    after = dict(entry.private["after"])
    if "content" in after and this.columns.values["content"] is not UNTOLD:
        after["content"] = {**this.columns.values["content"], **after["content"]}
    elif "content" in after:
        after["content"] = UNTOLD
    this.columns.change(entry, **after)


def _retell_assignment(this: Retold, entry: Entry) -> None:
    group = entry.body["data"]["working_group"]
    if group == this.columns.values["working_group"]:
        raise OutOfPlace(entry, "assigns the case to whom it was assigned")
    this.columns.change(entry, working_group=group)


def _retell_report(this: Retold, entry: Entry) -> None:
    status, known = entry.body["data"].get("plan_status"), this.columns.values["plan_status"]
    if status is not None and known is not UNTOLD:
        reported = {"on": entry.body["on"], "status": status, "basis": "reported"}
        this.columns.change(entry, plan_status=[*known, reported])


def _retell_link(this: Retold, entry: Entry) -> None:
    _told_once(entry, this.links, (this.case.id, entry.body["link"], entry.body["linked"]))
    _link(this, entry, this.case.id, entry.body["link"], entry.body["linked"])


def _told_once(entry: Entry, things: Mapping[Any, Thing], key: Any) -> None:
    if key in things:
        raise OutOfPlace(entry, "tells a second time what was there")


def _retell_position(this: Retold, entry: Entry) -> None:
    retell_position(this, entry)
    if this.open_round is not None:
        answered = as_it_stands(this, this.open_round)
        done = answered is not None and all_voters_answered(answered)
        waiting, _ = when_all(this.case, this.procedure.acts["give_position"], done, was_done=True)
        this.case = dataclasses.replace(this.case, waiting_for=waiting)


def _retell_measure(this: Retold, entry: Entry) -> None:
    retell_progress(this, entry)
    act = this.procedure.acts["record_measure"]
    this.case, _ = after_measure(this.case, act, (), this.measures_now())


def _retell_analysis(this: Retold, entry: Entry) -> None:
    body, known = entry.body, this.analyses.get(entry.body["country"])
    if body["version"] != (known.values["version"] if known is not None else 0) + 1:
        raise OutOfPlace(entry, f"writes version {body['version']} of a finding out of its turn")
    values = {
        "case_id": this.case.id,
        "country": body["country"],
        "finding": entry.told("finding"),
        "sources": entry.told("sources"),
        "version": body["version"],
        "written_by": body["actor"],
        "written_at": entry.at,
    }
    this.analyses[body["country"]] = Thing(values, entry.position)


def _retell_comment(this: Retold, entry: Entry) -> None:
    body = entry.body
    _told_once(entry, this.comments, body["comment"])
    values = {
        "case_id": this.case.id,
        "audience": body["audience"],
        "text": entry.told("text"),
        "by_person": body["actor"],
        "on_behalf_of": body["on_behalf_of"],
        "at": entry.at,
    }
    this.comments[body["comment"]] = Thing(values, entry.position)


def _retell_document(this: Retold, entry: Entry) -> None:
    body = entry.body
    _told_once(entry, this.documents, body["document"])
    told = {name: body[name] for name in ("audience", "sha256", "size", "media_type")}
    values = {
        **told,
        "case_id": this.case.id,
        "language": body.get("language", UNTOLD),
        "title": entry.told("title"),
        "file_name": entry.told("file_name"),
        "attached_by": body["actor"],
        "attached_at": entry.at,
    }
    this.documents[body["document"]] = Thing(values, entry.position)


def _retell_nothing(this: Retold, entry: Entry) -> None:
    """What is told of clocks is told in full each time: they are replayed apart."""


TELLERS: Mapping[EventKind, Callable[[Retold, Entry], None]] = {
    EventKind.CASE_MOVED: _retell_move,
    EventKind.CASE_IMPORTED: _retell_import,
    EventKind.CASE_CORRECTED: _retell_correction,
    EventKind.CASE_ASSIGNED: _retell_assignment,
    EventKind.CASE_REPORTED: _retell_report,
    EventKind.CASE_LINKED: _retell_link,
    EventKind.ANALYSIS_WRITTEN: _retell_analysis,
    EventKind.POSITION_GIVEN: _retell_position,
    EventKind.TEXT_WRITTEN: retell_text,
    EventKind.MEASURE_RECORDED: _retell_measure,
    EventKind.INSTRUMENT_PUBLISHED: retell_publication,
    EventKind.COMMENT_MADE: _retell_comment,
    EventKind.DOCUMENT_ATTACHED: _retell_document,
    EventKind.CLOCK_RANG: _retell_nothing,
}
"""Every kind that is written; the others have a name and no command yet."""
