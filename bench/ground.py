"""The ground that every measurement stands on: a database with people and cases, made through the store."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from service.commands.moves import AskedMove, MoveCase, move_case
from service.store.engine import Store, upgrade
from service.store.tables import MandateRow, OrganisationRow, PersonRow, WorkingGroupRow
from service.store.work import Work
from tests import postgres
from workflows import shelf
from workflows.actor import Actor, Mandate, Role
from workflows.case import Case

PEOPLE = 100
"""Of each role: one person may make a thousand requests a minute, and a measurement makes more."""
ASK = {"questions": ["Which rule forbids it?"], "reply_by": "2049-12-17"}
ASK_MOVE, ANSWER_MOVE = "request_information", "supply_information"

NewDatabase = Callable[[str], str]
"""Makes an empty database of this name and says its address."""


def _officer(number: int) -> Actor:
    mandate = Mandate(id=f"officer-{number}-mandate", role=Role.OFFICER, organisation="NL-GM0980")
    return Actor(person=f"officer-{number}", name=f"Officer {number}", language="nl", mandates=(mandate,))


def _secretary(number: int) -> Actor:
    mandate = Mandate(
        id=f"secretary-{number}-mandate", role=Role.SECRETARY, organisation="BENELUX-SG", working_group="transport"
    )
    return Actor(person=f"secretary-{number}", name=f"Secretary {number}", language="fr", mandates=(mandate,))


OFFICERS = tuple(_officer(number) for number in range(PEOPLE))
SECRETARIES = tuple(_secretary(number) for number in range(PEOPLE))


@contextmanager
def databases() -> Iterator[dict[str, NewDatabase]]:
    """How to make a database of each kind, by name of the kind; PostgreSQL is left out where there is none."""
    with tempfile.TemporaryDirectory(prefix="slagboom-bench-") as folder:
        found: dict[str, NewDatabase] = {"sqlite": lambda name: f"sqlite:///{folder}/{name}.db"}
        try:
            with postgres.shared_server(Path(folder)) as server:
                found["postgres"] = lambda name: postgres.for_alchemy(postgres.create_database(server, name))
                yield found
        except postgres.NoPostgres as reason:
            print(f"nothing is measured on PostgreSQL: {reason}")
            yield found


def prepare(url: str, cases: int) -> list[str]:
    """Migrate the database and file so many cases, each in `admissibility`; their ids."""
    upgrade(url)
    store = Store.open(url)
    try:
        _people(store)
        return [_filed(store) for _ in range(cases)]
    finally:
        store.close()


def _people(store: Store) -> None:
    now = datetime.now(UTC)
    actors = (*OFFICERS, *SECRETARIES)
    organisation = {"code": "NL-GM0980", "name": "Bench", "kind": "municipality", "country": "NL", "version": 1}
    people = [
        {
            "id": actor.person,
            "email": f"{actor.person}@bench.example",
            "name": actor.name,
            "language": actor.language,
            "created_at": now,
            "version": 1,
            "active": True,
        }
        for actor in actors
    ]
    mandates = [
        {
            "id": mandate.id,
            "person_id": actor.person,
            "role": str(mandate.role),
            "organisation": mandate.organisation,
            "working_group": mandate.working_group,
            "created_at": now,
        }
        for actor in actors
        for mandate in actor.mandates
    ]
    with store.writing() as connection:
        connection.execute(insert(OrganisationRow.__table__), organisation)
        connection.execute(insert(WorkingGroupRow.__table__), {"code": "transport", "name": "Transport", "version": 1})
        connection.execute(insert(PersonRow.__table__), people)
        connection.execute(insert(MandateRow.__table__), mandates)


def _filed(store: Store) -> str:
    officer, secretary = OFFICERS[0], SECRETARIES[0]
    work = Work(store, officer, datetime.now(UTC))
    with work:
        case = Case(
            id=work.id(),
            procedure=shelf.newest("benelux-obstacle"),
            stage="draft",
            title="A cyclist may not ride a light electric vehicle across the border",
            language="nl",
            organisation="NL-GM0980",
            countries=("BE", "NL"),
            content={"situation": "What happens at the border. " * 20, "who_is_hindered": "Commuters. " * 10},
            begun_by="filer",
            filed_by=officer.person,
        )
        work.begin(case)
    move(store, officer, case.id, 1, "submit", {})
    move(store, secretary, case.id, 2, "register", {"working_group": "transport", "theme": "mobility_transport"})
    return case.id


def move(store: Store, actor: Actor, case: str, version: int, name: str, data: dict[str, object]) -> None:
    """Make one move of a case, on this version of it, by the command."""
    asked = AskedMove(move=name, data=data)
    move_case(MoveCase(case=case, version=version, asked=lambda: asked), Work(store, actor, datetime.now(UTC)))
