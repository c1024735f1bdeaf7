"""Instruments: the register, both texts side by side, the form of a text, and what each country does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.commands.measures import RecordMeasure, record_measure
from service.commands.texts import WriteText, write_text
from service.listing import cursor_of, place_of
from service.pages.articles import articles_of, row_added, rows_shown, typed_of
from service.pages.case.typed import texts_of, typed_in
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Form, Visiting, Visitor
from service.queries import Connection
from service.queries.acts import acts_of, recorded_for
from service.queries.cases import CaseShown, find_case
from service.queries.instruments import ExpressionShown, InstrumentShown, Sought, expression, instrument, instruments
from service.queries.measures import measure, measures
from service.queries.moves import StepShown, steps_of
from workflows import shelf
from workflows.comparison import Compared, compare
from workflows.errors import NotFound, Refused
from workflows.expressions import Article
from workflows.first_step import leads_on
from workflows.guards import OFFICIAL
from workflows.procedures import LANGUAGES
from workflows.register import KINDS

router = APIRouter()

PAGE = 50
MOST = 200
EDITABLE = "draft"
LONGEST_SEARCH = 200


@router.get("/instruments")
def show_register(request: Request, visitor: Visiting) -> Response:
    """The register, the last adopted first; drafts are in it for who reads their case."""
    asked = request.query_params
    kinds = [kind for kind in asked.getlist("kind") if kind in KINDS]
    number, q = (_words(asked.get(name, "")) for name in ("number", "q"))
    sought = Sought(kind=tuple(kinds), number=(number,) if number else (), q=q)
    cursor = asked.get("cursor")
    place = place_of(cursor) if cursor else None
    with visitor.reading() as connection:
        found = instruments(
            connection,
            visitor.actor,
            sought,
            visitor.language,
            visitor.today,
            limit=PAGE,
            place=place,
            count=place is None,
        )
    query = [("kind", kind) for kind in kinds] + [("number", number)] * bool(number) + [("q", q)] * bool(q)
    following = [*query, ("cursor", cursor_of(found.after))] if found.after is not None else None
    return visitor.page(
        "instrument/register.html",
        found=found,
        kinds=KINDS,
        chosen=kinds,
        number_typed=number,
        q=q,
        narrowed=bool(query),
        first=f"/instruments?{urlencode(query)}" if place is not None else None,
        following=f"/instruments?{urlencode(following)}" if following else None,
    )


def _words(text: str) -> str:
    """What was typed to search by, without what no database takes."""
    return text.replace("\x00", "").strip()[:LONGEST_SEARCH]


@router.get("/instruments/{name}")
def show(name: str, request: Request, visitor: Visiting) -> Response:
    """An instrument: its dates, two of its texts side by side, what each country does."""
    asked = request.query_params
    with visitor.reading() as connection:
        shown = instrument(connection, visitor.actor, name, visitor.language, visitor.today)
        found = measures(connection, visitor.actor, name, limit=MOST).items
        pair = _pair(shown, asked.get("left", ""), asked.get("right", ""))
        texts = [expression(connection, visitor.actor, name, tongue) for tongue in pair]
        writes = _writes(connection, visitor, shown)
        countries = {one.country for one in found}
        recorded = recorded_for(connection, visitor.actor, shown.case, countries) if shown.case else frozenset[str]()
        case, ahead = _case_ahead(connection, visitor, shown.case) if shown.case and writes else (None, [])
    return visitor.page(
        "instrument/instrument.html",
        instrument=shown,
        case=case,
        ahead=ahead,
        measures=found,
        texts=texts,
        compared=_compared(texts),
        writes=writes,
        missing=[tongue for tongue in LANGUAGES if tongue not in {one.language for one in shown.expressions}],
        official=OFFICIAL,
        recorded=recorded,
    )


def _case_ahead(connection: Connection, visitor: Visitor, name: str) -> tuple[CaseShown, list[StepShown]]:
    """The case for which a text is written, and the steps on it that are open and lead on."""
    case = find_case(connection, visitor.actor, name)
    rules = shelf.procedure(case.procedure.id, case.procedure.version)
    steps = steps_of(connection, visitor.actor, case.id, visitor.today, visitor.language)
    return case, [one for one in steps if one.open and leads_on(rules, case.stage, rules.moves[one.move])]


def _pair(shown: InstrumentShown, left: str, right: str) -> tuple[str, ...]:
    """The languages to be shown: those asked for, else the authentic ones, else what there is."""
    there = [one.language for one in shown.expressions]
    order = dict.fromkeys(tongue for tongue in (left, right, *OFFICIAL, *there) if tongue in there)
    return tuple(order)[:2]


def _compared(texts: Sequence[ExpressionShown]) -> Compared | None:
    if len(texts) < 2:
        return None
    left, right = ([_article(one) for one in text.articles] for text in texts)
    return compare(left, right, (texts[0].language, texts[1].language))


def _article(kept: Mapping[str, str | None]) -> Article:
    return Article(number=kept["number"] or "", heading=kept["heading"], text=kept["text"] or "")


def _writes(connection: Connection, visitor: Visitor, shown: InstrumentShown) -> bool:
    """May this person write the texts now? Frozen, they wait for the vote."""
    if shown.case is None or shown.state != EDITABLE:
        return False
    acts = acts_of(connection, visitor.actor, shown.case, visitor.language)
    return any(act.act == "write_text" for act in acts)


@router.get("/instruments/{name}/texts/{tongue}")
def show_text(name: str, tongue: str, visitor: Visiting) -> Response:
    """The text in one language, to be written."""
    return text_page(visitor, name, tongue, None, None)


@router.post("/instruments/{name}/texts/{tongue}")
def send_text(name: str, tongue: str, sent: Posted, visitor: Visiting) -> Response:
    """Keep the text; or show the form again with one more article, or with why not."""
    if (added := row_added(sent)) is not None:
        return text_page(visitor, name, tongue, added, None)
    answered = articles_of(sent)
    try:
        write_text(WriteText(name, tongue, sent.version, lambda: answered.data), visitor.work())
    except NotFound:
        raise
    except Refused as refusal:
        return text_page(visitor, name, tongue, sent, trouble_of(refusal, visitor.language, answered.places))
    visitor.forget(sent)
    return visitor.go(f"/instruments/{name}", said="written")


def written_by(visitor: Visitor, name: str, tongue: str) -> InstrumentShown:
    """The instrument, for somebody who may write its texts now. Raises NotFound."""
    with visitor.reading() as connection:
        shown = instrument(connection, visitor.actor, name, visitor.language, visitor.today)
        if tongue not in LANGUAGES or not _writes(connection, visitor, shown):
            raise NotFound(name)
    return shown


def text_form(visitor: Visitor, shown: InstrumentShown, tongue: str) -> Form:
    """The form of the text in one language."""
    return visitor.form(f"text:{tongue}", about=shown.id, version=shown.version)


def text_page(visitor: Visitor, name: str, tongue: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    """The text in one language, with what was typed and what is wrong with it."""
    if tongue not in LANGUAGES:
        raise NotFound(tongue)
    with visitor.reading() as connection:
        shown = instrument(connection, visitor.actor, name, visitor.language, visitor.today)
        there = any(one.language == tongue for one in shown.expressions)
        found = expression(connection, visitor.actor, name, tongue) if there else None
        writes = _writes(connection, visitor, shown)
    if not writes and shown.case is None:
        raise NotFound(name)
    form = text_form(visitor, shown, tongue)
    typed = typed_in(sent, form, typed_of(found) if found else {})
    changed = form.outdated or (sent is not None and sent.version != shown.version)
    return visitor.page(
        "instrument/text.html",
        trouble.status if trouble else 200,
        instrument=shown,
        tongue=tongue,
        found=found,
        writes=writes,
        changed=changed and found is not None,
        rows=rows_shown(typed),
        form=form,
        typed=texts_of(typed),
        trouble=trouble,
        main_form=writes,
    )


@router.get("/measures/{name}")
def show_measure(name: str, visitor: Visiting) -> Response:
    """What a country does, and how far it is."""
    return _measure(visitor, name, None, None)


@router.post("/measures/{name}")
def send_measure(name: str, sent: Posted, visitor: Visiting) -> Response:
    """Note how far it is, unless somebody else did so in the meantime: then both are shown."""
    asked: dict[str, Any] = {part: sent.one(f"/{part}").strip() or None for part in ("on", "reference", "url")}
    if state := sent.one("/state"):
        asked["state"] = state
    try:
        record_measure(RecordMeasure(name, sent.version, lambda: asked), visitor.work())
    except NotFound:
        raise
    except Refused as refusal:
        return _measure(visitor, name, sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    return visitor.go(f"/measures/{name}", said="recorded")


def _measure(visitor: Visitor, name: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        found = measure(connection, visitor.actor, name)
        shown = instrument(connection, visitor.actor, found.instrument, visitor.language, visitor.today)
        may = bool(shown.case and recorded_for(connection, visitor.actor, shown.case, (found.country,)))
    form = visitor.form("measure", about=found.id, version=found.version)
    before = {
        "/state": [found.state],
        "/on": [found.on.isoformat() if found.on else ""],
        "/reference": [found.reference or ""],
        "/url": [found.url or ""],
    }
    return visitor.page(
        "instrument/measure.html",
        trouble.status if trouble else 200,
        measure=found,
        instrument=shown,
        may=may,
        changed=form.outdated or (sent is not None and sent.version != found.version),
        form=form,
        typed=texts_of(typed_in(sent, form, before)),
        trouble=trouble,
        main_form=may,
    )
