"""My cases: each case of one's organisation in a few lines of plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from service.pages.case.track import lies_with
from service.pages.visitor import Visiting
from service.queries.case_filters import CaseFilter
from service.queries.cases import CaseShown, list_cases
from service.queries.holding import contacts, since
from service.queries.links import Linked, linked_to
from workflows import shelf
from workflows.actor import Actor, Role
from workflows.fields import Field
from workflows.procedure import Procedure

router = APIRouter()

MOST = 50
"""So many are shown; of an organisation with more, the list of all cases shows the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """A case of one's organisation: who has it, since when, what follows, what can be done about it.

    `ours`: it lies with the organisation itself; `following`: the phase that comes next; `answering`: the move that
    answers the open questions; `steps`: the other moves that stand open to whoever filed it.
    """

    case: CaseShown
    contact: str | None
    since: date | None
    ours: bool
    following: str | None
    answering: str | None
    steps: Sequence[str]
    linked: Sequence[Linked]


@router.get("/my-cases")
def my_cases(visitor: Visiting) -> Response:
    """The cases of the organisations for which one files: drafts, open ones, ended ones."""
    actor, today = visitor.actor, visitor.today
    own = tuple(dict.fromkeys(voice for mandate in actor.holding(Role.OFFICER) for voice in mandate.voices))
    with visitor.reading() as connection:
        found: dict[str, tuple[CaseShown, ...]] = {}
        more: dict[str, bool] = {}
        for status in ("open", "ended") if own else ():
            wanted = CaseFilter(organisation=own, status=(status,))
            page = list_cases(connection, actor, wanted, today, limit=MOST)
            found[status], more[status] = page.items, page.after is not None
        every = [case for cases in found.values() for case in cases]
        names = contacts(connection, actor, {case.working_group for case in every}, today)
        days = since(connection, actor, [case.id for case in every])
        linked = linked_to(connection, actor, [case.id for case in every])
    mine = [_mine(case, actor, names, days.get(case.id), linked.get(case.id, ())) for case in every]
    return visitor.page(
        "case/mine.html",
        own=own,
        drafts=[one for one in mine if one.case.reference is None],
        asking=[one for one in mine if one.answering],
        others=[one for one in mine if one.case.reference and not one.answering and not one.case.ended],
        ended=[one for one in mine if one.case.ended],
        more=more,
    )


def _mine(
    case: CaseShown, actor: Actor, names: Mapping[str | None, str], day: date | None, linked: Sequence[Linked]
) -> Mine:
    procedure = shelf.procedure(case.procedure.id, case.procedure.version)
    steps = _steps(case, procedure)
    answering = [name for name, asks in steps.items() if any(field.type == "answer" for field in asks)]
    return Mine(
        case=case,
        contact=names.get(case.working_group),
        since=day,
        ours=lies_with(case, procedure, actor),
        following=_following(case, procedure),
        answering=answering[0] if answering and case.questions else None,
        steps=[] if case.ended and case.waits_for else [name for name in steps if name not in answering],
        linked=linked,
    )


def _steps(case: CaseShown, procedure: Procedure) -> Mapping[str, Sequence[Field]]:
    """The moves that stage and role leave to whoever filed the case; whether all else is met, their own page says."""
    words = {rule.word for rule in procedure.roles.values() if rule.of == "case.organisation"}
    moves = procedure.moves.items()
    return {name: move.asks for name, move in moves if case.stage in move.sources and words & {*move.by}}


def _following(case: CaseShown, procedure: Procedure) -> str | None:
    phases = list(dict.fromkeys(stage.phase for stage in procedure.stages.values()))
    after = phases.index(case.phase) + 1 if case.phase in phases else len(phases)
    return phases[after] if after < len(phases) else None
