"""Documents: files that belong to a case."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, BinaryIO, Literal, cast

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from service.api.answers import answer
from service.api.body import Sent, Title, Upload
from service.api.documentation import described
from service.api.doors import Form, SignedIn
from service.api.lists import Listed, WhichPage, listed
from service.commands.documents import AttachDocument, attach_document
from service.queries import documents as queries
from workflows.errors import DataInvalid

router = APIRouter(tags=["documents"])

FILE = "file"
HARMLESS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
"""Whatever the bytes are, a browser runs nothing in them."""


class DocumentSent(Sent):
    """The fields beside the file."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Brief van de vervoerder", "language": "nl", "audience": "shared"}]}
    )

    title: Title
    language: Literal["nl", "fr", "de", "en"]
    audience: Literal["internal", "shared"]


class DocumentRead(BaseModel):
    """A file of a case. `size` in bytes, `sha256` of its bytes; `attached_by` is a name."""

    id: str
    title: str
    language: str
    audience: Literal["internal", "shared"]
    file_name: str
    media_type: str
    size: int
    sha256: str
    attached_by: str
    attached_at: datetime


@router.get("/cases/{case}/documents", response_model=Listed[DocumentRead], response_model_exclude_unset=True)
def list_documents(case: str, request: Request, response: Response, page: WhichPage, visit: SignedIn) -> dict[str, Any]:
    """The documents of a case, the oldest first; the internal ones for the secretariat and the auditors alone."""
    with visit.reading() as connection:
        found = queries.documents(connection, visit.actor, case, place=page.place(), limit=page.limit, count=page.count)
    return listed(request, response, found, asdict)


@router.post(
    "/cases/{case}/documents",
    status_code=201,
    response_model=DocumentRead,
    openapi_extra=described(takes=DocumentSent, file=FILE, refuses=("role_missing", "move_not_open")),
)
def attach_to_case(case: str, form: Form, visit: SignedIn) -> Response:
    """Attach a file of at most 25 MiB: PDF, office files without macros, pictures, plain text, mail."""

    def asked() -> dict[str, Any]:
        fields = form.read(DocumentSent).model_dump()
        return {FILE: form.file(FILE).name, **fields}

    command = AttachDocument(case=case, stream=_stream(form), asked=asked)
    with visit.work(form) as work:
        seen = attach_document(command, visit.files, work)
        found = queries.document(work.connection, visit.actor, case, seen.thing_id or "")
    return answer(found, status=seen.status, location=seen.location)


def _stream(form: Upload) -> BinaryIO | None:
    """The bytes that came, if any did; what is wrong with them is said when its turn comes."""
    try:
        return cast(BinaryIO, form.file(FILE).content)
    except DataInvalid:
        return None


@router.get("/cases/{case}/documents/{document}", response_model=DocumentRead)
def read_document(case: str, document: str, visit: SignedIn) -> Response:
    """What is known of one document."""
    with visit.reading() as connection:
        return answer(queries.document(connection, visit.actor, case, document))


@router.get(
    "/cases/{case}/documents/{document}/content",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The bytes, as a file to keep.",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def read_document_content(case: str, document: str, visit: SignedIn) -> Response:
    """The bytes themselves, never shown inside a page of this service."""
    with visit.reading() as connection:
        found, path = queries.document_file(connection, visit.actor, case, document, visit.files)
    return FileResponse(path, headers=HARMLESS, media_type=found.media_type, filename=found.file_name)
