"""Between a case and its row: the one place that knows both."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from service.store.sight import CASES
from workflows import shelf
from workflows.case import Case, Ending, Question

READ = tuple(
    CASES.c[name]
    for name in (
        "id", "reference", "procedure", "procedure_version", "stage", "anchor", "version", "events", "head", "title",
        "language", "organisation", "working_group", "theme", "countries", "regions", "content", "begun_by",
        "filed_by", "waits_for", "questions", "questions_asked", "reply_by", "ending", "last_on", "received_on",
        "channel",
    )
)  # fmt: skip
"""The columns that a case is made of; the others are for lists, searches and digests."""


def case_of(row: RowMapping | Mapping[str, Any]) -> Case:
    """The case that a row of `cases` keeps."""
    procedure = shelf.procedure(row["procedure"], row["procedure_version"])
    waits_for = row["waits_for"]
    ending = row["ending"]
    return Case(
        id=row["id"],
        procedure=procedure,
        stage=row["stage"],
        anchor=row["anchor"],
        reference=row["reference"],
        version=row["version"],
        events=row["events"],
        head=row["head"],
        title=row["title"],
        language=row["language"],
        organisation=row["organisation"],
        working_group=row["working_group"],
        theme=row["theme"],
        countries=tuple(row["countries"]),
        regions=tuple(row["regions"]),
        content=row["content"],
        begun_by=row["begun_by"],
        filed_by=row["filed_by"],
        waiting_for=None if waits_for == procedure.waits_for(row["stage"]) else waits_for,
        questions=tuple(Question(question=one["question"], text=one["text"]) for one in row["questions"]),
        questions_asked=row["questions_asked"],
        reply_by=row["reply_by"],
        ending=Ending(reason=ending["reason"], on=date.fromisoformat(ending["on"]), by=ending["by"])
        if ending
        else None,
        last_on=row["last_on"],
        received_on=row["received_on"],
        channel=row["channel"],
    )


def values_of(case: Case) -> dict[str, Any]:
    """The columns of `cases` that a case decides; the store adds due dates, instants and what is searched."""
    ending = case.ending
    return {
        "id": case.id,
        "reference": case.reference,
        "procedure": case.procedure.id,
        "procedure_version": case.procedure.version,
        "stage": case.stage,
        "anchor": case.anchor,
        "phase": case.phase,
        "ended": case.ended,
        "version": case.version,
        "events": case.events,
        "head": case.head,
        "title": case.title,
        "language": case.language,
        "organisation": case.organisation,
        "working_group": case.working_group,
        "theme": case.theme,
        "countries": list(case.countries),
        "regions": list(case.regions),
        "content": dict(case.content),
        "begun_by": case.begun_by,
        "filed_by": case.filed_by,
        "waits_for": case.waits_for,
        "questions": [{"question": one.question, "text": one.text} for one in case.questions],
        "questions_asked": case.questions_asked,
        "reply_by": case.reply_by,
        "ending": {"reason": ending.reason, "on": ending.on.isoformat(), "by": ending.by} if ending else None,
        "ended_on": ending.on if ending else None,
        "last_on": case.last_on,
        "received_on": case.received_on,
        "channel": case.channel,
    }


def searchable(reference: str | None, title: str, content: Mapping[str, Any]) -> str:
    """What a search looks through: reference, title and every text of the content, folded."""
    return folded(" ".join((reference or "", title, *_texts(content))))


def folded(text: str) -> str:
    """Text as it is compared: casefolded, without accents, single spaces. `Straße` becomes `strasse`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
