"""The sentences of the pages: complete in four languages, with the same places to fill, and none in Python.

`SLAGBOOM_WRITE_CATALOGUES=1` adds to the files what templates say anew (untranslated) and takes out what they no
longer say; the tests then say what is to be translated.
"""

from __future__ import annotations

import ast
import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from service.languages import LANGUAGES
from tests.architecture.source import ROOT

PAGES = ROOT / "service" / "pages"
TEMPLATES, LOCALE = PAGES / "templates", PAGES / "locale"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
AREAS = sorted({path.relative_to(TEMPLATES).parts[0] for path in TEMPLATES.rglob("*.html")} - {"layout.html"})
PLACE = re.compile(r"%\((\w+)\)[sd]")
WRITE = os.environ.get("SLAGBOOM_WRITE_CATALOGUES") == "1"
OPTIONS = {"trimmed": "true", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}


def templates_of(area: str) -> list[Path]:
    more = [TEMPLATES / "layout.html"] if area == "ui" else []
    return more + sorted((TEMPLATES / area).rglob("*.html"))


def said_in(area: str) -> Catalog:
    """Every sentence that the templates of an area say."""
    catalogue = Catalog(fuzzy=False)
    for path in templates_of(area):
        with path.open("rb") as file:
            for line, message, _, context in extract(babel_extract, file, options=OPTIONS):
                catalogue.add(message, None, [(str(path.relative_to(ROOT)), line)], context=context)
    return catalogue


def kept(area: str, language: str) -> Catalog:
    path = LOCALE / f"{area}.{language}.po"
    return read_po(BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)


def renew(area: str, language: str) -> None:
    """Write the file anew, sentences in order, without lines that differ at every writing."""
    before, after = kept(area, language), Catalog(locale=language, fuzzy=False)
    for message in said_in(area):
        if message.id:
            known = before.get(message.id, message.context)
            after.add(message.id, known.string if known else None, context=message.context)
    out = BytesIO()
    write_po(out, after, omit_header=True, sort_output=True, no_location=True, width=0)
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = f'"Plural-Forms: {after.plural_forms}\\n"\n\n'
    LOCALE.mkdir(exist_ok=True)
    (LOCALE / f"{area}.{language}.po").write_bytes((header + plural).encode() + out.getvalue().lstrip())


def forms_of(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string or ""]


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("area", AREAS)
def test_every_sentence_is_there_in_every_language(area: str, language: str) -> None:
    if WRITE:
        renew(area, language)
    said = {(message.id, message.context) for message in said_in(area) if message.id}
    written = {(message.id, message.context): message for message in kept(area, language) if message.id}
    assert set(written) == said, "SLAGBOOM_WRITE_CATALOGUES=1 renews the files"
    untold = [message.id for message in written.values() if not all(forms_of(message)) or message.fuzzy]
    assert untold == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("area", AREAS)
def test_every_translation_fills_the_same_places(area: str, language: str) -> None:
    for message in kept(area, language):
        if message.id:
            source = [message.id] if isinstance(message.id, str) else list(message.id)
            places = set(PLACE.findall(source[-1]))
            for text in forms_of(message):
                assert set(PLACE.findall(text)) <= places, (message.id, text)
            assert set(PLACE.findall(forms_of(message)[-1])) == places, message.id


def test_a_sentence_is_translated_in_one_way() -> None:
    for language in TRANSLATED:
        told: dict[tuple[object, object], object] = {}
        for area in AREAS:
            for message in kept(area, language):
                if message.id:
                    known = told.setdefault((message.id, message.context), message.string)
                    assert known == message.string, f"{language}: {message.id!r} in {area}"


FRENCH_SPACE = re.compile(r" [:;?!»](?!\w)|« ")
STRAIGHT = re.compile(r"(?<=[^\W\d])'(?=[^\W\d])")


@pytest.mark.parametrize("area", AREAS)
def test_no_line_begins_with_a_colon_and_apostrophes_are_round(area: str) -> None:
    """French has a space before : ; ? ! that must not be broken, or the sign begins the next line on a telephone."""
    for language in ("fr", "nl"):
        for message in kept(area, language):
            for text in (message.string,) if isinstance(message.string, str) else message.string:
                assert message.id == "" or not STRAIGHT.search(text), f"{language}: {text}"
                assert language != "fr" or message.id == "" or not FRENCH_SPACE.search(text), f"{language}: {text}"


def test_no_sentence_stands_in_python() -> None:
    """A capital, a few words and a full stop: what a person reads belongs in a template."""
    sentence = re.compile(r"[A-Z][a-z]+(?: [\w,’'-]+){2,}[.!?]$")
    found = []
    for path in sorted(PAGES.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            constant = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
            if constant and sentence.match(node.value):  # type: ignore[attr-defined]  # asked just before
                found.append((path.name, node.value))  # type: ignore[attr-defined]  # the same
    assert found == []
