"""Procedures: the rules by which cases move, in the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.doors import SignedIn
from service.api.lists import Listed, WhichPage, cut, listed
from workflows import procedures, shelf
from workflows.asking import act_schema, form_schema, move_schema
from workflows.clock_rule import ClockRule
from workflows.errors import NotFound
from workflows.procedure import Act, Move, Procedure
from workflows.proofs.drawing import drawing
from workflows.proofs.steps import outline
from workflows.proofs.svg import svg
from workflows.wording import Wording, wording

router = APIRouter(tags=["procedures"])

FILING = "filing"
"""Under this name the form with which a case begins is found in every procedure."""
UNKNOWN = "unknown"
SVG = "image/svg+xml"
KEPT_FOR = {"released": "private, max-age=86400", "draft": "private, no-cache"}
"""A released version never changes, but its words and the way it is drawn may be mended: a day, not for ever."""


class ProcedureBriefRead(BaseModel):
    """A procedure, by the version on which new cases begin."""

    id: str
    version: int
    status: str = Field(description="`released`: it never changes again; `draft` until then.")
    label: str
    about: str


class ProcedureVersionRead(BaseModel):
    """A version of a procedure."""

    version: int
    status: str
    fingerprint: str = Field(description="SHA-256 of the rules, without the words.")


class ProcedureVersionsRead(BaseModel):
    """A procedure with all its versions, the newest last."""

    id: str
    label: str
    about: str
    versions: list[ProcedureVersionRead]


class StageRead(BaseModel):
    """Where a case can stand."""

    stage: str
    label: str
    explanation: str | None
    phase: str
    waits_for: str | None
    ending: bool
    remedy: str | None = Field(description="What can be done about an ending.")


class StepRead(BaseModel):
    """A move, or an act (which changes no stage): what it is called, who may do it where, and what it asks."""

    label: str
    help: str | None
    by: list[str]
    from_: list[str] = Field(alias="from")
    to: str = Field(description="A stage; `same`: it stays; `back`: to where the case was before.")
    reason: str = Field(description="`required` or `optional`.")
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema of `data`.")


class ClockRuleRead(BaseModel):
    """A clock: how long it runs, and on what basis."""

    label: str
    kind: str
    of: str
    length: str = Field(
        description="`P2M`, `5WD`, `until <field>`; `unknown`: no period is known, no date is computed."
    )
    rule: str | None
    calendar: str | None
    basis: str = Field(description="`policy` (a default of ours), or the name of a source.")
    source: str | None = Field(description="What that source is.")
    repeats: str | None


class ConsultationRuleRead(BaseModel):
    """A kind of consultation: who votes, by which rule, and who answers."""

    label: str
    voters: list[str]
    advisers: bool
    rule: str
    by: str


class CriterionRead(BaseModel):
    """One line of a checklist."""

    criterion: str
    label: str
    help: str | None


class PassageRead(BaseModel):
    """A phase of the diagram in words."""

    phase: str
    steps: list[str] = Field(description="A sentence a step: the stage, what may be done, by whom, where it leads.")


class ProcedureRead(BaseModel):
    """One version of a procedure, complete."""

    id: str
    version: int
    status: str
    label: str
    about: str
    fingerprint: str
    begun_by: list[str] = Field(description="The role words of who may begin a case.")
    starts_in: str
    numbered_by: str = Field(description="The move that files the case and gives it its reference.")
    roles: dict[str, str]
    stages: list[StageRead]
    moves: dict[str, StepRead]
    acts: dict[str, StepRead]
    forms: dict[str, dict[str, Any]] = Field(description="JSON Schema of each form; `filing` is the one of a new case.")
    checklists: dict[str, list[CriterionRead]]
    clocks: dict[str, ClockRuleRead]
    consultations: dict[str, ConsultationRuleRead]
    sources: dict[str, str]
    outline: list[PassageRead] = Field(description="All that `diagram.svg` shows, as text.")


@router.get("/procedures", response_model=Listed[ProcedureBriefRead], response_model_exclude_unset=True)
def list_procedures(request: Request, response: Response, page: WhichPage, visit: SignedIn) -> dict[str, Any]:
    """The procedures, each by the version on which new cases begin."""
    visit.actor  # noqa: B018 (reads the person: one who may no longer come in reads nothing here either)
    found = tuple(shelf.newest(name) for name in shelf.names())
    cut_out = cut(found, page, lambda procedure: (procedure.id,))
    return listed(request, response, cut_out, lambda procedure: _brief(procedure, visit.language))


@router.get("/procedures/{procedure}", response_model=ProcedureVersionsRead)
def read_procedure_versions(procedure: str, visit: SignedIn) -> Response:
    """The versions of one procedure."""
    visit.actor  # noqa: B018 (reads the person, who may no longer be let in)
    versions = [shelf.procedure(*one) for one in procedures.versions() if one[0] == procedure]
    if not versions:
        raise NotFound(procedure)
    brief = _brief(versions[-1], visit.language)
    shown = [{"version": one.version, "status": one.status, "fingerprint": one.fingerprint} for one in versions]
    return answer({"id": procedure, "label": brief["label"], "about": brief["about"], "versions": shown})


@router.get("/procedures/{procedure}/{version}", response_model=ProcedureRead)
def read_procedure(procedure: str, version: str, visit: SignedIn) -> Response:
    """One version of a procedure: stages, moves and acts with what they ask, forms, checklists and clocks."""
    visit.actor  # noqa: B018 (reads the person, who may no longer be let in)
    return answer(_shown(_found(procedure, version), visit.language))


@router.get(
    "/procedures/{procedure}/{version}/diagram.svg",
    response_class=Response,
    responses={
        200: {
            "description": "The picture, with an ETag of its own for `If-None-Match`.",
            "content": {SVG: {"schema": {"type": "string"}}},
        },
        304: {"description": "It is still the picture that the asker has."},
    },
)
def read_procedure_diagram(
    procedure: str,
    version: str,
    request: Request,
    visit: SignedIn,
    lang: Literal["nl", "fr", "de", "en"] | None = Query(None, description="Goes before `Accept-Language`."),
) -> Response:
    """One version of a procedure as a picture: its phases as lanes, with every step; `outline` says it in words."""
    visit.actor  # noqa: B018 (reads the person, who may no longer be let in)
    found = _found(procedure, version)
    language = lang or visit.language
    picture, tag = _pictured(found.id, found.version, language)
    headers = {
        "ETag": tag,
        "Cache-Control": KEPT_FOR[found.status],
        "Vary": "Accept-Language, Authorization",
        "Content-Language": language,
    }
    if _has(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(picture, headers=headers, media_type=SVG)


@lru_cache(maxsize=64)
def _pictured(name: str, version: int, language: str) -> tuple[bytes, str]:
    """The picture and its ETag."""
    picture = svg(drawing(shelf.procedure(name, version), wording(name, version, language), language)).encode()
    return picture, f'"{hashlib.sha256(picture).hexdigest()[:32]}"'


def _has(request: Request, tag: str) -> bool:
    """Does the asker have this already (RFC 9110, 13.1.2)? A proxy that compresses may have weakened the tag."""
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return tag in known or "*" in known


def _found(name: str, version: str) -> Procedure:
    known = {(id, str(number)): (id, number) for id, number in procedures.versions()}
    if (name, version) not in known:
        raise NotFound(f"{name}/{version}")
    return shelf.procedure(*known[name, version])


def _brief(procedure: Procedure, language: str) -> dict[str, Any]:
    known = wording(procedure.id, procedure.version, language)
    return {
        "id": procedure.id,
        "version": procedure.version,
        "status": procedure.status,
        "label": known.text("label") or procedure.id,
        "about": known.text("about") or "",
    }


def _shown(procedure: Procedure, language: str) -> dict[str, Any]:
    known = wording(procedure.id, procedure.version, language)
    forms = {name: form_schema(procedure, name, language) for name in procedure.forms}
    return {
        **_brief(procedure, language),
        "fingerprint": procedure.fingerprint,
        "begun_by": procedure.begun_by,
        "starts_in": procedure.starts_in,
        "numbered_by": procedure.numbered_by,
        "roles": {word: known.text("roles", word) or word for word in procedure.roles},
        "stages": [_stage(stage, procedure, known) for stage in procedure.all_stages],
        "moves": {name: _move(move, procedure, known, language) for name, move in procedure.moves.items()},
        "acts": {name: _act(act, procedure, known, language) for name, act in procedure.acts.items()},
        "forms": {**forms, FILING: forms[procedure.form]},
        "checklists": {name: _checklist(name, lines, known) for name, lines in procedure.checklists.items()},
        "clocks": {name: _clock(rule, procedure, known) for name, rule in procedure.clocks.items()},
        "consultations": {
            name: {
                "label": known.text("consultations", name, "label") or name,
                "voters": rule.voters,
                "advisers": rule.advisers,
                "rule": rule.rule,
                "by": rule.by,
            }
            for name, rule in procedure.consultations.items()
        },
        "sources": dict(procedure.sources),
        "outline": outline(procedure, known, language),
    }


def _stage(stage: str, procedure: Procedure, known: Wording) -> dict[str, Any]:
    ending = stage in procedure.endings
    place = "endings" if ending else "stages"
    return {
        "stage": stage,
        "label": known.stage(stage),
        "explanation": known.text(place, stage, "explanation"),
        "phase": procedure.phase_of(stage),
        "waits_for": procedure.waits_for(stage),
        "ending": ending,
        "remedy": known.text(place, stage, "remedy"),
    }


def _move(move: Move, procedure: Procedure, known: Wording, language: str) -> dict[str, Any]:
    return {
        **_step("moves", move.name, known, move.by, required=move.reason_required),
        "from": move.sources,
        "to": move.target,
        "schema": move_schema(procedure, move.name, language),
    }


def _act(act: Act, procedure: Procedure, known: Wording, language: str) -> dict[str, Any]:
    return {
        **_step("acts", act.name, known, act.by, required=act.reason_required),
        "from": act.stages,
        "to": "same",
        "schema": act_schema(procedure, act.name, language),
    }


def _step(place: str, name: str, known: Wording, by: Iterable[str], *, required: bool) -> dict[str, Any]:
    return {
        "label": known.text(place, name, "label") or name,
        "help": known.text(place, name, "help"),
        "by": by,
        "reason": "required" if required else "optional",
    }


def _checklist(name: str, lines: Iterable[str], known: Wording) -> list[dict[str, Any]]:
    return [
        {
            "criterion": line,
            "label": known.text("checklists", name, line, "label") or line,
            "help": known.text("checklists", name, line, "help"),
        }
        for line in lines
    ]


def _clock(rule: ClockRule, procedure: Procedure, known: Wording) -> dict[str, Any]:
    return {
        "label": known.text("clocks", rule.name, "label") or rule.name,
        "kind": str(rule.kind),
        "of": rule.of,
        "length": str(rule.length) if rule.length is not None else UNKNOWN,
        "rule": str(rule.rule) if rule.rule is not None else None,
        "calendar": rule.calendar,
        "basis": rule.basis,
        "source": procedure.sources.get(rule.basis),
        "repeats": str(rule.repeats) if rule.repeats is not None else None,
    }
