"""Names: that everything which a procedure names is known, and fits what it is named for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from workflows.acts import READERS
from workflows.clock import Until
from workflows.consequences import WHICHEVER_IS_OPEN
from workflows.fields import Field
from workflows.guards import GUARDS
from workflows.notices import NOTICES
from workflows.procedure import BACK, SAME, Act, Move, Procedure, Tells
from workflows.proofs.fault import Found
from workflows.standing import INTAKE

INVITATION = "invitation.organisation"
PATHS = ("case.organisation", "case.working_group", "case.countries", INVITATION)
"""What a role may be `of`, beside the code of an organisation."""
LINKS = ("duplicate_of", "parent", "related", "spawned_from", "based_on")
TEXTS, INSTRUMENT = "texts", "instrument"
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*\Z")
_ASKED_BY_GUARD = {"all_criteria_met": ("criteria", "checklist"), "closing_later": ("closing_on", "date")}
"""Guards that look at the request itself: the field that must be asked, and its type."""


def unknown(procedure: Procedure) -> Iterator[Found]:
    """Every name that nothing answers to."""
    yield from _top(procedure)
    yield from _roles(procedure)
    for act in procedure.acts.values():
        yield from _act(procedure, act)
    for move in procedure.moves.values():
        yield from _move(procedure, move)
    yield from _clocks(procedure)
    for name, consultation in procedure.consultations.items():
        yield from _known([consultation.rule], procedure.rules, f"consultations.{name}.rule", "rule")
        yield from _known([consultation.by], procedure.roles, f"consultations.{name}.by", "role")


def _known(named: Iterable[str], known: Collection[str], path: str, what: str) -> Iterator[Found]:
    for name in named:
        if name not in known:
            yield path, f"there is no {what} {name!r}; known: {', '.join(known)}"


def _top(procedure: Procedure) -> Iterator[Found]:
    yield from _known([procedure.starts_in], procedure.stages, "starts_in", "stage")
    yield from _known(procedure.begun_by, procedure.roles, "case.begun_by", "role")
    yield from _known([procedure.numbered_by], procedure.moves, "case.numbered_by", "move")
    yield from _known([procedure.form], procedure.forms, "case.form", "form")
    yield from _known(["else"], procedure.imports, "imports", "hint")
    for hint, begins_in in procedure.imports.items():
        yield from _known([begins_in], procedure.stages, f"imports.{hint}", "stage")
    for ending in procedure.endings:
        if ending in procedure.stages:
            yield f"endings.{ending}", "is a stage as well"
    for name, stage in procedure.stages.items():
        waiting = [stage.waits_for] if stage.waits_for else []
        yield from _known(waiting, procedure.roles, f"stages.{name}.waits_for", "role")
        yield from _known(stage.seen_by, procedure.roles, f"stages.{name}.seen_by", "role")


def _roles(procedure: Procedure) -> Iterator[Found]:
    yield from _known([INTAKE], procedure.roles, "roles", "role")  # who is told where nobody else is
    for rule in procedure.roles.values():
        if rule.of not in PATHS and not _CODE.match(rule.of):
            yield f"roles.{rule.word}", f"there is no {rule.of!r}; write an organisation's code or {', '.join(PATHS)}"


def _tells(procedure: Procedure, tells: Tells, path: str) -> Iterator[Found]:
    yield from _known(tells, NOTICES, path, "notice")
    for notice, roles in tells.items():
        yield from _known(roles, procedure.roles, f"{path}.{notice}", "role")


def _act(procedure: Procedure, act: Act) -> Iterator[Found]:
    path = f"acts.{act.name}"
    yield from _known(act.stages, procedure.all_stages, f"{path}.in", "stage")
    if act.by != (READERS,):
        yield from _known(act.by, procedure.roles, f"{path}.by", "role")
    yield from _tells(procedure, act.tells, f"{path}.tells")
    yield from _known(act.when_all, act.stages, f"{path}.when_all", "stage of this act")
    for stage, tells in act.when_all.items():
        yield from _tells(procedure, tells, f"{path}.when_all.{stage}")


def _move(procedure: Procedure, move: Move) -> Iterator[Found]:
    path = f"moves.{move.name}"
    stages = procedure.all_stages
    yield from _known(move.sources, stages, f"{path}.from", "stage")
    yield from _known([move.target], (*stages, SAME, BACK), f"{path}.to", "stage")
    yield from _known(move.by, procedure.roles, f"{path}.by", "role")
    yield from _known(move.guards, GUARDS, f"{path}.if", "guard")
    yield from _tells(procedure, move.tells, f"{path}.tells")
    for key in ("starts", "meets", "stops", "suspends", "resumes"):
        yield from _known(getattr(move, key), procedure.clocks, f"{path}.{key}", "clock")
    rounds = tuple(procedure.consultations)
    for key, known, what in (
        ("opens", rounds, "consultation"),
        ("closes", rounds, "consultation"),
        ("cancels", (*rounds, WHICHEVER_IS_OPEN), "consultation"),
        ("freezes", (TEXTS,), "thing to freeze"),
        ("unfreezes", (TEXTS,), "thing to unfreeze"),
        ("drafts", (INSTRUMENT,), "thing to draft"),
        ("links", LINKS, "link"),
        ("unlinks", LINKS, "link"),
        ("follows", tuple(procedure.roles), "role"),
    ):
        named = getattr(move, key)
        yield from _known([named] if named else [], known, f"{path}.{key}", what)
    yield from _asked(procedure, move, path)


def _asked(procedure: Procedure, move: Move, path: str) -> Iterator[Found]:
    """What a move does rests on fields that it must ask."""
    wanted = [(f"{path}.if", *_ASKED_BY_GUARD[guard]) for guard in move.guards if guard in _ASKED_BY_GUARD]
    if move.drafts:
        wanted.append((f"{path}.drafts", "kind", "choice"))
    if move.numbers:
        wanted += [(f"{path}.numbers", "adopted_on", "date"), (f"{path}.numbers", "in_force", "entry into force")]
    for where, name, kind in wanted:
        if not any(_is(field, name, kind) and not field.optional for field in move.asks):
            yield where, f"the move must ask `{name}: {kind}`"
    if move.spawns and not any(_is(field, move.spawns, "follow_up") for field in move.asks):
        yield f"{path}.spawns", f"the move must ask `{move.spawns}: follow_up`"
    if (move.links or move.follows) and not any(field.type == "case" for field in move.asks):
        yield f"{path}.{'links' if move.links else 'follows'}", "the move must ask for a case"
    for name in move.starts:
        rule = procedure.clocks.get(name)
        length = rule.length if rule is not None else None
        for needed in (length.field if isinstance(length, Until) else None, rule and rule.counted_from):
            if needed and not any(_is(field, needed, "date") for field in move.asks):
                yield f"{path}.starts", f"the clock {name!r} needs the date {needed!r}, which the move does not ask"


def _is(field: Field, name: str, kind: str) -> bool:
    return field.name == name and field.type == kind


def _clocks(procedure: Procedure) -> Iterator[Found]:
    for name, rule in procedure.clocks.items():
        path = f"clocks.{name}"
        yield from _known([rule.of], procedure.roles, f"{path}.of", "role")
        marks = [(f"{path}.before.{period}", heard) for period, heard in rule.before]
        marks += [(f"{path}.at.{share}%", heard) for share, heard in rule.at]
        for where, heard in (*marks, (f"{path}.late", rule.late)):
            yield from _tells(procedure, dict(heard), where)
