"""Clocks of a case: what is due when, and how each date came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, RowMapping

from service.queries.within import Within, within_whole
from service.store.loading import CLOCKS, CLOCKS_OF, clock_of
from workflows import clock as clocks_of_law
from workflows.actor import Actor
from workflows.procedure import Procedure
from workflows.reasons import Reason


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that was started. `of` is the role word of who must act; `why` explains `due_on` step by step.

    `procedure` and `version` say in whose words it has a label.
    """

    clock: str
    kind: str
    of: str
    state: str
    starts_on: date
    due_on: date | None
    rule: str | None
    calendar: str | None
    basis: str
    why: tuple[Reason, ...]
    procedure: str
    version: int


def clocks(connection: Connection, actor: Actor, case: str | Within) -> tuple[RunningClock, ...]:
    """Every clock of a case that was ever started, the oldest first. Raises NotFound."""
    found = within_whole(connection, actor, case)
    ordered = CLOCKS_OF.order_by(CLOCKS.c.starts_on, CLOCKS.c.name)
    rows = connection.execute(ordered, {"case": found.id}).mappings()
    return tuple(_read(row, found.procedure) for row in rows)


def _read(row: RowMapping, procedure: Procedure) -> RunningClock:
    rule = procedure.clocks.get(row["name"])  # a clock of a former version may have no rule any more
    return RunningClock(
        clock=row["name"],
        kind=row["kind"],
        of=row["of_role"],
        state=row["state"],
        starts_on=row["starts_on"],
        due_on=row["due_on"],
        rule=row["rule"],
        calendar=row["calendar"],
        basis=row["basis"],
        why=clocks_of_law.why(rule, clock_of(row)) if rule is not None else (),
        procedure=procedure.id,
        version=procedure.version,
    )
