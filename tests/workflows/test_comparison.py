"""Comparison: numbers, dates and missing articles are found across languages, and nothing that says the same."""

from __future__ import annotations

import pytest

from workflows.comparison import Difference, Kind, compare
from workflows.expressions import Article


def article(text: str, number: str = "1", heading: str | None = None) -> Article:
    return Article(number, heading, text)


def differences(dutch: str, other: str, language: str = "fr") -> tuple[Difference, ...]:
    return compare([article(dutch)], [article(other)], ("nl", language)).pairs[0].differences


@pytest.mark.parametrize(
    ("dutch", "other", "language"),
    [
        ("Op 1 januari 2027.", "Le 1er janvier 2027.", "fr"),
        ("Op 30 juni 2027.", "Am 30. Juni 2027.", "de"),
        ("Vóór 15 augustus 2027.", "Avant le 15 AOÛT 2027.", "fr"),
        ("Op 2027-06-30.", "Le 30/06/2027.", "fr"),
        ("1.000 ton, 2,5 m", "1 000 tonnes, 2.5 m", "fr"),
        ("12.345.678 euro", "12\u202f345\u202f678 euros", "fr"),
        ("artikel 3, lid 2", "à l’article 3, paragraphe 2", "fr"),
        ("De bus.", "Le bus.", "fr"),
    ],
)
def test_what_says_the_same_differs_in_nothing(dutch: str, other: str, language: str) -> None:
    assert differences(dutch, other, language) == ()


def test_another_date_is_told_as_it_is_written() -> None:
    found = differences("Op 30 juni 2027.", "Le 1er juillet 2027.")
    assert found == (Difference(Kind.DATES, ("30 juni 2027",), ("1er juillet 2027",)),)


def test_another_number_is_told_also_where_it_stands_twice() -> None:
    assert differences("44 ton en 44 ton", "44 tonnes et 40 tonnes") == (Difference(Kind.NUMBERS, ("44",), ("40",)),)


def test_a_date_that_does_not_exist_is_compared_by_its_numbers() -> None:
    assert differences("Op 31 februari 2027.", "Le 31 février 2027.") == ()


def test_a_heading_in_one_text_only_is_told() -> None:
    found = compare([article("a", heading="Doel")], [article("a")], ("nl", "fr"))
    assert found.pairs[0].differences == (Difference(Kind.HEADING),)


def test_a_missing_article_stands_where_it_belongs() -> None:
    found = compare([article("a", "1"), article("c", "3")], [article(text, text) for text in "0123"], ("nl", "fr"))
    assert [(pair.number, pair.left is not None) for pair in found.pairs] == [
        ("0", False), ("1", True), ("2", False), ("3", True),
    ]  # fmt: skip
    assert found.differ
    assert not found.reordered


def test_another_order_is_told() -> None:
    found = compare([article("a", "1"), article("a", "2")], [article("a", "2"), article("a", "1")], ("nl", "fr"))
    assert (found.reordered, found.differ) == (True, True)


def test_texts_without_articles_do_not_differ() -> None:
    assert not compare([], [], ("nl", "fr")).differ
