"""Reasons: how a date came about, as codes with values and as English sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of how a date came about: a stable code, values for its sentence, and the rest days it skipped.

    Whoever speaks to people words the code in their language; as text it is an English sentence.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[date, str], ...] = ()

    @classmethod
    def of(cls, code: str, skipped: tuple[tuple[date, str], ...] = (), **values: object) -> Reason:
        """A reason with its values as text; a value that is None is left out."""
        given = tuple((name, str(value)) for name, value in values.items() if value is not None)
        return cls(code, given, skipped)

    def __str__(self) -> str:
        said = dict(self.values)
        sentence = SENTENCES[self.code].format_map(said)
        days = ", ".join(f"{day} {name}" for day, name in self.skipped)
        article = f" (Regulation 1182/71, art. {said['article']})" if "article" in said else ""
        return f"{sentence}{f'; skipped: {days}' if days else ''}{article}."


SENTENCES = {
    "event_not_counted": "The day of the event, {event}, does not count",
    "days_counted": "{period} from there is {on}",
    "same_weekday": "{period} ends on the same weekday, {on}",
    "same_date": "{period} ends on the same date, {on}",
    "clipped": "{period} would end on day {day} of {month}, which does not exist, so it ends on its last day, {on}",
    "end_rest_day": "{end} is not a working day, so the period runs on to {on}",
    "two_working_days": "It must have at least two working days, so it runs on to {on}",
    "working_days_counted": "{period} counted in working days ends on {on}",
    "rest_days_count": "Counted by the calendar alone: an end on a rest day stays there",
    "calendar_used": "Working days by the calendar {calendar}, version {version} ({source})",
    "calendar_unsettled": "The calendar {calendar} may still miss a holiday of {year}",
    "until_date": "It ends on the very day that the case names ({field}): {on}",
    "suspended": "It stood still for {days} days in all, which were added: it ends on {on}",
    "standing_still": "It has stood still since {since}",
    "calendar_changed": "It was computed with version {then} of the calendar {calendar}; now version {version} stands",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A due date and how it came about."""

    on: date
    why: tuple[Reason, ...]
