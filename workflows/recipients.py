"""Who hears: a pure function of the notice, the procedure, the mandates and the followers at the moment of sending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from workflows.actor import SECRETARIAT, Mandate, Role
from workflows.case import Case
from workflows.consultation import speaks_for
from workflows.standing import INTAKE, SECRETARY, Invited, gives, rule_of

FOLLOWED = frozenset({"progress", "adopted", "ending", "reopened"})
"""What followers hear, unless they chose otherwise."""
ALSO_TO_THE_ACTOR = frozenset({"receipt", "waiting"})
"""Notices about one's own act: a receipt is for the filer, `waiting` for whoever must act next."""
ONLY_THE_SILENT = frozenset({"reminder", "late"})
FILER = "filer"
INVITED = "invitation.organisation"
FOLLOWER = "follower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person, with one mandate that holds now."""

    person: str
    name: str
    email: str
    language: str
    mandate: Mandate


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A person who follows the case, and which notices she chose (None: the usual ones)."""

    person: str
    name: str
    email: str
    language: str
    notices: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets a notice, in which role word.

    `instead_of` names the role that nobody holds, where that is why; `organisation` is then the delegation or adviser
    that has nobody in it, if it is one.
    """

    person: str
    name: str
    email: str
    language: str
    role: str
    organisation: str | None
    instead_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """What decides who hears one notice.

    `invited`: role word -> organisations of the consultation that the notice is about, else of the last one in that
    role. `answered`: role word -> those among them that have a standing position: who has spoken in one consultation
    may be silent in another. `actor`: who did it, if a person.
    """

    case: Case
    notice: str
    roles: tuple[str, ...]
    actor: str | None = None
    invited: Invited = field(default_factory=dict)
    answered: Invited = field(default_factory=dict)


def recipients(
    audience: Audience, holders: Iterable[Holder], followers: Iterable[Follower] = ()
) -> tuple[Recipient, ...]:
    """Everybody who hears the notice, each person once, in the order of the roles."""
    known = tuple(holders)
    found: dict[str, Recipient] = {}
    for word in audience.roles:
        for recipient in _in_role(audience, word, known):
            found.setdefault(recipient.person, recipient)
    if audience.notice in FOLLOWED:
        for follower in followers:
            if follower.notices is None or audience.notice in follower.notices:
                found.setdefault(follower.person, _as_follower(follower))
    return tuple(recipient for recipient in found.values() if _hears_of_it(audience, recipient))


def organisations_of(audience: Audience) -> frozenset[str]:
    """The organisations at which somebody may hear of it: what the store must look up."""
    asked = {code for codes in audience.invited.values() for code in codes}
    return frozenset({SECRETARIAT, audience.case.organisation, *audience.case.countries, *asked})


def _hears_of_it(audience: Audience, recipient: Recipient) -> bool:
    if recipient.person != audience.actor or audience.notice in ALSO_TO_THE_ACTOR:
        return True
    return audience.notice == "ending" and recipient.role == FILER


def _in_role(audience: Audience, word: str, holders: tuple[Holder, ...]) -> Iterator[Recipient]:
    """Who holds a role word on the case; where nobody does, the case's secretary, else intake."""
    rule = rule_of(audience.case, word)
    asked = rule is not None and rule.of == INVITED
    if asked and not audience.invited.get(word):
        return  # nobody was ever asked in this role
    found = _holding(audience, word, holders)
    yield from (_as_recipient(holder, word) for holder in found)
    if word == INTAKE or (word == FILER and audience.case.organisation == SECRETARIAT):
        return  # what comes from the Secretariat-General itself is not written about to its own secretary
    unheard = _unheard(audience, word, holders) if asked else ()
    if unheard or not (found or asked):
        instead = _holding(audience, SECRETARY, holders) or _holding(audience, INTAKE, holders)
        yield from (_in_the_place_of(holder, word, unheard) for holder in instead)


def _holding(audience: Audience, word: str, holders: tuple[Holder, ...]) -> list[Holder]:
    found = [holder for holder in holders if gives(holder.mandate, word, audience.case, audience.invited)]
    if word == FILER:
        return [holder for holder in found if holder.person == audience.case.filed_by] or found
    rule = rule_of(audience.case, word)
    if rule is not None and rule.of == SECRETARIAT and rule.role is Role.SECRETARY:
        return [holder for holder in found if holder.mandate.working_group is None] or found
    if word in audience.invited:
        silent = _asked_of(audience, word)
        return [holder for holder in found if _voice(holder.mandate, word, audience.invited) in silent]
    return found


def _asked_of(audience: Audience, word: str) -> tuple[str, ...]:
    """The organisations that the notice is for: those invited, a reminder only for those who have not answered."""
    answered = audience.answered.get(word, ()) if audience.notice in ONLY_THE_SILENT else ()
    return tuple(code for code in sorted(audience.invited[word]) if code not in answered)


def _unheard(audience: Audience, word: str, holders: tuple[Holder, ...]) -> tuple[str, ...]:
    """The organisations that the notice is for and for which nobody speaks.

    Where others hear it, only those that vote: without them nothing is decided, and advice may be left out.
    """
    voices = {
        _voice(holder.mandate, word, audience.invited)
        for holder in holders
        if gives(holder.mandate, word, audience.case, audience.invited)
    }
    rules = audience.case.procedure.consultations.values()
    voters = {voter for rule in rules if rule.by == word for voter in rule.voters}
    unheard = tuple(code for code in _asked_of(audience, word) if code not in voices)
    return tuple(code for code in unheard if code in voters) if voices else unheard


def _voice(mandate: Mandate, word: str, invited: Invited) -> str | None:
    return speaks_for(mandate.organisation, mandate.answers_for, invited[word])


def _in_the_place_of(holder: Holder, word: str, unheard: tuple[str, ...]) -> Recipient:
    """The secretary who hears instead, for the one organisation that has nobody, where it is one."""
    organisation = unheard[0] if len(unheard) == 1 else None
    return replace(_as_recipient(holder, SECRETARY), instead_of=word, organisation=organisation)


def _as_recipient(holder: Holder, word: str) -> Recipient:
    return Recipient(
        person=holder.person,
        name=holder.name,
        email=holder.email,
        language=holder.language,
        role=word,
        organisation=holder.mandate.organisation,
    )


def _as_follower(follower: Follower) -> Recipient:
    return Recipient(
        person=follower.person,
        name=follower.name,
        email=follower.email,
        language=follower.language,
        role=FOLLOWER,
        organisation=None,
    )
