"""`slagboom digest`: what the ministers' offices read of a week."""

from __future__ import annotations

from datetime import date

import click

from service.cli import Failed
from service.cli.opening import opened
from service.settings import Settings
from service.worker import now_in_utc
from service.worker.digests import composed, monday_before, send_week
from workflows.dates import day_in_brussels


@click.group()
def digest() -> None:
    """The weekly digest of the ministers' offices."""


@digest.command()
@click.option("--on", "written", metavar="DATE", help="The week before this day; today where it is left out.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def send(written: str | None, dry_run: bool) -> None:
    """Send the digest of the ISO week before DATE, once per person and week; the worker carries the mails."""
    now = now_in_utc()
    day = _day(written) if written is not None else day_in_brussels(now)
    starts_on = _monday_before(day)
    with opened(Settings.read()) as store:
        if dry_run:
            for one in composed(store, day, day_in_brussels(now)):
                numbers = ", ".join(f"{section.name} {section.count}" for section in one.digest.sections)
                click.echo(f"{one.digest.organisation} ({one.language}): {numbers}")
            return
        sent = send_week(store, day, now)
    week = starts_on.isocalendar()
    click.echo(f"{sent} digest{'' if sent == 1 else 's'} of {week.year}-W{week.week:02d} on the way")


def _monday_before(day: date) -> date:
    try:
        return monday_before(day)
    except ValueError as error:
        raise Failed(str(error)) from None


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Failed(f"{written!r} is not a date; write it as 2026-11-30") from None
