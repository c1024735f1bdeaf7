"""Sight: the one predicate that says who reads which case. Every query on cases goes through it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, false, literal_column, or_, select

from service.store.tables import CaseCountryRow, CaseRow, FollowerRow, InstrumentRow, InvitationRow
from workflows.actor import SECRETARIAT, Actor, Role

CASES = CaseRow.__table__
COUNTRIES = CaseCountryRow.__table__
FOLLOWERS = FollowerRow.__table__
INSTRUMENTS = InstrumentRow.__table__
INVITATIONS = InvitationRow.__table__
INTAKE = "intake"


@dataclass(frozen=True)
class Sight:
    """What one person sees. A draft (no events) only its organisation reads, and intake what intake began.

    `row_by_row`: it is asked of the few rows of a page, and not of all.
    """

    actor: Actor
    row_by_row: bool = False

    def readable(self, cases: FromClause = CASES) -> ColumnElement[bool]:
        """Whether the person may read a case at all, if only as a follower."""
        return or_(self.whole(cases), and_(self._followed(cases), cases.c.events > 0))

    def whole(self, cases: FromClause = CASES) -> ColumnElement[bool]:
        """Whether the person reads the whole case: a follower sees title, stage, outcome and history in words."""
        filed = [
            self.inner(cases),
            _one_of(cases.c.organisation, self.voices(Role.OFFICER)),
            *(self._invited(cases, role) for role in (Role.DELEGATE, Role.MINISTER_OFFICE)),
            self._concerned(cases),
        ]
        return or_(*filed)

    def inner(self, cases: FromClause = CASES) -> ColumnElement[bool]:
        """Whether the person reads analyses and internal comments too: the secretariat and the auditors."""
        seen = []
        if self._sees_all or self.actor.intake:
            seen.append(cases.c.events > 0)
        elif self._working_groups:
            seen.append(and_(_one_of(cases.c.working_group, self._working_groups), cases.c.events > 0))
        if self.actor.intake:
            seen.append(cases.c.begun_by == INTAKE)
        return or_(*seen) if seen else false()

    def instruments(self, instruments: FromClause = INSTRUMENTS) -> ColumnElement[bool]:
        """Whether the person may read an instrument: everybody what has a number or came from elsewhere, a draft only
        who reads the whole case."""
        drafted = exists().where(CASES.c.id == instruments.c.case_id, self.whole())
        return or_(instruments.c.number.is_not(None), instruments.c.case_id.is_(None), drafted)

    def consulted(self, consultation: ColumnElement[Any], by_role: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether the person was invited to a consultation, in the role that answers it."""
        asked = [
            exists().where(
                INVITATIONS.c.consultation_id == consultation,
                _one_of(INVITATIONS.c.organisation, voices),
                by_role == str(role),
            )
            for role in (Role.DELEGATE, Role.MINISTER_OFFICE)
            if (voices := self.voices(role))
        ]
        return or_(*asked) if asked else false()

    def sources(self) -> list[Select[Any]] | None:
        """Where to look for the cases (ids) that the person may read: some that she may not are among them, none is
        left out, and one may come twice. None for who reads all."""
        if self._sees_all or self.actor.intake:
            return None
        officers, groups = self.voices(Role.OFFICER), self._working_groups
        offices = self.voices(Role.MINISTER_OFFICE)
        answering = _once((*self.voices(Role.DELEGATE), *offices))
        return [
            select(CASES.c.id).where(_one_of(CASES.c.organisation, officers)),
            select(CASES.c.id).where(_one_of(CASES.c.working_group, groups)),
            select(INVITATIONS.c.case_id).where(_one_of(INVITATIONS.c.organisation, answering)),
            select(COUNTRIES.c.case_id).where(_one_of(COUNTRIES.c.country, offices)),
            self._following(),
        ]

    def alike(self, cases_followed: Collection[str] = ()) -> Hashable:
        """What two people share who read the same: mandates of the same worth, and the cases that they follow."""
        worth = {(one.role, one.organisation, one.working_group, one.answers_for) for one in self.actor.mandates}
        return frozenset(worth), frozenset(cases_followed)

    def voices(self, role: Role) -> tuple[str, ...]:
        """The organisations in whose name the person may speak in a role."""
        return _once(voice for mandate in self.actor.holding(role) for voice in mandate.voices)

    def _followed(self, cases: FromClause) -> ColumnElement[bool]:
        """What one person follows is little: it is read once for the rows of a page."""
        if self.row_by_row:
            return cases.c.id.in_(self._following())
        return self.any(FOLLOWERS.c.case_id == cases.c.id, FOLLOWERS.c.person_id == self.actor.person)

    def _following(self) -> Select[Any]:
        return select(FOLLOWERS.c.case_id).where(FOLLOWERS.c.person_id == self.actor.person)

    def _invited(self, cases: FromClause, role: Role) -> ColumnElement[bool]:
        voices = self.voices(role)
        if not voices:
            return false()
        return self.any(
            INVITATIONS.c.case_id == cases.c.id,
            _one_of(INVITATIONS.c.organisation, voices),
            INVITATIONS.c.by_role == str(role),
        )

    def _concerned(self, cases: FromClause) -> ColumnElement[bool]:
        """The offices of the countries that the case touches, once it is filed."""
        voices = self.voices(Role.MINISTER_OFFICE)
        if not voices:
            return false()
        touched = self.any(COUNTRIES.c.case_id == cases.c.id, _one_of(COUNTRIES.c.country, voices))
        return and_(cases.c.events > 0, touched)

    def any(self, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        """Whether there is any such row.

        PostgreSQL would rather read all of them first, to look each case up in what it found; for a page of cases
        that takes some hundred times as long as to ask for each. OFFSET 0 changes no answer and keeps it from that.
        """
        found: Select[Any] = select(literal_column("1")).where(*conditions)
        return (found.offset(0) if self.row_by_row else found).exists()

    @cached_property
    def _sees_all(self) -> bool:
        return self.actor.has(Role.AUDITOR) or self.actor.has(Role.SECRETARY_GENERAL, (SECRETARIAT,))

    @cached_property
    def _working_groups(self) -> tuple[str, ...]:
        return _once(mandate.working_group for mandate in self.actor.holding(Role.SECRETARY) if mandate.working_group)


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _one_of(column: ColumnElement[Any], codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the column holds one of these codes. Nearly everybody has one, and an IN is written anew each time."""
    if len(codes) == 1:
        return column == codes[0]
    return column.in_(codes) if codes else false()
