"""Sayings: that everything which people read of a procedure is said, in four languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflows.acts import READERS
from workflows.fields import Field
from workflows.procedure import ENDED, Act, Move, Procedure
from workflows.procedures import LANGUAGES
from workflows.proofs.fault import Found
from workflows.wording import Wording

SAID_HERE = ("progress", "waiting")
"""The notices that take their sentence from the words of the procedure."""
Path = tuple[str, ...]


def unsaid(procedure: Procedure, words: Mapping[str, Wording]) -> Iterator[Found]:
    """Every sentence that is missing in one of the four languages."""
    needed = tuple(dict.fromkeys(needed_sentences(procedure)))
    for language in LANGUAGES:
        if language not in words:
            yield f"words.{language}", "there are no words in this language"
            continue
        for path in needed:
            if not words[language].text(*path):
                yield f"words.{language}.{'.'.join(path)}", "says nothing"


def needed_sentences(procedure: Procedure) -> Iterator[Path]:
    """The path of every sentence that the rules need."""
    yield from (("label",), ("about",))
    yield from (("phases", phase) for phase in (*(stage.phase for stage in procedure.stages.values()), ENDED))
    yield from _parts("stages", procedure.stages, "label", "explanation")
    yield from _parts("endings", procedure.endings, "label", "explanation", "remedy")
    yield from (("roles", word) for word in _words(procedure))
    yield from _parts("consultations", procedure.consultations, "label")
    yield from _parts("guards", (g for move in procedure.moves.values() for g in move.guards), "refused", "needs")
    for move in procedure.moves.values():
        yield from _step("moves", move)
        yield from _asks(move.asks)
    for act in procedure.acts.values():
        yield from _step("acts", act)
        yield from (("acts", act.name, "when_all", stage) for stage in act.when_all)
        yield from _asks(act.asks)
    yield from _clocks(procedure)
    yield from _forms(procedure)


def _parts(section: str, names: Iterable[str], *parts: str) -> Iterator[Path]:
    yield from ((section, name, part) for name in names for part in parts)


def _words(procedure: Procedure) -> tuple[str, ...]:
    readers = any(READERS in act.by for act in procedure.acts.values())
    return (*procedure.roles, *((READERS,) if readers else ()))


def _step(section: str, step: Move | Act) -> Iterator[Path]:
    told = (notice for notice in SAID_HERE if notice in step.tells)
    yield from _parts(section, [step.name], "label", "help", "history", *told)


def _asks(fields: Iterable[Field]) -> Iterator[Path]:
    for field in fields:
        yield from _parts("asks", [field.name], "label", "help")
        values = ("on_date", "day_after_publication", "none") if field.type == "entry into force" else field.values
        yield from (("choices", field.name, value) for value in values)


def _clocks(procedure: Procedure) -> Iterator[Path]:
    for name, rule in procedure.clocks.items():
        yield "clocks", name, "label"
        if rule.before or rule.at:
            yield "clocks", name, "before"
        if rule.late:
            yield "clocks", name, "late"


def _forms(procedure: Procedure) -> Iterator[Path]:
    for form, fields in procedure.forms.items():
        yield "forms", form, "label"
        yield from (("forms", form, "fields", field.name, part) for field in fields for part in ("label", "help"))
    for name, criteria in procedure.checklists.items():
        yield from (("checklists", name, criterion, part) for criterion in criteria for part in ("label", "help"))
