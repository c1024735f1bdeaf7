"""The glossary: complete, in four languages, and the same in the data and on its page."""

from service.imports.glossary import BASES, CATEGORIES, SHORT, glossary, page
from tests.architecture.source import ROOT


def test_every_term_stands_in_four_languages_under_a_heading() -> None:
    terms = glossary()
    assert len(terms) == len({term.id for term in terms}) == 104
    assert all(term.nl and term.fr and term.de and term.en for term in terms)
    assert {term.category for term in terms} == set(CATEGORIES)
    assert {SHORT.get(term.basis, term.basis) for term in terms} == set(BASES)


def test_the_page_is_made_from_the_data() -> None:
    made = page(glossary())
    kept = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert kept == made, "write it anew: docs/glossary.md = service.imports.glossary.page(glossary())"


def test_the_page_names_the_plan_and_not_how_it_was_read() -> None:
    assert "seed" not in page(glossary())
    assert "plan, lines 573-596" in page(glossary())
