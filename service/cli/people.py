"""`slagboom user`, `organisation`, `working-group`: the register of who may sign in, file, advise, vote or handle."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from service.auth.passwords import PasswordUnfit, hash_password
from service.cli import Failed
from service.cli.lines import shown
from service.cli.opening import opened
from service.commands.clocks import THE_HOUSE
from service.commands.organisations import Addition, add_organisation, add_working_group
from service.commands.people import AddMandate, AddPerson, add_mandate, add_person
from service.queries.keyset import Page, Place
from service.queries.organisations import organisations, working_groups
from service.queries.register import Registered, people
from service.settings import Settings
from service.store.engine import Store
from service.store.tables.organisations import KINDS
from service.store.work import Work
from service.words import fault as sentence
from workflows.actor import SECRETARIAT, Actor, Mandate, Role
from workflows.errors import DataInvalid, NotFound
from workflows.procedures import LANGUAGES

Thing = TypeVar("Thing")

KEEPER = Actor(
    person="",
    name="Slagboom",
    language="en",
    mandates=(Mandate(id="", role=Role.ADMIN, organisation=SECRETARIAT),),
)
"""Whoever has the machine reads the register as an administrator does."""
AT_ONCE = 200
OPTIONS = (
    *("role", "organisation", "working_group", "from", "until", "name", "language", "kind", "country"),
    "answers_for",
)


@click.group()
def user() -> None:
    """The people who may sign in, and their mandates."""


@user.command("add")
@click.argument("email")
@click.option("--name", help="As it stands in mails and in the history; for a new person.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True, help="What the mandate allows.")
@click.option("--organisation", required=True, metavar="CODE", help="Where the mandate is (`organisation list`).")
@click.option("--working-group", metavar="CODE", help="Which group a secretary handles the cases of.")
@click.option("--from", metavar="DATE", help="The first day of the mandate.")
@click.option("--until", metavar="DATE", help="The last day of the mandate.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of mails and pages; for a new person.")
@click.option("--password-stdin", is_flag=True, help="The password is the first line of standard input (12 or more).")
def add_user(email: str, name: str | None, language: str | None, password_stdin: bool, **given: str | None) -> None:
    """Add a person with a mandate; a person whose EMAIL is known gets one mandate more.

    What else is known of somebody stays as it is: name, language, password.
    """
    mandate = {key: value for key, value in given.items() if value is not None}
    where = ", ".join([f"{mandate['role']} at {mandate['organisation']}", *filter(None, [given["working_group"]])])
    password = _password() if password_stdin else None
    with opened(Settings.read()) as store, _in_words():
        try:
            add_mandate(AddMandate(email=email, mandate=mandate), _work(store))
        except NotFound:
            person = {"email": email, "name": name, "language": language, "password": password, "mandates": [mandate]}
            _add_person({key: value for key, value in person.items() if value is not None}, store)
            click.echo(f"{email} is added as {where}" + ("" if password else "; nobody can sign in without a password"))
        else:
            click.echo(f"{email} was known already, and now is {where} too")


@user.command("list")
def list_users() -> None:
    """Everybody, with the mandates of each."""
    with opened(Settings.read()) as store, store.reading() as connection:
        for person in all_of(lambda place: people(connection, KEEPER, place=place, limit=AT_ONCE)):
            state = "" if person.active else "  (not active)"
            click.echo(shown(f"{person.email}  {person.language}  {person.name}{state}"))
            for mandate in person.mandates:
                click.echo(f"    {_told(mandate)}")


@click.group()
def organisation() -> None:
    """The bodies that file, advise or vote."""


@organisation.command("add")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--country", metavar="CODE", help="Two letters: BE, NL, LU, DE, FR.")
@click.option("--answers-for", metavar="CODE", help="The delegation for which it speaks: BE, NL or LU.")
def add_organisation_(code: str, name: str, kind: str, country: str | None, answers_for: str | None) -> None:
    """Add a body under CODE: capitals, digits and hyphens, like NL-GM0980."""
    given = {"code": code, "name": name, "kind": kind, "country": country, "answers_for": answers_for}
    data = {key: value for key, value in given.items() if value is not None}
    with opened(Settings.read()) as store, _in_words():
        add_organisation(Addition(asked=lambda: data), _work(store))
    click.echo(f"{code} is added")


@organisation.command("list")
def list_organisations() -> None:
    """Every body: code, kind, country, the delegation for which it speaks, name."""
    with opened(Settings.read()) as store, store.reading() as connection:
        found = all_of(lambda place: organisations(connection, KEEPER, place=place, limit=AT_ONCE))
        _print((one.code, one.kind, one.country or "-", one.answers_for or "-", one.name) for one in found)


@click.group("working-group")
def working_group() -> None:
    """The working groups in which cases are handled."""


@working_group.command("add")
@click.argument("code")
@click.option("--name", required=True)
def add_working_group_(code: str, name: str) -> None:
    """Add a working group under CODE: small letters, digits and hyphens, like labour-market."""
    data = {"code": code, "name": name}
    with opened(Settings.read()) as store, _in_words():
        add_working_group(Addition(asked=lambda: data), _work(store))
    click.echo(f"{code} is added")


@working_group.command("list")
def list_working_groups() -> None:
    """Every working group: code and name."""
    with opened(Settings.read()) as store, store.reading() as connection:
        found = all_of(lambda place: working_groups(connection, KEEPER, place=place, limit=AT_ONCE))
        _print((one.code, one.name) for one in found)


def _add_person(person: Mapping[str, Any], store: Store) -> None:
    missing = [f"--{key}" for key in ("name", "language") if key not in person]
    if missing:
        raise Failed(f"{person['email']} is not known yet; a new person needs {' and '.join(missing)}")
    add_person(AddPerson(asked=lambda: person, hashing=_kept), _work(store))


def _kept(password: str) -> str:
    try:
        return hash_password(password)
    except PasswordUnfit as unfit:
        raise Failed(f"the password cannot be kept: {unfit}") from unfit


def _password() -> str:
    try:
        line = sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""  # None: closed by who started us
    except UnicodeDecodeError:
        raise Failed("--password-stdin: the first line of standard input is not UTF-8") from None
    if not line:
        raise Failed("--password-stdin: the first line of standard input is empty")
    return line


def _work(store: Store) -> Work:
    return Work(store, THE_HOUSE, datetime.now(UTC))


@contextmanager
def _in_words() -> Iterator[None]:
    """What is wrong with the data, as a sentence about the option or the argument that it is in."""
    try:
        yield
    except DataInvalid as refused:
        told = []
        for fault in refused.faults:
            place = fault.pointer.rpartition("/")[2]
            option = f"--{place.replace('_', '-')}: " if place in OPTIONS else f"{place}: " if place.isalpha() else ""
            told.append(option + sentence(fault.code, "en", dict(fault.values)))
        raise Failed(" ".join(told)) from refused


def all_of(read: Callable[[Place | None], Page[Thing]]) -> Iterator[Thing]:
    """A whole list, page by page."""
    page = read(None)
    yield from page.items
    while page.after is not None:
        page = read(page.after)
        yield from page.items


def _told(mandate: Registered) -> str:
    group = f", {mandate.working_group}" if mandate.working_group else ""
    since = f" from {mandate.starts_on}" if mandate.starts_on else ""
    until = f" until {mandate.ends_on}" if mandate.ends_on else ""
    return f"{mandate.role} at {mandate.organisation}{group}{since}{until}"


def _print(rows: Iterable[tuple[str, ...]]) -> None:
    """Rows in columns; the last one is as long as it is."""
    table = list(rows)
    widths = [max(len(row[index]) for row in table) for index in range(len(table[0]) - 1)] if table else []
    for row in table:
        line = "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[-1]])
        click.echo(shown(line))
