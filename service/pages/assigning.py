"""Several cases assigned at once: a line for each before it is done, and a line for each after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.commands.assigning import AssignCases, Assigned, assign_cases
from service.pages.choices import MOST, by_name
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.cases import CaseShown, cases_named
from service.queries.organisations import working_groups
from workflows.actor import Role
from workflows.errors import DataInvalid, NotFound

router = APIRouter()

AT_ONCE = 40
"""Cases that are assigned at once; so many stand in one address."""
KEY = "assign-many"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line: a case (None: one that the person may not read), and what becomes of it."""

    case: CaseShown | None
    changed: bool
    refused: Trouble | None


@router.get("/inbox/assign")
def show_choice(request: Request, visitor: Visiting) -> Response:
    """Where the chosen cases are to go, and why."""
    chosen = list(dict.fromkeys(request.query_params.getlist("case")))
    return _choice(visitor, _read(visitor, chosen[:AT_ONCE]), left_out=len(chosen[AT_ONCE:]))


@router.post("/inbox/assign")
def send_choice(sent: Posted, visitor: Visiting) -> Response:
    """Say what would become of each case; or do it, and say what became of each."""
    versions = _versions(sent)
    cases = _read(visitor, list(versions))
    if sent.button == "change":
        return _choice(visitor, cases, sent=sent)
    command = AssignCases(
        cases=versions, working_group=sent.one("/working_group"), reason=sent.one("/reason").strip() or None
    )
    done = assign_cases(command, visitor.work, dry_run=sent.button != "send")
    invalid = next((one.refused for one in done if isinstance(one.refused, DataInvalid)), None)
    if invalid is not None:  # what was typed is wrong for every case alike
        return _choice(visitor, cases, sent=sent, trouble=trouble_of(invalid, visitor.language))
    outcomes = _outcomes(visitor, cases, done)
    if sent.button != "send":
        return _choice(visitor, cases, sent=sent, outcomes=outcomes)
    visitor.forget(sent)
    groups = _groups(visitor)
    return visitor.page(
        "inbox/assigned.html", outcomes=outcomes, groups=groups, group=groups.get(command.working_group, "")
    )


def _versions(sent: Sent) -> dict[str, int | None]:
    """The cases in the form, each with the version that was looked at."""
    found: dict[str, int | None] = {}
    for text in sent.all("_case")[:AT_ONCE]:
        case, _, version = text.partition(":")
        if len(case) == 36 and case.isprintable():
            found[case] = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    return found


def _read(visitor: Visitor, ids: Sequence[str]) -> Sequence[CaseShown]:
    if not visitor.actor.has(Role.SECRETARY):
        raise NotFound("assign")
    with visitor.reading() as connection:
        found = cases_named(connection, visitor.actor, [id for id in ids if len(id) == 36 and id.isprintable()])
    return [case for case in found if case.reference is not None]  # a draft has no working group yet


def _groups(visitor: Visitor) -> Mapping[str, str]:
    with visitor.reading() as connection:
        found = working_groups(connection, visitor.actor, limit=MOST).items
    return by_name((one.code, one.name) for one in found)


def _outcomes(visitor: Visitor, cases: Sequence[CaseShown], done: Sequence[Assigned]) -> Sequence[Outcome]:
    known = {case.id: case for case in cases}
    told = [
        Outcome(
            case=known.get(one.case),
            changed=one.changed,
            refused=trouble_of(one.refused, visitor.language) if one.refused is not None else None,
        )
        for one in done
    ]
    return sorted(told, key=lambda one: (one.case.reference or "") if one.case is not None else "~")


def _choice(
    visitor: Visitor,
    cases: Sequence[CaseShown],
    *,
    left_out: int = 0,
    sent: Sent | None = None,
    trouble: Trouble | None = None,
    outcomes: Sequence[Outcome] = (),
) -> Response:
    form = visitor.form(KEY)
    typed = sent.typed if sent is not None else form.kept.fields if form.kept else {}
    versions = _versions(sent) if sent is not None else {}
    return visitor.page(
        "inbox/assign.html",
        trouble.status if trouble else 200,
        cases=cases,
        versions={case.id: versions.get(case.id) or case.version for case in cases},
        left_out=left_out,
        most=AT_ONCE,
        outcomes=outcomes,
        changing=sum(one.changed for one in outcomes),
        groups=_groups(visitor),
        typed={name: values[-1] for name, values in typed.items() if values},
        form=form,
        trouble=trouble,
        main_form=bool(cases),
    )
