"""Posting: how a form is taken in. What was typed is kept before anything else can go wrong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import anyio
from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from service.commands.kept_words import KeepWords, keep_words
from service.pages.forgery import from_elsewhere, is_of
from service.pages.refusals import Forged, FormExpired, LanguageChosen, SignInNeeded, TooMuch, Unreadable
from service.pages.sent import MOST_FIELDS, Sent, fields_of, grouped
from service.pages.visitor import Guest, Visitor

MOST = 4 * 1024**2
"""Bytes of a form; twenty texts of the longest kind, with room for every letter to be escaped."""
MOST_UPLOADED = 26 * 1024**2
BEGINNING = 256 * 1024
"""Bytes in which words are looked for where an upload is too large."""
SLOWEST, SLOWEST_UPLOAD = 30.0, 300.0
"""Seconds that a form may take to arrive."""


async def taken_in(request: Request, visitor: Guest) -> AsyncIterator[Sent]:
    """The form that was sent, from a page of ours; its files are let go of when the answer is made.

    Raises TooMuch, Unreadable, SignInNeeded, Forged, FormExpired and LanguageChosen; whatever was typed by a person
    who is signed in is kept before.
    """
    try:
        sent = await _read(request)
    except TooMuch as refusal:
        if refusal.sent and refusal.sent.form and visitor.account is not None and not from_elsewhere(request):
            await anyio.to_thread.run_sync(_keep, visitor, refusal.sent)
        raise
    try:
        await _admit(request, visitor, sent)
        request.state.pressed = sent.button
        yield sent
    finally:
        for upload in sent.files.values():
            await upload.close()


async def _admit(request: Request, visitor: Visitor, sent: Sent) -> None:
    if from_elsewhere(request):
        raise Forged
    if visitor.account is None and not _open_to_all(request):
        raise SignInNeeded(sent)
    if visitor.account is not None and sent.form:
        await anyio.to_thread.run_sync(_keep, visitor, sent)
    if not is_of(sent.token, visitor.secret):
        raise FormExpired(sent.page)
    if sent.language is not None and not _open_to_all(request):
        raise LanguageChosen(sent.page, sent.language)


def _open_to_all(request: Request) -> bool:
    return request.scope["path"] in ("/sign-in", "/language")


def _keep(visitor: Visitor, sent: Sent) -> None:
    command = KeepWords(form=sent.form, about=sent.about, fields=sent.typed, version=sent.version)
    keep_words(command, visitor.doors.work(visitor.actor, visitor.now, None))


async def _read(request: Request) -> Sent:
    upload = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    try:
        async with asyncio.timeout(SLOWEST_UPLOAD if upload else SLOWEST):
            return await (_read_upload(request) if upload else _read_text(request))
    except (TimeoutError, ClientDisconnect, ValueError, MultiPartException):
        raise Unreadable from None


async def _read_text(request: Request) -> Sent:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST:
            raise TooMuch(MOST)
    return Sent(fields_of(bytes(content)))


async def _read_upload(request: Request) -> Sent:
    if int(request.headers.get("content-length") or 0) > MOST_UPLOADED:
        raise TooMuch(MOST_UPLOADED, await _beginning(request))
    form = await request.form(max_files=5, max_fields=MOST_FIELDS, max_part_size=MOST)
    texts = ((name, value) for name, value in form.multi_items() if isinstance(value, str))
    files: dict[str, UploadFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and value.filename and name not in files:
            files[name] = value
        elif isinstance(value, UploadFile):
            await value.close()  # a field in which no file was chosen, or one too many
    return Sent(grouped((name, text.replace("\r\n", "\n")) for name, text in texts), files)


async def _beginning(request: Request) -> Sent:
    """The words that stand before the file in an upload of which the rest is not read."""
    options = request.headers.get("content-type", "").partition("boundary=")[2]
    boundary = options.partition(";")[0].strip('" ').encode()
    head = bytearray(b"\r\n")
    async for chunk in request.stream():
        head += chunk
        if len(head) > BEGINNING:
            break
    return Sent(grouped(_texts_in(bytes(head), boundary)))


def _texts_in(head: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    """The text fields that are complete in the beginning of an upload."""
    for part in head.split(b"\r\n--" + boundary)[1:-1]:
        about, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'; name="([^"]*)"', about)
        if name is not None and b"filename=" not in about:
            yield name[1].decode("utf-8", "replace"), content.decode("utf-8", "replace").replace("\r\n", "\n")


Posted = Annotated[Sent, Depends(taken_in)]
"""Parameter of what takes a form: `def send(sent: Posted, visitor: Visiting)`; `sent` stands first."""
