"""Choices: what can be named in a form: working groups, organisations, documents, procedures, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service import words
from service.pages.rendering import folded
from service.queries import Connection
from service.queries.cases import CaseShown
from service.queries.documents import documents
from service.queries.organisations import Organisation, organisations, working_groups
from workflows import shelf
from workflows.actor import Actor
from workflows.fields import Field
from workflows.wording import wording

MOST = 500
"""So many can be chosen from a list; a register that is longer is searched (not yet needed: it holds hundreds)."""


def choices_for(
    connection: Connection, actor: Actor, fields: Iterable[Field], case: CaseShown, language: str
) -> Mapping[str, Mapping[str, str]]:
    """For each type of field that names something: code -> name, in the order in which a reader looks."""
    asked = tuple(fields)
    types = {field.type for field in asked}
    found: dict[str, Mapping[str, str]] = {}
    if "working_group" in types:
        found["working_group"] = by_name(
            (one.code, one.name) for one in working_groups(connection, actor, limit=MOST).items
        )
    if "organisation" in types:
        found["organisation"] = _organisations(connection, actor, asked, case, language)
    if "document" in types:
        found["document"] = {one.id: one.title for one in documents(connection, actor, case.id, limit=MOST).items}
    if "follow_up" in types:
        found["procedure"] = {
            name: wording(name, shelf.newest(name).version, language).text("label") or name for name in shelf.names()
        }
    return found


def _organisations(
    connection: Connection, actor: Actor, fields: Iterable[Field], case: CaseShown, language: str
) -> Mapping[str, str]:
    """Who can be invited beside the voters: those who advise; for any other question every organisation."""
    known = organisations(connection, actor, limit=MOST).items
    voters = {
        code
        for rule in shelf.procedure(case.procedure.id, case.procedure.version).consultations.values()
        for code in rule.voters
    }
    invites = any(field.many for field in fields if field.type == "organisation")
    asked = (one for one in known if not invites or (one.code not in voters and one.kind in ADVISERS))
    return bodies_by_name(asked, language)


ADVISERS = ("government", "ministry", "region", "province", "partner", "eu_body", "egtc")
"""Kinds of organisations that are asked for advice; a municipality may be too, by its own working group."""


def bodies_by_name(bodies: Iterable[Organisation], language: str) -> Mapping[str, str]:
    """Organisations by code, in the order of what they are called in this language."""
    return by_name((one.code, words.body(one.code, one.name, language)) for one in bodies)


def by_name(named: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Codes with their names, in the order of the names."""
    return dict(sorted(named, key=lambda one: folded(one[1])))
