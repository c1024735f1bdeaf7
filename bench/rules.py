"""Pure rules: due dates and outcomes of consultations, each against the same written out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

from bench.timing import Figure, busy_rate, compare
from workflows import shelf
from workflows.calendars import calendar
from workflows.consultation import Consultation, Position, finding
from workflows.counting import CountingRule, Period, due_on
from workflows.decision_rule import DecisionRule, Reservation, Stance, say

RUNS = 7
DATES = 20_000
CODES = ("BE", "NL", "LU")
PERIODS = (
    ("P2M", CountingRule.REGULATION_1182_71),
    ("P10D", CountingRule.REGULATION_1182_71),
    ("P3W", CountingRule.REGULATION_1182_71),
    ("5WD", CountingRule.WORKING_DAYS),
    ("P1Y", CountingRule.REGULATION_1182_71),
    ("P1M", CountingRule.CALENDAR),
)
"""Across the rules, as long as the periods of the procedures are."""

Case = tuple[date, Period, Any, CountingRule]


def measure(wanted: Callable[[str], bool]) -> Iterator[tuple[str, Figure]]:
    """Due dates a second, and outcomes a second: found, and found with their reasons in words."""
    if wanted("due_on"):
        yield "due_on", _due_dates()
    rule = shelf.newest("benelux-obstacle").rules["unanimity"]
    rounds = _rounds()
    for name, told in (("outcome", False), ("outcome_in_words", True)):
        if wanted(name):
            yield name, _outcomes(rounds, rule, told=told)


def _due_dates() -> Figure:
    cases = _cases()
    check = [due_on(*case) for case in cases[:2000]]
    if check != [by_hand(*case) for case in cases[:2000]]:
        raise AssertionError("the two do not count the same")

    def ours(times: int) -> None:
        for case in cases[:times]:
            due_on(*case)

    def theirs(times: int) -> None:
        for case in cases[:times]:
            by_hand(*case)

    return compare(lambda: busy_rate(ours, DATES), lambda: busy_rate(theirs, DATES), runs=RUNS)


def _cases() -> list[Case]:
    """Days through four years, the periods and the calendars of the three countries in turn."""
    begins_on = date(2023, 1, 1)
    kinds = cycle((Period.parse(text), calendar(code), rule) for text, rule in PERIODS for code in CODES)
    return [
        (begins_on + timedelta(days=number * 7 % 1461), period, of, rule)
        for number, (period, of, rule) in enumerate(islice(kinds, DATES))
    ]


def by_hand(event: date, period: Period, of: Any, rule: CountingRule) -> date:
    """The same day, counted the plain way: a set of holidays and a loop."""
    holidays, unit, length = of.days, period.unit.value, period.length
    one = timedelta(days=1)
    if unit == "working_days":
        return _working(event, length, holidays)
    if unit in ("days", "weeks"):
        end = event + timedelta(days=length * (7 if unit == "weeks" else 1))
    else:
        months = event.month - 1 + length * (12 if unit == "years" else 1)
        year, month = event.year + months // 12, months % 12 + 1
        following = date(year + month // 12, month % 12 + 1, 1)
        end = date(year, month, min(event.day, (following - one).day))
    if rule is CountingRule.CALENDAR:
        return end
    while end.weekday() > 4 or end in holidays:
        end += one
    return end if unit == "days" and length < 2 else max(end, _working(event, 2, holidays))


def _working(day: date, wanted: int, holidays: Any) -> date:
    while wanted:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            wanted -= 1
    return day


def _rounds() -> list[Consultation]:
    """Three delegations and two advisers, in every way in which the delegations can have spoken."""
    ways = [None, *((stance, None) for stance in Stance), *((Stance.RESERVATION, kind) for kind in Reservation)]
    return [
        _round(dict(zip(CODES, (one, other, third), strict=True)))
        for one in ways
        for other in ways
        for third in ways[:5]
    ]


def _round(said: dict[str, Any]) -> Consultation:
    on = date(2026, 11, 23)
    spoken = ((voter, way) for voter, way in said.items() if way is not None)
    positions = [Position(delegation=voter, stance=way[0], reservation=way[1], on=on) for voter, way in spoken]
    advice = [Position(delegation=code, stance=Stance.OBJECT, advice=True, on=on) for code in ("BE-WAL", "DE-NW")]
    return Consultation(
        id="a-round",
        name="delegations",
        round=1,
        question=None,
        voters=CODES,
        advisers=("BE-WAL", "DE-NW"),
        closing_on=None,
        positions=(*positions, *advice),
    )


def _outcomes(rounds: Sequence[Consultation], rule: DecisionRule, *, told: bool) -> Figure:
    """Ours gives the reasons too; by hand there is the bare word, so this ratio tells what the reasons cost."""
    if [str(finding(one, rule).outcome) for one in rounds] != [outcome_by_hand(one) for one in rounds]:
        raise AssertionError("the two do not come to the same")

    def ours(times: int) -> None:
        for one in islice(cycle(rounds), times):
            found = finding(one, rule)
            if told:
                say(found, "nl")

    def theirs(times: int) -> None:
        for one in islice(cycle(rounds), times):
            outcome_by_hand(one)

    times = len(rounds) * 4
    return compare(lambda: busy_rate(ours, times), lambda: busy_rate(theirs, times), runs=RUNS)


def outcome_by_rule(consultation: Consultation) -> str:
    """The outcome as the rules of the service find it."""
    return str(finding(consultation, shelf.newest("benelux-obstacle").rules["unanimity"]).outcome)


def outcome_by_hand(consultation: Consultation) -> str:
    """The outcome under unanimity as long as positions are taken, in the fewest words."""
    said = {one.delegation: one.stance for one in consultation.positions if not one.advice}
    stances = {said.get(voter, Stance.WITHDRAWN) for voter in consultation.voters}
    if Stance.OBJECT in stances:
        return "not_adopted"
    if stances & {Stance.WITHDRAWN, Stance.RESERVATION}:
        return "pending"
    return "undecided" if stances == {Stance.ABSTAIN} else "adopted"
