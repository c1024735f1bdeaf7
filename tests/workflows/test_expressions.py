"""Texts of instruments: what is taken, the hash over it, and articles that are numbered differently."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.errors import DataInvalid
from workflows.expressions import article_numbers_differ, expression_of

ARTICLE: dict[str, Any] = {"number": "1", "heading": None, "text": "De bus mag de grens over."}
TEXT: dict[str, Any] = {"title": "Beschikking schoolbussen", "articles": [ARTICLE], "final": True}


def faults(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(DataInvalid) as refused:
        expression_of(TEXT | changes, "nl")
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_a_text_is_read_and_written_as_it_is_kept() -> None:
    text = expression_of(TEXT, "nl")
    assert (text.language, text.title, text.final) == ("nl", "Beschikking schoolbussen", True)
    assert text.written() == [ARTICLE]


def test_a_text_without_articles_may_wait_for_them() -> None:
    text = expression_of({"title": "Ontwerp", "articles": []}, "fr")
    assert (text.articles, text.final) == ((), False)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"title": ""}, [("/title", "missing")]),
        ({"articles": [{"number": "1"}]}, [("/articles/0/text", "missing")]),
        ({"articles": [ARTICLE | {"note": "x"}]}, [("/articles/0/note", "unknown_field")]),
        ({"articles": [ARTICLE, ARTICLE | {"number": "2"}, ARTICLE]}, [("/articles/2/number", "stands_twice")]),
        ({"articles": [ARTICLE | {"number": 1}]}, [("/articles/0/number", "wrong_type")]),
        ({"final": "yes"}, [("/final", "wrong_type")]),
        ({"language": "nl"}, [("/language", "unknown_field")]),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert faults(**changes) == found


def test_a_number_that_stands_twice_is_named() -> None:
    with pytest.raises(DataInvalid) as refused:
        expression_of(TEXT | {"articles": [ARTICLE | {"number": "2bis"}] * 2}, "nl")
    assert [fault.values for fault in refused.value.faults] == [(("value", "2bis"),)]


def test_the_hash_is_of_what_the_text_says() -> None:
    first = expression_of(TEXT, "nl")
    assert len(first.sha256) == 64
    assert expression_of(TEXT | {"final": False}, "nl").sha256 == first.sha256
    for other in (
        expression_of(TEXT, "fr"),
        expression_of(TEXT | {"title": "Anders"}, "nl"),
        expression_of(TEXT | {"articles": [ARTICLE | {"heading": "Doel"}]}, "nl"),
    ):
        assert other.sha256 != first.sha256


def test_the_same_words_in_another_normal_form_have_the_same_hash() -> None:
    composed, decomposed = (
        expression_of(TEXT | {"title": title}, "fr") for title in ("D\u00e9cision", "De\u0301cision")
    )
    assert composed.sha256 == decomposed.sha256


@pytest.mark.parametrize(
    ("texts", "differ"),
    [
        ({"nl": ["1", "2"], "fr": ["1", "2"]}, False),
        ({"nl": ["1", "2"], "fr": ["1er", "2"]}, True),
        ({"nl": ["1", "2"], "fr": ["1"]}, True),
        ({"nl": ["1", "2"]}, False),
        ({"nl": ["1"], "de": ["2"]}, False),
        ({}, False),
    ],
)
def test_the_authentic_languages_number_alike(texts: dict[str, list[str]], differ: bool) -> None:
    assert article_numbers_differ(texts) is differ
