"""Opening a draft: what somebody may write on, or the page that says that it was sent already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from service.pages.sent import Sent
from service.pages.visitor import Form, Visitor
from service.queries import Connection
from service.queries.cases import find_case
from service.queries.drafts import Draft, draft
from workflows.errors import NotFound


def opened(connection: Connection, visitor: Visitor, case: str) -> Draft | None:
    """The draft; None when the case is filed already. Raises NotFound for what is not this person's to read."""
    try:
        return draft(connection, visitor.actor, case)
    except NotFound:
        find_case(connection, visitor.actor, case)
        return None


def opened_to(visitor: Visitor, case: str, sent: Sent) -> Draft | Response:
    """The draft that something was sent to; or the page that says why it is one no more."""
    try:
        with visitor.reading() as connection:
            found = opened(connection, visitor, case)
    except NotFound:
        return gone_page(visitor, sent)
    return found if found is not None else filed_page(visitor, case, sent, None)


def filed_page(visitor: Visitor, case: str, sent: Sent | None, form: Form | None) -> Response:
    """The report was sent before, by a colleague or in another window; what was typed is shown."""
    with visitor.reading() as connection:
        found = find_case(connection, visitor.actor, case)
    fields = sent.typed if sent is not None else form.kept.fields if form and form.kept else {}
    texts = _texts(fields)
    return visitor.page("filing/filed.html", 409 if sent else 200, case=found, texts=texts, form=form)


def gone_page(visitor: Visitor, sent: Sent) -> Response:
    """The draft is not there any more, or was never this person's; what was typed is shown, to be copied."""
    return visitor.page("filing/gone.html", 404, texts=_texts(sent.typed))


def _texts(fields: Mapping[str, Sequence[str]]) -> list[str]:
    return [text for values in fields.values() for text in values if text.strip()]
