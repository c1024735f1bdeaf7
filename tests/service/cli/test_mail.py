"""`slagboom mail`: what did not arrive is listed, and goes once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.cli import status_of
from service.store.engine import Store
from service.store.outbox import NotSent, Outbox
from service.store.tables import DeliveryRow, PersonRow
from tests.service.seeds import NOW, House, seed

DELIVERIES, PEOPLE = DeliveryRow.__table__, PersonRow.__table__
WHY = {"officer": "address_refused: 550 No such mailbox", "intake": "letter_postponed: 451 Later"}


@pytest.fixture
def house(at_home: str) -> Iterator[House]:
    """Two letters did not arrive: one was refused to the officer, one to the intake was given up."""
    store = Store.open(at_home)
    house = seed(store)
    house.bring("submitted")
    outbox = Outbox(store, "worker", "example.org")
    outbox.expand(NOW)
    states = {"officer": "refused", "intake": "parked"}
    for one in outbox.claim(NOW, 10):
        name = one.email.partition("@")[0]
        outbox.keep((), [NotSent(one.delivery, states[name], WHY[name], NOW + timedelta(hours=1))])
    yield house
    store.close()


def rows(house: House) -> dict[str, tuple[str, str, int]]:
    with house.store.reading() as connection:
        found = connection.execute(select(DELIVERIES)).mappings().all()
    return {row["person_id"].removeprefix("person-"): (row["state"], row["email"], row["attempts"]) for row in found}


def id_of(house: House, name: str) -> str:
    with house.store.reading() as connection:
        statement = select(DELIVERIES.c.id).where(DELIVERIES.c.person_id == f"person-{name}")
        return str(connection.execute(statement).scalar_one())


def test_what_did_not_arrive_is_listed_with_who_what_when_and_why(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(["mail", "parked"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    (officer,) = [number for number, line in enumerate(lines) if "officer@" in line]
    named = "Officer <officer@example.org>  receipt  OBS-2026-0001  since 2026-11-24 09:30 UTC"
    assert lines[officer] == f"{id_of(house, 'officer')}  {named}"
    assert "refuses this address for good" in lines[officer + 1]
    assert lines[officer + 1].endswith("(550 No such mailbox)")


@pytest.mark.parametrize(
    ("which", "gone"),
    [
        (["--all"], {"officer", "intake"}),
        (["--to", "intake@example.org"], {"intake"}),
        (["--to", "nobody@example.org"], set()),
        (["ID"], {"officer"}),
        (["ID", "unknown"], {"officer"}),
    ],
)
def test_what_is_named_goes_once_more(
    house: House, which: list[str], gone: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    named = [id_of(house, "officer") if one == "ID" else one for one in which]
    assert status_of(["mail", "resend", *named]) == 0
    said = capsys.readouterr()
    assert said.out == f"{len(gone)} letter{'' if len(gone) == 1 else 's'} on the way\n"
    assert ("not there" in said.err) is ("unknown" in which)
    assert {name for name, row in rows(house).items() if row[0] == "waiting"} == gone
    assert len(Outbox(house.store, "worker", "example.org").claim(NOW + timedelta(days=9999), 10)) == len(gone)


def test_it_goes_to_the_address_that_the_person_has_now_and_to_nobody_who_left(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    with house.store.writing() as connection:
        moved = update(PEOPLE).where(PEOPLE.c.id == "person-officer").values(email="new@example.org")
        connection.execute(moved)
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == "person-intake").values(active=False))
    assert status_of(["mail", "resend", "--all"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("1 letter on the way\n", "1 stay: the person is no longer active\n")
    assert rows(house) == {
        "officer": ("waiting", "new@example.org", 0),
        "intake": ("parked", "intake@example.org", 1),
    }


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("which", [[], ["--all", "id"], ["--all", "--to", "a@b.eu"]])
def test_it_must_be_clear_which_letters_are_meant(which: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["mail", "resend", *which]) == 1
    assert capsys.readouterr().err.startswith("slagboom: say which letters")
