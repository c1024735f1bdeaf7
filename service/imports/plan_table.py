"""The plan of a year as a table of plain text: theme by theme, with status, reference, stage and title."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from service.queries.plans import PlannedCase, PlanOfYear
from workflows.actor import SECRETARIAT, Actor, Mandate, Role
from workflows.fields import THEMES
from workflows.wording import wording

READER = Actor(
    person="",
    name="plan",
    language="en",
    mandates=(Mandate(id="", role=Role.AUDITOR, organisation=SECRETARIAT),),
)
"""Who holds the database reads every case in it."""

STATUSES = {"new": "new", "in_development": "in development", "ongoing": "ongoing"}
CONCLUDED = {"flagship", "inferred"}
"""The status does not stand in the plan: its compiler concluded it."""
LANGUAGE = "en"


def plan_lines(plan: PlanOfYear, theme_label: Callable[[str], str]) -> Iterator[str]:
    """The plan, line by line: themes in the order of the vocabulary, in each what is new first."""
    yield from (title.get(LANGUAGE, "") for title in plan.titles)
    yield f"{len(plan.cases)} cases with a status in {plan.year}"
    widths = [max((len(row[column]) for row in map(_row, plan.cases)), default=0) for column in range(3)]
    for theme in (*THEMES, None):
        cases = [case for case in plan.cases if case.theme == theme]
        if cases:
            yield ""
            yield f"{theme_label(theme) if theme else 'Without a theme'} ({len(cases)})"
            yield from (_line(case, widths) for case in sorted(cases, key=_order))
    if any(case.basis in CONCLUDED for case in plan.cases):
        yield ""
        yield "* not under a heading of the plan: concluded from its wording"


def _order(case: PlannedCase) -> tuple[int, str]:
    known = list(STATUSES)
    return (known.index(case.status) if case.status in known else len(known)), case.reference


def _row(case: PlannedCase) -> tuple[str, str, str]:
    mark = "*" if case.basis in CONCLUDED else ""
    stage = wording(case.procedure, case.procedure_version, LANGUAGE).stage(case.stage)
    return STATUSES.get(case.status, case.status) + mark, case.reference, stage


def _line(case: PlannedCase, widths: Iterable[int]) -> str:
    cells = [text.ljust(width) for text, width in zip(_row(case), widths, strict=True)]
    return "  ".join(["", *cells, case.title])
