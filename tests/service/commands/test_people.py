from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service import words
from service.commands.clocks import THE_HOUSE
from service.commands.people import AddMandate, AddPerson, ChangePerson, add_mandate, add_person, change_person
from service.queries.letters import letter
from service.queries.people import account
from service.queries.register import Person, people, person
from service.store.once import Seen
from service.store.outbox import Outbox
from service.store.tables import DeliveryRow, OutboxRow, PersonRow
from service.store.work import Once, Work
from tests.service.commands.test_organisations import faults
from tests.service.seeds import TODAY, House
from workflows.actor import Role
from workflows.errors import NotFound, RoleMissing, Stale, VersionMissing

MANDATE: Mapping[str, Any] = {"role": "officer", "organisation": "NL-GM0980"}
NEW: Mapping[str, Any] = {"email": "Anne@Cranendonck.example", "name": "Anne Jansen", "language": "nl"}


def hashing(password: str) -> str:
    return f"hash of {password}"


def add(house: House, who: str = "admin", /, once: Once | None = None, **said: Any) -> Seen:
    return add_person(AddPerson(asked=lambda: {**NEW, **said}, hashing=hashing), house.work(who, once))


def change(house: House, id: str, version: int | None = 1, who: str = "admin", /, **said: Any) -> Seen:
    command = ChangePerson(person=id, version=version, asked=lambda: said, hashing=hashing)
    return change_person(command, house.work(who))


def read(house: House, id: str) -> Person:
    with house.store.reading() as connection:
        return person(connection, house.actor("admin"), id)


def stored_hash(house: House, id: str) -> str | None:
    with house.store.reading() as connection:
        return connection.execute(
            select(PersonRow.__table__.c.password_hash).where(PersonRow.__table__.c.id == id)
        ).scalar_one()


def notices(house: House) -> list[Any]:
    with house.store.reading() as connection:
        return list(connection.scalars(select(OutboxRow.__table__.c.context)))


def test_a_person_is_added_with_a_password_and_mandates(house: House) -> None:
    id = str(add(house, password="twaalf tekens", mandates=[{**MANDATE, "until": "2027-06-30"}]).thing_id)
    found = read(house, id)
    assert (found.email, found.name, found.active, found.version) == (
        "anne@cranendonck.example", "Anne Jansen", True, 1,
    )  # fmt: skip
    [mandate] = found.mandates
    assert (mandate.role, mandate.organisation, mandate.ends_on) == ("officer", "NL-GM0980", date(2027, 6, 30))
    assert stored_hash(house, id) == "hash of twaalf tekens"
    assert notices(house) == []  # nothing was changed


@pytest.mark.parametrize("name", ["officer", "sg", "auditor", "nobody"])
def test_only_an_administrator_keeps_people(house: House, name: str) -> None:
    with pytest.raises(RoleMissing):
        add(house, name)
    with pytest.raises(RoleMissing):
        change(house, "person-officer", 1, name, name="x")
    with house.store.reading() as connection:
        with pytest.raises(RoleMissing):
            people(connection, house.actor(name), limit=10)
        with pytest.raises(RoleMissing):
            person(connection, house.actor(name), "person-officer")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"email": "anne"}, ("/email", "no_email")),
        ({"email": "OFFICER@example.org"}, ("/email", "known_already")),
        ({"name": " "}, ("/name", "missing")),
        ({"language": "it"}, ("/language", "not_a_choice")),
        ({"mandates": [{"role": "king", "organisation": "NL"}]}, ("/mandates/0/role", "not_a_choice")),
        ({"mandates": [{**MANDATE, "organisation": "XX"}]}, ("/mandates/0/organisation", "unknown_organisation")),
        ({"mandates": [{**MANDATE, "role": "delegate"}]}, ("/mandates/0/organisation", "organisation_without_voice")),
        (
            {"mandates": [{"role": "secretary", "organisation": "BENELUX-SG", "working_group": "fire"}]},
            ("/mandates/0/working_group", "unknown_working_group"),
        ),
        (
            {"mandates": [{**MANDATE, "from": "2027-01-01", "until": "2026-12-31"}]},
            ("/mandates/0/until", "until_before_from"),
        ),
        ({"mandates": [MANDATE, MANDATE]}, ("/mandates/1", "stands_twice")),
        ({"mandates": [{**MANDATE, "from": "tomorrow"}]}, ("/mandates/0/from", "no_date")),
    ],
)
def test_a_person_without_its_form_is_refused(house: House, said: dict[str, Any], wrong: tuple[str, str]) -> None:
    assert faults(lambda: add(house, **said)) == [wrong]


def test_the_same_request_twice_is_one_person(house: House) -> None:
    once = Once("POST people", "key", "f" * 64)
    assert add(house, once=once) == add(house, once=once)


def test_name_and_language_change_without_a_letter(house: House) -> None:
    change(house, "person-officer", name="Sanne", language="fr")
    found = read(house, "person-officer")
    assert (found.name, found.language, found.version) == ("Sanne", "fr", 2)
    assert notices(house) == []
    with pytest.raises(Stale):
        change(house, "person-officer", 1, name="x")
    with pytest.raises(VersionMissing):
        change(house, "person-officer", None, name="x")
    with pytest.raises(NotFound):
        change(house, "person-unknown", 1, name="x")


def test_who_is_no_longer_active_may_not_come_in(house: House) -> None:
    change(house, "person-officer", active=False)
    with house.store.reading() as connection:
        assert account(connection, "person-officer", TODAY) is None
    assert faults(lambda: change(house, "person-admin", active=False)) == [("/active", "not_oneself")]


def test_a_new_password_is_kept_and_told(house: House) -> None:
    change(house, "person-officer", password="een nieuw wachtwoord")
    assert stored_hash(house, "person-officer") == "hash of een nieuw wachtwoord"
    assert notices(house) == [{"person": "person-officer", "what": "password"}]
    Outbox(house.store, "worker", "example.org").expand(house.now)
    with house.store.reading() as connection:
        rows = connection.execute(select(DeliveryRow.__table__)).mappings().all()
    assert [(row["person_id"], row["notice"], row["email"]) for row in rows] == [
        ("person-officer", "account", "officer@example.org")
    ]


def test_a_mandate_is_added_and_told(house: House) -> None:
    added = {"role": "secretary", "organisation": "BENELUX-SG", "working_group": "transport", "from": "2027-01-01"}
    change(house, "person-nobody", mandates={"add": [added]})
    [mandate] = read(house, "person-nobody").mandates
    assert (mandate.working_group, mandate.starts_on) == ("transport", date(2027, 1, 1))
    assert notices(house) == [
        {
            "person": "person-nobody",
            "what": "mandate_added",
            "role": "secretary",
            "organisation": "BENELUX-SG",
            "organisation_name": "Benelux General Secretariat",
            "working_group_name": "Werkgroep Vervoer",
            "from_on": "2027-01-01",
        }
    ]


def test_the_letter_about_a_mandate_names_the_house_in_the_readers_language(house: House) -> None:
    added = {"role": "secretary", "organisation": "BENELUX-SG", "working_group": "transport", "from": "2027-01-01"}
    change(house, "person-nobody", mandates={"add": [added]})
    Outbox(house.store, "worker", "example.org").expand(house.now)
    with house.store.reading() as connection:
        row = connection.execute(select(DeliveryRow.__table__)).mappings().one()
        written = letter(connection, row["id"], house.now)
    assert written.more["organisation_name"] == words.label("body", "BENELUX-SG", row["language"])
    assert row["language"] != words.REGISTERED


def test_a_mandate_ends_at_the_end_of_the_day_that_is_named(house: House) -> None:
    change(house, "person-officer", mandates={"end": [{"id": "mandate-officer"}]})
    assert read(house, "person-officer").mandates[0].ends_on == TODAY
    with house.store.reading() as connection:
        today = account(connection, "person-officer", TODAY)
        tomorrow = account(connection, "person-officer", TODAY + timedelta(days=1))
    assert today is not None
    assert tomorrow is not None
    assert (today.actor.has(Role.OFFICER), tomorrow.actor.has(Role.OFFICER)) == (True, False)
    assert notices(house)[0]["what"] == "mandate_ended"
    assert notices(house)[0]["until_on"] == TODAY.isoformat()


def test_a_mandate_of_somebody_else_is_not_ended(house: House) -> None:
    wrong = faults(lambda: change(house, "person-officer", mandates={"end": [{"id": "mandate-sg"}]}))
    assert wrong == [("/mandates/end/0/id", "unknown_mandate")]
    assert notices(house) == []


def test_a_mandate_that_stands_is_not_given_twice(house: House) -> None:
    wrong = faults(lambda: change(house, "person-officer", mandates={"add": [MANDATE]}))
    assert wrong == [("/mandates/add/0", "stands_twice")]


def test_the_house_gives_a_known_person_one_more_mandate_without_a_letter(house: House) -> None:
    def work() -> Work:
        return Work(house.store, THE_HOUSE, house.now)

    id = add_mandate(AddMandate(email="Nobody@example.org", mandate=MANDATE), work())
    assert id == "person-nobody"
    assert [one.role for one in read(house, id).mandates] == ["officer"]
    add_person(AddPerson(asked=lambda: {**NEW, "mandates": [MANDATE]}, hashing=hashing), work())
    assert notices(house) == []
    with pytest.raises(NotFound):
        add_mandate(AddMandate(email="unknown@example.org", mandate=MANDATE), work())
    assert faults(lambda: add_mandate(AddMandate(email="nobody@example.org", mandate=MANDATE), work())) == [
        ("", "stands_twice")
    ]


def test_people_are_found_by_name_role_and_organisation(house: House) -> None:
    def emails(**asked: Any) -> list[str]:
        with house.store.reading() as connection:
            found = people(connection, house.actor("admin"), limit=200, **asked)
        return [one.email.removesuffix("@example.org") for one in found.items]

    change(house, "person-stranger", active=False)
    assert emails(q="DELEGATE") == ["delegate_be", "delegate_lu", "delegate_nl"]
    assert emails(q="_be") == ["delegate_be", "office_be"]
    assert emails(roles=["secretary"], organisations=["BENELUX-SG"]) == ["intake", "secretary"]
    assert emails(active=False) == ["stranger"]


def test_people_come_page_by_page_with_their_mandates(house: House) -> None:
    with house.store.reading() as connection:
        every = people(connection, house.actor("admin"), limit=200, count=True)
        first = people(connection, house.actor("admin"), limit=3)
        rest = people(connection, house.actor("admin"), limit=200, place=first.after)
    assert every.count == len(every.items)
    assert (*first.items, *rest.items) == every.items
