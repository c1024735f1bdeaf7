"""What stands in the annual plan of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Text, cast, select

from service.store.sight import CASES, Sight
from service.store.tables import AnnualPlanRow
from workflows.actor import Actor

PLANS = AnnualPlanRow.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """A case under a heading of the plan: `status` new, in_development or ongoing; `basis` heading when it says so."""

    reference: str
    procedure: str
    procedure_version: int
    stage: str
    title: str
    theme: str | None
    status: str
    basis: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOfYear:
    """The plan of a year. `titles`: those of the plans that were read in for it, by language."""

    year: int
    titles: tuple[Mapping[str, str], ...]
    cases: tuple[PlannedCase, ...]


def plan_of(connection: Connection, actor: Actor, year: int) -> PlanOfYear:
    """The cases with a status in the plan of that year (read in or reported), by reference, as far as one sees them."""
    plans = select(PLANS.c.title).where(PLANS.c.year == year).order_by(PLANS.c.id)
    titles = tuple(connection.execute(plans).scalars())
    columns = ("reference", "procedure", "procedure_version", "stage", "title", "theme", "plan_status")
    # The databases write JSON with different spaces: this narrows the rows, `_status` decides.
    dated = cast(CASES.c.plan_status, Text).contains(f'"{year:04d}-')
    statement = (
        select(*(CASES.c[name] for name in columns))
        .where(Sight(actor).readable(), CASES.c.reference.is_not(None), dated)
        .order_by(CASES.c.reference)
    )
    cases = []
    for row in connection.execute(statement).mappings():
        status = _status(row["plan_status"], year)
        if status is not None:
            told = {name: row[name] for name in columns if name != "plan_status"}
            cases.append(PlannedCase(**told, status=status["status"], basis=status.get("basis")))
    return PlanOfYear(year=year, titles=titles, cases=tuple(cases))


def _status(dated: Iterable[Mapping[str, str]], year: int) -> Mapping[str, str] | None:
    """The last status of the year; None when there was none."""
    found = sorted((one for one in dated if one["on"][:4] == f"{year:04d}"), key=lambda one: one["on"])
    return found[-1] if found else None
