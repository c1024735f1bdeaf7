"""Rendering: templates become pages, with the sentences, days and names of the reader's language."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_date_format
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request

from service import words
from service.languages import LANGUAGES
from service.pages.assets import address_of
from service.pages.catalogues import sentences
from service.pages.forgery import token_for
from workflows.wording import wording

BRUSSELS = ZoneInfo("Europe/Brussels")
UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
NAMES = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}
"""Each language by its own name, in the order in which they are offered."""


class Reader(Protocol):
    """Whoever reads the page."""

    @property
    def request(self) -> Request: ...
    @property
    def language(self) -> str: ...
    @property
    def locale(self) -> Locale: ...
    @property
    def secret(self) -> str: ...
    @property
    def today(self) -> date: ...


def render(template: str, visitor: Reader, context: Mapping[str, Any]) -> str:
    """The page as text. Raises jinja2.UndefinedError where a template names what it was not given.

    Raises ValueError for a context that hides what every template knows.
    """
    around = _around(visitor)
    if hidden := around.keys() & context.keys():
        raise ValueError(f"{template} would not know its {', '.join(sorted(hidden))}")
    return _environment(visitor.language).get_template(template).render({"main_form": False, **around, **context})


def _around(visitor: Reader) -> dict[str, Any]:
    """What every template knows."""
    request = visitor.request
    query = request.url.query
    return {
        "visitor": visitor,
        "language": visitor.language,
        "languages": {code: NAMES[code] for code in LANGUAGES},
        "path": request.url.path,
        "page": f"{request.url.path}?{query}" if query else request.url.path,
        "said": request.query_params.get("said", ""),
        "today": visitor.today,
        "pressed": getattr(request.state, "pressed", ""),  # the button by which the page comes again
        "question_names": {},  # by pointer, noted as the questions are written: the error summary names them
    }


@cache
def _environment(language: str) -> Environment:
    """The templates in one language."""
    environment = Environment(
        loader=PackageLoader("service.pages", "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(sentences(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals |= {
        "asset": address_of,
        "token": _token,
        "once": lambda: secrets.token_urlsafe(16),
        "label": lambda kind, code: words.label(kind, code, language),
        "body": lambda code, name: words.body(code, name, language),
        "labels": lambda kind: words.labels(kind, language),
        "listed": lambda names: words.listed(names, language),
        "lacking": lambda rules, guard, needs: words.lacking(guard, needs, language, rules.words),
        "wording": lambda procedure, version: wording(procedure, version, language),
        "id_of": id_of,
    }
    environment.filters |= {"day": _day, "short_day": _short_day, "on_day": _on_day, "moment": _moment}
    environment.filters["number"] = _number
    return environment


@pass_context
def _token(context: Context) -> str:
    return token_for(context["visitor"].secret)


@pass_context
def _day(context: Context, on: date | str | None) -> str:
    """3 maart 2026."""
    return _written(context, on, "long")


@pass_context
def _short_day(context: Context, on: date | str | None) -> str:
    """3/03/2026 in Belgium, 03-03-2026 in the Netherlands."""
    return _written(context, on, "short")


def _written(context: Context, on: date | str | None, length: str) -> str:
    if on is None:
        return ""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    return _day_written(day, length, context["language"], str(context["visitor"].locale))


@lru_cache(maxsize=4096)
def _day_written(day: date, length: str, language: str, locale: str) -> str:
    """The same few days stand on a page again and again."""
    form = length
    if length == "short":  # all four figures of the year: 25/01/27 can be read as two days
        form = re.sub(r"(?<!y)yy(?!y)", "y", get_date_format("short", locale).pattern)
    written = format_date(day, form, locale=locale)
    return f"1er {written[2:]}" if length == "long" and language == "fr" and day.day == 1 else written


@pass_context
def _moment(context: Context, at: datetime) -> str:
    """A day and the time in Brussels: 3 maart 2026 om 14:05."""
    local = at.astimezone(BRUSSELS)
    pattern = words.label("part", "moment", context["language"])
    return pattern.format(day=_written(context, local.date(), "long"), time=f"{local:%H:%M}")


@pass_context
def _on_day(context: Context, at: datetime) -> str:
    """The day on which it is, or was, in Brussels: 3 maart 2026."""
    return _written(context, at.astimezone(BRUSSELS).date(), "long")


@pass_context
def _number(context: Context, number: int) -> str:
    return format_decimal(number, locale=context["visitor"].locale)


def id_of(pointer: str) -> str:
    """The id of the element for a field: `/questions/0` is `f-questions-0`."""
    return "f" + UNFIT.sub("-", pointer if pointer.startswith("/") else f"/{pointer}")


def in_order(names: Iterable[str]) -> list[str]:
    """Names as a reader looks for them: accents and capitals do not count."""
    return sorted(names, key=folded)


def folded(name: str) -> str:
    """A name as it is sorted."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
