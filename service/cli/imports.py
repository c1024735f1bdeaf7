"""`slagboom import` and `slagboom plan`: what was kept elsewhere comes in, and the plan of a year."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import Failed
from service.cli.lines import shown
from service.cli.opening import opened
from service.cli.progress import progress
from service.settings import Settings

if TYPE_CHECKING:
    from service.imports.report import Report

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group("import")
def import_() -> None:
    """Take over an annual plan, or an old register. What is there already stays as it is."""


@import_.command("annual-plan")
@FILE
def annual_plan(file: Path) -> None:
    """The items of a plan become cases; instruments.json beside FILE, else the shipped one, names the instruments."""
    from service.commands.imports import IMPORTER
    from service.imports.annual_plan import annual_plan_at, import_annual_plan
    from service.imports.reading import ImportFaulty
    from service.store.work import Work

    try:
        plan = annual_plan_at(file)
    except ImportFaulty as error:
        raise Failed(str(error)) from error
    with opened(Settings.read()) as store, progress("Taking over") as moved:
        report = import_annual_plan(plan, lambda: Work(store, IMPORTER, datetime.now(UTC)), moved)
    _tell(report)


@import_.command()
@FILE
def cases(file: Path) -> None:
    """The cases of an old register, a JSON list, begin in the stage where they stand."""
    from service.commands.imports import IMPORTER
    from service.imports.reading import ImportFaulty
    from service.imports.register import import_cases, register_at
    from service.store.work import Work

    try:
        register = register_at(file)
    except ImportFaulty as error:
        raise Failed(str(error)) from error
    with opened(Settings.read()) as store, progress("Taking over") as moved:
        report = import_cases(register, lambda: Work(store, IMPORTER, datetime.now(UTC)), moved)
    _tell(report)


@click.command()
@click.argument("year", type=click.IntRange(1958, 2200))
def plan(year: int) -> None:
    """The plan of a year: per theme the status, reference, stage and title of each case."""
    from service.imports.plan_table import READER, plan_lines
    from service.queries.plans import plan_of
    from service.words import label

    with opened(Settings.read()) as store, store.reading() as connection:
        found = plan_of(connection, READER, year)
    if not found.cases:
        raise Failed(f"there is no plan of {year} here")
    for line in plan_lines(found, lambda theme: label("theme", theme, "en")):
        click.echo(shown(line))


def _tell(report: Report) -> None:
    for line in report.lines():
        click.echo(shown(line))
    if report.left_out:
        one = report.left_out == 1
        counted = "1 entry was" if one else f"{report.left_out} entries were"
        raise Failed(f"{counted} left out, for the {'reason' if one else 'reasons'} above")
