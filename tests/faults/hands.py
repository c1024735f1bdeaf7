"""Hands: what somebody needs who moves cases at random: to look around, to ask, and to remember what it came to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

from service.store.once import Seen
from service.store.work import Once, Work
from tests.faults.told import CameTo, Deed, Memory
from tests.service.seeds import NOW, House
from workflows.case import Case
from workflows.errors import Refused

TWICE = 0.15
"""How often a request with a key is sent by several at once."""


class Hands:
    """One pair of hands. `seconds` says how much time has passed since the moment at which the seeds stand."""

    def __init__(self, house: House, seed: int, memory: Memory, seconds: Callable[[], float]) -> None:
        self.house = House(house.store, house.now)
        self.chance, self.memory, self.seconds = Random(seed), memory, seconds
        self.cases: list[str] = []

    def now(self) -> datetime:
        """The moment."""
        return NOW + timedelta(seconds=self.seconds())

    def look_around(self) -> None:
        """The cases that are there, those that moved last first: that is where people meet."""
        with self.house.store.reading() as connection:
            ids = connection.execute(text("SELECT id FROM cases ORDER BY updated_at DESC")).scalars()
            self.cases = list(ids)

    def pick(self) -> Case | None:
        """One of the cases, half the time one of those where people meet; none if there is none, or it is gone."""
        if not self.cases:
            return None
        first = self.cases[:12] if self.chance.random() < 0.5 else self.cases
        return self._case(self.chance.choice(first))

    def _case(self, id: str) -> Case | None:
        try:
            return self.house.case(id)
        except NoResultFound:  # a draft, thrown away meanwhile
            return None
        except Exception as error:
            self.memory.surprised(error, "reading a case")
            return None

    def one(self, statement: Any) -> Any:
        """One of the rows that a statement finds, if it finds any."""
        with self.house.store.reading() as connection:
            rows = connection.execute(statement).all()
        return self.chance.choice(rows) if rows else None

    # -- doing, once or several times at once, and remembering ---------------------------------------

    def do(self, name: str, act: Callable[[Work], Seen | Any], deed: dict[str, Any], operation: str = "") -> None:
        """Ask for something, now and then with a key and several times at once, and remember what it came to."""
        once = None
        if operation and self.chance.random() < 2 * TWICE:
            once = Once(operation, f"key-{self.chance.getrandbits(64):x}", "f" * 64)
        times = self.chance.randrange(2, 5) if once is not None and self.chance.random() < 0.5 else 1
        came_to: list[Seen | Any | Exception] = []
        ask = lambda: came_to.append(self.ask(name, act, once))  # noqa: E731 (named, to be done in several threads)
        others = [threading.Thread(target=ask) for _ in range(times - 1)]
        for other in others:
            other.start()
        ask()
        for other in others:
            other.join()
        self._remember(name, came_to, deed, once)

    def ask(self, name: str, act: Callable[[Work], Any], once: Once | None) -> Any:
        """Ask for something once; gives the answer, or the error instead of it."""
        try:
            return act(Work(self.house.store, self.house.actor(name), self.house.now, once))
        except Exception as error:
            return error

    def _remember(self, name: str, came_to: Sequence[Any], deed: dict[str, Any], once: Once | None) -> None:
        of = f"{deed['kind']} {deed.get('name')}"
        done = [one for one in came_to if not isinstance(one, Exception)]
        for one in came_to:
            if isinstance(one, Refused):
                self.memory.refused(one, of)
            elif isinstance(one, Exception):
                self.memory.surprised(one, of)
        if any(one != done[0] for one in done):
            self.memory.surprises.append(f"{of}: one key came to {done}")
        unsure = any(isinstance(one, Exception) and not isinstance(one, Refused) for one in came_to)
        outcome = CameTo.DONE if done else CameTo.UNKNOWN if unsure else CameTo.REFUSED
        said = dict(deed)
        if done and isinstance(done[0], Seen):
            said["thing"] = done[0].thing_id if done[0].thing != "link" else None
            said["case"] = said["case"] or done[0].thing_id
        if outcome is CameTo.DONE:
            said["shows"] = self._shown(said)
        key = once.key if once is not None else None
        self.memory.note(Deed(**said, person=f"person-{name}", key=key, came_to=outcome))

    def _shown(self, said: dict[str, Any]) -> dict[str, str]:
        """What an answer would show: the reference at once after filing."""
        if said.get("name") != "submit":
            return {}
        case = self._case(said["case"])
        return {"reference": case.reference} if case is not None and case.reference else {}

    def of_the_house(self, of: str, act: Callable[[], Any]) -> None:
        """Do what nobody asked for; only what went wrong is remembered."""
        try:
            act()
        except Refused as refusal:
            self.memory.refused(refusal, of)
        except Exception as error:
            self.memory.surprised(error, of)
