"""A siege: server and worker are killed again and again while people work, and what must hold is looked at after."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.faults.mailroom import Mailroom
from tests.faults.processes import Site
from tests.faults.stubborn import Line
from tests.faults.traffic import Dossier, Traffic, way
from tests.faults.verdict import verdict
from workflows.dates import day_in_brussels

LINES = {"server": ("statement", "commit", "committed"), "worker": ("statement", "commit", "committed")}
FURTHEST = {"statement": 60, "commit": 8, "committed": 8}
WARM = 0.9
"""How many are born of the cradle, the others are started as an operator starts them."""
LONGEST_LIFE = 2.0  # seconds that a process lives before it is killed from outside
IN_ANY_NUMBER = {"request_information", "supply_information", "comment"}
AFTER_THE_LEASE = timedelta(minutes=6)


@dataclass
class Report:
    """What was done, and what was found."""

    seed: int
    database: str
    kills: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    starts: Counter[str] = field(default_factory=Counter)
    restarts: list[float] = field(default_factory=list)
    cases: int = 0
    acknowledged: int = 0
    mails: int = 0
    doubles: int = 0
    faults: list[str] = field(default_factory=list)

    def told(self) -> Mapping[str, Any]:
        """As a file keeps it."""
        return {
            "seed": self.seed,
            "database": self.database,
            "kills": dict(sorted(self.kills.items())),
            "kills_in_all": self.kills.total(),
            "starts_after_a_kill": dict(sorted(self.starts.items())),
            "longest_restart_seconds": round(max(self.restarts, default=0.0), 1),
            "cases": self.cases,
            "acknowledged_requests": self.acknowledged,
            "met_by_clients": dict(sorted(self.met.items())),
            "letters": self.mails,
            "doubles_with_the_same_message_id": self.doubles,
            "faults": self.faults,
        }


Heard = Mapping[str, frozenset[tuple[str, str]]]
"""Step -> who hears of it, by which notice."""


def undisturbed(at: Site, line: Line, post: Mailroom) -> tuple[Dossier, Heard]:
    """One case from its filing to its end while nobody is killed: who hears of which step."""
    dossier = Dossier(line, "Undisturbed", day_in_brussels(datetime.now(UTC)))
    for _ in way(dossier, questions=2):
        pass
    wait_for_post(at, 60)
    heard: dict[str, frozenset[tuple[str, str]]] = {}
    mails = post.of_events()
    for step, event in steps_of(at, dossier):
        said = frozenset(mails.get(event, ()))
        if heard.setdefault(step, said) != said:
            raise AssertionError(f"undisturbed, {step} is told to {said} and to {heard[step]}")
    return dossier, heard


def besiege(at: Site, kills: int, chance: random.Random, report: Report, until: float) -> None:
    """Kill the server or the worker so many times, and start it anew each time, as whoever watches services does."""
    while report.kills.total() < kills and time.monotonic() < until:
        name = chance.choice(("server", "worker"))
        if name == "server" and chance.random() < 0.8:
            report.restarts.append(at.wait_until_ready())
        how = "from outside" if at.armed.get(name) is None else f"at {at.armed[name]}"
        if at.armed.get(name) is not None and at.dies(name, LONGEST_LIFE):
            report.kills[f"{name}, {how}"] += 1
        else:
            time.sleep(chance.random() * LONGEST_LIFE / 2)
            at.kill(name)
            report.kills[f"{name}, from outside"] += 1
        line = chance.choice((None, *LINES[name]))
        warm = chance.random() < WARM
        report.starts["warm" if warm else "cold"] += 1
        at.start(name, fatal=None if line is None else f"{line}:{chance.randrange(FURTHEST[line])}", warm=warm)


def settle(at: Site, post: Mailroom, report: Report, traffic: Traffic, heard: Heard, patience: float) -> None:
    """After the last kill: everybody gets an answer, the post goes out, both end well, and the books are looked at.

    `patience`: seconds to wait until the leases of those who were killed have run out by themselves; none: a worker
    whose clock is later by so much does the rest at once.
    """
    for name in ("server", "worker"):
        if at.armed.get(name) is not None:  # it would die at its line
            if not at.dies(name, 0.1):
                at.kill(name)
            at.start(name)
    at.wait_until_ready()
    traffic.stop()
    report.faults += traffic.faults
    if patience:
        wait_for_post(at, patience)
        at.end("worker")
    else:
        at.end("worker")
        deliver_later(at)
    at.end("server")
    report.met.update(traffic.line.seen)
    report.cases, report.acknowledged = len(traffic.dossiers), traffic.answers
    report.mails, report.doubles = len(post.received()), post.doubles()
    report.faults += list(faults_of(at, post, traffic, heard))


def faults_of(at: Site, post: Mailroom, traffic: Traffic, heard: Heard) -> Iterator[str]:
    """Everything that does not hold, by our books and by the product's own commands."""
    yield from faults_in_books(at, post, traffic, heard)
    for command in (("audit", "verify"), ("db", "check")):
        done = at.try_to_run(*command)
        if done.returncode:
            yield f"{' '.join(command)}: {done.stdout}"


def faults_in_books(at: Site, post: Mailroom, traffic: Traffic, heard: Heard) -> Iterator[str]:
    """What was acknowledged, what is in the database and what came by mail, held against each other."""
    yield from verdict(at.database_url, traffic.deeds)
    yield from post.faults()
    for dossier in traffic.dossiers:
        yield from _faults_of_case(at, post, dossier, heard)
    yield from _faults_of_letters(at, post)
    titles = Counter(row.title for row in rows(at, "SELECT title FROM cases"))
    begun = Counter(dossier.title for dossier in traffic.dossiers if dossier.id)
    if titles != begun:
        yield f"cases that were begun and are not there {begun - titles}, or more than once {titles - begun}"


def _faults_of_case(at: Site, post: Mailroom, dossier: Dossier, heard: Heard) -> Iterator[str]:
    if not dossier.id:
        return
    mails = post.of_events()
    found = list(steps_of(at, dossier))
    if [step.partition(" #")[0] for step, _ in found] != dossier.steps:
        yield f"case {dossier.id}: acknowledged {dossier.steps}, in the log {[step for step, _ in found]}"
    for step, event in found:
        if mails.get(event, set()) != heard[step]:
            yield f"case {dossier.id}, {step}: heard by {mails.get(event)}, undisturbed by {set(heard[step])}"


def _faults_of_letters(at: Site, post: Mailroom) -> Iterator[str]:
    received = post.received()
    letters = rows(at, "SELECT email, message_id, state, reason FROM deliveries")
    for row in letters:
        if row.state != "sent":
            yield f"letter {row.message_id} to {row.email} is {row.state}: {row.reason}"
        if not received[row.email, row.message_id]:
            yield f"letter {row.message_id} to {row.email} is {row.state} and never came"
    known = {(row.email, row.message_id) for row in letters}
    for letter in received.keys() - known:
        yield f"{letter} came, and nobody wrote it"
    for row in rows(at, "SELECT id FROM outbox WHERE expanded_at IS NULL"):
        yield f"nobody was told of {row.id}"


def steps_of(at: Site, dossier: Dossier) -> Iterator[tuple[str, str]]:
    """What was done on a case by its log, with the hash of each event; what is done once a case counts its times."""
    times: Counter[str] = Counter()
    events = rows(at, "SELECT move, sha256 FROM events WHERE case_id = :id ORDER BY position", id=dossier.id)
    for event in events:
        times[event.move] += 1
        yield event.move if event.move in IN_ANY_NUMBER else f"{event.move} #{times[event.move]}", event.sha256


def wait_for_post(at: Site, seconds: float) -> None:
    """Until nothing is left to tell."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not waiting(at):
            return
        time.sleep(0.3)
    raise AssertionError(f"{waiting(at)} letters still wait after {seconds} s:\n{at.tail('worker')}")


def waiting(at: Site) -> int:
    """How much is still to be told."""
    untold = "SELECT (SELECT count(*) FROM outbox WHERE expanded_at IS NULL)"
    return int(rows(at, f"{untold} + (SELECT count(*) FROM deliveries WHERE state = 'waiting') AS n")[0].n)


def deliver_later(at: Site) -> None:
    """What a worker does that comes when every lease has run out."""
    from notifications.channels import channel
    from service.store.engine import Store
    from service.worker import Worker
    from tests.faults.processes import SENDER

    with closing(Store.open(at.database_url, pool_size=4)) as store:
        later = lambda: datetime.now(UTC) + AFTER_THE_LEASE  # noqa: E731 (a clock, read where it is needed)
        way_out = channel(at.mail_url)
        Worker(store, way_out, public_url=at.address, mail_from=SENDER, now=later).turn()


def rows(at: Site, statement: str, **given: Any) -> list[Any]:
    """Rows of a site's database, read with nothing of the product."""
    engine = create_engine(at.database_url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(statement), given).all())
    finally:
        engine.dispose()
