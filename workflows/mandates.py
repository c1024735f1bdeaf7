"""Mandates: which roles a person may be given at which organisation."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.actor import SECRETARIAT, Role
from workflows.errors import Fault

SPEAKING = frozenset({Role.DELEGATE, Role.MINISTER_OFFICE})
"""Roles that give a position in the name of an organisation."""
DELEGATION = "delegation"
ADVISERS = frozenset({"government", "ministry", "partner", "eu_body"})
"""Kinds of organisations that may be asked for advice: they speak and do not vote."""
OF_THE_SECRETARIAT = frozenset({Role.SECRETARY, Role.SECRETARY_GENERAL})


def misfits_of_mandate(
    role: Role, organisation: str, kind: str, answers_for: str | None, working_group: str | None, at: str = ""
) -> Iterator[Fault]:
    """What is wrong with giving a role at an organisation of this kind; `at` is the JSON pointer of the mandate.

    A delegate and a minister's office speak for a delegation, for a body that answers for one, or for an adviser: a
    municipality files obstacles and is never asked for a position. A secretary works at the Secretariat-General.
    """
    if role in SPEAKING and kind != DELEGATION and answers_for is None and kind not in ADVISERS:
        yield Fault(f"{at}/organisation", "organisation_without_voice", (("value", organisation),))
    if role in OF_THE_SECRETARIAT and organisation != SECRETARIAT:
        yield Fault(f"{at}/organisation", "role_of_the_secretariat", (("value", SECRETARIAT),))
    if working_group is not None and role is not Role.SECRETARY:
        yield Fault(f"{at}/working_group", "only_with_secretary")
