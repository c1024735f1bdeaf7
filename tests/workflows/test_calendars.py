"""Calendars: the packaged holidays against an independent list, and what a faulty file is told."""

from datetime import date, timedelta

import holidays
import pytest

from workflows import procedures
from workflows.calendars import Calendar, calendar
from workflows.errors import CalendarUnknown, ProcedureFaulty

YEARS = range(1998, 2051)
CODES = ["BE", "LU", "NL", "NL-termijnenwet"]
# Sundays in any case; the independent list names them, the law of the three countries does not.
SUNDAYS_NAMED_BY_HOLIDAYS = {"Easter Sunday", "Pentecost"}
DECREED = {  # year -> days, as the decrees under art. 3(3) of the Algemene termijnenwet have them
    2011: ("05-06", "06-03"),
    2012: ("05-18", "12-24", "12-31"),
    2013: ("04-29", "05-10", "12-27"),
    2014: ("05-30",),
    2015: ("01-02", "05-04", "05-15"),
    2016: ("05-06",),
    2017: ("04-28", "05-26"),
    2018: ("05-11", "12-24", "12-31"),
    2019: ("05-31", "12-27"),
    2023: ("04-28", "05-19"),
    2024: ("05-10", "12-27"),
    2025: ("05-30",),
    2026: ("01-02", "05-15"),
    2027: ("05-07",),
    2028: ("04-28", "05-26"),
}


def independent(country: str) -> set[date]:
    listed = holidays.country_holidays(country, years=YEARS, language="en_US")
    return {day for day, names in listed.items() if set(names.split("; ")) - SUNDAYS_NAMED_BY_HOLIDAYS}


def all_days() -> list[date]:
    first = date(YEARS[0], 1, 1)
    return [first + timedelta(days=n) for n in range((date(YEARS[-1], 12, 31) - first).days + 1)]


def ours(code: str) -> set[date]:
    return {day for day in all_days() if calendar(code).holiday(day)}


def test_these_calendars_are_packaged() -> None:
    assert list(procedures.calendar_codes()) == CODES


@pytest.mark.parametrize("country", ["BE", "LU"])
def test_belgium_and_luxembourg_are_as_an_independent_list_has_them(country: str) -> None:
    assert ours(country) == independent(country)


def test_the_netherlands_differ_only_in_5_may_of_every_year() -> None:
    every_5_may = {date(year, 5, 5) for year in YEARS}
    assert ours("NL") == independent("NL") | every_5_may
    assert ours("NL") - independent("NL") == {
        day for day in every_5_may if day.year % 5 and day not in independent("NL")
    }


def test_the_termijnenwet_adds_the_days_of_the_royal_decrees() -> None:
    assert ours("NL-termijnenwet") - ours("NL") == {
        date.fromisoformat(f"{year}-{day}") for year, days in DECREED.items() for day in days
    }
    assert ours("NL") <= ours("NL-termijnenwet")


@pytest.mark.parametrize("code", CODES)
def test_every_calendar_covers_the_same_years_and_names_its_source(code: str) -> None:
    known = calendar(code)
    assert (known.code, known.version) == (code, 1)
    assert known.source
    assert [year for year in range(1990, 2060) if known.covers(date(year, 6, 1))] == list(YEARS)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", procedures.LANGUAGES)
def test_every_holiday_has_a_name_in_every_language(code: str, language: str) -> None:
    for day in ours(code):
        assert calendar(code).holiday(day, language)


@pytest.mark.parametrize(
    ("code", "day", "language", "name"),
    [
        ("BE", "2026-07-21", "en", "National Day"),
        ("BE", "2026-07-21", "nl", "Nationale feestdag"),
        ("BE", "2026-08-15", "de", "Mariä Himmelfahrt"),
        ("LU", "2026-06-23", "fr", "Fête nationale"),
        ("LU", "2024-05-09", "en", "Europe Day; Ascension Day"),
        ("LU", "2018-05-09", "en", None),
        ("NL", "2026-04-27", "en", "King's Day"),
        ("NL", "2025-04-26", "en", "King's Day"),
        ("NL", "2013-04-30", "en", "Queen's Day"),
        ("NL", "2000-04-29", "en", "Queen's Day"),
        ("NL", "2026-04-03", "nl", "Goede Vrijdag"),
        ("NL", "2027-05-05", "nl", "Bevrijdingsdag"),
        ("NL", "2026-05-15", "en", None),
        ("NL-termijnenwet", "2026-05-15", "en", "Day equated by royal decree"),
    ],
)
def test_the_name_of_a_holiday(code: str, day: str, language: str, name: str | None) -> None:
    assert calendar(code).holiday(date.fromisoformat(day), language) == name


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-07-18", "Saturday"),
        ("2026-07-19", "Sunday"),
        ("2026-07-20", None),
        ("2026-07-21", "National Day"),
        ("2026-08-15", "Assumption Day"),
    ],
)
def test_a_day_rests_for_a_reason_or_is_a_working_day(day: str, why: str | None) -> None:
    assert calendar("BE").rest(date.fromisoformat(day)) == why
    assert calendar("BE").working(date.fromisoformat(day)) is (why is None)


@pytest.mark.parametrize("day", [date(1997, 12, 31), date(2051, 1, 1), date(2051, 1, 7)])
def test_nothing_is_said_about_a_year_whose_holidays_are_unknown(day: date) -> None:
    known = calendar("BE")
    assert not known.covers(day)
    for question in (known.working, known.holiday, known.rest):
        with pytest.raises(CalendarUnknown) as refused:
            question(day)
        assert (refused.value.calendar, refused.value.day) == ("BE", day.isoformat())


def test_years_without_a_recorded_decree_are_unsettled_in_the_termijnenwet_alone() -> None:
    unsettled = {year for year in YEARS if not calendar("NL-termijnenwet").settled(date(year, 5, 1))}
    assert unsettled == {*range(1998, 2011), *range(2020, 2023), *range(2029, 2051)}
    assert all(calendar(code).settled(date(year, 5, 1)) for code in ("BE", "LU", "NL") for year in YEARS)
    assert not calendar("BE").settled(date(2051, 5, 1))


def test_a_calendar_that_is_not_packaged_is_not_found() -> None:
    for code in ("DE", "../BE", ""):
        with pytest.raises(KeyError):
            calendar(code)


GOOD = """
code: XX
version: 3
source: [one law, another law]
unsettled: [2020, 2021-2022]
names:
  Day of Rest: {nl: Rustdag, fr: Jour de repos, de: Ruhetag}
days:
  2020: {01-01: Day of Rest}
  2021: {01-01: Day of Rest, 02-03: Day of Rest}
  2022: {01-01: Day of Rest}
"""


def test_a_calendar_is_read_from_its_text() -> None:
    known = Calendar.parse(GOOD, "XX.yaml")
    assert (known.version, known.source, known.notes) == (3, "one law; another law", ())
    assert (known.first_year, known.last_year, known.unsettled) == (2020, 2022, frozenset({2020, 2021, 2022}))
    assert known.holiday(date(2021, 2, 3), "fr") == "Jour de repos"


@pytest.mark.parametrize(
    ("old", "new", "path", "mend"),
    [
        ("version: 3", "version: three", "version", "whole number"),
        ("version: 3", "version: true", "version", "whole number"),
        ("version: 3", "", "version", "missing"),
        ("code: XX", "code: 12", "code", "text"),
        ("source: [one law, another law]", "source: one law", "source", "list"),
        ("code: XX", "code: XX\ncolour: red", "colour", "not known"),
        ("  2021: {01-01: Day of Rest, 02-03: Day of Rest}\n", "", "days", "leaves out 2021"),
        ("names:\n  Day of Rest: {nl: Rustdag, fr: Jour de repos, de: Ruhetag}", "names: none", "names", "mapping"),
        ("02-03: Day of Rest", "02-30: Day of Rest", "days.2021.02-30", "not a day"),
        ("02-03: Day of Rest", "02-03: 7", "days.2021.02-03", "name"),
        ("2022: {01-01: Day of Rest}", "2022: {}", "days.2022", "lists its holidays"),
        ("2022: {01-01: Day of Rest}", "later: {01-01: Day of Rest}", "days.later", "lists its holidays"),
        ("02-03: Day of Rest", "02-03: Fair", "names.Fair", "missing"),
        ("fr: Jour de repos, ", "", "names.Day of Rest", "nl, fr, de"),
        ("fr: Jour de repos", "fr: 3", "names.Day of Rest", "nl, fr, de"),
        ("unsettled: [2020, 2021-2022]", "unsettled: [soon]", "unsettled", "soon"),
        ("unsettled: [2020, 2021-2022]", "unsettled: soon", "unsettled", "soon"),
    ],
)
def test_a_faulty_calendar_is_told_what_to_mend(old: str, new: str, path: str, mend: str) -> None:
    assert old in GOOD
    with pytest.raises(ProcedureFaulty, match=mend) as faulty:
        Calendar.parse(GOOD.replace(old, new), "XX.yaml")
    assert (faulty.value.name, faulty.value.path) == ("XX.yaml", path)
