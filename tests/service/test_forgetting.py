"""Forgetting: the worker forgets what nobody needs any more, after as long as the privacy page says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Self

from sqlalchemy import select

from notifications.channels import Written, nothing
from service.auth.sessions import IDLE, LONGEST
from service.commands.kept_words import KEPT_FOR, KeepWords, keep_words
from service.queries.kept_words import kept_words
from service.store.sessions import BrowserSessions
from service.store.tables import SessionRow
from service.worker import Worker
from tests.service.seeds import House

SESSIONS = SessionRow.__table__


class NoWay:
    """A channel by which nothing goes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was open."""

    def send(self, letter: Written, to: str, meanwhile: Callable[[], None] = nothing) -> None:
        """Nothing is to be sent."""
        raise AssertionError(to)


def turn(house: House) -> None:
    mail_from = "Slagboom <post@slagboom.test>"
    worker = Worker(house.store, NoWay(), public_url="https://x.test", mail_from=mail_from, now=lambda: house.now)
    worker.turn()


def test_words_that_nobody_went_on_with_are_forgotten_after_their_time(house: House) -> None:
    old, new = (KeepWords(form=form, about="", fields={"/title": ["Brug"]}, version=None) for form in ("old", "new"))
    keep_words(old, house.work("officer"))
    house.now += timedelta(minutes=1)
    keep_words(new, house.work("officer"))
    house.now += KEPT_FOR
    turn(house)
    with house.store.reading() as connection:
        assert kept_words(connection, house.actor("officer"), "old", "") is None
        assert kept_words(connection, house.actor("officer"), "new", "") is not None


def test_sessions_that_are_over_are_forgotten(house: House) -> None:
    sessions = BrowserSessions(house.store, idle=IDLE, longest=LONGEST)
    ends_at = sessions.begin("one", "person-officer", house.now)
    house.now = ends_at - timedelta(minutes=1)
    turn(house)
    with house.store.reading() as connection:
        assert connection.execute(select(SESSIONS.c.id)).scalars().all() == ["one"]
    house.now += timedelta(minutes=1)
    turn(house)
    with house.store.reading() as connection:
        assert connection.execute(select(SESSIONS.c.id)).scalars().all() == []
