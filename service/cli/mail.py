"""`slagboom mail`: which letters did not arrive, and sending them again."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from service import words
from service.cli import Failed
from service.cli.lines import shown
from service.cli.opening import opened
from service.cli.people import KEEPER, all_of
from service.commands.clocks import THE_HOUSE
from service.commands.letters import send_stopped_again
from service.queries.deliveries import Delivery, deliveries
from service.settings import Settings
from service.store.letters import STOPPED
from service.store.work import Work

AT_ONCE = 200


@click.group()
def mail() -> None:
    """The letters that did not arrive."""


@mail.command()
def parked() -> None:
    """Every letter that is not tried again by itself, the newest first: who, which notice, which case, since, why."""
    with opened(Settings.read()) as store, store.reading() as connection:
        for one in all_of(lambda place: deliveries(connection, KEEPER, states=STOPPED, place=place, limit=AT_ONCE)):
            click.echo(shown(_line(one)))
            click.echo(shown(f"    {words.undelivered(one.reason or '', one.state, 'en')}"))


@mail.command()
@click.argument("ids", metavar="[ID]…", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every letter that `mail parked` lists.")
@click.option("--to", metavar="ADDRESS", help="Those to this e-mail address.")
def resend(ids: tuple[str, ...], everything: bool, to: str | None) -> None:
    """Send letters again that are parked or refused; the worker carries them, to the address that each person has now.

    Say which: one or more ID, or --all, or --to ADDRESS.
    """
    if sum((bool(ids), everything, to is not None)) != 1:
        raise Failed("say which letters: ID (of `slagboom mail parked`), --all, or --to ADDRESS")
    with opened(Settings.read()) as store:
        gone, kept = send_stopped_again(Work(store, THE_HOUSE, datetime.now(UTC)), ids=ids, to=to)
    if ids and gone + kept < len(set(ids)):
        click.echo(f"{len(set(ids)) - gone - kept} of them are not parked or refused, or not there", err=True)
    if kept:
        click.echo(f"{kept} stay: the person is no longer active", err=True)
    click.echo(f"{gone} letter{'' if gone == 1 else 's'} on the way")


def _line(one: Delivery) -> str:
    about = (one.case.reference or one.case.id) if one.case is not None else "no case"
    return f"{one.id}  {one.to} <{one.email}>  {one.notice}  {about}  since {one.created_at:%Y-%m-%d %H:%M} UTC"
