"""Digests at size: what three hundred people of ministers' offices read of a week, composed and put into words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from bench import people, plays
from bench.large import Large
from notifications.digest import render_digest
from service.queries.digests import compose_all, offices
from service.store.engine import Store
from workflows.notices import Addressee

TODAY = plays.NOW.date()
LAST_WEEK = TODAY - timedelta(days=TODAY.weekday() + 7)


@dataclass(frozen=True, slots=True)
class Cost:
    """What it cost: how many, in how many seconds (composing, putting into words), with how many queries."""

    people: int
    composing: float
    wording: float
    queries: int

    def written(self) -> dict[str, Any]:
        """As it stands in var/bench.json."""
        return {
            "people": self.people,
            "composing_ms_each": round(1000 * self.composing / self.people, 2),
            "wording_ms_each": round(1000 * self.wording / self.people, 2),
            "queries_each": round(self.queries / self.people, 1),
        }


def measure(large: Large, most: int = people.OFFICES) -> Cost:
    """Compose and word the digest of last week for so many people of the offices, as the worker would."""
    store, asked = Store.open(large.url), 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(store._reads, "before_cursor_execute", count)  # the engine is nobody else's to listen to
    try:
        started = time.perf_counter()
        with store.reading() as connection:
            found = list(compose_all(connection, offices(connection, TODAY)[:most], LAST_WEEK, TODAY))
        composed = time.perf_counter()
        for office, digest in found:
            to = Addressee(
                person=office.actor.person,
                name=office.actor.name,
                email=f"{office.actor.person}@bench.example",
                language=office.actor.language,
                role="minister_office",
                organisation=office.delegation,
            )
            mail = render_digest(
                digest, to, message_id="<a@bench.example>", created_at=plays.NOW, public_url="https://bench.example",
                mail_from="Slagboom <slagboom@bench.example>",
            )  # fmt: skip
            mail.as_bytes()
        return Cost(len(found), composed - started, time.perf_counter() - composed, asked)
    finally:
        store.close()
