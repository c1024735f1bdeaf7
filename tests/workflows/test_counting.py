"""Counting: worked examples of the law, and properties that hold for every day and period."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workflows.calendars import Calendar, calendar
from workflows.counting import CountingRule, Period, Unit, before, due_on, explain, roll
from workflows.errors import CalendarUnknown

REGULATION, CALENDAR, WORKING_DAYS = CountingRule
VECTORS = [  # event, period, calendar, last day in time; Regulation 1182/71
    ("1998-03-12", "P3W", "NL", "1998-04-02"),  # C-171/03 Toeters: the same weekday as the event
    ("2026-01-31", "P1M", "BE", "2026-03-02"),  # clipped to 28 February, a Saturday
    ("2027-12-31", "P2M", "NL", "2028-02-29"),  # clipped in a leap year
    ("2024-02-29", "P1Y", "BE", "2025-02-28"),  # leap day
    ("2026-03-06", "P2M", "LU", "2026-05-06"),
    ("2026-05-21", "P2M", "BE", "2026-07-22"),  # 21 July is a holiday in Belgium
    ("2026-05-21", "P2M", "NL", "2026-07-21"),  # and not in the Netherlands
    ("2026-12-24", "P2D", "NL", "2026-12-29"),  # art. 3(4), then 3(5)
    ("2026-12-23", "P2D", "LU", "2026-12-28"),  # art. 3(4); two working days are inside already
    ("2026-04-03", "P1D", "BE", "2026-04-07"),  # Easter Monday; art. 3(5) is not for one day
    ("2026-04-24", "5WD", "NL", "2026-05-04"),  # King's Day
    ("2026-06-16", "5WD", "LU", "2026-06-24"),  # 23 June
    ("2025-08-31", "P6M", "BE", "2026-03-02"),  # clipped and rolled
    ("2026-04-23", "P10W", "BE", "2026-07-02"),
    ("2026-12-24", "P2D", "LU", "2026-12-29"),  # art. 3(5)
    ("2026-05-08", "P1W", "NL", "2026-05-15"),  # an equated day is no holiday under 1182/71
    ("2026-01-16", "P4M", "NL", "2026-05-18"),
    ("2026-02-28", "P1M", "BE", "2026-03-30"),  # the same date, not the last of the month
]
PLAIN = [
    ("2026-01-31", "P1M", "2026-02-28"),
    ("2026-11-30", "P3M", "2027-02-28"),
    ("2024-02-29", "P1Y", "2025-02-28"),
    ("2026-12-24", "P2D", "2026-12-26"),
    ("2026-12-24", "P1W", "2026-12-31"),
    ("2050-12-31", "P3M", "2051-03-31"),  # no calendar is asked, so none must cover it
]


@pytest.mark.parametrize(("event", "period", "code", "last"), VECTORS)
def test_the_worked_examples_of_the_regulation(event: str, period: str, code: str, last: str) -> None:
    due = due_on(date.fromisoformat(event), Period.parse(period), calendar(code))
    assert due == date.fromisoformat(last)


@pytest.mark.parametrize(("event", "period", "last"), PLAIN)
def test_plain_counting_stays_on_its_date(event: str, period: str, last: str) -> None:
    due = due_on(date.fromisoformat(event), Period.parse(period), None, CALENDAR)
    assert due == date.fromisoformat(last)


def test_working_days_are_counted_alike_by_their_own_rule() -> None:
    for event, period, code, last in VECTORS:
        if period.endswith("WD"):
            due = due_on(date.fromisoformat(event), Period.parse(period), calendar(code), WORKING_DAYS)
            assert due == date.fromisoformat(last)


@pytest.mark.parametrize("rule", [REGULATION, WORKING_DAYS])
def test_a_working_day_begins_after_an_event_on_a_rest_day(rule: CountingRule) -> None:
    assert due_on(date(2026, 7, 18), Period.parse("1WD"), calendar("BE"), rule) == date(2026, 7, 20)


@pytest.mark.parametrize("text", ["P2M", "P10D", "P3W", "P1Y", "PT48H", "5WD", "P9999D"])
def test_a_period_is_written_as_it_is_read(text: str) -> None:
    assert str(Period.parse(text)) == text


def test_a_period_is_a_number_of_units() -> None:
    assert Period.parse("P2M") == Period(2, Unit.MONTHS)
    assert Period.parse("5WD") == Period(5, Unit.WORKING_DAYS)
    assert Period.parse("PT48H") == Period(48, Unit.HOURS)


@pytest.mark.parametrize(
    "text", ["", "2M", "P0D", "P02M", "P-1D", "P1.5D", "P1M2D", "p2m", " P2M", "P2M\n", "WD", "P5WD", "P10000D", "P٣D"]
)
def test_what_is_not_a_period_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write P10D"):
        Period.parse(text)


def test_a_period_has_a_length() -> None:
    with pytest.raises(ValueError, match="one month or longer"):
        Period(0, Unit.MONTHS)


@pytest.mark.parametrize(
    ("period", "rule", "sentence"),
    [
        ("PT48H", REGULATION, "ends at an hour"),
        ("PT48H", CALENDAR, "ends at an hour"),
        ("5WD", CALENDAR, "knows no working days"),
        ("P5D", WORKING_DAYS, "write 5WD"),
    ],
)
def test_a_rule_refuses_what_it_cannot_count(period: str, rule: CountingRule, sentence: str) -> None:
    for count in (due_on, explain):
        with pytest.raises(ValueError, match=sentence):
            count(date(2026, 5, 21), Period.parse(period), calendar("BE"), rule)


@pytest.mark.parametrize(("period", "rule"), [("P2M", REGULATION), ("5WD", WORKING_DAYS)])
def test_rest_days_need_a_calendar(period: str, rule: CountingRule) -> None:
    for count in (due_on, explain):
        with pytest.raises(ValueError, match="needs the calendar"):
            count(date(2026, 5, 21), Period.parse(period), None, rule)


@pytest.mark.parametrize("period", ["P1Y", "20WD"])
def test_nothing_is_computed_beyond_the_known_holidays(period: str) -> None:
    for count in (due_on, explain):
        with pytest.raises(CalendarUnknown):
            count(date(2050, 12, 20), Period.parse(period), calendar("BE"))


@pytest.mark.parametrize("due", ["0001-01-01", "0001-01-02", "9999-12-31"])
def test_working_days_do_not_leave_the_days_that_a_date_can_be(due: str) -> None:
    with pytest.raises(CalendarUnknown):
        before(date.fromisoformat(due), Period.parse("5WD"), calendar("BE"))
    with pytest.raises(CalendarUnknown):
        due_on(date.fromisoformat(due), Period.parse("5WD"), calendar("BE"))


@pytest.mark.parametrize("period", ["P9999D", "P9999W", "P9999M", "P9999Y"])
def test_a_date_has_four_digits_for_its_year(period: str) -> None:
    with pytest.raises(ValueError, match="outside the years"):
        due_on(date(9990, 1, 1), Period.parse(period), None, CALENDAR)
    with pytest.raises(ValueError, match="outside the years"):
        before(date(10, 1, 1), Period.parse(period))


@pytest.mark.parametrize(
    ("due", "period", "day"),
    [
        ("2026-07-22", "3WD", "2026-07-16"),  # Thursday: skips the holiday, Sunday and Saturday
        ("2026-07-19", "3WD", "2026-07-15"),  # back from a Sunday
        ("2026-07-22", "P1D", "2026-07-21"),  # art. 3(4) does not hold for what is counted backwards
        ("2026-07-22", "P1W", "2026-07-15"),
        ("2026-03-31", "P1M", "2026-02-28"),
        ("2024-02-29", "P1Y", "2023-02-28"),
        ("2026-01-15", "P2M", "2025-11-15"),
    ],
)
def test_a_reminder_lies_before_the_due_date(due: str, period: str, day: str) -> None:
    assert before(date.fromisoformat(due), Period.parse(period), calendar("BE")) == date.fromisoformat(day)


def test_working_days_back_need_a_calendar_and_hours_have_no_day() -> None:
    with pytest.raises(ValueError, match="needs a calendar"):
        before(date(2026, 7, 22), Period.parse("3WD"))
    with pytest.raises(ValueError, match="ends at an hour"):
        before(date(2026, 7, 22), Period.parse("PT3H"), calendar("BE"))


def codes(event: date, period: str, code: str | None, rule: CountingRule = REGULATION) -> list[str]:
    due = explain(event, Period.parse(period), None if code is None else calendar(code), rule)
    return [reason.code for reason in due.why]


def test_every_step_is_a_reason() -> None:
    assert codes(date(2026, 3, 6), "P2M", "LU") == ["event_not_counted", "same_date", "calendar_used"]
    assert codes(date(2026, 1, 31), "P1M", "BE") == ["event_not_counted", "clipped", "end_rest_day", "calendar_used"]
    assert codes(date(2026, 12, 24), "P2D", "NL") == [
        "event_not_counted", "days_counted", "end_rest_day", "two_working_days", "calendar_used",
    ]  # fmt: skip
    assert codes(date(2026, 4, 23), "P10W", "BE") == ["event_not_counted", "same_weekday", "calendar_used"]
    assert codes(date(2026, 4, 24), "5WD", "NL") == ["event_not_counted", "working_days_counted", "calendar_used"]
    assert codes(date(2026, 1, 31), "P1M", None, CALENDAR) == ["event_not_counted", "clipped", "rest_days_count"]


def test_a_year_whose_decree_is_not_known_is_named() -> None:
    assert codes(date(2030, 5, 8), "P1W", "NL-termijnenwet")[-1] == "calendar_unsettled"
    assert "calendar_unsettled" not in codes(date(2027, 4, 30), "P1W", "NL-termijnenwet")
    assert due_on(date(2027, 4, 30), Period.parse("P1W"), calendar("NL-termijnenwet")) == date(2027, 5, 10)


def test_the_reasons_are_english_sentences() -> None:
    why = explain(date(2026, 5, 21), Period.parse("P2M"), calendar("BE")).why
    assert [str(reason) for reason in why] == [
        "The day of the event, 2026-05-21, does not count (Regulation 1182/71, art. 3(1)).",
        "P2M ends on the same date, 2026-07-21 (Regulation 1182/71, art. 3(2)(c)).",
        "2026-07-21 is not a working day, so the period runs on to 2026-07-22; skipped: 2026-07-21 National Day "
        "(Regulation 1182/71, art. 3(4)).",
        "Working days by the calendar BE, version 1 (royal decree of 18 April 1974 (Belgium), "
        "the ten public holidays).",
    ]


@pytest.mark.parametrize(
    ("event", "period", "code", "rule", "said"),
    [
        ("2026-12-24", "P2D", "NL", REGULATION, "P2D from there is 2026-12-26 (Regulation 1182/71, art. 3(2)(b))."),
        (
            "2026-01-31",
            "P1M",
            "BE",
            REGULATION,
            "P1M would end on day 31 of 2026-02, which does not exist, so it ends on its last day, 2026-02-28 "
            "(Regulation 1182/71, art. 3(2)(c)).",
        ),
        (
            "2026-05-08",
            "P1W",
            "NL",
            REGULATION,
            "P1W ends on the same weekday, 2026-05-15 (Regulation 1182/71, art. 3(2)(c)).",
        ),
        (
            "2026-06-16",
            "5WD",
            "BE",
            REGULATION,
            "5WD counted in working days ends on 2026-06-23; skipped: 2026-06-20 Saturday, 2026-06-21 Sunday "
            "(Regulation 1182/71, art. 2(2)).",
        ),
        (
            "2026-05-13",  # Ascension Day is the next day, and then there is one working day before the weekend
            "P2D",
            "NL",
            REGULATION,
            "It must have at least two working days, so it runs on to 2026-05-18; skipped: 2026-05-16 Saturday, "
            "2026-05-17 Sunday (Regulation 1182/71, art. 3(5)).",
        ),
        (
            "2026-01-31",
            "P1M",
            None,
            CALENDAR,
            "P1M would end on day 31 of 2026-02, which does not exist, so it ends on its last day, 2026-02-28.",
        ),
        ("2026-12-24", "P2D", None, CALENDAR, "P2D from there is 2026-12-26."),
        ("2026-12-24", "P1W", None, CALENDAR, "P1W ends on the same weekday, 2026-12-31."),
        ("2026-12-24", "P1M", None, CALENDAR, "P1M ends on the same date, 2027-01-24."),
    ],
)
def test_a_step_names_its_article_where_the_regulation_counts(
    event: str, period: str, code: str | None, rule: CountingRule, said: str
) -> None:
    known = None if code is None else calendar(code)
    assert said in map(str, explain(date.fromisoformat(event), Period.parse(period), known, rule).why)


def test_a_day_beyond_the_calendar_is_named_with_it() -> None:
    with pytest.raises(CalendarUnknown) as told:
        before(date.min, Period.parse("5WD"), calendar("BE"))
    assert (told.value.calendar, told.value.day) == ("BE", "0001-01-01")


def test_the_working_days_rule_does_not_claim_an_article() -> None:
    why = explain(date(2026, 6, 16), Period.parse("5WD"), calendar("LU"), WORKING_DAYS).why
    assert str(why[1]) == (
        "5WD counted in working days ends on 2026-06-24; "
        "skipped: 2026-06-20 Saturday, 2026-06-21 Sunday, 2026-06-23 National Day."
    )
    assert not any("1182" in str(reason) for reason in why)


events = st.dates(date(1998, 1, 1), date(2046, 12, 31))
calendars = st.sampled_from(["BE", "LU", "NL", "NL-termijnenwet"]).map(calendar)
lengths = {Unit.DAYS: 900, Unit.WORKING_DAYS: 700, Unit.WEEKS: 150, Unit.MONTHS: 36, Unit.YEARS: 3}
periods = st.sampled_from(sorted(lengths)).flatmap(
    lambda unit: st.builds(Period, length=st.integers(1, lengths[unit]), unit=st.just(unit))
)
rules = st.sampled_from(CountingRule)
steady = settings(deadline=None)  # a busy machine is not a fault of the rules


@steady
@given(event=events, period=periods, known=calendars, rule=rules)
@example(event=date(2026, 12, 24), period=Period(2, Unit.DAYS), known=calendar("NL"), rule=REGULATION)
def test_the_explained_date_is_the_due_date(event: date, period: Period, known: Calendar, rule: CountingRule) -> None:
    if (rule is WORKING_DAYS) != (period.unit is Unit.WORKING_DAYS) and rule is not REGULATION:
        period = Period(period.length, Unit.WORKING_DAYS if rule is WORKING_DAYS else Unit.DAYS)
    due = explain(event, period, known, rule)
    assert due.on == due_on(event, period, known, rule)
    assert all(str(reason).endswith(".") for reason in due.why)
    skipped = [day for reason in due.why for day, _ in reason.skipped]
    assert all(event < day < due.on and not known.working(day) for day in skipped)


@steady
@given(event=events, period=periods, known=calendars)
def test_the_regulation_ends_on_a_working_day_after_the_event(event: date, period: Period, known: Calendar) -> None:
    due = due_on(event, period, known)
    assert due > event
    assert known.working(due)
    inside = [event + timedelta(days=n) for n in range(1, (due - event).days + 1)]
    wanted = 1 if str(period) in {"P1D", "1WD"} else 2
    assert sum(known.working(day) for day in inside) >= wanted


@steady
@given(event=events, period=periods, known=calendars)
def test_a_longer_period_never_ends_sooner(event: date, period: Period, known: Calendar) -> None:
    longer = Period(period.length + 1, period.unit)
    assert due_on(event, period, known) <= due_on(event, longer, known)
    if period.unit is not Unit.WORKING_DAYS:
        assert due_on(event, period, None, CALENDAR) < due_on(event, longer, None, CALENDAR)


@steady
@given(event=events, period=periods, known=calendars)
def test_a_later_event_never_ends_sooner(event: date, period: Period, known: Calendar) -> None:
    assert due_on(event, period, known) <= due_on(event + timedelta(days=1), period, known)


@steady
@given(due=st.dates(date(2002, 1, 1), date(2050, 12, 31)), length=st.integers(1, 700), known=calendars)
def test_working_days_back_and_forth_meet_again(due: date, length: int, known: Calendar) -> None:
    period = Period(length, Unit.WORKING_DAYS)
    back = before(due, period, known)
    assert back < due
    assert known.working(back)
    if known.working(due):
        assert due_on(back, period, known, WORKING_DAYS) == due


@steady
@given(day=events, known=calendars)
def test_rolling_finds_the_next_working_day_and_leaves_it_there(day: date, known: Calendar) -> None:
    rolled = roll(day, known)
    assert rolled >= day
    assert known.working(rolled)
    assert roll(rolled, known) == rolled
