"""Digests: what a minister's office reads of one week; every number is that of the list behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, bindparam, select

from service.queries.asked import Asked, asks_on
from service.queries.case_filters import EVENTS, USUAL_SORT, CaseFilter
from service.queries.cases import CaseShown, list_cases
from service.queries.letter_parts import organisation_name
from service.queries.people import account
from service.store.digest_rows import digest_of
from service.store.holders import MANDATED, MANDATES
from service.store.loading import WORKING_GROUPS
from service.store.sight import CASES, FOLLOWERS, Sight
from service.store.tables import DigestRow
from workflows.actor import SECRETARIAT, Actor, Mandate, Role
from workflows.dates import begin_of
from workflows.fields import VOTERS
from workflows.notices import Digest, DigestLine, DigestSection

SHOWN = 20
"""How many cases of a section stand in the mail; the number leads to all of them."""
WEEK = timedelta(days=7)
MOVED = ("filed", "advanced", "adopted", "ended")

OFFICES = MANDATED.where(MANDATES.c.role == str(Role.MINISTER_OFFICE))
FOLLOWED = select(FOLLOWERS.c.person_id, FOLLOWERS.c.case_id)
DIGESTS = DigestRow.__table__
HERS = (DIGESTS.c.person_id == bindparam("person"), DIGESTS.c.organisation == bindparam("organisation"))
KEPT_WEEKS = select(DIGESTS.c.week).where(*HERS).order_by(DIGESTS.c.starts_at.desc())
KEPT_CONTENT = select(DIGESTS.c.content).where(*HERS, DIGESTS.c.week == bindparam("week"))
GROUPS = select(WORKING_GROUPS.c.code, WORKING_GROUPS.c.name)


@dataclass(frozen=True, slots=True)
class Office:
    """A person of a minister's office, and the delegation in whose name she reads."""

    actor: Actor
    delegation: str


def week_of(day: date) -> str:
    """The ISO week that a day lies in, as 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def monday_of(week: str) -> date:
    """The first day of an ISO week written as 2026-W48. Raises ValueError for what is none, or does not end."""
    year, _, number = week.partition("-W")
    if len(year) != 4 or len(number) != 2:
        raise ValueError(f"{week!r} is not a week; write it as 2026-W48")
    starts_on = date.fromisocalendar(int(year), int(number), 1)
    if starts_on > date.max - WEEK:
        raise ValueError(f"{week!r} ends after the last day that a date can be")
    return starts_on


def offices(connection: Connection, day: date) -> tuple[Office, ...]:
    """Everybody who works for a minister's office of a delegation on this day, each person once per delegation."""
    found: dict[tuple[str, str], Office] = {}
    for row in connection.execute(OFFICES, {"day": day}).mappings():
        delegation = row["answers_for"] or row["organisation"]
        if delegation in VOTERS and (row["person"], delegation) not in found:
            known = account(connection, row["person"], day)
            if known is not None:
                found[(row["person"], delegation)] = Office(known.actor, delegation)
    return tuple(found.values())


def may_read(actor: Actor, organisation: str) -> bool:
    """Is the digest of this delegation for the actor: her own office's, or anyone's for the Secretary-General?"""
    speaks = any(organisation in mandate.voices for mandate in actor.holding(Role.MINISTER_OFFICE))
    return speaks or actor.has(Role.SECRETARY_GENERAL, (SECRETARIAT,))


def reader_of(actor: Actor, organisation: str) -> Actor:
    """The reader as one who works for that office and nothing else: what the office sees, whoever looks."""
    mandate = Mandate(id="preview", role=Role.MINISTER_OFFICE, organisation=organisation)
    return Actor(person="", name=actor.name, language=actor.language, mandates=(mandate,))


def weeks_kept(connection: Connection, actor: Actor, organisation: str) -> tuple[str, ...]:
    """The weeks of which the actor has had a digest of this delegation, the newest first."""
    given = {"person": actor.person, "organisation": organisation}
    return tuple(connection.execute(KEPT_WEEKS, given).scalars())


def digest_kept(connection: Connection, actor: Actor, organisation: str, week: str) -> Digest | None:
    """The digest that the actor was sent of a week, as it was sent; None where none was."""
    given = {"person": actor.person, "organisation": organisation, "week": week}
    content = connection.execute(KEPT_CONTENT, given).scalar_one_or_none()
    return digest_of(content) if content is not None else None


def stages_now(connection: Connection, actor: Actor, cases: Collection[str]) -> Mapping[str, str]:
    """Where these cases stand now, of those that the actor may read."""
    statement = select(CASES.c.id, CASES.c.stage).where(CASES.c.id.in_(cases), Sight(actor).readable())
    return {row.id: row.stage for row in connection.execute(statement)}


def compose_all(
    connection: Connection, readers: Iterable[Office], starts_on: date, today: date
) -> Iterator[tuple[Office, Digest]]:
    """The digest of every reader. An office has many people who read the same: it is composed once for all of them."""
    followed: dict[str, set[str]] = {}
    for row in connection.execute(FOLLOWED):
        followed.setdefault(row.person_id, set()).add(row.case_id)
    known: dict[Hashable, Digest] = {}
    for office in readers:
        actor = office.actor
        same = (office.delegation, Sight(actor).alike(followed.get(actor.person, ())))
        if same not in known:
            known[same] = compose(connection, actor, office.delegation, starts_on, today)
        named = organisation_name(connection, office.delegation, actor.language)
        yield office, dataclasses.replace(known[same], organisation_name=named)


def compose(connection: Connection, actor: Actor, delegation: str, starts_on: date, today: date) -> Digest:
    """The digest of the week that begins on this Monday, for one person and delegation.

    What is asked is asked today; what moved, moved in that week (by the day on which it was entered, so that nothing
    falls between two weeks). Every number counts what `GET /cases` lists for this person under the section's query.
    """
    until = starts_on + WEEK
    days = (("from", starts_on.isoformat()), ("until", until.isoformat()))
    sections = [
        asked_today(connection, actor, delegation, today),
        _section(connection, actor, "late", (("status", "late"), ("asked_of", delegation)), today),
        *(_section(connection, actor, moved, (("moved", moved), *days), today) for moved in MOVED),
    ]
    return Digest(
        week=week_of(starts_on),
        starts_on=starts_on,
        ends_on=until,
        organisation=delegation,
        organisation_name=organisation_name(connection, delegation, actor.language),
        sections=tuple(sections),
    )


def asked_today(connection: Connection, actor: Actor, delegation: str, today: date) -> DigestSection:
    """What is asked of the delegation, and by when; the first section of a digest that is composed today."""
    return _section(connection, actor, "asked", (("status", "open"), ("asked_of", delegation)), today)


def _section(
    connection: Connection, actor: Actor, name: str, query: tuple[tuple[str, str], ...], today: date
) -> DigestSection:
    wanted = _filter(query)
    sort = "due_on" if wanted.asked_of else USUAL_SORT  # of what is asked, what is due first is told first
    page = list_cases(connection, actor, wanted, today, sort=sort, limit=SHOWN, count=True)
    lines = _asked(connection, actor, wanted, page.items) if wanted.asked_of else _moved(connection, wanted, page.items)
    return DigestSection(name=name, count=page.count or 0, query=urlencode(query), lines=tuple(lines))


def _filter(query: tuple[tuple[str, str], ...]) -> CaseFilter:
    """The filter that the API makes of the same query."""
    given = dict(query)
    return CaseFilter(
        status=(given["status"],) if "status" in given else (),
        asked_of=(given["asked_of"],) if "asked_of" in given else (),
        moved=(given["moved"],) if "moved" in given else (),
        since=date.fromisoformat(given["from"]) if "from" in given else None,
        until=date.fromisoformat(given["until"]) if "until" in given else None,
    )


def _asked(
    connection: Connection, actor: Actor, wanted: CaseFilter, cases: Iterable[CaseShown]
) -> Iterable[DigestLine]:
    listed = list(cases)
    asked = asks_on(connection, actor, wanted.asked_of[0], [case.id for case in listed]) if listed else {}
    for case in sorted(listed, key=lambda case: _first_due(asked.get(case.id, ()))):
        for one in asked.get(case.id, ()):
            yield _line(case, what=one.what, due_on=one.due_on)


def _first_due(asked: Iterable[Asked]) -> date:
    """When the delegation has to have done the first thing; other periods of the case may end before that."""
    return min((one.due_on for one in asked if one.due_on is not None), default=date.max)


def _moved(connection: Connection, wanted: CaseFilter, cases: Iterable[CaseShown]) -> Iterable[DigestLine]:
    listed = list(cases)
    happened = _happened(connection, wanted, [case.id for case in listed]) if listed else {}
    groups = {row.code: row.name for row in connection.execute(GROUPS)} if listed else {}
    for case in listed:
        instrument = next(iter(case.instruments), None)
        for one in happened.get(case.id, ()):
            yield dataclasses.replace(
                _line(case, what=one["move"], on=one["on_date"]),
                number=instrument.number if instrument is not None and "adopted" in wanted.moved else None,
                kind=instrument.kind if instrument is not None else None,
                working_group=groups.get(case.working_group or ""),
            )


def _happened(connection: Connection, wanted: CaseFilter, cases: Collection[str]) -> Mapping[str, list[Any]]:
    """The moves of these cases that the section counts, the newest first."""
    assert wanted.since is not None and wanted.until is not None  # noqa: S101, PT018 (a moved section has its days)
    statement = (
        select(EVENTS.c.case_id, EVENTS.c.move, EVENTS.c.on_date)
        .where(
            EVENTS.c.case_id.in_(cases),
            EVENTS.c.moved.in_(wanted.moved),
            EVENTS.c.at >= begin_of(wanted.since),
            EVENTS.c.at < begin_of(wanted.until),
        )
        .order_by(EVENTS.c.at.desc(), EVENTS.c.position.desc())
    )
    found: dict[str, list[Any]] = {}
    for row in connection.execute(statement).mappings():
        found.setdefault(row["case_id"], []).append(row)
    return found


def _line(case: CaseShown, *, what: str | None, on: date | None = None, due_on: date | None = None) -> DigestLine:
    return DigestLine(
        case=case.id,
        reference=case.reference,
        title=case.title,
        procedure=case.procedure.id,
        procedure_version=case.procedure.version,
        stage=case.stage,
        what=what,
        on=on,
        due_on=due_on,
    )
