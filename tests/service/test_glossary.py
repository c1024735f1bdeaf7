"""The terms of the field are found in a text, whatever its language."""

from __future__ import annotations

import pytest

from service.glossary import Notion, notions, notions_in


@pytest.mark.parametrize(
    "text",
    [
        "grensarbeiders die thuiswerken",
        "des travailleurs frontaliers en teletravail",
        "grenzganger in telearbeit",
        "a cross-border worker and telework",
    ],
)
def test_the_same_notions_are_found_in_every_language(text: str) -> None:
    assert [one.names["nl"] for one in notions_in(text)] == ["grensarbeider", "telewerken / thuiswerken"]


def test_a_term_inside_another_word_is_none() -> None:
    assert notions_in("de middengrensarbeider en het ongezamenlijke") == ()


def test_words_of_every_report_are_no_notions() -> None:
    assert notions_in("een beschikking van de werkgroep over een grensbelemmering, na consultatie") == ()


def test_every_way_of_writing_belongs_to_one_notion() -> None:
    forms = [form for notion in notions() for form in notion.forms]
    assert len(forms) == len(set(forms))
    assert all(notion.stands_in(form) for notion in notions() for form in notion.forms)


def test_an_ending_of_every_word_is_allowed() -> None:
    assert Notion({}, ("lettre de voiture",)).stands_in("les lettres  de voitures")
