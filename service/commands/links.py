"""Links: what a case has to do with another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.store.once import Seen
from service.store.papers import link
from service.store.work import Work
from workflows.acts import Deed, permit, tells_of
from workflows.case import Case
from workflows.errors import DataInvalid
from workflows.events import EventKind
from workflows.fields import Field, Surroundings, faults_of, mentioned, misfits, schema_of, validator

KINDS = ("duplicate_of", "parent", "related", "spawned_from", "based_on")
ASKED = (Field(name="kind", type="choice", values=KINDS), Field(name="to", type="case"))
FIT = validator(schema_of(ASKED, {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCase:
    """Link a case to another. `asked` gives `{"kind", "to"}`, or raises for what is no such thing."""

    case: str
    asked: Callable[[], Mapping[str, Any]]


def link_case(command: LinkCase, work: Work) -> Seen:
    """Keep a link; the same link again changes nothing. The thing is called `<kind>/<id of the other case>`.

    Raises NotFound, RoleMissing, DataInvalid.
    """
    with work:
        case = work.case(command.case)
        seen = work.replay()
        if seen is not None:
            return seen
        data = command.asked()
        allowed = permit(case, work.actor, "link")
        kind, other = data.get("kind"), _other(case, data, work)
        if link(work.connection, case.id, str(kind), other, work.now, work.actor.person):
            event = Deed(actor=work.actor, mandate=allowed.mandate, now=work.now).event(
                EventKind.CASE_LINKED,
                facts={"act": "link", "link": kind, "linked": other},
                tells=tells_of(allowed.act),
            )
            work.record(case, event)
        return work.remember(201, f"/api/v1/cases/{case.id}/links", "link", f"{kind}/{other}")


def _other(case: Case, data: Mapping[str, Any], work: Work) -> str:
    """The id of the case that is meant. Raises DataInvalid for what is no link, or no case that the person reads."""
    faults = list(faults_of(FIT, dict(data)))
    if faults:
        raise DataInvalid(faults)
    facts = work.facts(case, frozenset(), mentioned(ASKED, data))
    faults = list(misfits(ASKED, data, Surroundings(today=work.today, known=facts.known, case=case.id)))
    if faults:
        raise DataInvalid(faults)
    return facts.known["case", data["to"]]
