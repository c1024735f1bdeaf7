"""Texts: written in drafting alone, by the version of the instrument, and known by their hash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from service.commands.texts import WriteText, WrittenText, write_text
from service.queries.instruments import ExpressionShown, InstrumentShown, expression, instrument
from service.store.tables import EventRow, InstrumentRow
from tests.service.seeds import TODAY, House
from workflows.errors import DataInvalid, MoveNotOpen, NotFound, RoleMissing, Stale, VersionMissing

INSTRUMENTS = InstrumentRow.__table__
TEXT: dict[str, Any] = {
    "title": "Beschikking schoolbussen",
    "articles": [{"number": "1", "heading": None, "text": "De bus mag de grens over."}],
    "final": True,
}


def instrument_of(house: House, case: str) -> str:
    with house.store.reading() as connection:
        return str(connection.execute(select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.case_id == case)).scalar_one())


def write(
    house: House, id: str, version: int | None, language: str = "nl", name: str = "secretary", **sent: Any
) -> WrittenText:
    return write_text(WriteText(id, language, version, lambda: TEXT | sent), house.work(name))


def text(house: House, id: str, language: str = "nl", name: str = "secretary") -> ExpressionShown:
    with house.store.reading() as connection:
        return expression(connection, house.actor(name), id, language)


def shown(house: House, id: str, name: str = "secretary", language: str = "nl") -> InstrumentShown:
    with house.store.reading() as connection:
        return instrument(connection, house.actor(name), id, language, TODAY)


def test_every_text_renews_the_version_of_its_instrument(house: House) -> None:
    case = house.bring("drafting")
    id, version = instrument_of(house, case), house.case(case).version
    assert write(house, id, 1).new
    assert write(house, id, 2, "fr", title="Décision").new
    assert not write(house, id, 3, title="Beschikking").new
    found = shown(house, id)
    assert (found.version, found.title) == (4, "Beschikking")
    assert [(one.language, one.title, one.final) for one in found.expressions] == [
        ("fr", "Décision", True),
        ("nl", "Beschikking", True),
    ]
    assert shown(house, id, language="de").title == "Beschikking"  # authentic, as there is no German text
    assert house.case(case).version == version
    house.move("secretary", case, "submit_to_council")


def test_the_version_is_always_asked_for(house: House) -> None:
    id = instrument_of(house, house.bring("drafting"))
    with pytest.raises(VersionMissing):
        write(house, id, None)
    with pytest.raises(Stale) as stale:
        write(house, id, 9)
    assert stale.value.version == "1"


def test_the_event_names_the_language_and_the_hash(house: House) -> None:
    id = instrument_of(house, house.bring("drafting"))
    write(house, id, 1)
    with house.store.reading() as connection:
        body = connection.execute(select(EventRow.__table__.c.body).where(EventRow.__table__.c.kind == "TextWritten"))
        said = json.loads(body.scalar_one())
    assert (said["language"], said["hash"], said["instrument"]) == ("nl", text(house, id).sha256, id)


def test_refusals_come_in_order(house: House) -> None:
    case = house.bring("drafting")
    id = instrument_of(house, case)
    for name in ("stranger", "other_secretary", "admin"):
        with pytest.raises(NotFound):
            write(house, id, None, name=name)
    with pytest.raises(NotFound):
        write(house, id, None, "es")
    for name in ("officer", "delegate_nl", "intake", "sg", "auditor"):
        with pytest.raises(RoleMissing):
            write(house, id, 1, name=name, title="")
    with pytest.raises(DataInvalid):
        write(house, id, 1, title="")
    house.bring("council", case)
    with pytest.raises(MoveNotOpen):
        write(house, id, shown(house, id).version, title="")


def test_texts_are_frozen_for_the_council_and_written_again_in_a_new_draft(house: House) -> None:
    case = house.bring("council")
    id = instrument_of(house, case)
    with pytest.raises(MoveNotOpen):
        write(house, id, shown(house, id).version)
    house.move("sg", case, "return_to_drafting", reason="Artikel 2 ontbreekt.")
    assert not write(house, id, shown(house, id).version).new


def test_articles_that_are_numbered_differently_are_a_warning(house: House) -> None:
    id = instrument_of(house, house.bring("drafting"))
    write(house, id, 1)
    french = [{"number": "1er", "heading": None, "text": "Le bus peut passer la frontière."}]
    write(house, id, 2, "fr", articles=french, final=False)
    assert text(house, id).warnings == ()
    write(house, id, 3, "fr", articles=french)
    assert text(house, id, "fr").warnings == text(house, id).warnings == shown(house, id).warnings
    assert shown(house, id).warnings == ("article_numbers_differ",)


def test_an_adopted_text_is_read_by_everybody_and_written_by_nobody(house: House) -> None:
    id = instrument_of(house, house.bring("implementation"))
    found = shown(house, id, "stranger")
    assert (found.number, found.case, found.state) == ("M(2026)1", None, "adopted")
    assert text(house, id, name="stranger").title == "Schoolbus"
    with pytest.raises(RoleMissing):
        write(house, id, found.version, name="stranger")
    with pytest.raises(MoveNotOpen):
        write(house, id, found.version)
