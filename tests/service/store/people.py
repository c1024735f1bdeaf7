"""People on a real database: everyone of tests/builders.py with a row, a mandate and an address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from service.store.engine import Store
from service.store.tables import MandateRow, OrganisationRow, PersonRow, WorkingGroupRow
from service.store.work import Work
from tests.builders import CONTENT, MUNICIPALITY, WORKING_GROUP, somebody
from workflows import shelf
from workflows.actor import Actor
from workflows.advance import Request, advance, needs_of
from workflows.case import Case
from workflows.fields import mentioned

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS = ("filer", "intake", "secretary", "secretary_general", "delegate", "minister_office", "auditor")
LANGUAGES = {"filer": "fr", "intake": "nl", "secretary": "nl", "delegate": "de", "minister_office": "en"}


def settle(store: Store) -> Mapping[str, Actor]:
    """Put the people in; each role word with its person."""
    people = {word: somebody(word, language=LANGUAGES.get(word, "nl")) for word in WORDS}
    with store.writing() as connection:
        for code, kind in ((MUNICIPALITY, "municipality"), ("NL-MIN-IENW", "ministry")):
            row = {"code": code, "name": f"Name of {code}", "kind": kind, "country": "NL", "version": 1}
            connection.execute(insert(OrganisationRow.__table__), row)
        connection.execute(
            insert(WorkingGroupRow.__table__), {"code": WORKING_GROUP, "name": "Transport", "version": 1}
        )
        for word, actor in people.items():
            connection.execute(insert(PersonRow.__table__), _person(word, actor))
            connection.execute(insert(MandateRow.__table__), _mandate(actor))
    return people


def _person(word: str, actor: Actor) -> dict[str, Any]:
    return {
        "id": actor.person, "email": f"{word}@slagboom.example", "name": f"The {word}", "language": actor.language,
        "created_at": NOW, "version": 1, "active": True,
    }  # fmt: skip


def _mandate(actor: Actor) -> dict[str, Any]:
    (mandate,) = actor.mandates
    return {
        "id": mandate.id, "person_id": actor.person, "role": str(mandate.role), "organisation": mandate.organisation,
        "working_group": mandate.working_group, "created_at": NOW,
    }  # fmt: skip


def begin(store: Store, actor: Actor, now: datetime = NOW) -> str:
    """A draft of the municipality; its id."""
    work = Work(store, actor, now)
    with work:
        case = Case(
            id=work.id(),
            procedure=shelf.newest("benelux-obstacle"),
            stage="draft",
            title="School bus across the border",
            language="nl",
            organisation=MUNICIPALITY,
            countries=("BE", "NL"),
            content=CONTENT["benelux-obstacle"],
            begun_by="filer",
            filed_by=actor.person,
        )
        work.begin(case)
    return case.id


def move(
    store: Store,
    actor: Actor,
    case: str,
    name: str,
    data: Mapping[str, Any] | None = None,
    *,
    reason: str | None = None,
    now: datetime = NOW,
) -> Case:
    """Make one move of a case; the case after it."""
    work, given = Work(store, actor, now), data or {}
    with work:
        found = work.case(case)
        rule = found.procedure.moves[name]
        facts = work.facts(found, needs_of(found, rule), mentioned(rule.asks, given))
        request = Request(move=name, actor=actor, data=given, reason=reason, now=now)
        return work.keep(advance(found, facts, request), found, facts)


def file(store: Store, people: Mapping[str, Actor], now: datetime = NOW) -> Case:
    """A case that was submitted and registered with the working group."""
    case = begin(store, people["filer"], now)
    move(store, people["filer"], case, "submit", now=now)
    data = {"working_group": WORKING_GROUP, "theme": "mobility_transport"}
    return move(store, people["intake"], case, "register", data, now=now)
