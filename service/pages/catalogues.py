"""Catalogues: the sentences of the pages, in English in the templates and in the other languages beside them."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language of the templates themselves; it needs no catalogue."""


@cache
def sentences(language: str) -> NullTranslations:
    """The sentences of all pages in one language, read from the `.po` files: nothing has to be compiled first."""
    if language == SOURCE:
        return NullTranslations()
    merged = Catalog(locale=language)
    for area in areas():
        for message in catalogue(area, language):
            if message.id:
                merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


def areas() -> tuple[str, ...]:
    """The parts into which the sentences are divided, one for each folder of templates."""
    names = {file.name.split(".")[0] for file in _folder().iterdir() if file.name.endswith(".po")}
    return tuple(sorted(names))


def catalogue(area: str, language: str) -> Catalog:
    """The sentences of one area in one language."""
    text = _folder().joinpath(f"{area}.{language}.po").read_bytes()
    return read_po(BytesIO(text), locale=language)


def _folder() -> resources.abc.Traversable:
    return resources.files("service.pages").joinpath("locale")
