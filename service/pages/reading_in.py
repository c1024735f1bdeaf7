"""Reading in: the text of a word processor's file becomes the text of the form, for somebody to look at and keep."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.kept_words import KeepWords, keep_words
from service.commands.reading_in import FILE, read_in
from service.pages.articles import typed_of_articles
from service.pages.instruments import text_form, text_page, written_by
from service.pages.posting import Posted
from service.pages.troubles import trouble_of
from service.pages.visitor import Visiting
from workflows.errors import DataInvalid, Fault

router = APIRouter()


@router.post("/instruments/{name}/texts/{tongue}/file")
def send_file(name: str, tongue: str, sent: Posted, visitor: Visiting) -> Response:
    """Put what the file says into the form. It is not the instrument's text before somebody sends the form."""
    form = text_form(visitor, written_by(visitor, name, tongue), tongue)
    upload = sent.files.get(FILE)
    try:
        if form.kept is not None and form.kept.speaks:
            raise DataInvalid([Fault(FILE, "words_waiting")])
        read = read_in((upload.filename or "") if upload else "", upload.file if upload else None, tongue)
    except DataInvalid as refusal:
        return text_page(visitor, name, tongue, None, trouble_of(refusal, visitor.language))
    fields = typed_of_articles(read.title, read.articles)
    keep_words(KeepWords(form=form.key, about=form.about, fields=fields, version=form.version), visitor.work())
    return visitor.go(f"/instruments/{name}/texts/{tongue}", said="read_in")
