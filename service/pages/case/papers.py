"""Documents of a case: the list, a form to attach one, and the files themselves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from service.commands.documents import AttachDocument, attach_document
from service.pages.case.typed import texts_of, typed_in
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.acts import acts_of
from service.queries.cases import find_case
from service.queries.documents import document_file, documents
from service.queries.within import within_whole
from workflows.errors import NotFound, Refused

router = APIRouter()
MOST = 500
FILE = "/file"
HARMLESS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
"""Whatever the bytes are, a browser runs nothing in them."""


@router.get("/cases/{case}/documents")
def show_documents(case: str, visitor: Visiting) -> Response:
    """The documents that this person may read, and a form to attach one."""
    return _page(visitor, case, None, None)


@router.post("/cases/{case}/documents")
def attach(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Keep a file with the case."""
    upload = sent.files.get(FILE)

    def asked() -> dict[str, Any]:
        fields = {name: sent.one(f"/{name}").strip() for name in ("title", "language", "audience")}
        return {"file": (upload.filename or "") if upload else "", **fields}

    command = AttachDocument(case=case, stream=upload.file if upload else None, asked=asked)
    try:
        attach_document(command, visitor.doors.files, visitor.work(sent))
    except NotFound:
        raise
    except Refused as refusal:
        return _page(visitor, case, sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    return visitor.go(f"/cases/{case}/documents", said="attached")


@router.get("/cases/{case}/documents/{document}/content")
def content(case: str, document: str, visitor: Visiting) -> Response:
    """The bytes, as a file to keep, never shown inside a page."""
    with visitor.reading() as connection:
        found, path = document_file(connection, visitor.actor, case, document, visitor.doors.files)
    return FileResponse(path, headers=HARMLESS, media_type=found.media_type, filename=found.file_name)


def _page(visitor: Visitor, name: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        reach = within_whole(connection, visitor.actor, name)
        case = find_case(connection, visitor.actor, reach.id)
        acts = acts_of(connection, visitor.actor, reach.id, visitor.language)
        papers = documents(connection, visitor.actor, reach.id, limit=MOST).items
    attaching = next((one for one in acts if one.act == "attach"), None)
    form = visitor.form("attach", about=case.id)
    return visitor.page(
        "case/documents.html",
        trouble.status if trouble else 200,
        case=case,
        papers=papers,
        may=attaching is not None,
        inner=attaching is not None and attaching.inner,
        form=form,
        typed=texts_of(typed_in(sent, form)),
        trouble=trouble,
        main_form=attaching is not None,
    )
