"""Who holds a mandate today, where, and who follows a case: the people that notices may go to."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, bindparam, or_, select

from service.store.tables import FollowerRow, MandateRow, OrganisationRow, PersonRow
from workflows.actor import Mandate, Role
from workflows.recipients import Audience, Follower, Holder, organisations_of

PEOPLE = PersonRow.__table__
MANDATES = MandateRow.__table__
ORGANISATIONS = OrganisationRow.__table__
FOLLOWERS = FollowerRow.__table__

_day = bindparam("day", type_=MANDATES.c.starts_on.type)
_codes: BindParameter[Any] = bindparam("codes", expanding=True)
IN_FORCE = (
    or_(MANDATES.c.starts_on.is_(None), MANDATES.c.starts_on <= _day),
    or_(MANDATES.c.ends_on.is_(None), MANDATES.c.ends_on >= _day),
)
MANDATED = (
    select(
        MANDATES.c.id,
        MANDATES.c.role,
        MANDATES.c.organisation,
        MANDATES.c.working_group,
        MANDATES.c.starts_on,
        MANDATES.c.ends_on,
        ORGANISATIONS.c.answers_for,
        PEOPLE.c.id.label("person"),
        PEOPLE.c.name,
        PEOPLE.c.email,
        PEOPLE.c.language,
    )
    .join(PEOPLE, PEOPLE.c.id == MANDATES.c.person_id)
    .join(ORGANISATIONS, ORGANISATIONS.c.code == MANDATES.c.organisation)
    .where(PEOPLE.c.active, *IN_FORCE)
    .order_by(MANDATES.c.created_at, MANDATES.c.id)
)
_group: BindParameter[str | None] = bindparam("group", type_=MANDATES.c.working_group.type)
AT = MANDATED.where(
    or_(
        MANDATES.c.organisation.in_(_codes),
        ORGANISATIONS.c.answers_for.in_(_codes),
        MANDATES.c.working_group == _group,  # a working group's secretary may sit at any organisation
    )
)
FOLLOWING = (
    select(PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.email, PEOPLE.c.language, FOLLOWERS.c.notices)
    .join(PEOPLE, PEOPLE.c.id == FOLLOWERS.c.person_id)
    .where(FOLLOWERS.c.case_id == bindparam("case"), PEOPLE.c.active)
    .order_by(FOLLOWERS.c.since_at, PEOPLE.c.id)
)


def holders_for(connection: Connection, audience: Audience, day: date) -> tuple[Holder, ...]:
    """Everybody who may come into question: mandates that hold on this day where the audience may have them."""
    codes = list(organisations_of(audience))
    named = {"day": day, "codes": codes, "group": audience.case.working_group}
    rows = connection.execute(AT, named).mappings()
    return tuple(holder_of(row) for row in rows)


def holder_of(row: RowMapping) -> Holder:
    """A person with the mandate that a row of MANDATED names."""
    return Holder(
        person=row["person"],
        name=row["name"],
        email=row["email"],
        language=row["language"],
        mandate=Mandate(
            id=row["id"],
            role=Role(row["role"]),
            organisation=row["organisation"],
            working_group=row["working_group"],
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
            answers_for=row["answers_for"],
        ),
    )


def followers_of(connection: Connection, case: str) -> tuple[Follower, ...]:
    """Who follows a case, and which notices each chose."""
    return tuple(
        Follower(
            person=row.id,
            name=row.name,
            email=row.email,
            language=row.language,
            notices=frozenset(row.notices) if row.notices else None,
        )
        for row in connection.execute(FOLLOWING, {"case": case})
    )
