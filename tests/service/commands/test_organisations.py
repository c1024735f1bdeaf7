from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from service.commands.clocks import THE_HOUSE
from service.commands.organisations import (
    Addition,
    Change,
    add_organisation,
    add_working_group,
    change_organisation,
    change_working_group,
)
from service.queries.organisations import organisation, organisations, working_group, working_groups
from service.store.once import Seen
from service.store.work import Once, Work
from tests.service.seeds import House
from workflows.errors import DataInvalid, NotFound, RoleMissing, Stale, VersionMissing

NEW: Mapping[str, Any] = {"code": "NL-GM0935", "name": "Gemeente Maastricht", "kind": "municipality", "country": "NL"}


def add(house: House, who: str = "admin", /, once: Once | None = None, **said: Any) -> Seen:
    return add_organisation(Addition(asked=lambda: {**NEW, **said}), house.work(who, once))


def change(house: House, code: str, version: int | None, who: str = "admin", /, **said: Any) -> Seen:
    return change_organisation(Change(code=code, version=version, asked=lambda: said), house.work(who))


def faults(act: Callable[[], Any]) -> list[tuple[str, str]]:
    with pytest.raises(DataInvalid) as refused:
        act()
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_an_organisation_is_added_and_everybody_reads_it(house: House) -> None:
    assert add(house).location == "/api/v1/organisations/NL-GM0935"
    with house.store.reading() as connection:
        found = organisation(connection, house.actor("officer"), "NL-GM0935")
    assert (found.name, found.kind, found.country, found.answers_for, found.version) == (
        "Gemeente Maastricht", "municipality", "NL", None, 1,
    )  # fmt: skip


def test_a_ministry_answers_for_its_delegation(house: House) -> None:
    add(house, code="NL-MIN-OCW", kind="ministry", answers_for="NL")
    with house.store.reading() as connection:
        assert organisation(connection, house.actor("officer"), "NL-MIN-OCW").answers_for == "NL"


@pytest.mark.parametrize("name", ["officer", "sg", "intake", "auditor", "nobody"])
def test_only_an_administrator_keeps_the_register(house: House, name: str) -> None:
    with pytest.raises(RoleMissing):
        add(house, name)
    with pytest.raises(RoleMissing):
        change(house, "NL", 1, name, name="x")
    with pytest.raises(RoleMissing):
        add_working_group(Addition(asked=lambda: {"code": "water", "name": "Water"}), house.work(name))


def test_the_house_itself_keeps_the_register_too(house: House) -> None:
    work = Work(house.store, THE_HOUSE, house.now)
    assert add_organisation(Addition(asked=lambda: NEW), work).thing_id == "NL-GM0935"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"code": "nl-gm0935"}, ("/code", "code_unfit")),
        ({"code": "-NL"}, ("/code", "code_unfit")),
        ({"code": "NL-GM0980"}, ("/code", "known_already")),
        ({"name": ""}, ("/name", "missing")),
        ({"kind": "club"}, ("/kind", "not_a_choice")),
        ({"country": "Nederland"}, ("/country", "not_a_choice")),
        ({"answers_for": "XX"}, ("/answers_for", "unknown_organisation")),
        ({"answers_for": "BE-FED"}, ("/answers_for", "no_delegation")),
        ({"kind": "delegation", "answers_for": "NL"}, ("/answers_for", "no_delegation")),
        ({"colour": "red"}, ("/colour", "unknown_field")),
    ],
)
def test_an_organisation_without_its_form_is_refused(
    house: House, said: dict[str, Any], wrong: tuple[str, str]
) -> None:
    assert faults(lambda: add(house, **said)) == [wrong]


def test_a_change_is_made_on_the_version_that_was_read(house: House) -> None:
    add(house)
    change(house, "NL-GM0935", 1, name="Maastricht")
    with house.store.reading() as connection:
        found = organisation(connection, house.actor("officer"), "NL-GM0935")
    assert (found.name, found.version, found.country) == ("Maastricht", 2, "NL")
    with pytest.raises(Stale):
        change(house, "NL-GM0935", 1, name="Mestreech")
    with pytest.raises(VersionMissing):
        change(house, "NL-GM0935", None, name="Mestreech")
    with pytest.raises(NotFound):
        change(house, "NL-GM9999", 1, name="Nergens")


def test_no_change_leaves_a_mandate_that_would_not_be_given(house: House) -> None:
    assert faults(lambda: change(house, "BE-WAL", 1, kind="municipality")) == [("/kind", "mandates_stand")]
    assert faults(lambda: change(house, "NL", 1, kind="partner")) == [("/kind", "kind_fixed")]
    change(house, "BE-FED", 1, answers_for=None)  # a government is an adviser too
    change(house, "NL-GM0980", 1, kind="region")


def test_the_register_is_searched_by_kind_country_and_words(house: House) -> None:
    def codes(**asked: Any) -> list[str]:
        with house.store.reading() as connection:
            found = organisations(connection, house.actor("officer"), limit=200, **asked)
        return [one.code for one in found.items]

    assert codes(kinds=["delegation"]) == ["BE", "LU", "NL"]
    assert codes(kinds=["municipality"], countries=["BE"]) == ["BE-24107"]
    assert codes(q="vise ville") == ["BE-24107"]
    assert codes(q="%") == []
    assert codes() == sorted(codes())


def test_the_register_comes_page_by_page(house: House) -> None:
    with house.store.reading() as connection:
        every = organisations(connection, house.actor("officer"), limit=200).items
        first = organisations(connection, house.actor("officer"), limit=5, count=True)
        second = organisations(connection, house.actor("officer"), limit=200, place=first.after)
        assert (first.count, (*first.items, *second.items), second.after) == (len(every), every, None)
        with pytest.raises(DataInvalid):
            organisations(connection, house.actor("officer"), limit=5, place=("a", "b"))


def test_the_same_request_twice_is_one_organisation(house: House) -> None:
    once = Once("POST organisations", "key", "f" * 64)
    assert add(house, once=once) == add(house, once=once)
    assert faults(lambda: add(house)) == [("/code", "known_already")]


def test_a_working_group_is_added_and_renamed(house: House) -> None:
    add_working_group(Addition(asked=lambda: {"code": "water", "name": "Water"}), house.work("admin"))
    rename = Change(code="water", version=1, asked=lambda: {"name": "Werkgroep Water"})
    change_working_group(rename, house.work("admin"))
    with house.store.reading() as connection:
        found = working_group(connection, house.actor("officer"), "water")
        listed = working_groups(connection, house.actor("officer"), limit=50, q="WERKGROEP water")
    assert (found.name, found.version, found.origin) == ("Werkgroep Water", 2, None)
    assert [one.code for one in listed.items] == ["water"]
    with pytest.raises(Stale):
        change_working_group(rename, house.work("admin"))
    with pytest.raises(NotFound):
        change_working_group(Change(code="fire", version=1, asked=lambda: {}), house.work("admin"))


@pytest.mark.parametrize("code", ["Water", "water group", "-water", "transport"])
def test_a_working_group_has_a_code_of_its_own(house: House, code: str) -> None:
    wrong = faults(
        lambda: add_working_group(Addition(asked=lambda: {"code": code, "name": "Water"}), house.work("admin"))
    )
    assert wrong == [("/code", "known_already" if code == "transport" else "code_unfit")]
