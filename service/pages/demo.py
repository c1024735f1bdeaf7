"""The pages of a demonstration: whom to sign in as, and the mails that went out. Elsewhere there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.pages.doors import Demonstration, MailKept
from service.pages.visitor import Guest, Visitor
from service.queries.letter_parts import organisation_name
from workflows.errors import NotFound

router = APIRouter(prefix="/demo")

SHOWN: Final = 200
"""Mails of a list."""
ADDRESS: Final = re.compile(r"https?://[^\s<>()]*[^\s<>().,;:]")


@router.get("")
def show_people(visitor: Guest) -> Response:
    """Everybody whom one may sign in as, and what they do."""
    demo = _demo(visitor)
    codes = dict.fromkeys(somebody.organisation for somebody in demo.people)
    with visitor.reading() as connection:
        names = {code: organisation_name(connection, code, visitor.language) for code in codes}
    return visitor.page("demo/people.html", demo=demo, names=names)


@router.get("/mail")
def show_mails(visitor: Guest, to: str = "") -> Response:
    """The mails that went out, the newest first; of one person where `to` names an address."""
    demo = _demo(visitor)
    mails = [mail for mail in _mails(demo) if to in ("", mail.to)]
    known = {somebody.email: somebody for somebody in demo.people}
    return visitor.page(
        "demo/mails.html", mails=mails[:SHOWN], count=len(mails), to=to, people=known, kept=demo.mails is not None
    )


@router.get("/mail/{name}")
def show_mail(visitor: Guest, name: str) -> Response:
    """One mail as it is read without HTML; its links lead to the pages."""
    demo = _demo(visitor)
    mail = next((mail for mail in _mails(demo) if mail.name == name), None)
    if mail is None:
        raise NotFound("mail")
    known = {somebody.email: somebody for somebody in demo.people}
    bases = (demo.public_url, str(visitor.request.base_url).rstrip("/"))
    return visitor.page("demo/mail.html", mail=mail, people=known, parts=list(parts_of(mail.text, bases)))


def parts_of(text: str, bases: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """A text in pieces, each with the path of ours that it leads to; without one where it leads nowhere."""
    end = 0
    for found in ADDRESS.finditer(text):
        base = next((base for base in bases if found[0].startswith(f"{base}/")), None)
        if base is not None:
            yield text[end : found.start()], ""
            yield found[0], found[0].removeprefix(base)
            end = found.end()
    yield text[end:], ""


def _demo(visitor: Visitor) -> Demonstration:
    """What is shown. Raises NotFound where the service was not started for a demonstration."""
    if visitor.doors.demo is None:
        raise NotFound("page")
    return visitor.doors.demo


def _mails(demo: Demonstration) -> list[MailKept]:
    mails = demo.mails() if demo.mails is not None else ()
    return sorted(mails, key=lambda mail: mail.sent_at, reverse=True)
