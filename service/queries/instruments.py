"""Instruments as people read them: the register, drafts with their case, and every text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, exists, or_, select

from service.queries.keyset import Order, Page, Place
from service.queries.paging import read_page
from service.store.case_rows import folded
from service.store.loading import EXPRESSIONS, INSTRUMENTS
from service.store.sight import CASES, Sight
from service.store.tables import CaseInstrumentRow
from workflows.actor import Actor
from workflows.errors import NotFound
from workflows.expressions import article_numbers_differ
from workflows.guards import OFFICIAL

USES = CaseInstrumentRow.__table__
ORDER = Order((INSTRUMENTS.c.adopted_on, INSTRUMENTS.c.id), descending=True)
NUMBERS_DIFFER = "article_numbers_differ"
"""The code of the warning that the authentic texts, both final, number their articles differently."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionListed:
    """What there is in one language."""

    language: str
    title: str
    final: bool
    sha256: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionShown:
    """A text. `version` is that of its instrument; `warnings` are codes."""

    instrument: str
    language: str
    title: str
    articles: tuple[Mapping[str, str | None], ...]
    final: bool
    sha256: str
    written_at: datetime
    version: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentShown:
    """An instrument. `case` is given to who may read that; `title` is in the reader's language, if there is one."""

    id: str
    kind: str
    number: str | None
    title: str | None
    case: str | None
    state: str
    adopted_on: date | None
    adopted_on_text: str | None
    in_force: Mapping[str, Any] | None
    evaluate_on: date | None
    council_on: date | None
    council_opinion: str | None
    journal: str | None
    published_on: date | None
    language: str | None
    url: str | None
    external: bool
    expressions: tuple[ExpressionListed, ...]
    warnings: tuple[str, ...]
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which instruments are asked for; empty asks for all. `q`: words that all stand in the number or a title."""

    kind: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    case: tuple[str, ...] = ()
    q: str = ""


def instrument(connection: Connection, actor: Actor, instrument: str, language: str, today: date) -> InstrumentShown:
    """One instrument, as it is on this day. Raises NotFound."""
    found = connection.execute(_readable(actor).where(INSTRUMENTS.c.id == instrument)).mappings().all()
    if not found:
        raise NotFound(instrument)
    return _shown(connection, found, language, today)[0]


def instruments(
    connection: Connection,
    actor: Actor,
    sought: Sought,
    language: str,
    today: date,
    *,
    limit: int,
    place: Place | None = None,
    count: bool = False,
) -> Page[InstrumentShown]:
    """The instruments that the actor reads: the last adopted first, at the end what has no date."""
    whole = _readable(actor).where(*_wanted(connection, actor, sought))
    page = read_page(connection, whole, ORDER, place=place, limit=limit, count=count, read=_as_it_is)
    return Page(items=_shown(connection, page.items, language, today), after=page.after, count=page.count)


def expression(connection: Connection, actor: Actor, instrument: str, language: str) -> ExpressionShown:
    """The text of an instrument in a language. Raises NotFound."""
    version = select(INSTRUMENTS.c.version).where(INSTRUMENTS.c.id == instrument, Sight(actor).instruments())
    found = connection.execute(version).scalar_one_or_none()
    texts = {row["language"]: row for row in _texts(connection, [instrument])} if found is not None else {}
    if found is None or language not in texts:
        raise NotFound(f"{instrument}, {language}")
    row = texts[language]
    return ExpressionShown(
        instrument=instrument,
        language=language,
        title=row["title"],
        articles=tuple({name: one.get(name) for name in ("number", "heading", "text")} for one in row["articles"]),
        final=row["final"],
        sha256=row["sha256"],
        written_at=row["written_at"],
        version=found,
        warnings=_warnings(texts.values()),
    )


def _readable(actor: Actor) -> Select[Any]:
    sight = Sight(actor)
    return select(
        INSTRUMENTS,
        exists().where(CASES.c.id == INSTRUMENTS.c.case_id, sight.readable()).label("shows_case"),
        exists().where(CASES.c.id == INSTRUMENTS.c.case_id, sight.whole()).label("whole"),
    ).where(sight.instruments())


def _wanted(connection: Connection, actor: Actor, sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if sought.kind:
        wanted.append(INSTRUMENTS.c.kind.in_(sought.kind))
    if sought.number:
        wanted.append(INSTRUMENTS.c.number.in_(sought.number))
    if sought.case:
        named = or_(CASES.c.id.in_(sought.case), CASES.c.reference.in_(sought.case))
        cases = select(CASES.c.id).where(named, Sight(actor).readable())
        used = select(USES.c.instrument_id).where(USES.c.case_id.in_(cases))
        wanted.append(or_(INSTRUMENTS.c.case_id.in_(cases), INSTRUMENTS.c.id.in_(used)))
    if sought.q:
        wanted.append(INSTRUMENTS.c.id.in_(_matching(connection, actor, sought.q)))
    return wanted


def _matching(connection: Connection, actor: Actor, q: str) -> list[str]:
    """The instruments in whose number or titles all the words stand.

    The register is small, and no database of ours folds accents by itself: it is read whole, in one query.
    """
    statement = (
        select(INSTRUMENTS.c.id, INSTRUMENTS.c.number, INSTRUMENTS.c.title, EXPRESSIONS.c.title.label("said"))
        .outerjoin(EXPRESSIONS, EXPRESSIONS.c.instrument_id == INSTRUMENTS.c.id)
        .where(Sight(actor).instruments())
    )
    known: dict[str, str] = {}
    for row in connection.execute(statement):
        known[row.id] = " ".join((known.get(row.id, ""), row.number or "", row.title or "", row.said or ""))
    words = folded(q).split()
    return [id for id, text in known.items() if all(word in folded(text) for word in words)]


def _as_it_is(row: RowMapping) -> RowMapping:
    return row


def _texts(connection: Connection, instruments: Sequence[str]) -> Sequence[RowMapping]:
    statement = select(EXPRESSIONS).where(EXPRESSIONS.c.instrument_id.in_(instruments)).order_by(EXPRESSIONS.c.language)
    return connection.execute(statement).mappings().all()


def _shown(
    connection: Connection, rows: Sequence[RowMapping], language: str, today: date
) -> tuple[InstrumentShown, ...]:
    """The instruments with what there is in each language, which one more query reads for all of them."""
    texts: dict[str, list[RowMapping]] = {row["id"]: [] for row in rows}
    if rows:
        for text in _texts(connection, list(texts)):
            texts[text["instrument_id"]].append(text)
    return tuple(_instrument(row, texts[row["id"]], language, today) for row in rows)


def _instrument(row: RowMapping, texts: Sequence[RowMapping], language: str, today: date) -> InstrumentShown:
    return InstrumentShown(
        id=row["id"],
        kind=row["kind"],
        number=row["number"],
        title=_title(row, texts, language),
        case=row["case_id"] if row["shows_case"] else None,
        state=_state(row, today),
        adopted_on=row["adopted_on"],
        adopted_on_text=row["adopted_on_text"],
        in_force=_in_force(row),
        evaluate_on=row["evaluate_on"],
        council_on=row["council_on"],
        council_opinion=row["council_opinion"] if row["whole"] else None,
        journal=row["journal"],
        published_on=row["published_on"],
        language=row["language"],
        url=row["url"],
        external=row["external"],
        expressions=tuple(_listed(text) for text in texts),
        warnings=_warnings(texts),
        version=row["version"],
        updated_at=row["updated_at"],
    )


def _listed(text: RowMapping) -> ExpressionListed:
    return ExpressionListed(
        language=text["language"],
        title=text["title"],
        final=text["final"],
        sha256=text["sha256"],
        written_at=text["written_at"],
    )


def _title(row: RowMapping, texts: Sequence[RowMapping], language: str) -> str | None:
    """In the reader's language, else in an authentic one."""
    titles: dict[str, str] = {text["language"]: text["title"] for text in texts}
    found = (titles[spoken] for spoken in (language, *OFFICIAL, *titles) if spoken in titles)
    return next(found, row["title"])


def _state(row: RowMapping, today: date) -> str:
    """An adopted instrument is in force from its day on, without anybody saying so."""
    begun = row["in_force_on"] is not None and row["in_force_on"] <= today
    return "in_force" if row["state"] == "adopted" and begun else str(row["state"])


def _in_force(row: RowMapping) -> dict[str, Any] | None:
    """How it enters into force and, as soon as it is known, on which day."""
    if row["in_force"] is None:
        return None
    on = row["in_force_on"]
    return {"how": row["in_force"]["how"], "on": on.isoformat() if on is not None else None}


def _warnings(texts: Collection[RowMapping]) -> tuple[str, ...]:
    final = {text["language"]: [one["number"] for one in text["articles"]] for text in texts if text["final"]}
    return (NUMBERS_DIFFER,) if article_numbers_differ(final) else ()
