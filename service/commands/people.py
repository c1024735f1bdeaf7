"""People: who may sign in, and the mandates by which they may do anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email

from service.commands.administration import an_object, check_admin, fitting, is_house
from service.commands.organisations import TURN
from service.store import register
from service.store.once import Seen
from service.store.turns import take_turn
from service.store.work import Work, check_version_of
from workflows.actor import Role
from workflows.errors import DataInvalid, Fault, NotFound
from workflows.fields import CODE, DATE, TITLE, or_null, validator
from workflows.mandates import misfits_of_mandate
from workflows.procedures import LANGUAGES

Asked = Callable[[], Mapping[str, Any]]
Hashing = Callable[[str], str]
"""Makes of a password what is kept of it. Raises DataInvalid for one that cannot be kept."""


def _list_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema, "maxItems": 50}


MANDATE = an_object(
    {
        "role": {"type": "string", "enum": [str(role) for role in Role]},
        "organisation": CODE,
        "working_group": or_null(CODE),
        "from": or_null(DATE),
        "until": or_null(DATE),
    },
    "role",
    "organisation",
)
ENDED_MANDATE = an_object({"id": CODE, "until": or_null(DATE)}, "id")
_LANGUAGE = {"type": "string", "enum": list(LANGUAGES)}
_PASSWORD = {"type": "string"}
NEW = validator(
    an_object(
        {
            "email": {"type": "string", "minLength": 1, "maxLength": 254},
            "name": TITLE,
            "language": _LANGUAGE,
            "password": or_null(_PASSWORD),
            "mandates": _list_of(MANDATE),
        },
        "email",
        "name",
        "language",
    )
)
CHANGED = validator(
    an_object(
        {
            "name": TITLE,
            "language": _LANGUAGE,
            "active": {"type": "boolean"},
            "password": _PASSWORD,
            "mandates": an_object({"add": _list_of(MANDATE), "end": _list_of(ENDED_MANDATE)}),
        }
    )
)
ONE_MANDATE = validator(MANDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPerson:
    """Add a person. `asked` gives `{"email", "name", "language", "password", "mandates"}`, or raises."""

    asked: Asked
    hashing: Hashing


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePerson:
    """Change a person, on the version that was read.

    `asked` gives what is to change of `{"name", "language", "active", "password", "mandates": {"add", "end"}}`.
    """

    person: str
    version: int | None
    asked: Asked
    hashing: Hashing


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMandate:
    """Give a person, known by e-mail address, one more mandate: `{"role", "organisation", "working_group", …}`."""

    email: str
    mandate: Mapping[str, Any]


def add_person(command: AddPerson, work: Work) -> Seen:
    """Add a person, who may sign in at once if there is a password. Raises RoleMissing, DataInvalid."""
    check_admin(work.actor)
    data = fitting(command.asked(), NEW)
    email = address_of(data["email"])
    password = data.get("password")
    kept = command.hashing(password) if password is not None else None  # slow: before others have to wait
    with work:
        seen = work.replay()
        if seen is not None:
            return seen
        take_turn(work.connection, TURN)
        faults = list(_faults_of_mandates(data.get("mandates", ()), (), "/mandates", work))
        if register.person_by_email(work.connection, email) is not None:
            faults.insert(0, Fault("/email", "known_already", (("value", email),)))
        if faults:
            raise DataInvalid(faults)
        id = work.id()
        row = {"id": id, "email": email, "name": data["name"], "language": data["language"], "password_hash": kept}
        register.add_person(work.connection, row | {"created_at": work.now, "version": 1, "active": True})
        for mandate in data.get("mandates", ()):
            _give(id, mandate, work)
        return work.remember(201, f"/api/v1/people/{id}", "person", id)


def change_person(command: ChangePerson, work: Work) -> Seen:
    """Change a person; one whose password or mandates are changed is told so.

    Raises RoleMissing, NotFound, VersionMissing, Stale, DataInvalid.
    """
    with work:
        check_admin(work.actor)
        known = register.person(work.connection, command.person)
        if known is None:
            raise NotFound(command.person)
        check_version_of(command.person, known["version"], command.version)
        data = fitting(command.asked(), CHANGED)
        changes = data.get("mandates", {})
        held = register.mandates_of(work.connection, command.person)
        faults = list(_faults_of_mandates(changes.get("add", ()), held, "/mandates/add", work))
        faults += _faults_of_ends(changes.get("end", ()), held)
        if data.get("active") is False and command.person == work.actor.person:
            faults.append(Fault("/active", "not_oneself"))
        if faults:
            raise DataInvalid(faults)
        values: dict[str, Any] = {name: data[name] for name in ("name", "language", "active") if name in data}
        if "password" in data:
            values["password_hash"] = command.hashing(data["password"])
            _tell(command.person, {"what": "password"}, work)
        register.change_person(work.connection, command.person, values)
        for mandate in changes.get("add", ()):
            _tell_of("mandate_added", _give(command.person, mandate, work), work)
        for ended in changes.get("end", ()):
            _end(next(one for one in held if one["id"] == ended["id"]), ended, work)
        return work.remember(200, None, "person", command.person)


def add_mandate(command: AddMandate, work: Work) -> str:
    """Give a known person one more mandate; says which person. Raises RoleMissing, NotFound, DataInvalid."""
    with work:
        check_admin(work.actor)
        known = register.person_by_email(work.connection, address_of(command.email))
        if known is None:
            raise NotFound(command.email)
        mandate = fitting(command.mandate, ONE_MANDATE)
        held = register.mandates_of(work.connection, known["id"])
        faults = list(_faults_of_mandates([mandate], held, "", work))
        if faults:
            raise DataInvalid(faults)
        register.change_person(work.connection, known["id"], {})
        _tell_of("mandate_added", _give(known["id"], mandate, work), work)
        return str(known["id"])


def address_of(text: str) -> str:
    """An e-mail address as it is kept: in small letters. Raises DataInvalid."""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError as wrong:
        raise DataInvalid([Fault("/email", "no_email")]) from wrong


def _faults_of_mandates(
    wanted: Sequence[Mapping[str, Any]], held: Sequence[Mapping[str, Any]], at: str, work: Work
) -> Iterator[Fault]:
    known = [_key(mandate) for mandate in held if mandate["ends_on"] is None or mandate["ends_on"] >= work.today]
    for index, mandate in enumerate(wanted):
        pointer = f"{at}/{index}" if at else ""
        yield from _faults_of_mandate(mandate, pointer, work)
        if _key(mandate) in known:
            yield Fault(pointer, "stands_twice")
        known.append(_key(mandate))


def _key(mandate: Mapping[str, Any]) -> tuple[str, str, str | None]:
    return mandate["role"], mandate["organisation"], mandate.get("working_group")


def _faults_of_mandate(mandate: Mapping[str, Any], at: str, work: Work) -> Iterator[Fault]:
    code, group = mandate["organisation"], mandate.get("working_group")
    organisation = register.organisation(work.connection, code)
    if organisation is None:
        yield Fault(f"{at}/organisation", "unknown_organisation", (("value", code),))
    else:
        kind, voice = organisation["kind"], organisation["answers_for"]
        yield from misfits_of_mandate(Role(mandate["role"]), code, kind, voice, group, at)
    if group is not None and register.working_group(work.connection, group) is None:
        yield Fault(f"{at}/working_group", "unknown_working_group", (("value", group),))
    first, last = mandate.get("from"), mandate.get("until")
    if first is not None and last is not None and last < first:
        yield Fault(f"{at}/until", "until_before_from")


def _faults_of_ends(ends: Sequence[Mapping[str, Any]], held: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    known = {mandate["id"] for mandate in held}
    for index, ended in enumerate(ends):
        if ended["id"] not in known:
            yield Fault(f"/mandates/end/{index}/id", "unknown_mandate")


def _give(person: str, mandate: Mapping[str, Any], work: Work) -> Mapping[str, Any]:
    """The mandate's row, now kept."""
    row = {
        "id": work.id(),
        "person_id": person,
        "role": mandate["role"],
        "organisation": mandate["organisation"],
        "working_group": mandate.get("working_group"),
        "starts_on": _day(mandate.get("from")),
        "ends_on": _day(mandate.get("until")),
        "created_at": work.now,
    }
    register.add_mandate(work.connection, row)
    return row


def _end(mandate: Mapping[str, Any], ended: Mapping[str, Any], work: Work) -> None:
    """Until the end of a day, of today where none is named."""
    last = _day(ended.get("until")) or work.today
    register.end_mandate(work.connection, mandate["id"], last)
    _tell_of("mandate_ended", {**mandate, "ends_on": last}, work)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def _tell_of(what: str, mandate: Mapping[str, Any], work: Work) -> None:
    """Tell the holder what became of a mandate, named as a letter speaks of it."""
    organisation = register.organisation(work.connection, mandate["organisation"])
    code = mandate["working_group"]
    group = register.working_group(work.connection, code) if code is not None else None
    first, last = mandate["starts_on"], mandate["ends_on"]
    said = {
        "role": mandate["role"],
        "organisation": mandate["organisation"],
        "organisation_name": organisation["name"] if organisation is not None else None,
        "working_group_name": group["name"] if group is not None else None,
        "from_on": first.isoformat() if first is not None else None,
        "until_on": last.isoformat() if last is not None else None,
    }
    known = {name: value for name, value in said.items() if value is not None}
    _tell(mandate["person_id"], {"what": what, **known}, work)


def _tell(person: str, context: Mapping[str, Any], work: Work) -> None:
    """Whose account it is hears of it; not of what the house does when it is set up."""
    if not is_house(work.actor):
        register.tell_person(work.connection, work.id(), {"person": person, **context}, work.now)
