"""Bodies: read once and never without a limit, judged only when their turn comes in the order of refusals."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Iterator
from itertools import count
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from service.api.faults import faults_of
from service.api.refusals import BrokenForm, BrokenJson, MediaType, TooLarge, TooSlow
from workflows.errors import DataInvalid, Fault, Refused
from workflows.fields import LONGEST_TEXT, LONGEST_TITLE, SEEN, escaped

MOST = 1024**2  # bytes of a JSON body
MOST_UPLOADED = 25 * 1024**2  # bytes of a document with its form
SLOWEST = 30.0  # seconds that a body may take to arrive
SLOWEST_UPLOAD = 300.0
DEEPEST = 64  # levels of JSON
JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"  # a PATCH may call itself what it is (RFC 7396)

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, pattern=SEEN)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TITLE, pattern=SEEN)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Sent(BaseModel):
    """What is sent: nothing that is not asked for, and nothing turned into what it is not ("1" is no number)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


S = TypeVar("S", bound=BaseModel)


class Body:
    """A JSON body as it arrived. What is wrong with it is raised by `read`, not before."""

    def __init__(self, content: bytes, media_type: str, fault: Refused | None = None, *, patch: bool = False) -> None:
        self.content, self._media_type, self._fault = content, media_type, fault
        self._kinds = (JSON, MERGE_PATCH) if patch else (JSON,)

    def fingerprint(self) -> bytes:
        """What tells this body from another."""
        return self.content

    def read(self, model: type[S]) -> S:
        """The body in this form. Raises MediaType, TooLarge, TooSlow, BrokenJson and DataInvalid."""
        if not _is_json(self._media_type, self._kinds):
            raise MediaType(JSON)
        content = self.received()
        if _suspect(content):
            _inspect(content)
        return _fitted(model, content)

    def received(self) -> bytes:
        """The bytes, whatever they are. Raises TooLarge, TooSlow, BrokenJson."""
        if self._fault is not None:
            raise self._fault
        return self.content


class Upload:
    """A form with a file, as it arrived. What is wrong with it is raised by `read`, not before."""

    def __init__(self, form: FormData | None, fault: Refused | None = None) -> None:
        self._fault = fault
        self._fields = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        self._files = {name: value for name, value in (form or {}).items() if isinstance(value, UploadFile)}

    def fingerprint(self) -> bytes:
        """What tells this form from another; the boundary between its parts differs each time and does not count."""
        digest = hashlib.sha256(json.dumps(sorted(self._fields.items())).encode())
        for name, upload in sorted(self._files.items()):
            digest.update(f"\n{name}\n{upload.filename}\n".encode())
            upload.file.seek(0)
            while chunk := upload.file.read(1024**2):
                digest.update(chunk)
            upload.file.seek(0)
        return digest.digest()

    def read(self, model: type[S]) -> S:
        """The fields beside the file, in this form. Raises MediaType, TooLarge, TooSlow, BrokenForm, DataInvalid."""
        if self._fault is not None:
            raise self._fault
        content = json.dumps(self._fields).encode()
        if _suspect(content):
            _inspect(content)
        return _fitted(model, content)

    def file(self, name: str) -> UploadedFile:
        """The file of this field. Raises DataInvalid where there is none, or one without a name."""
        upload = self._files.get(name)
        if upload is None or not upload.filename:
            raise DataInvalid([Fault(f"/{name}", "missing")])
        if "\0" in upload.filename:
            raise DataInvalid([Fault(f"/{name}", "text_unclean")])
        return UploadedFile(upload)


class UploadedFile:
    """A file that was sent: its bytes, and what the sender says of it."""

    def __init__(self, upload: UploadFile) -> None:
        self.name = upload.filename or ""
        self.media_type = upload.content_type or "application/octet-stream"
        self.size = upload.size or 0
        self.content: SpooledTemporaryFile[bytes] | Any = upload.file


async def body_of(request: Request) -> Body:
    """The JSON body of a request."""
    media_type, patch = request.headers.get("content-type", ""), request.method == "PATCH"
    if _is_packed(request):
        return Body(b"", media_type, MediaType(media_type.partition(";")[0] or JSON))
    content = bytearray()
    try:
        async with asyncio.timeout(SLOWEST):
            async for chunk in _limited(request, MOST):
                content += chunk
    except Refused as fault:
        return Body(b"", media_type, fault)
    except TimeoutError:
        return Body(b"", media_type, TooSlow())
    except ClientDisconnect:
        return Body(b"", media_type, BrokenJson())
    return Body(bytes(content), media_type, patch=patch)


async def upload_of(request: Request) -> AsyncIterator[Upload]:
    """The form with a file of a request; the file is gone when the answer is."""
    if _is_packed(request) or not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        yield Upload(None, MediaType("multipart/form-data"))
        return
    form, fault = None, None
    try:
        async with asyncio.timeout(SLOWEST_UPLOAD):
            stream = _limited(request, MOST_UPLOADED)
            form = await MultiPartParser(request.headers, stream, max_files=1, max_fields=8).parse()
    except Refused as refusal:
        fault = refusal
    except TimeoutError:
        fault = TooSlow()
    except (MultiPartException, ClientDisconnect):
        fault = BrokenForm()
    try:
        yield Upload(form, fault)
    finally:
        if form is not None:
            await form.close()


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body chunk by chunk. Content-Length is believed only where it says too much."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and len(declared) > len(str(most)) + 2:
        raise TooLarge(most)
    if declared.isascii() and declared.isdecimal() and int(declared) > most:
        raise TooLarge(most)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise TooLarge(most)
        yield chunk


def _is_packed(request: Request) -> bool:
    """Is it compressed? Nothing is unpacked here: a thousand bytes could become a thousand million."""
    return request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")


def _is_json(media_type: str, kinds: Collection[str]) -> bool:
    kind, _, parameters = media_type.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "").partition("charset=")[2]
    return kind.strip() in kinds and charset in {"", "utf-8", "utf8"}


def _fitted(model: type[S], content: bytes) -> S:
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        if any(one["type"] == "json_invalid" for one in found):
            raise BrokenJson(str(found[0].get("ctx"))) from None
        raise DataInvalid(faults_of(found)[0]) from None


def _suspect(content: bytes) -> bool:
    """Might the JSON hold what pydantic lets pass: U+0000, no number, too many levels, a number without bounds?"""
    return (
        b"\\u0000" in content
        or b"NaN" in content
        or b"Infinity" in content
        or content.count(b"{") + content.count(b"[") > DEEPEST
    )


def _inspect(content: bytes) -> None:
    """Look closely. Raises BrokenJson, and DataInvalid for U+0000 in text."""
    try:
        parsed = json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BrokenJson(type(error).__name__) from None
    faults = list(_unclean(parsed))
    if faults:
        raise DataInvalid(faults)


def _no_number(constant: str) -> float:
    raise BrokenJson(constant)


def _unclean(parsed: Any) -> Iterator[Fault]:
    """Where text holds U+0000. Goes level by level, without recursion. Raises BrokenJson below the deepest one."""
    level: list[tuple[str, Any]] = [("", parsed)]
    for depth in count(1):
        if depth > DEEPEST and any(isinstance(value, dict | list) for _, value in level):
            raise BrokenJson(f"more than {DEEPEST} levels")
        for pointer, value in level:
            texts = value if isinstance(value, dict) else [value]
            yield from (Fault(pointer, "text_unclean") for text in texts if isinstance(text, str) and "\0" in text)
        level = [(f"{pointer}/{name}", one) for pointer, value in level for name, one in _inside(value)]
        if not level:
            return


def _inside(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return ((escaped(key), one) for key, one in value.items())
    return ((str(index), one) for index, one in enumerate(value)) if isinstance(value, list) else ()
