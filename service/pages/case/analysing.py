"""The analysis of a case for one country: written by the secretary, kept over weeks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.analyses import WriteAnalysis, write_analysis
from service.pages.case.typed import rows_of, texts_of, typed_in
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.acts import acts_of
from service.queries.analyses import analyses
from service.queries.cases import find_case
from service.queries.within import within
from workflows.errors import NotFound, Refused, Stale, VersionMissing
from workflows.fields import COUNTRIES

router = APIRouter()


@router.get("/cases/{case}/analysis/{country}")
def show_analysis(case: str, country: str, visitor: Visiting) -> Response:
    """What was found for a country, and a form to write on."""
    return _page(visitor, case, country, None, None)


@router.post("/cases/{case}/analysis/{country}")
def send_analysis(case: str, country: str, sent: Posted, visitor: Visiting) -> Response:
    """Keep what was written, unless somebody else wrote in the meantime: then both texts are shown."""
    sources = rows_of(sent.one("/sources"))

    def asked() -> dict[str, Any]:
        return {"finding": sent.one("/finding"), "sources": sources}

    try:
        write_analysis(WriteAnalysis(case, country, sent.version, asked), visitor.work())
    except NotFound:
        raise
    except VersionMissing:  # it was opened before anybody had written
        return _page(visitor, case, country, sent, trouble_of(Stale(""), visitor.language))
    except Refused as refusal:
        places = {f"/sources/{index}": "/sources" for index in range(len(sources))}
        return _page(visitor, case, country, sent, trouble_of(refusal, visitor.language, places))
    visitor.forget(sent)
    return visitor.go(f"/cases/{case}/analysis/{country}", said="kept")


def _page(visitor: Visitor, name: str, country: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        reach = within(connection, visitor.actor, name)
        if not reach.inner or country not in COUNTRIES:
            raise NotFound(name)
        case = find_case(connection, visitor.actor, reach.id)
        acts = acts_of(connection, visitor.actor, reach.id, visitor.language)
        found = {one.country: one for one in analyses(connection, visitor.actor, reach.id)}.get(country)
    analysing = next((one for one in acts if one.act == "analyse"), None)
    form = visitor.form(f"analysis:{country}", about=case.id, version=found.version if found else None)
    before = {"/finding": [found.finding], "/sources": ["\n".join(found.sources)]} if found else {}
    typed = texts_of(typed_in(sent, form, before))
    elsewhere = found is not None and (form.outdated or (sent is not None and sent.version != found.version))
    return visitor.page(
        "case/analysis.html",
        trouble.status if trouble else 200,
        case=case,
        country=country,
        found=found,
        act=analysing,
        elsewhere=elsewhere and found is not None and typed.get("/finding") != found.finding,
        form=form,
        typed=typed,
        trouble=trouble,
        main_form=analysing is not None,
    )
