"""Words: what codes are called, and what is said of a problem, in the reader's language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

LANGUAGES = ("nl", "fr", "de", "en")
UNTOLD = "…"
"""Stands where a sentence has a place for something that is not known."""

_QUOTED = {"nl": "‘{}’", "fr": "« {} »", "de": "„{}“", "en": "“{}”"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")


def problem(code: str, language: str, values: Mapping[str, str] | None = None) -> tuple[str, str]:
    """The title of a problem, and what to do about it. Raises KeyError for a code that has no words."""
    words = _catalogue("problems", language)["problems"][code]
    return words["title"], _filled(words["detail"], values or {}, language)


def fault(code: str, language: str, values: Mapping[str, str] | None = None) -> str:
    """The sentence about one thing that is wrong in what was sent. A code without words gets the general sentence."""
    faults = _catalogue("problems", language)["faults"]
    return _filled(faults.get(code, faults["invalid"]), values or {}, language)


def label(kind: str, code: str, language: str) -> str:
    """What people call a code: a theme, country, language, organisation_kind, stance, role…; the code if nothing."""
    found: str | None
    if kind == "country":
        found = _locale(language).territories.get(code)
    elif kind == "language":
        found = _locale(language).languages.get(code)
    else:
        found = _catalogue("labels", language).get(kind, {}).get(code)
    return found or code


def kinds() -> tuple[str, ...]:
    """The kinds of codes that have labels of ours, beside countries and languages."""
    return tuple(_catalogue("labels", LANGUAGES[-1]))


def labels(kind: str, language: str) -> Mapping[str, str]:
    """Every code of a kind with what people call it, in the order in which they are shown."""
    found: Mapping[str, str] = _catalogue("labels", language)[kind]
    return found


def listed(names: Iterable[str], language: str) -> str:
    """Names in a row, as one writes them: one, two and three."""
    return format_list(list(names), style="standard", locale=_locale(language))


def day(on: date, language: str) -> str:
    """A date as one writes it in a sentence: 3 maart 2026."""
    return format_date(on, format="long", locale=_locale(language))


def needs(missing: Iterable[str], language: str, known: Mapping[str, Any]) -> str:
    """What a condition lacks, by name. `known`: the words of the procedure, whose names for fields are heard first."""
    return listed([_need(one, language, known) for one in missing], language)


def guard(name: str, missing: Iterable[str], language: str, known: Mapping[str, Any]) -> str:
    """Why a move is not open, and what it lacks: in the words of the procedure (`known`), else in general ones."""
    lacking = tuple(missing)
    said = known.get("guards", {}).get(name, {})
    general = _catalogue("problems", language)["problems"]["guard_refused"]
    sentences = [said.get("refused", general["detail"])]
    needed = said.get("needs", general["needs"])
    if lacking or "{" not in needed:
        sentences.append(needed.replace("{needs}", needs(lacking, language, known)))
    return " ".join(sentences)


def _need(code: str, language: str, known: Mapping[str, Any]) -> str:
    if _COUNTRY.match(code):
        return label("country", code, language)
    if code in LANGUAGES:
        return label("language", code, language)
    name = code.removeprefix("content.")
    forms = [form.get("fields", {}) for form in known.get("forms", {}).values()]
    checks = list(known.get("checklists", {}).values())
    for section in (*forms, *checks, known.get("asks", {}), known.get("acts", {})):
        if name in section and "label" in section[name]:
            return _QUOTED[language].format(section[name]["label"])
    return label("need", name, language)


def _filled(sentence: str, values: Mapping[str, str], language: str) -> str:
    told = {name: _told(value, language) for name, value in values.items()}
    return sentence.format_map(_Known(told))


def _told(value: str, language: str) -> str:
    """A day and one of the three countries are told in words; anything else as it stands."""
    if _DAY.match(value):
        try:
            return day(date.fromisoformat(value), language)
        except ValueError:
            return value
    return label("country", value, language) if value in ("BE", "LU", "NL") else value


class _Known(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return UNTOLD


@lru_cache(maxsize=16)
def _catalogue(name: str, language: str) -> Mapping[str, Any]:
    """One file of words, read once."""
    text = resources.files("service.locale").joinpath(f"{name}.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale(language)
