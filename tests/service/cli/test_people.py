"""`slagboom user`, `organisation` and `working-group`."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from sqlalchemy import select

from service.auth.passwords import verify
from service.cli import status_of
from service.store.engine import Store
from service.store.tables import MandateRow, OutboxRow, PersonRow

pytestmark = pytest.mark.usefixtures("at_home")
JAN = ["user", "add", "Jan.Peeters@example.org", "--name", "Jan Peeters", "--language", "nl"]


def rows(url: str, table: Any) -> list[Any]:
    store = Store.open(url)
    with store.reading() as connection:
        found = list(connection.execute(select(table.__table__)).mappings())
    store.close()
    return found


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("een lang wachtwoord\nwat er verder staat\n"))


@pytest.mark.parametrize(
    ("given", "said"), [(None, "is empty"), (b"", "is empty"), (b"\xff\xfe een wachtwoord\n", "is not UTF-8")]
)
def test_without_a_password_to_read_nobody_is_added(
    given: bytes | None,
    said: str,
    at_home: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", None if given is None else io.TextIOWrapper(io.BytesIO(given), "utf-8"))
    assert status_of([*JAN, "--role", "delegate", "--organisation", "BE-FED", "--password-stdin"]) == 1
    assert capsys.readouterr().err == f"slagboom: --password-stdin: the first line of standard input {said}\n"
    assert rows(at_home, PersonRow) == []


@pytest.mark.usefixtures("typed")
def test_a_person_is_added_with_a_mandate_and_a_password(at_home: str, capsys: pytest.CaptureFixture[str]) -> None:
    mandate = ["--role", "delegate", "--organisation", "BE-FED", "--from", "2026-01-01", "--until", "2026-12-31"]
    assert status_of([*JAN, *mandate, "--password-stdin"]) == 0
    assert capsys.readouterr().out == "Jan.Peeters@example.org is added as delegate at BE-FED\n"
    (person,) = rows(at_home, PersonRow)
    assert (person["email"], person["name"], person["language"]) == ("jan.peeters@example.org", "Jan Peeters", "nl")
    assert verify("een lang wachtwoord", person["password_hash"])
    assert rows(at_home, OutboxRow) == []  # nobody is told of what the house does when it is set up
    assert status_of(["user", "list"]) == 0
    assert capsys.readouterr().out == (
        "jan.peeters@example.org  nl  Jan Peeters\n    delegate at BE-FED from 2026-01-01 until 2026-12-31\n"
    )


def test_a_known_address_gets_one_mandate_more(at_home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["working-group", "add", "transport", "--name", "Vervoer"]) == 0
    assert status_of([*JAN, "--role", "secretary", "--organisation", "BENELUX-SG"]) == 0
    more = ["--role", "secretary", "--organisation", "BENELUX-SG", "--working-group", "transport"]
    assert status_of(["user", "add", "JAN.PEETERS@example.org", *more]) == 0
    said = capsys.readouterr().out
    assert "nobody can sign in without a password" in said
    assert "was known already, and now is secretary at BENELUX-SG, transport too" in said
    assert len(rows(at_home, PersonRow)) == 1
    assert [row["working_group"] for row in rows(at_home, MandateRow)] == [None, "transport"]
    assert status_of(["user", "add", "jan.peeters@example.org", *more]) == 1
    assert capsys.readouterr().err == "slagboom: This is already there; name it once.\n"


REFUSED = [
    ([*JAN, "--role", "delegate", "--organisation", "NOWHERE"], "--organisation: The organisation NOWHERE is not"),
    ([*JAN, "--role", "officer", "--organisation", "BE", "--until", "31-12-2026"], "--until: Give an existing date as"),
    ([*JAN, "--role", "king", "--organisation", "BE"], "Invalid value for '--role'"),
    ([*JAN, "--role", "officer", "--organisation", "BE", "--working-group", "x"], "--working-group: "),
    ([*JAN[:2], "no address", *JAN[3:], "--role", "officer", "--organisation", "BE"], "email: Give a valid"),
    (
        ["user", "add", "new@example.org", "--role", "officer", "--organisation", "BE"],
        "new@example.org is not known yet; a new person needs --name and --language",
    ),
    ([*JAN, "--role", "officer", "--organisation", "BE", "--password-stdin"], "fewer than 12 characters"),
    (["organisation", "add", "lower", "--name", "x", "--kind", "ministry"], "code: "),
    (["organisation", "add", "BE", "--name", "x", "--kind", "ministry"], "code: "),
    (["organisation", "add", "X", "--name", "x", "--kind", "ministry", "--country", "Belgium"], "--country: "),
    (["organisation", "add", "X", "--name", "x", "--kind", "ministry", "--answers-for", "Y"], "--answers-for: "),
    (["working-group", "add", "Transport", "--name", "x"], "code: "),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_what_cannot_be_added_is_one_line(
    at_home: str, arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("kort\n"))
    assert status_of(arguments) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("slagboom: ")
    assert told in said.err
    assert rows(at_home, PersonRow) == []


def test_an_empty_password_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert status_of([*JAN, "--role", "officer", "--organisation", "BE", "--password-stdin"]) == 1
    assert "the first line of standard input is empty" in capsys.readouterr().err


def test_organisations_and_working_groups_are_added_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    town = ["organisation", "add", "NL-GM0980", "--name", "Gemeente Cranendonck", "--kind", "municipality"]
    assert status_of([*town, "--country", "NL"]) == 0
    office = ["organisation", "add", "LU-MFA", "--name", "Ministère", "--kind", "ministry", "--answers-for", "LU"]
    assert status_of(office) == 0
    assert status_of(["working-group", "add", "transport", "--name", "Vervoer"]) == 0
    capsys.readouterr()
    assert status_of(["organisation", "list"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["NL-GM0980", "municipality", "NL", "-", "Gemeente", "Cranendonck"] in lines
    assert ["LU-MFA", "ministry", "-", "LU", "Ministère"] in lines
    assert len(lines) == 17
    assert status_of(["working-group", "list"]) == 0
    assert capsys.readouterr().out == "transport  Vervoer\n"
