"""Calendars: which days are public holidays and which are working days, and on what basis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from workflows import procedures, texts
from workflows.errors import CalendarUnknown, ProcedureFaulty

SATURDAY = 5
WEEKEND = {5: "Saturday", 6: "Sunday"}
KEYS = {"code", "version", "source", "notes", "unsettled", "names", "days"}
REQUIRED = ("code", "version", "source", "days")
TRANSLATIONS = tuple(language for language in procedures.LANGUAGES if language != "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The public holidays of one calendar, from `first_year` to `last_year`.

    Version and source say which list was used: a list that is mended later gets another version, so that a date
    computed before can still be explained. `unsettled`: years for which a day may still be missing.
    """

    code: str
    version: int
    source: str
    notes: tuple[str, ...]
    first_year: int
    last_year: int
    unsettled: frozenset[int]
    days: Mapping[date, tuple[str, ...]] = field(repr=False, hash=False)
    names: Mapping[str, Mapping[str, str]] = field(repr=False, hash=False)

    @classmethod
    def parse(cls, text: str, name: str) -> Calendar:
        """Read a calendar from its YAML text; `name` is how the file is called in an error.

        Raises ProcedureFaulty naming the place and what to mend.
        """
        read = texts.read(text, name)
        _check_keys(read, name)
        days = dict(_days(read["days"], name))
        years = sorted({day.year for day in days})
        missing = sorted(set(range(years[0], years[-1] + 1)) - set(years))
        if missing:
            raise ProcedureFaulty(
                name, "days", f"leaves out {missing[0]}; list every year between the first and the last"
            )
        return cls(
            code=read["code"],
            version=read["version"],
            source="; ".join(read["source"]),
            notes=tuple(read.get("notes", [])),
            first_year=years[0],
            last_year=years[-1],
            unsettled=frozenset(_years(read.get("unsettled", []), name)),
            days=MappingProxyType(days),
            names=MappingProxyType(_names(read.get("names", {}), days, name)),
        )

    def covers(self, day: date) -> bool:
        """Whether the holidays of that day's year are known here."""
        return self.first_year <= day.year <= self.last_year

    def settled(self, day: date) -> bool:
        """Whether the list of that day's year is complete, as far as the law of that year goes."""
        return self.covers(day) and day.year not in self.unsettled

    def working(self, day: date) -> bool:
        """Whether that day is neither a Saturday, a Sunday nor a public holiday (Regulation 1182/71, art. 2(2)).

        Raises CalendarUnknown outside the years of this calendar.
        """
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarUnknown(self.code, day.isoformat())
        return day.weekday() < SATURDAY and day not in self.days

    def holiday(self, day: date, language: str = "en") -> str | None:
        """The name of the public holiday on that day, None where there is none.

        Two holidays on one day are both named. Raises CalendarUnknown outside the years of this calendar.
        """
        if not self.covers(day):
            raise CalendarUnknown(self.code, day.isoformat())
        found = [self.names.get(each, {}).get(language, each) for each in self.days.get(day, ())]
        return "; ".join(found) or None

    def rest(self, day: date) -> str | None:
        """Why that day is not a working day: the name of the holiday, Saturday or Sunday; None on a working day."""
        return self.holiday(day) or WEEKEND.get(day.weekday())


@cache
def calendar(code: str) -> Calendar:
    """The packaged calendar of that code (BE, LU, NL, NL-termijnenwet). Raises KeyError where there is none."""
    return Calendar.parse(procedures.calendar_text(code), f"calendars/{code}.yaml")


def _check_keys(read: dict[str, Any], name: str) -> None:
    for key in read.keys() - KEYS:
        raise ProcedureFaulty(name, str(key), f"is not known here; use {', '.join(sorted(KEYS))}")
    for key in REQUIRED:
        if not read.get(key):
            raise ProcedureFaulty(name, key, "is missing")
    if not isinstance(read["code"], str):
        raise ProcedureFaulty(name, "code", "must be a text such as BE")
    if not isinstance(read["version"], int) or isinstance(read["version"], bool) or read["version"] < 1:
        raise ProcedureFaulty(name, "version", "must be a whole number from 1")
    for key in ("source", "notes"):
        listed = read.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise ProcedureFaulty(name, key, "must be a list of texts")
    for key in ("names", "days"):
        if not isinstance(read.get(key, {}), dict):
            raise ProcedureFaulty(name, key, "must be a mapping")


def _days(read: dict[Any, Any], name: str) -> Iterator[tuple[date, tuple[str, ...]]]:
    for year, listed in read.items():
        if not isinstance(year, int) or not isinstance(listed, dict) or not listed:
            raise ProcedureFaulty(name, f"days.{year}", "must be a year that lists its holidays by month and day")
        for day, holidays in listed.items():
            if not isinstance(holidays, str):
                raise ProcedureFaulty(name, f"days.{year}.{day}", "must be the English name of the holiday")
            try:
                yield date.fromisoformat(f"{year}-{day}"), tuple(holidays.split("; "))
            except ValueError:
                raise ProcedureFaulty(name, f"days.{year}.{day}", "is not a day; write month and day: 05-01") from None


def _years(read: object, name: str) -> Iterator[int]:
    """Single years and spans: `[2009, 2020-2022]`."""
    for each in read if isinstance(read, list) else [read]:
        first, _, last = str(each).partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            raise ProcedureFaulty(name, "unsettled", f"{each!r} is not a year or a span; write 2009 or 2020-2022")
        yield from range(int(first), int(last or first) + 1)


def _names(read: dict[Any, Any], days: Mapping[date, tuple[str, ...]], name: str) -> dict[str, Mapping[str, str]]:
    for english, translated in read.items():
        given = translated if isinstance(translated, dict) else {}
        if set(given) != set(TRANSLATIONS) or not all(isinstance(each, str) for each in given.values()):
            raise ProcedureFaulty(name, f"names.{english}", f"must give the name in {', '.join(TRANSLATIONS)}")
    for unnamed in sorted({each for listed in days.values() for each in listed} - set(read)):
        raise ProcedureFaulty(name, f"names.{unnamed}", f"is missing; give the name in {', '.join(TRANSLATIONS)}")
    return {english: MappingProxyType(translated) for english, translated in read.items()}
