"""Rounds retold: what the events say of consultations, and what was said in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from workflows.consequences import WHICHEVER_IS_OPEN, closed
from workflows.consultation import Consultation, Position, finding
from workflows.decision_rule import Finding, Reservation, Stance
from workflows.procedure import Move
from workflows.retold import UNTOLD, Entry, Retold, Thing


def retell_round(this: Retold, entry: Entry, move: Move, data: Mapping[str, Any]) -> None:
    """What a move did to the consultations of a case: it closes or cancels what is open, then it may open another."""
    opened = this.open_round
    if opened is not None and move.closes == opened.name:
        _close(this, entry, opened)
    elif opened is not None and move.cancels in {opened.name, WHICHEVER_IS_OPEN}:
        this.consultations[opened.id].change(entry, open=False, cancelled=True, closed_at=entry.at)
        this.open_round = None
    elif opened is not None and not move.opens and "closing_on" in data:
        this.consultations[opened.id].change(entry, closing_on=data["closing_on"])
    if move.opens:
        _open(this, entry, move.opens, data)


def _open(this: Retold, entry: Entry, name: str, data: Mapping[str, Any]) -> None:
    rule, id = this.procedure.consultations[name], entry.body["consultation"]
    closing_on = data.get("closing_on") or data.get("meeting_on")
    invited = data.get("invited", ()) if rule.advisers else ()
    advisers = tuple(code for code in dict.fromkeys(invited) if code not in rule.voters)
    about = this.instrument.values["id"] if rule.about == "texts" and this.instrument is not None else None
    values = {
        "id": id,
        "case_id": this.case.id,
        "name": name,
        "round": entry.body["round"],
        "by_role": rule.by,
        "rule": rule.rule,
        "question": data.get("question", UNTOLD if entry.erased else None),
        "voters": list(rule.voters),
        "advisers": list(advisers),
        "closing_on": closing_on,
        "open": True,
        "cancelled": False,
        "outcome": None,
        "grounds": None,
        "instrument_id": about,
        "opened_at": _opened_at(this, entry),
        "closed_at": None,
        "opened_on": entry.body["on"],
    }
    this.consultations[id] = Thing(values, entry.position)
    this.open_round = Consultation(
        id=id, name=name, round=values["round"], question=None, voters=rule.voters, advisers=advisers, closing_on=None
    )
    for code in (*rule.voters, *advisers):
        invitation = {
            "consultation_id": id,
            "organisation": code,
            "case_id": this.case.id,
            "by_role": rule.by,
            "advice": code not in rule.voters,
            "invited_at": entry.at,
        }
        this.invitations[id, code] = Thing(invitation, entry.position)


def _opened_at(this: Retold, entry: Entry) -> str:
    """A round is opened after the one before it, also where the clock of the machine was set back in between."""
    before = [datetime.fromisoformat(str(one.values["opened_at"])) for one in this.consultations.values()]
    if not before or datetime.fromisoformat(entry.at) > max(before):
        return entry.at
    return (max(before) + timedelta(microseconds=1)).isoformat()


def _close(this: Retold, entry: Entry, opened: Consultation) -> None:
    """What the votes come to is counted again, from the positions as they were given."""
    came_to = _counted(this, opened)
    grounds: Any = UNTOLD
    if came_to is not None:
        listed = [
            {"code": one.code, "delegations": list(one.delegations), "reservation": one.reservation}
            for one in came_to.grounds
        ]
        grounds = {"blocked_by": list(came_to.blocked_by), "silent": list(came_to.silent), "grounds": listed}
    outcome = entry.body["outcome"] if came_to is None else str(came_to.outcome)
    this.consultations[opened.id].change(entry, open=False, outcome=outcome, grounds=grounds, closed_at=entry.at)
    this.open_round = None


def _counted(this: Retold, opened: Consultation) -> Finding | None:
    """None where the positions can no longer be read."""
    answered = as_it_stands(this, opened)
    if answered is None:
        return None
    return finding(closed(answered), this.procedure.rules[this.procedure.consultations[opened.name].rule])


def as_it_stands(this: Retold, opened: Consultation) -> Consultation | None:
    """The open round with what was said in it so far; None where the words of a position were erased."""
    if this.blurred:
        return None
    positions = tuple(_position(thing.values) for thing in this.standing())
    return Consultation(
        id=opened.id, name=opened.name, round=opened.round, question=None, voters=opened.voters,
        advisers=opened.advisers, closing_on=None, positions=positions,
    )  # fmt: skip


def _position(values: Mapping[str, Any]) -> Position:
    return Position(
        delegation=values["delegation"],
        stance=Stance(values["stance"]),
        reservation=Reservation(values["reservation"]) if values["reservation"] else None,
        advice=values["advice"],
        on=date.fromisoformat(values["stated_on"]),
        late=values["late"],
    )


def retell_position(this: Retold, entry: Entry) -> None:
    """A position: the one that stood for the same speaker gives way to it."""
    body, id = entry.body, entry.body["consultation"]
    said = entry.private
    values = {
        "consultation_id": id,
        "case_id": this.case.id,
        "at": entry.at,
        "by_person": body["actor"],
        "by_mandate": body["mandate"],
        "stated_on": body["on"],
    }
    words = ("delegation", "stance", "reservation", "text", "mandate_reference", "noted_by", "advice", "late")
    if entry.erased:
        this.blurred = True
        for thing in this.positions:
            thing.values["superseded"] = UNTOLD
        values |= dict.fromkeys((*words, "superseded"), UNTOLD)
    else:
        for thing in this.positions:
            if (thing.values["consultation_id"], thing.values["delegation"]) == (id, said["for"]):
                thing.values["superseded"] = True
        voters = this.consultations[id].values["voters"]
        given = (
            said["for"], said["position"], said.get("reservation"), said.get("text"), said.get("mandate_reference"),
            body["actor"] if said.get("noted") else None, said["for"] not in voters, bool(said.get("late")),
        )  # fmt: skip
        values |= dict(zip(words, given, strict=True)) | {"superseded": UNTOLD if this.blurred else False}
    this.positions.append(Thing(values, entry.position))
