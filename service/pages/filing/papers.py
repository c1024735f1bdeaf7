"""Attachments of a report: files that show what is meant."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.documents import AttachDocument, RemoveDocument, attach_document, remove_document
from service.pages.case.typed import texts_of, typed_in
from service.pages.filing.opening import filed_page, opened, opened_to
from service.pages.filing.steps import CHECK, DOCUMENTS, form_key, rules_of, steps_of
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.documents import documents
from service.queries.drafts import Draft
from workflows.errors import NotFound, Refused
from workflows.fields import LONGEST_TITLE

router = APIRouter()
MOST = 500
FILE, TITLE = "/file", "/title"


@router.get("/filing/{case}/documents")
def show_papers(case: str, visitor: Visiting) -> Response:
    """The files so far, and a form for one more."""
    with visitor.reading() as connection:
        draft = opened(connection, visitor, case)
    return _page(visitor, draft, None, None) if draft else filed_page(visitor, case, None, None)


@router.post("/filing/{case}/documents")
def send_paper(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Attach the file that was chosen, if one was; then go on, or stay for another."""
    draft = opened_to(visitor, case, sent)
    if isinstance(draft, Response):
        return draft
    upload = sent.files.get(FILE)
    if upload is not None or sent.one(TITLE).strip():

        def asked() -> dict[str, Any]:
            name = (upload.filename or "") if upload else ""
            title = sent.one(TITLE).strip() or name[-LONGEST_TITLE:]
            language = sent.one("/language") or draft.language
            return {"file": name, "title": title, "language": language, "audience": "shared"}

        command = AttachDocument(case=draft.id, stream=upload.file if upload else None, asked=asked)
        try:
            attach_document(command, visitor.doors.files, visitor.work(sent))
        except NotFound:
            raise
        except Refused as refusal:
            return _page(visitor, draft, sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    return _onward(visitor, draft, sent)


@router.post("/filing/{case}/documents/{document}/remove")
def send_removal(case: str, document: str, sent: Posted, visitor: Visiting) -> Response:
    """Take a file away again, as long as the report is not filed."""
    draft = opened_to(visitor, case, sent)
    if isinstance(draft, Response):
        return draft
    remove_document(RemoveDocument(draft.id, document), visitor.work())
    return visitor.go(f"/filing/{draft.id}/{DOCUMENTS}", said="removed")


def _onward(visitor: Visitor, draft: Draft, sent: Sent) -> Response:
    here = f"/filing/{draft.id}"
    if sent.button == "another":
        return visitor.go(f"{here}/{DOCUMENTS}", said="attached")
    if sent.button == "later":
        return visitor.go("/filing", said="kept")
    if sent.one("_from") == CHECK:
        return visitor.go(f"{here}/{CHECK}#{DOCUMENTS}")
    names = [one.name for one in steps_of(rules_of(draft))]
    return visitor.go(f"{here}/{names[names.index(DOCUMENTS) + 1]}")


def _page(visitor: Visitor, draft: Draft, sent: Sent | None, trouble: Trouble | None) -> Response:
    form = visitor.form(form_key(DOCUMENTS), about=draft.id)
    with visitor.reading() as connection:
        papers = documents(connection, visitor.actor, draft.id, limit=MOST).items
    steps = steps_of(rules_of(draft))
    names = [one.name for one in steps]
    query = visitor.request.query_params
    return visitor.page(
        "filing/documents.html",
        trouble.status if trouble else 200,
        draft=draft,
        step=steps[names.index(DOCUMENTS)],
        steps=steps,
        number=names.index(DOCUMENTS) + 1,
        back=names[names.index(DOCUMENTS) - 1],
        papers=papers,
        form=form,
        typed=texts_of(typed_in(sent, form)),
        trouble=trouble,
        going_on="going_on" in query,
        to_check=query.get("from") == CHECK or (sent is not None and sent.one("_from") == CHECK),
        main_form=True,
    )
