"""Organisations: what they are called."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service import words
from service.queries.organisations import names_of_organisations
from service.store.holders import ORGANISATIONS
from tests.service.seeds import House


def test_every_body_with_which_the_register_begins_has_a_name_in_each_language(house: House) -> None:
    fixed = words.labels("body", words.REGISTERED)
    with house.store.reading() as connection:
        rows = connection.execute(select(ORGANISATIONS.c.code, ORGANISATIONS.c.name)).all()
    registered = {row.code: row.name for row in rows if row.code in fixed}
    assert registered == dict(fixed)
    for language in words.LANGUAGES:
        assert set(words.labels("body", language)) == set(fixed)


@pytest.mark.parametrize(("language", "name"), [("nl", "Waalse Regering"), ("de", "Wallonische Regierung")])
def test_a_body_is_called_by_its_name_in_the_readers_language(house: House, language: str, name: str) -> None:
    with house.store.reading() as connection:
        assert names_of_organisations(connection, house.actor("secretary"), ["BE-WAL"], language) == {"BE-WAL": name}
