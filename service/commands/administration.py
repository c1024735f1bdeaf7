"""Administration: who keeps the register of people and organisations, and in which form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.actor import Actor, Role
from workflows.errors import DataInvalid, RoleMissing
from workflows.fields import Validator, faults_of


def is_house(actor: Actor) -> bool:
    """Is it the service itself, told to by whoever has its machine?"""
    return actor.person == ""


def check_admin(actor: Actor) -> None:
    """Only an administrator, or the house, keeps the register. Raises RoleMissing."""
    if not is_house(actor) and not actor.has(Role.ADMIN):
        raise RoleMissing((Role.ADMIN,))


def fitting(data: Mapping[str, Any], fit: Validator) -> dict[str, Any]:
    """The data, if they have the form that is asked for. Raises DataInvalid."""
    faults = faults_of(fit, dict(data))
    if faults:
        raise DataInvalid(faults)
    return dict(data)


def an_object(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    """The JSON Schema of an object with these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
