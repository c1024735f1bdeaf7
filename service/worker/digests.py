"""The weekly digests: composed for every office, kept and put into the outbox."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from service.commands.clocks import THE_HOUSE
from service.commands.digests import send_digests
from service.queries.digests import WEEK, compose_all, offices, week_of
from service.store.digest_rows import ForPerson, log_began_at, sent_in
from service.store.engine import Store
from service.store.work import Work
from workflows.dates import BRUSSELS, begin_of, day_in_brussels

AT = time(7)
"""Monday, 07:00 in Brussels: the week before is told then (policy; no text prescribes it)."""


def monday_before(day: date) -> date:
    """The Monday with which the ISO week before this day's week began. Raises ValueError where there is none."""
    try:
        return day - timedelta(days=day.weekday()) - WEEK
    except OverflowError:
        raise ValueError(f"there is no week before {day}") from None


def is_due(now: datetime) -> bool:
    """Has the hour of this week's digests come? Any later time of the week will do: a worker may have been away."""
    local = now.astimezone(BRUSSELS)
    return local.weekday() > 0 or local.time() >= AT


def composed(store: Store, day: date, today: date) -> tuple[ForPerson, ...]:
    """What the offices read of the ISO week before a day: one each, those left out to whom there is nothing to say."""
    starts_on = monday_before(day)
    with store.reading() as connection:
        found = [
            ForPerson(person=office.actor.person, language=office.actor.language, digest=digest)
            for office, digest in compose_all(connection, offices(connection, today), starts_on, today)
        ]
    return tuple(one for one in found if not one.digest.empty)


def send_week(store: Store, day: date, now: datetime) -> int:
    """Send the digests of the ISO week before a day, once per person and week; says how many are new."""
    today = day_in_brussels(now)
    with store.reading() as connection:
        known = sent_in(connection, week_of(monday_before(day)))
    new = [one for one in composed(store, day, today) if (one.person, one.digest.organisation) not in known]
    return send_digests(new, Work(store, THE_HOUSE, now)) if new else 0


def send_due(store: Store, now: datetime) -> int:
    """Send the digests of last week, if their hour has come.

    A week that was over before anything was kept here is not told: a new installation does not begin with a digest.
    """
    day = day_in_brussels(now)
    if not is_due(now):
        return 0
    with store.reading() as connection:
        began_at = log_began_at(connection)
    if began_at is None or began_at >= begin_of(monday_before(day) + WEEK):
        return 0
    return send_week(store, day, now)
