"""Acts as people read them: what somebody could change on a case now, beside moving it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from service.queries.cases import case_row
from service.store.case_rows import case_of
from service.store.loading import invited_to
from service.store.papers import reads_whole
from service.store.sight import Sight
from workflows.actor import Actor
from workflows.acts import is_inner, permit, speaking
from workflows.case import Case
from workflows.errors import Refused
from workflows.measures import speaking_for
from workflows.standing import Invited
from workflows.wording import wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ActShown:
    """An act that stage and role allow. `inner`: the person may also speak to the secretariat alone."""

    act: str
    label: str
    help: str
    inner: bool


def acts_of(connection: Connection, actor: Actor, name: str | RowMapping, language: str) -> tuple[ActShown, ...]:
    """Every act that stage and role allow the actor on this case, in the order of the procedure. Raises NotFound."""
    case = case_of(case_row(connection, actor, name))
    invited = invited_to(connection, case.id)
    speaks = reads_whole(connection, Sight(speaking(actor)), case.id)
    inner = is_inner(case, actor)
    words = wording(case.procedure.id, case.procedure.version, language)
    return tuple(
        ActShown(
            act=act,
            label=words.text("acts", act, "label") or act,
            help=words.text("acts", act, "help") or "",
            inner=inner,
        )
        for act in case.procedure.acts
        if (act != "comment" or speaks) and _may(case, actor, act, invited)
    )


def recorded_for(connection: Connection, actor: Actor, name: str, countries: Collection[str]) -> frozenset[str]:
    """Of these countries those whose measures the actor may record on this case now. Raises NotFound."""
    case = case_of(case_row(connection, actor, name))
    invited = invited_to(connection, case.id)
    return frozenset(one for one in countries if _may(case, speaking_for(actor, one), "record_measure", invited))


def _may(case: Case, actor: Actor, act: str, invited: Invited) -> bool:
    try:
        permit(case, actor, act, invited)
    except Refused:
        return False
    return True
