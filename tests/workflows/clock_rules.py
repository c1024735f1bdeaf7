"""The clocks of the procedures, as rules and as clocks that run, for the tests about them."""

from datetime import date
from functools import cache

from workflows import clock as clocks
from workflows import texts
from workflows.clock import Clock, ClockRule

RULES = """
acknowledge: {kind: duty, of: intake, length: 5WD, rule: working-days, calendar: BE, basis: policy,
              counted_from: received_on, late: {late: [intake]}}
admissibility: {kind: target, of: secretary, length: P2M, rule: regulation-1182-71, calendar: BE, basis: policy,
                at: {80%: {nearly_late: [secretary]}}}
reply: {kind: target, of: filer, length: until reply_by, calendar: BE, basis: policy,
        before: {3WD: {reminder: [filer]}}, late: {waiting: [secretary]}}
closing: {kind: duty, of: delegate, length: until closing_on, calendar: BE, basis: policy,
          before: {10WD: {reminder: [delegate]}, 3WD: {reminder: [delegate]}}, late: {waiting: [secretary]}}
vote: {kind: duty, of: minister_office, length: until meeting_on, calendar: BE, basis: policy,
       before: {3WD: {reminder: [minister_office]}}, late: {late: [minister_office, secretary_general]}}
evaluation: {kind: target, of: secretary, length: until evaluate_on, calendar: BE, basis: policy,
             before: {30WD: {waiting: [secretary]}}}
review: {kind: duty, of: secretary_general, length: P2M, rule: regulation-1182-71, calendar: BE, basis: policy,
         late: {late: [secretary_general]}}
quiet: {kind: target, of: secretary, length: P3M, rule: calendar, basis: policy,
        restarted_by: every move of an open case, repeats: P3M, late: {still_working: [filer], waiting: [secretary]}}
pause: {kind: standstill, of: secretary, length: P3M, rule: regulation-1182-71, calendar: BE, basis: "directive"}
national_limit: {kind: duty, of: secretary, length: unknown, basis: "law: art. 10(1)"}
"""


@cache
def rule(name: str) -> ClockRule:
    return ClockRule.parse(name, texts.read(RULES, "rules.yaml")[name], "rules.yaml", f"clocks.{name}")


def day(text: str) -> date:
    return date.fromisoformat(text)


def started(name: str, on: str, until: str | None = None) -> Clock:
    clock = clocks.start(rule(name), day(on), None if until is None else day(until))
    assert clock is not None
    return clock


def swept(rule: ClockRule, clock: Clock, today: date) -> tuple[Clock, list[str]]:
    """What one sweep does: ring every mark that is due, in order."""
    labels = []
    for mark in clocks.ringing(rule, clock, today):
        clock = clocks.ring(rule, clock, mark, today)
        labels.append(mark.label)
    return clock, labels
