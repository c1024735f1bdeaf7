from __future__ import annotations

import pytest

from workflows.expressions import Article
from workflows.read_in import ReadIn, articles_in

TITLE = "Aanbeveling M(2027) 1 over lichte elektrische voertuigen"


def test_an_article_begins_where_its_number_stands() -> None:
    lines = [TITLE, "", "Artikel 1", "De landen laten toe.", "Ook op zondag.", "Artikel 2 – In werking", "Morgen."]
    assert articles_in(lines, "nl") == ReadIn(
        TITLE,
        (
            Article("1", None, "De landen laten toe.\n\nOok op zondag."),
            Article("2", "In werking", "Morgen."),
        ),
    )


@pytest.mark.parametrize(
    ("line", "number", "heading"),
    [
        ("Article premier", "1", None),
        ("Article 1er. Définitions", "1", "Définitions"),
        ("Article 1er", "1", None),
        ("ARTIKEL 12bis", "12bis", None),
        ("Article 12 bis : Objet", "12 bis", "Objet"),
        ("Artikel 3a Begriffe", "3a", "Begriffe"),
        ("Art. 4.", "4", None),
        ("Article IV", "IV", None),
        ("Artikel 5: Toezicht", "5", "Toezicht"),
    ],
)
def test_however_it_is_written(line: str, number: str, heading: str | None) -> None:
    (article,) = articles_in(["Titre", line, "Ce qu'il dit."], "fr").articles
    assert article == Article(number, heading, "Ce qu'il dit.")


@pytest.mark.parametrize(
    "line",
    [
        "Artikel 2 van het verdrag bepaalt dat dit geldt.",
        "Article 5 du traité s'applique.",
        "Artikelen 1 en 2 vervallen.",
        "Artistieke vrijheid blijft.",
        "Article L'interdiction demeure",
        "Article 7 " + "Très long " * 40,
    ],
)
def test_a_sentence_about_an_article_begins_none(line: str) -> None:
    (article,) = articles_in(["Titel", "Artikel 1", "Wat er staat.", line], "nl").articles
    assert article.text == f"Wat er staat.\n\n{line.strip()}"


def test_what_stands_before_the_first_article_is_kept() -> None:
    read = articles_in(["Recommandation", "Vu l'article 6 du traité,", "Considérant ceci,", "Article 1er", "X"], "fr")
    assert read.articles[0] == Article("préambule", None, "Vu l'article 6 du traité,\n\nConsidérant ceci,")
    assert read.articles[1] == Article("1", None, "X")


def test_a_text_without_articles_or_title_loses_nothing() -> None:
    assert articles_in([], "nl") == ReadIn("", ())
    assert articles_in(["Titel", "Een zin."], "nl") == ReadIn("Titel", (Article("aanhef", None, "Een zin."),))
    assert articles_in(["Artikel 1", "Een zin."], "nl") == ReadIn("", (Article("1", None, "Een zin."),))
    long = "woord " * 200
    assert articles_in([long], "nl") == ReadIn("", (Article("aanhef", None, long.strip()),))


def test_a_line_behind_the_number_alone_is_what_the_article_says() -> None:
    assert articles_in(["Titel", "Artikel 1: De landen laten toe."], "nl").articles == (
        Article("1", None, "De landen laten toe."),
    )
