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
from babel.units import format_unit

LANGUAGES = ("nl", "fr", "de", "en")
REGISTERED = "en"
"""The language of the names with which the register of organisations begins."""
UNTOLD = "…"
"""Stands where a sentence has a place for something that is not known."""

_QUOTED = {"nl": "‘{}’", "fr": "« {} »", "de": "„{}“", "en": "“{}”"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_MONTH = re.compile(r"\d{4}-\d\d\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_PERIOD = re.compile(r"PT?(\d+)([DWMYH])\Z|(\d+)WD\Z")
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year", "H": "hour"}


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


def body(code: str, name: str, language: str) -> str:
    """What people call an organisation with this code and this name in the register.

    The bodies that every installation begins with have a name in each language, until somebody gives them another.
    """
    return label("body", code, language) if name == label("body", code, REGISTERED) else name


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


def reason(code: str, language: str, values: Mapping[str, str], skipped: Iterable[tuple[date, str | None]] = ()) -> str:
    """A step of how a date came about. `skipped`: rest days, each with the name of a holiday if it is one.

    Raises KeyError for a code that has no words.
    """
    words = _catalogue("reasons", language)
    told = {name: _counted(value, language) for name, value in values.items()}
    parts = [_filled(words["reasons"][code], told, language)]
    days = [f"{day(on, language)} ({name or _weekday(on, language)})" for on, name in skipped]
    if days:
        parts.append(_filled(words["more"]["skipped"], {"days": listed(days, language)}, language))
    article = f" ({_filled(words['more']['article'], told, language)})" if "article" in told else ""
    return f"{'; '.join(parts)}{article}."


def happened(code: str, language: str, values: Mapping[str, str] | None = None) -> str:
    """The line of history for what the service itself did; a general one for a code that has no words."""
    events = _catalogue("history", language)["events"]
    return _filled(events.get(code, events["other"]), values or {}, language)


def period(written: str, language: str) -> str:
    """A period (`P2M`, `5WD`) as one says it: two months; as it stands where it is none."""
    match = _PERIOD.match(written)
    if match is None:
        return written
    if match[3] is not None:
        form = "working_day" if int(match[3]) == 1 else "working_days"
        return _filled(_catalogue("reasons", language)["more"][form], {"count": match[3]}, language)
    return format_unit(int(match[1]), f"duration-{_UNITS[match[2]]}", locale=_locale(language))


def undelivered(noted: str, state: str, language: str) -> str:
    """Why a mail did not arrive, what comes of it now, and what the mail server said of it.

    `noted` is a word and what was said, as the channel notes it (`address_refused: 550 No such mailbox`); anything else
    is shown as it stands.
    """
    why, _, said = noted.partition(": ")
    mail = _catalogue("mail", language)
    if why not in mail["reasons"]:
        return noted
    told = [mail["reasons"][why], mail["now"][state]] if state in mail["now"] else [mail["reasons"][why]]
    return " ".join([*told, f"({said})"] if said else told)


def needs(missing: Iterable[str], language: str, known: Mapping[str, Any]) -> str:
    """What a condition lacks, by name. `known`: the words of the procedure, whose names for fields are heard first."""
    return listed([_need(one, language, known) for one in missing], language)


def guard(name: str, missing: Iterable[str], language: str, known: Mapping[str, Any]) -> str:
    """Why a move is not open, and what it lacks: in the words of the procedure (`known`), else in general ones."""
    said = known.get("guards", {}).get(name, {})
    refused = said.get("refused", _catalogue("problems", language)["problems"]["guard_refused"]["detail"])
    return " ".join(one for one in (refused, lacking(name, missing, language, known)) if one)


def lacking(name: str, missing: Iterable[str], language: str, known: Mapping[str, Any]) -> str:
    """The second half of that: what the move lacks, or nothing where the condition names nothing."""
    codes = tuple(missing)
    general = _catalogue("problems", language)["problems"]["guard_refused"]
    needed = str(known.get("guards", {}).get(name, {}).get("needs", general["needs"]))
    return needed.replace("{needs}", needs(codes, language, known)) if codes or "{" not in needed else ""


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


def _counted(value: str, language: str) -> str:
    """A period and a month are told in words."""
    if _MONTH.match(value):
        return format_date(date.fromisoformat(f"{value}-01"), format="LLLL y", locale=_locale(language))
    return period(value, language)


def _weekday(on: date, language: str) -> str:
    return format_date(on, format="EEEE", locale=_locale(language))


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
    return Locale("en", "GB") if language == "en" else Locale(language)
