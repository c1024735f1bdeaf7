"""Kept words: what somebody typed and did not send is kept for that person alone, and for a time."""

from __future__ import annotations

from datetime import timedelta

from service.commands.kept_words import MOST_FORMS, KeepWords, forget_words, keep_words
from service.queries.kept_words import KeptWords, kept_words
from service.store import kept
from tests.service.seeds import House


def keep(house: House, text: str, form: str = "move:register", about: str = "a case", who: str = "secretary") -> None:
    command = KeepWords(form=form, about=about, fields={"/it": [text]}, version=3)
    keep_words(command, house.work(who))


def found(house: House, form: str = "move:register", about: str = "a case", who: str = "secretary") -> KeptWords | None:
    with house.store.reading() as connection:
        return kept_words(connection, house.actor(who), form, about)


def test_the_last_words_are_kept_with_the_version_they_were_written_on(house: House) -> None:
    keep(house, "first")
    house.now += timedelta(minutes=1)
    keep(house, "é 🚲 \u202e")
    assert found(house) == KeptWords(fields={"/it": ["é 🚲 \u202e"]}, version=3, kept_at=house.now)


def test_they_are_nobody_elses_and_no_other_forms(house: House) -> None:
    keep(house, "mine")
    assert found(house, who="sg") is None
    assert found(house, form="move:refer") is None
    assert found(house, about="another case") is None


def test_what_a_database_cannot_hold_is_replaced_and_not_refused(house: House) -> None:
    keep(house, "a\0b\ud800c")
    words = found(house)
    assert words is not None
    assert words.fields["/it"][0].replace("?", "\ufffd") == "a\ufffdb\ufffdc"


def test_sent_words_are_forgotten(house: House) -> None:
    keep(house, "sent")
    forget_words("move:register", "a case", house.work("secretary"))
    assert found(house) is None


def test_old_words_are_forgotten(house: House) -> None:
    keep(house, "old", about="one")
    house.now += timedelta(days=31)
    keep(house, "new", about="two")
    with house.store.writing() as connection:
        assert kept.prune(connection, house.now - timedelta(days=30)) == 1
    assert found(house, about="two") is not None


def test_nobody_fills_the_database_with_forms(house: House) -> None:
    for number in range(MOST_FORMS + 5):
        house.now += timedelta(seconds=1)
        keep(house, "x", about=str(number))
    assert found(house, about="4") is None
    assert found(house, about="5") is not None
