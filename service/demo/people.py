"""Demo people, made through the same commands as real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from service.commands import Work
from service.commands.organisations import Addition, add_organisation, add_working_group
from service.commands.people import AddPerson, add_person
from workflows.errors import DataInvalid

Command = TypeVar("Command")
Works = Callable[[], Work]
"""Makes a new unit of work in which the house itself acts."""

PASSWORD = "open-de-slagboom"  # noqa: S105 - published on purpose: made-up people, refused in production
DOMAIN = "slagboom.example"
KNOWN_ALREADY = "known_already"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A made-up person with one mandate. `key` is the part of the e-mail address before the at-sign."""

    key: str
    name: str
    language: str
    role: str
    organisation: str
    working_group: str | None
    does: str

    @property
    def email(self) -> str:
        """What to sign in with."""
        return f"{self.key}@{DOMAIN}"


ORGANISATIONS: tuple[Mapping[str, Any], ...] = (
    {"code": "NL-GM0980", "name": "Gemeente Grensbeek", "kind": "municipality", "country": "NL"},
    {"code": "BE-PR40", "name": "Province du Val-Mosan", "kind": "province", "country": "BE"},
    {"code": "LU-C0119", "name": "Gemeng Grenzdall", "kind": "municipality", "country": "LU"},
    {"code": "BGTS-SCHELDEKREEK", "name": "BGTS Scheldekreek", "kind": "egtc"},
)
"""Places that are on no map, beside the bodies that the register always holds."""

WORKING_GROUPS: tuple[Mapping[str, Any], ...] = (
    {"code": "transport", "name": "Werkgroep Vervoer / Groupe de travail Transport"},
    {"code": "labour-market", "name": "Werkgroep Arbeidsmarkt / Groupe de travail Marché du travail"},
)

PEOPLE = (
    Somebody("grensbeek", "Mieke Verhulstenaar", "nl", "officer", "NL-GM0980", None, "files obstacles"),
    Somebody("valmosan", "Clotilde Masuret", "fr", "officer", "BE-PR40", None, "files obstacles"),
    Somebody("grenzdall", "Jos Wampachter", "de", "officer", "LU-C0119", None, "files obstacles"),
    Somebody("scheldekreek", "Hanne Kreekbosch", "nl", "officer", "BGTS-SCHELDEKREEK", None, "files obstacles"),
    Somebody("intake", "Joris Ovenaere", "nl", "secretary", "BENELUX-SG", None, "registers what comes in"),
    Somebody("transport", "Saskia Wildervanck-Mol", "nl", "secretary", "BENELUX-SG", "transport", "handles cases"),
    Somebody("labour", "Edmond Quairiaux", "fr", "secretary", "BENELUX-SG", "labour-market", "handles cases"),
    Somebody("sg", "Ghislaine Terweyden", "fr", "secretary_general", "BENELUX-SG", None, "decides on the next step"),
    Somebody("delegate-be", "Aurélie Dumoncelle", "fr", "delegate", "BE-FED", None, "speaks for Belgium"),
    Somebody("delegate-nl", "Wouter Sluyterhof", "nl", "delegate", "NL", None, "speaks for the Netherlands"),
    Somebody("delegate-lu", "Pit Hennengruber", "de", "delegate", "LU", None, "speaks for Luxembourg"),
    Somebody("wallonia", "Quentin Sartigny", "fr", "delegate", "BE-WAL", None, "advises"),
    Somebody("nrw", "Annegret Holtwickede", "de", "delegate", "DE-NW", None, "advises"),
    Somebody("minister-be", "Liselot Vandekoutere", "nl", "minister_office", "BE", None, "votes, follows measures"),
    Somebody("minister-nl", "Floris Ravestijn", "nl", "minister_office", "NL", None, "votes, follows measures"),
    Somebody("minister-lu", "Josiane Weyrichter", "fr", "minister_office", "LU", None, "votes, follows measures"),
    Somebody("auditor", "Rosalind Ashcombe", "en", "auditor", "BENELUX-SG", None, "reads everything"),
    Somebody("admin", "Tobias Kinsale", "en", "admin", "BENELUX-SG", None, "keeps the register of people"),
)
"""One person at least for every role, in every country and every language; none of them exists."""

ADDRESSES: Mapping[str, str] = {somebody.key: somebody.email for somebody in PEOPLE}


def seed(works: Works, hashing: Callable[[str], str]) -> None:
    """Add the demo people and where they work; whoever or whatever is there already stays as it is.

    `hashing` makes of the password what is kept of it: once for all of them, since everybody may read the password.
    """
    for organisation in ORGANISATIONS:
        _unless_known(add_organisation, Addition(asked=_given(organisation)), works())
    for group in WORKING_GROUPS:
        _unless_known(add_working_group, Addition(asked=_given(group)), works())
    kept = hashing(PASSWORD)
    for somebody in PEOPLE:
        added = AddPerson(asked=_given(_asked(somebody)), hashing=lambda _: kept)
        _unless_known(add_person, added, works())


def table() -> Iterator[str]:
    """Whom to sign in as, a line a person."""
    widest = max(len(somebody.email) for somebody in PEOPLE)
    for somebody in PEOPLE:
        role = somebody.role.replace("_", " ")
        at = f"{somebody.organisation}, {somebody.working_group}" if somebody.working_group else somebody.organisation
        yield f"{somebody.email:<{widest}}  {somebody.language}  {role:<17}  {at:<25}  {somebody.does}"


def _asked(somebody: Somebody) -> Mapping[str, Any]:
    mandate = {
        "role": somebody.role,
        "organisation": somebody.organisation,
        "working_group": somebody.working_group,
    }
    return {
        "email": somebody.email,
        "name": somebody.name,
        "language": somebody.language,
        "password": PASSWORD,
        "mandates": [mandate],
    }


def _given(data: Mapping[str, Any]) -> Callable[[], Mapping[str, Any]]:
    return lambda: data


def _unless_known(add: Callable[[Command, Work], object], command: Command, work: Work) -> None:
    try:
        add(command, work)
    except DataInvalid as refusal:
        if {fault.code for fault in refusal.faults} != {KNOWN_ALREADY}:
            raise
