"""Instruments recorded with a number that was given elsewhere, and the register that shows them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.commands.instruments import RecordInstrument, record_instrument
from service.queries.instruments import InstrumentShown, Sought, instrument, instruments
from service.store.once import Seen
from service.store.work import Once
from tests.service.seeds import TODAY, House
from workflows.errors import DataInvalid, NotFound, RoleMissing

SENT: dict[str, Any] = {
    "kind": "decision",
    "number": "M(2026)7",
    "title": "Décision relative aux élèves",
    "language": "fr",
    "adopted_on": "2026-05-04",
}


def record(house: House, name: str = "intake", once: Once | None = None, **sent: Any) -> Seen:
    return record_instrument(RecordInstrument(lambda: SENT | sent), house.work(name, once))


def listed(house: House, name: str = "stranger", limit: int = 50, **sought: Any) -> list[str | None]:
    """The numbers of what is found, page after page."""
    found: list[str | None] = []
    place = None
    while place is not None or not found:
        with house.store.reading() as connection:
            page = instruments(
                connection,
                house.actor(name),
                Sought(**sought),
                "nl",
                TODAY,
                limit=limit,
                place=place,
                count=True,
            )
        found += [one.number for one in page.items]
        place = page.after
        if place is None:
            assert page.count == len(found)
            break
    return found


def shown(house: House, id: str, name: str = "stranger") -> InstrumentShown:
    with house.store.reading() as connection:
        return instrument(connection, house.actor(name), id, "nl", TODAY)


def test_everybody_reads_what_was_recorded(house: House) -> None:
    found = shown(house, str(record(house).thing_id))
    assert (found.number, found.kind, found.state, found.external) == ("M(2026)7", "decision", "recorded", True)
    assert (found.title, found.language, found.adopted_on) == ("Décision relative aux élèves", "fr", date(2026, 5, 4))
    assert (found.case, found.expressions, found.version) == (None, (), 1)


def test_our_own_numbers_go_on_above_the_highest_known(house: House) -> None:
    record(house)
    record(house, number="M(2026)3")
    case = house.bring("implementation")
    assert listed(house, "officer", case=(case,)) == ["M(2026)8"]


def test_a_number_is_recorded_once(house: House) -> None:
    house.bring("implementation")
    record(house)
    for taken in ("M(2026)1", "M(2026)7"):
        with pytest.raises(DataInvalid) as refused:
            record(house, number=taken)
        assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/number", "number_taken")]


def test_the_intake_and_the_secretariat_general_record(house: House) -> None:
    record(house, "intake", number="2026/1")
    record(house, "secretary", number="2026/2")
    record(house, "sg", number="2026/3")
    for name in ("officer", "other_secretary", "delegate_nl", "office_nl", "auditor", "admin"):
        with pytest.raises(RoleMissing):
            record(house, name, number="")
    with pytest.raises(DataInvalid):
        record(house, number="")


def test_the_same_request_records_once(house: House) -> None:
    once = Once("POST instruments", "k", "a" * 64)
    assert record(house, once=once) == record(house, once=once)


def test_the_register_is_found_by_kind_number_and_words(house: House) -> None:
    record(house)
    record(house, number="M(2014)2", kind="treaty", title="Benelux-Verdrag", language="nl", adopted_on="2014-02-20")
    record(house, number="2020/4", kind="agreement", title="Akkoord over élèves", language="nl", adopted_on=None)
    assert listed(house) == ["M(2026)7", "M(2014)2", "2020/4"]
    assert listed(house, limit=1) == ["M(2026)7", "M(2014)2", "2020/4"]
    assert listed(house, kind=("treaty", "agreement")) == ["M(2014)2", "2020/4"]
    assert listed(house, number=("M(2014)2",)) == ["M(2014)2"]
    assert listed(house, q="ELEVES") == ["M(2026)7", "2020/4"]
    assert listed(house, q="2014 verdrag") == ["M(2014)2"]
    assert listed(house, q="%") == []


def test_a_draft_is_seen_by_who_reads_its_case(house: House) -> None:
    case = house.bring("drafting")
    house.write_texts(case)
    for name in ("officer", "secretary", "intake", "sg", "auditor", "delegate_lu", "office_be"):
        assert listed(house, name) == [None]
        assert listed(house, name, q="schoolbus", case=(case,)) == [None]
    for name in ("stranger", "other_secretary", "admin", "nobody"):
        assert listed(house, name) == []
        assert listed(house, name, q="schoolbus") == []
    with house.store.reading() as connection:
        mine = instruments(connection, house.actor("officer"), Sought(), "nl", TODAY, limit=1)
    assert mine.items[0].case == case
    with pytest.raises(NotFound):
        shown(house, mine.items[0].id)


def test_an_adopted_instrument_is_in_force_from_its_day_on(house: House) -> None:
    case = house.bring("implementation")
    house.act("sg", case, "publish", {"journal": "2026-9", "published_on": "2026-11-24"})
    with house.store.reading() as connection:
        found = instruments(connection, house.actor("sg"), Sought(), "nl", date(2026, 11, 24), limit=1).items[0]
        later = instrument(connection, house.actor("sg"), found.id, "nl", date(2026, 11, 25))
    assert (found.state, later.state) == ("adopted", "in_force")
    assert later.in_force == {"how": "day_after_publication", "on": "2026-11-25"}
    assert (later.journal, later.published_on) == ("2026-9", date(2026, 11, 24))
