"""The rule of a clock: how long it runs, who must act, who hears what and when; read from a procedure's `clocks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from workflows.calendars import calendar
from workflows.counting import CountingRule, Period, Unit, check
from workflows.errors import ProcedureFaulty

Choice = TypeVar("Choice", bound=StrEnum)
Notices = tuple[tuple[str, tuple[str, ...]], ...]
"""(("reminder", ("delegate",)), …): each notice with the role words that hear it."""

EVERY_MOVE = "every move of an open case"
KEYS = {
    "kind", "of", "length", "rule", "calendar", "basis", "counted_from", "before", "at", "late", "restarted_by",
    "repeats",
}  # fmt: skip
REQUIRED = ("kind", "of", "length", "basis")


class ClockKind(StrEnum):
    """Someone must act by then; aimed at by then; nothing may happen before then."""

    DUTY = "duty"
    TARGET = "target"
    STANDSTILL = "standstill"


@dataclass(frozen=True, slots=True)
class Until:
    """Ends on the very day that stands in this field of the move's data; no date, no clock."""

    field: str

    def __str__(self) -> str:
        return f"until {self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """How a clock of a procedure runs.

    `length` None: no period is known (the file says `unknown`), so no date is computed. `counted_from`: the date in
    the move's data from which it counts, else the day of the move. `before` counts back from the due date; `at` is a
    per cent of the span; `late` is heard the day after the due date. `repeats`: it runs again, by that period.
    """

    name: str
    kind: ClockKind
    of: str
    length: Period | Until | None
    rule: CountingRule | None = None
    calendar: str | None = None
    basis: str
    counted_from: str | None = None
    before: tuple[tuple[Period, Notices], ...] = ()
    at: tuple[tuple[int, Notices], ...] = ()
    late: Notices = ()
    restarted_by: str | None = None
    repeats: Period | None = None

    @classmethod
    def parse(cls, name: str, mapping: object, file_name: str, path: str) -> ClockRule:
        """Read the rule of one clock. `path` is where it stands in the file (`clocks.reply`).

        Raises ProcedureFaulty naming file, place and what to mend. Role words are not looked up here.
        """
        read = _Reader(file_name, path, mapping)
        rule = cls(
            name=name,
            kind=read.choice("kind", ClockKind),
            of=read.word("of"),
            length=read.length(),
            rule=read.choice("rule", CountingRule) if "rule" in read.mapping else None,
            calendar=read.calendar(),
            basis=read.word("basis"),
            counted_from=read.optional_word("counted_from"),
            before=tuple((read.period(f"before.{key}", key), heard) for key, heard in read.marks("before")),
            at=tuple((read.share(key), heard) for key, heard in read.marks("at")),
            late=read.notices("late", read.mapping.get("late", {})),
            restarted_by=read.restarted_by(),
            repeats=read.period("repeats", read.mapping["repeats"]) if "repeats" in read.mapping else None,
        )
        _check_counting(rule, read)
        return rule


def _check_counting(rule: ClockRule, read: _Reader) -> None:
    """What each key allows is only half of it: length, rule and calendar must fit each other."""
    if isinstance(rule.length, Period) and rule.rule is None:
        raise read.faulty("rule", f"is missing; say how {rule.length} is counted: {', '.join(CountingRule)}")
    if isinstance(rule.length, Until) and rule.rule is not None:
        raise read.faulty("rule", f"does not go with `{rule.length}`, which ends on that very day; leave it out")
    if rule.rule not in (None, CountingRule.CALENDAR) and rule.calendar is None:
        raise read.faulty("calendar", f"is missing; the rule {rule.rule} counts by the rest days of who must act")
    if rule.repeats is not None and not isinstance(rule.length, Period):
        raise read.faulty("repeats", "goes with a length that is a period")
    for key, period in (("length", rule.length), ("repeats", rule.repeats)):
        if isinstance(period, Period) and rule.rule is not None:
            try:
                check(period, rule.rule)
            except ValueError as error:
                raise read.faulty(key, str(error)) from error
    for period, _ in rule.before:
        if period.unit is Unit.HOURS:
            raise read.faulty(f"before.{period}", "ends at an hour, not on a date; use days or longer units")
        if period.unit is Unit.WORKING_DAYS and rule.calendar is None:
            raise read.faulty(f"before.{period}", "counts working days, so the clock needs a calendar")


class _Reader:
    """Takes one value after the other out of a mapping and refuses what it cannot mean."""

    def __init__(self, file_name: str, path: str, mapping: object) -> None:
        self.file_name, self.path = file_name, path
        if not isinstance(mapping, Mapping):
            raise ProcedureFaulty(file_name, path, "must be a mapping that says how the clock runs")
        self.mapping: Mapping[str, Any] = mapping
        for key in mapping:
            if key not in KEYS:
                raise self.faulty(str(key), f"is not known; a clock has {', '.join(sorted(KEYS))}")
        for key in REQUIRED:
            if key not in mapping:
                raise self.faulty(key, "is missing")

    def faulty(self, key: str, mend: str) -> ProcedureFaulty:
        return ProcedureFaulty(self.file_name, f"{self.path}.{key}", mend)

    def word(self, key: str) -> str:
        value = self.mapping[key]
        if not isinstance(value, str) or not value:
            raise self.faulty(key, "must be a text")
        return value

    def optional_word(self, key: str) -> str | None:
        return self.word(key) if key in self.mapping else None

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        try:
            return choices(self.word(key))
        except ValueError as error:
            raise self.faulty(key, f"must be one of {', '.join(choices)}") from error

    def length(self) -> Period | Until | None:
        text = self.word("length")
        if text == "unknown":
            return None
        first, _, field = text.partition(" ")
        if first == "until" and field.isidentifier():
            return Until(field)
        try:
            return Period.parse(text)
        except ValueError as error:
            raise self.faulty("length", f"{error}; or `until FIELD`, or unknown") from error

    def period(self, key: str, value: object) -> Period:
        try:
            return Period.parse(str(value))
        except ValueError as error:
            raise self.faulty(key, str(error)) from error

    def calendar(self) -> str | None:
        code = self.optional_word("calendar")
        try:
            return None if code is None else calendar(code).code
        except KeyError as error:
            raise self.faulty("calendar", f"there is no calendar {code}") from error

    def share(self, key: str) -> int:
        number = key.removesuffix("%")
        if key == number or not number.isdecimal() or not 1 <= int(number) <= 100 or number != str(int(number)):
            raise self.faulty(f"at.{key}", "must be a share of the span such as 80%")
        return int(number)

    def restarted_by(self) -> str | None:
        word = self.optional_word("restarted_by")
        if word not in (None, EVERY_MOVE):
            raise self.faulty("restarted_by", f"must be: {EVERY_MOVE}")
        return word

    def marks(self, key: str) -> Iterable[tuple[str, Notices]]:
        value = self.mapping.get(key, {})
        if not isinstance(value, Mapping):
            raise self.faulty(key, "must say at which moments who hears what")
        return [(str(moment), self.notices(f"{key}.{moment}", heard)) for moment, heard in value.items()]

    def notices(self, key: str, value: object) -> Notices:
        if not isinstance(value, Mapping):
            raise self.faulty(key, "must list notices, each with the roles that hear it")
        for notice, roles in value.items():
            if not isinstance(roles, list) or not roles or not all(isinstance(role, str) for role in roles):
                raise self.faulty(f"{key}.{notice}", "must be a list of roles, such as [secretary]")
        return tuple((str(notice), tuple(roles)) for notice, roles in value.items())
