"""The page of a case: what it is, where it stands, what can be done now, and what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service import words
from service.commands.following import FollowCase, UnfollowCase, follow_case, unfollow_case
from service.pages.case.answers import answers_told
from service.pages.case.doings import Doing, address_of_act, doings, open_ones, opening, shut_ones
from service.pages.case.history import called, lines_of
from service.pages.case.said import answers_given
from service.pages.case.track import lies_with, track_of
from service.pages.posting import Posted
from service.pages.visitor import Visiting, Visitor
from service.queries import Connection
from service.queries.acts import acts_of
from service.queries.analyses import analyses
from service.queries.asked import asks_on
from service.queries.cases import CaseShown, case_row, find_case
from service.queries.clocks import RunningClock, clocks
from service.queries.comments import comments
from service.queries.consultations import ConsultationShown, consultations
from service.queries.documents import documents
from service.queries.events import History, events
from service.queries.following import following
from service.queries.holding import contacts, since
from service.queries.links import links
from service.queries.measures import measures
from service.queries.moves import StepShown, steps_of
from service.queries.organisations import working_groups
from service.queries.within import Within, reach_of, within
from service.telling import clock_reason
from workflows import shelf
from workflows.actor import Actor, Role
from workflows.errors import NotFound
from workflows.fields import VOTERS
from workflows.procedure import Procedure
from workflows.wording import wording

router = APIRouter()

MOST = 200
"""So much of each kind is shown at once."""
EVENTS = 1_000


@router.get("/cases/{case}")
def show(case: str, visitor: Visiting) -> Response:
    """A case by its id or its reference, as far as this person may read it."""
    with visitor.reading() as connection:
        context = _read(connection, visitor, case)
    return visitor.page("case/case.html", **context)


@router.post("/cases/{case}/follow")
def follow(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Hear of the case from now on."""
    id = follow_case(FollowCase(case), visitor.work(sent))
    return visitor.go(f"/cases/{id}", said="followed")


@router.post("/cases/{case}/unfollow")
def unfollow(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Hear no more of it; who read it only for that reason, reads it no more."""
    id = unfollow_case(UnfollowCase(case), visitor.work(sent))
    try:
        with visitor.reading() as connection:
            within(connection, visitor.actor, id)
    except NotFound:
        return visitor.go("/cases", said="unfollowed")
    return visitor.go(f"/cases/{id}", said="unfollowed")


def _read(connection: Connection, visitor: Visitor, name: str) -> dict[str, Any]:
    actor, language = visitor.actor, visitor.language
    row = case_row(connection, actor, name)
    case, reach = find_case(connection, actor, row), reach_of(actor, row)
    procedure = shelf.procedure(case.procedure.id, case.procedure.version)
    past = events(connection, actor, reach, limit=EVENTS)
    moves = steps_of(connection, actor, row, visitor.today, language)
    acts = acts_of(connection, actor, row, language)
    groups = working_groups(connection, actor, limit=MOST).items
    context: dict[str, Any] = {
        "case": case,
        "reach": reach,
        "here": f"/cases/{case.reference or case.id}",
        "track": track_of(procedure, case, past.page.items),
        "asked": _asked(connection, actor, case),
        "ours": lies_with(case, procedure, actor),
        "moves": open_ones(moves, case, procedure),
        "shut": shut_ones(moves, case, language),
        "opening": opening(moves, acts, case, procedure, language),
        "doings": list(doings(acts, case, actor)),
        "answering": _answering(moves, procedure),
        "drafting": any(act.act == "edit" for act in acts),
        "replies": answers_given(past),
        "contact": None,
        "since": since(connection, actor, [case.id]).get(case.id),
        "group": next((one.name for one in groups if one.code == case.working_group), case.working_group),
        "following": following(connection, actor, reach),
        **(_whole(connection, visitor, case, reach) if reach.whole else {}),
    }
    context["asked"] += _advice(actor, context.get("rounds", ()))
    context["doings"] = _once_more(context["doings"], context["asked"])
    codes = _codes(case, past, context)
    named = called(connection, actor, codes, language)
    return {**context, "named": named, "history": lines_of(past, named, language)}


def _whole(connection: Connection, visitor: Visitor, case: CaseShown, reach: Within) -> dict[str, Any]:
    """What a follower does not see."""
    actor, language = visitor.actor, visitor.language
    said = comments(connection, actor, reach, limit=MOST).items
    own = next((one for one in case.instruments if one.relation == "produces"), None)
    running = clocks(connection, actor, reach)
    return {
        "contact": contacts(connection, actor, [case.working_group], visitor.today).get(case.working_group),
        "answers": answers_told(reach.procedure, case.content, language),
        "clocks": [_clock(one, language) for one in running],
        "rounds": consultations(connection, actor, reach, language, limit=MOST).items,
        "findings": {one.country: one for one in analyses(connection, actor, reach)},
        "voters": VOTERS,
        "papers": documents(connection, actor, reach, limit=MOST).items,
        "shared": [one for one in said if one.audience == "shared"],
        "internal": [one for one in said if one.audience == "internal"],
        "links": links(connection, actor, reach),
        "measures": measures(connection, actor, own.id, limit=MOST).items if own else (),
    }


def _answering(moves: Sequence[StepShown], procedure: Procedure) -> str | None:
    """The move by which this person answers the questions that are open."""
    answers = (one.move for one in moves if any(field.type == "answer" for field in procedure.moves[one.move].asks))
    return next(answers, None)


def _asked(connection: Connection, actor: Actor, case: CaseShown) -> list[tuple[str, date | None, str]]:
    """What is asked of the delegation or the office that this person speaks for: what, by when, where."""
    found: dict[str, tuple[str, date | None, str]] = {}
    for role, kinds in ((Role.DELEGATE, ("position",)), (Role.MINISTER_OFFICE, ("vote", "measure"))):
        for voice in {voice for mandate in actor.holding(role) for voice in mandate.voices}:
            for one in asks_on(connection, actor, voice, [case.id]).get(case.id, ()):
                address = address_of_act("record_measure" if one.what == "measure" else "give_position", case)
                if one.what in kinds and address is not None:
                    found.setdefault(one.what, (one.what, one.due_on, address))
    return list(found.values())


def _advice(actor: Actor, rounds: Sequence[ConsultationShown]) -> Iterator[tuple[str, date | None, str]]:
    """The advice that is asked of the body that this person speaks for, and not given yet."""
    voices = {voice for mandate in actor.holding(Role.DELEGATE) for voice in mandate.voices}
    for one in rounds:
        given = {position.organisation for position in one.positions if not position.superseded}
        if one.open and one.reads_positions and voices & set(one.advisers) - given:
            yield "advice", one.closing_on, f"/consultations/{one.id}/position"


def _once_more(doings: Sequence[Doing], asked: Sequence[tuple[str, date | None, str]]) -> list[Doing]:
    """What can be done beside what is asked: whoever is asked for something finds the way to it once."""
    above = {address for _, _, address in asked}
    return [doing for doing in doings if doing.address not in above]


def _clock(clock: RunningClock, language: str) -> dict[str, Any]:
    known = wording(clock.procedure, clock.version, language)
    return {
        "label": known.text("clocks", clock.clock, "label") or clock.clock,
        "of": known.text("roles", clock.of) or words.label("role", clock.of, language),
        "state": clock.state,
        "starts_on": clock.starts_on,
        "due_on": clock.due_on,
        "policy": clock.basis == "policy",
        "why": [clock_reason(reason, clock, language) for reason in clock.why],
    }


def _codes(case: CaseShown, past: History, context: Mapping[str, Any]) -> Collection[str]:
    """Every organisation that the page names."""
    found = {case.organisation}
    found |= {event.on_behalf_of for event in past.page.items if event.on_behalf_of}
    found |= {one.on_behalf_of for kind in ("shared", "internal") for one in context.get(kind, ())}
    for one in context.get("rounds", ()):
        found |= {*one.voters, *one.advisers}
    return found
