"""Reading files of others: JSON as it must be, and what is wrong with one entry in a sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from workflows.errors import Fault
from workflows.events import canonical
from workflows.fields import faults_of, validator

ANYTHING = validator({})
LONGEST_SHOWN = 60

Model = TypeVar("Model", bound=BaseModel)


class ImportFaulty(Exception):
    """The file as a whole cannot be used; the message is one line."""


class EntryFaulty(Exception):
    """One entry of the file cannot be used; each of `sentences` says where and why."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("; ".join(self.sentences))


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name, as a person would recognise it, and its bytes."""

    name: str
    content: bytes

    def parsed(self) -> Any:
        """The JSON in it. Raises ImportFaulty."""
        try:
            return json.loads(self.content.decode("utf-8-sig"))
        except RecursionError:
            raise ImportFaulty(f"{self.name} cannot be read: it is nested too deeply") from None
        except ValueError as error:
            raise ImportFaulty(f"{self.name} cannot be read: it is not JSON in UTF-8 ({error})") from error


def source_at(path: Path) -> Source:
    """The file at a path. Raises ImportFaulty."""
    try:
        return Source(str(path), path.read_bytes())
    except OSError as error:
        raise ImportFaulty(f"{path} cannot be read: {error.strerror or error}") from error


def shipped(name: str) -> Source:
    """A file that travels with the product."""
    return Source(f"the shipped {name}", resources.files("service.imports.data").joinpath(name).read_bytes())


def section(source: Source, document: Any, name: str, kind: type[Model]) -> Model:
    """A part of a document on which all the rest stands. Raises ImportFaulty."""
    try:
        return entry(document.get(name) if isinstance(document, dict) else None, kind)
    except EntryFaulty as fault:
        raise ImportFaulty(f"{source.name} cannot be used: {name}: {fault.sentences[0]}") from fault


def listed(source: Source, document: Any, name: str) -> list[Any]:
    """A list in a document. Raises ImportFaulty."""
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise ImportFaulty(f"{source.name} cannot be used: it has no list of {name}")
    return found


def entry(value: Any, kind: type[Model]) -> Model:
    """One entry, held against its model. Raises EntryFaulty."""
    if not isinstance(value, dict):
        raise EntryFaulty(["it is not an object with named fields"])
    unclean = faults_of(ANYTHING, value)
    if unclean:
        raise EntryFaulty(said(unclean))
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise EntryFaulty(_sentence(one) for one in error.errors(include_url=False)) from error


def each_once(values: Iterable[Any], kind: type[Model], key: str, sort: str) -> tuple[dict[str, Model], list[str]]:
    """The entries that fit, by their key, and a sentence for everything that is wrong with the others.

    `sort` is what an entry without a key is called, with its place in the list.
    """
    found: dict[str, Model] = {}
    faults: list[str] = []
    for position, value in enumerate(values, 1):
        name = value.get(key) if isinstance(value, dict) else None
        try:
            fitting = entry(value, kind)
            if name in found:
                raise EntryFaulty([f"{key}: stands twice in the file"])
            found[str(name)] = fitting
        except EntryFaulty as fault:
            called = name if isinstance(name, str) and name else f"{sort} {position}"
            faults += [f"{called}: {sentence}" for sentence in fault.sentences]
    return found, faults


def said(faults: Iterable[Fault]) -> Iterator[str]:
    """Faults of the rules, each as a short sentence."""
    for fault in faults:
        where = fault.pointer.removeprefix("/").replace("/", ".")
        given = f" ({', '.join(value for _, value in fault.values)})" if fault.values else ""
        yield f"{where}: {fault.code.replace('_', ' ')}{given}"


def _sentence(error: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"{where}: is missing"
    what = str(error["msg"]).removeprefix("Value error, ")
    what = what[:1].lower() + what[1:]
    given = json.dumps(error["input"], ensure_ascii=False, default=str)
    shown = given if len(given) <= LONGEST_SHOWN else f"{given[:LONGEST_SHOWN]}…"
    return f"{where}: {what} (it is {shown})"


def fingerprint(value: Mapping[str, Any]) -> str:
    """Hex SHA-256 of what an entry says, whatever the order of its fields."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
