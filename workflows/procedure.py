"""What a procedure is: stages, moves, acts, clocks and rules, read from data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from workflows.actor import Role
from workflows.clock import ClockRule
from workflows.consultation import ConsultationRule
from workflows.decision_rule import DecisionRule
from workflows.errors import ProcedureFaulty
from workflows.fields import Field
from workflows.source import Source, merged

BACK = "back"
SAME = "same"
ENDED = "ended"
INVITED = "invited"
"""The field that names the advisers of a consultation. Beside the voters there may be nobody."""

Tells = Mapping[str, tuple[str, ...]]
"""Notice -> the role words of those who get it."""
NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """What a word like `filer` means on a case: a role at an organisation's code, or at a path in the case."""

    word: str
    role: Role
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a case can stand. `anchor`: `to: back` may return here. `seen_by`: the role words that may read it."""

    name: str
    phase: str
    waits_for: str | None = None
    anchor: bool = False
    seen_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step of a case. `target` is a stage, `same` or `back`; `sources` are the stages it starts from."""

    name: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    guards: tuple[str, ...] = ()
    asks: tuple[Field, ...] = ()
    reason_required: bool = False
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    suspends: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    opens: str | None = None
    closes: str | None = None
    cancels: str | None = None  # a consultation, or `open`: whichever is
    numbers: str | None = None
    freezes: str | None = None
    unfreezes: str | None = None
    drafts: str | None = None
    spawns: str | None = None  # the field that holds the follow-ups
    links: str | None = None  # the kind of link, to the case that the move asks for
    unlinks: str | None = None
    follows: str | None = None  # the role word of who follows the case that the move asks for
    tells: Tells = field(default_factory=_nothing)

    @property
    def clocks(self) -> tuple[str, ...]:
        """Every clock that the move names."""
        return (*self.starts, *self.meets, *self.stops, *self.suspends, *self.resumes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A change of a part of a case, never of its stage. `by` may be (`readers`,): whoever reads the case."""

    name: str
    stages: tuple[str, ...]
    by: tuple[str, ...]
    asks: tuple[Field, ...] = ()
    reason_required: bool = False
    tells: Tells = field(default_factory=_nothing)
    when_all: Mapping[str, Tells] = field(default_factory=_nothing)


@dataclass(frozen=True, kw_only=True, repr=False)
class Procedure:
    """One version of a procedure, complete with the parts that it includes. Shared and never changed."""

    id: str
    version: int
    status: str
    prefix: str
    begun_by: tuple[str, ...]
    numbered_by: str
    form: str
    sources: Mapping[str, str]
    roles: Mapping[str, RoleRule]
    starts_in: str
    stages: Mapping[str, Stage]
    endings: tuple[str, ...]
    acts: Mapping[str, Act]
    moves: Mapping[str, Move]
    clocks: Mapping[str, ClockRule]
    consultations: Mapping[str, ConsultationRule]
    rules: Mapping[str, DecisionRule]
    forms: Mapping[str, tuple[Field, ...]]
    checklists: Mapping[str, tuple[str, ...]]
    imports: Mapping[str, str]
    fingerprint: str

    def __repr__(self) -> str:
        return f"<Procedure {self.id}/{self.version}>"

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Procedure) and other.fingerprint == self.fingerprint

    @classmethod
    def parse(cls, text: str, name: str, parts: Mapping[str, str] = NOTHING) -> Procedure:
        """Read a version. `name` is how the file is called in an error; `parts` are the texts it may include.

        Raises ProcedureFaulty, naming the file, the path in it and what to mend.
        """
        source = Source(merged(text, name, parts), name)
        return cls(**_read(source))

    def phase_of(self, stage: str) -> str:
        """The phase of a stage; `ended` for an ending."""
        return ENDED if stage in self.endings else self.stages[stage].phase

    def waits_for(self, stage: str) -> str | None:
        """The role word of who is to act in a stage; nobody in an ending."""
        return None if stage in self.endings else self.stages[stage].waits_for

    def is_anchor(self, stage: str) -> bool:
        """May `to: back` return to this stage?"""
        return stage in self.stages and self.stages[stage].anchor

    def imported_into(self, hint: str) -> str:
        """The stage in which a case with this hint of an annual plan begins."""
        return self.imports.get(hint, self.imports["else"])

    @cached_property
    def open_stages(self) -> tuple[str, ...]:
        """Every stage but the first and the endings."""
        return tuple(stage for stage in self.stages if stage != self.starts_in)

    @cached_property
    def all_stages(self) -> tuple[str, ...]:
        """Every stage and every ending."""
        return (*self.stages, *self.endings)


def _read(source: Source) -> dict[str, Any]:
    top = source.mapping(
        "",
        required=(
            "procedure",
            "version",
            "status",
            "case",
            "sources",
            "roles",
            "starts_in",
            "stages",
            "endings",
            "moves",
        ),
        optional=("acts", "clocks", "consultations", "rules", "forms", "checklists", "imports"),
    )
    source.mapping("case", required=("prefix", "begun_by", "numbered_by", "form"))
    stages = {name: _stage(source, name) for name in source.names("stages")}
    endings = source.words("endings")
    checklists = {name: source.words(f"checklists.{name}") for name in source.names("checklists")}
    known = {"any": (*stages, *endings), "open": tuple(s for s in stages if s != top["starts_in"]), "endings": endings}
    consultations = {
        name: ConsultationRule.parse(name, top["consultations"][name], source.name, f"consultations.{name}")
        for name in source.names("consultations")
    }
    acts = {name: _act(source, name, known, checklists) for name in source.names("acts")}
    moves = {name: _move(source, name, known, checklists) for name in source.names("moves")}
    return {
        "id": source.word("procedure"),
        "version": source.integer("version"),
        "status": source.choice("status", ("draft", "released")),
        "prefix": source.word("case.prefix"),
        "begun_by": source.words("case.begun_by"),
        "numbered_by": source.word("case.numbered_by"),
        "form": source.word("case.form"),
        "sources": source.texts("sources"),
        "roles": {word: _role(source, word) for word in source.names("roles")},
        "starts_in": source.word("starts_in"),
        "stages": stages,
        "endings": endings,
        "acts": acts,
        "moves": moves,
        "clocks": {
            name: ClockRule.parse(name, top["clocks"][name], source.name, f"clocks.{name}")
            for name in source.names("clocks")
        },
        "consultations": consultations,
        "rules": {
            name: DecisionRule.parse(name, top["rules"][name], source.name, f"rules.{name}")
            for name in source.names("rules")
        },
        "forms": {form: source.fields(f"forms.{form}", checklists) for form in source.names("forms")},
        "checklists": checklists,
        "imports": source.texts("imports") or {"else": top["starts_in"]},
        "fingerprint": hashlib.sha256(source.canonical.encode()).hexdigest(),
    }


def _role(source: Source, word: str) -> RoleRule:
    written = source.word(f"roles.{word}")
    role, _, of = (part.strip() for part in written.partition(" of "))
    if role not in set(Role) or not of:
        raise ProcedureFaulty(source.name, f"roles.{word}", f"must read `ROLE of X` with a role of {', '.join(Role)}")
    return RoleRule(word=word, role=Role(role), of=of)


def _stage(source: Source, name: str) -> Stage:
    path = f"stages.{name}"
    written = source.mapping(path, required=("phase",), optional=("waits_for", "anchor", "seen_by"))
    waited_for = written.get("waits_for")
    return Stage(
        name=name,
        phase=source.word(f"{path}.phase"),
        waits_for=source.word(f"{path}.waits_for") if waited_for is not None else None,
        anchor=source.flag(f"{path}.anchor"),
        seen_by=source.words(f"{path}.seen_by"),
    )


def _act(source: Source, name: str, known: Mapping[str, tuple[str, ...]], lists: Mapping[str, tuple[str, ...]]) -> Act:
    path = f"acts.{name}"
    source.mapping(path, required=("in", "by"), optional=("asks", "reason", "tells", "when_all"))
    return Act(
        name=name,
        stages=source.stages(f"{path}.in", known),
        by=source.words(f"{path}.by"),
        asks=source.fields(f"{path}.asks", lists),
        reason_required=source.required(f"{path}.reason"),
        tells=source.tells(f"{path}.tells"),
        when_all={stage: source.tells(f"{path}.when_all.{stage}") for stage in source.names(f"{path}.when_all")},
    )


_ONE = (
    "opens",
    "closes",
    "cancels",
    "numbers",
    "freezes",
    "unfreezes",
    "drafts",
    "spawns",
    "links",
    "unlinks",
    "follows",
)
_MANY = ("starts", "meets", "stops", "suspends", "resumes")


def _move(
    source: Source,
    name: str,
    known: Mapping[str, tuple[str, ...]],
    lists: Mapping[str, tuple[str, ...]],
) -> Move:
    path = f"moves.{name}"
    written = source.mapping(
        path, required=("from", "to", "by"), optional=("if", "asks", "reason", "tells", *_ONE, *_MANY)
    )
    return Move(
        name=name,
        sources=source.stages(f"{path}.from", known),
        target=source.word(f"{path}.to"),
        by=source.words(f"{path}.by"),
        guards=source.words(f"{path}.if"),
        asks=source.fields(f"{path}.asks", lists, may_be_empty=(INVITED,)),
        reason_required=source.required(f"{path}.reason"),
        tells=source.tells(f"{path}.tells"),
        **_named(source, path, written),
    )


def _named(source: Source, path: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a move that name clocks (lists) or one thing each."""
    many = {key: source.words(f"{path}.{key}") for key in _MANY}
    return many | {key: source.word(f"{path}.{key}") for key in _ONE if key in written}
