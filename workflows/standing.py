"""Standing: what a role word means on one case, and by which mandate somebody has that role there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from workflows.actor import Actor, Mandate
from workflows.case import Case
from workflows.consultation import speaks_for
from workflows.procedure import RoleRule

INTAKE = "intake"
SECRETARY = "secretary"

Invited = Mapping[str, Collection[str]]
"""Role word -> the organisations that were invited in that role on this case."""


def standing(
    case: Case, actor: Actor, words: Iterable[str], invited: Invited | None = None
) -> tuple[str, Mandate] | None:
    """The first of these role words that the actor has on the case, with the mandate that gives it."""
    for word in words:
        for mandate in actor.mandates:
            if gives(mandate, word, case, invited or {}):
                return word, mandate
    return None


def gives(mandate: Mandate, word: str, case: Case, invited: Invited) -> bool:
    """Does a mandate give the role that a word means on this case? Bodies that answer for an organisation count."""
    rule = rule_of(case, word)
    if rule is None or mandate.role != rule.role:
        return False
    if case.draft and rule.word == INTAKE and case.begun_by != INTAKE:
        return False  # on a draft, intake has only what intake began
    match rule.of:
        case "case.organisation":
            return case.organisation in mandate.voices
        case "case.working_group":
            return mandate.working_group == case.working_group
        case "case.countries":
            return any(voice in case.countries for voice in mandate.voices)
        case "invitation.organisation":
            return speaks_for(mandate.organisation, mandate.answers_for, invited.get(word, ())) is not None
        case code:
            return code in mandate.voices


def rule_of(case: Case, word: str) -> RoleRule | None:
    """What a role word means on this case. While a case has no working group, its secretary is the intake."""
    if word == SECRETARY and case.working_group is None:
        word = INTAKE
    return case.procedure.roles.get(word)
