"""`slagboom clock` and `slagboom rule`: what the law says, without any database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from service.cli import Failed

if TYPE_CHECKING:
    from workflows.decision_rule import Vote


@click.group()
def clock() -> None:
    """Count periods the way the law counts."""


@clock.command()
@click.option("--event", required=True, metavar="DATE", help="The day of the event, as YYYY-MM-DD.")
@click.option("--period", required=True, help="An ISO 8601 duration (P2M, P10D, P3W, P1Y) or working days (5WD).")
@click.option("--rule", default="regulation-1182-71", show_default=True, help="How it is counted.")
@click.option("--calendar", "code", default=None, help="Whose public holidays count: BE, NL, NL-termijnenwet, LU.")
def due(event: str, period: str, rule: str, code: str | None) -> None:
    """The last day on which an act is still in time, and why."""
    from workflows.calendars import calendar
    from workflows.counting import CountingRule, Period, explain

    try:
        known = calendar(code) if code is not None else None
    except KeyError:
        raise Failed(f"there is no calendar {code!r}; known: {', '.join(_calendars())}") from None
    try:
        found = explain(_day(event), Period.parse(period), known, rule=CountingRule(rule))
    except ValueError as error:
        raise Failed(str(error)) from error
    click.echo(found.on.isoformat())
    for reason in found.why:
        click.echo(str(reason))


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Failed(f"{written!r} is not a date; write it as 2026-05-21") from None


def _calendars() -> tuple[str, ...]:
    from workflows.procedures import calendar_codes

    return calendar_codes()


@click.command()
@click.argument("name")
@click.argument("positions", nargs=-1)
@click.option("--closed", is_flag=True, help="As it comes out when the consultation is closed now.")
@click.option("--language", type=click.Choice(["nl", "fr", "de", "en"]), default="en", show_default=True)
def rule(name: str, positions: tuple[str, ...], closed: bool, language: str) -> None:
    """The outcome of a consultation by a decision rule, and why.

    NAME is `unanimity`; POSITIONS read BE=agree LU=abstain NL=reservation:parliamentary. A delegation that is left
    out, or `none`, has not spoken.
    """
    from workflows import shelf
    from workflows.decision_rule import decide, say

    rules = shelf.newest("benelux-obstacle")
    if name not in rules.rules:
        raise Failed(f"there is no decision rule {name!r}; known: {', '.join(rules.rules)}")
    voters = rules.consultations["delegations"].voters
    found = decide(rules.rules[name], voters, _votes(positions, voters), closed=closed)
    click.echo(found.outcome.value.replace("_", "-"))
    for sentence in say(found, language):
        click.echo(sentence)


def _votes(positions: tuple[str, ...], voters: tuple[str, ...]) -> dict[str, Vote]:
    from workflows.decision_rule import Reservation, Stance, Vote

    votes: dict[str, Vote] = {}
    for written in positions:
        delegation, _, stance = written.partition("=")
        stance, _, kind = stance.partition(":")
        if delegation not in voters:
            raise Failed(f"{delegation!r} has no vote; the delegations are {', '.join(voters)}")
        if delegation in votes:
            raise Failed(f"{delegation} stands twice; give one position for each delegation")
        if stance == "none":
            continue
        if stance not in set(Stance):
            raise Failed(f"{stance!r} is not a position; known: {', '.join(Stance)}, none")
        if kind and (kind not in set(Reservation) or stance != Stance.RESERVATION):
            raise Failed(f"{written!r}: a reservation is {', '.join(Reservation)}")
        reservation = Reservation(kind) if kind else Reservation.SUBSTANCE if stance == Stance.RESERVATION else None
        votes[delegation] = Vote(Stance(stance), reservation)
    return votes
