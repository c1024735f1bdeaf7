"""Days as a page writes them: in the reader's language, and as one writes them in her country."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from service.languages import LANGUAGES
from service.pages.rendering import _moment, _short_day
from service.pages.visitor import Visitor

EVENING = datetime(2027, 1, 5, 22, 5, tzinfo=UTC)


def reading(language: str, locale: str) -> Any:
    return {"language": language, "visitor": SimpleNamespace(locale=locale)}


@pytest.mark.parametrize(
    ("locale", "written"),
    [("nl_BE", "5/01/2027"), ("nl_NL", "05-01-2027"), ("fr_BE", "5/01/2027"), ("de_BE", "05.01.2027")],
)
def test_a_short_day_has_its_whole_year(locale: str, written: str) -> None:
    assert _short_day(reading(locale[:2], locale), date(2027, 1, 5)) == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("nl_BE", "5 januari 2027 om 23:05"),
        ("fr_BE", "5 janvier 2027 à 23:05"),
        ("de_BE", "5. Januar 2027 um 23:05"),
        ("en_BE", "5 January 2027 at 23:05"),
    ],
)
def test_a_moment_is_written_as_one_says_it(locale: str, written: str) -> None:
    assert _moment(reading(locale[:2], locale), EVENING) == written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("country", ["BE", "NL", "LU"])
def test_no_reader_of_the_three_countries_reads_american_days(
    language: str, country: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Visitor, "_country", lambda _: country)
    somebody = Visitor.__new__(Visitor)
    somebody.language = language
    assert (somebody.locale.language, somebody.locale.territory in ("BE", "NL", "LU")) == (language, True)
