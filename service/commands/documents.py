"""Documents: files that belong to a case."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from service.commands.comments import AUDIENCES, check_audience, told_to
from service.files import FileRefused, Files, Staged
from service.store.once import Seen
from service.store.papers import add_document
from service.store.papers import remove_document as take_away
from service.store.work import Work
from workflows.acts import Deed, permit, tells_of
from workflows.case import Case
from workflows.errors import DataInvalid, Fault
from workflows.events import EventKind
from workflows.fields import TITLE, faults_of, validator
from workflows.procedures import LANGUAGES

LONGEST_NAME = 200
FIT = validator(
    {
        "type": "object",
        "properties": {
            "file": {"type": "string", "minLength": 1},
            "title": TITLE,
            "language": {"type": "string", "enum": list(LANGUAGES)},
            "audience": {"type": "string", "enum": list(AUDIENCES)},
        },
        "required": ["file", "title", "language", "audience"],
        "additionalProperties": False,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachDocument:
    """Attach a file to a case.

    `stream` holds its bytes, None where none came. `asked` gives `{"file": <its name>, "title", "language",
    "audience"}`, or raises for what is no such form.
    """

    case: str
    stream: BinaryIO | None
    asked: Callable[[], Mapping[str, Any]]


def attach_document(command: AttachDocument, folder: Path, work: Work) -> Seen:
    """Keep a file, in `folder`, and that it was attached. The bytes are there before the commit that names them.

    Raises NotFound, RoleMissing, MoveNotOpen, DataInvalid.
    """
    if command.stream is None:
        return _attach(command, None, work)
    with Files(folder).stage(command.stream) as staged:  # outside the transaction, which must not wait for a disk
        return _attach(command, staged, work)


def _attach(command: AttachDocument, staged: Staged | None, work: Work) -> Seen:
    with work:
        case = work.case(command.case)
        seen = work.replay()
        if seen is not None:
            return seen
        data = command.asked()
        allowed = permit(case, work.actor, "attach", work.invited(case))
        name, media_type = _checked(data, staged)
        check_audience(case, data["audience"], work)
        row = _row(case, data, work) | {"file_name": name, "media_type": media_type}
        if staged is not None:
            row |= {"sha256": staged.sha256, "size": staged.size}
            staged.keep()
        add_document(work.connection, row)
        body = {key: row[key] for key in ("sha256", "size", "media_type", "audience", "language")}
        event = Deed(actor=work.actor, mandate=allowed.mandate, now=work.now).event(
            EventKind.DOCUMENT_ATTACHED,
            facts={"act": "attach", "document": row["id"], **body},
            private={"title": row["title"], "file_name": name},
            audience=told_to(data["audience"]),
            tells=tells_of(allowed.act),
        )
        work.record(case, event)
        return work.remember(201, f"/api/v1/cases/{case.id}/documents/{row['id']}", "document", row["id"])


@dataclass(frozen=True, slots=True)
class RemoveDocument:
    """Take a document (its id) away from a draft."""

    case: str
    document: str


def remove_document(command: RemoveDocument, work: Work) -> None:
    """Take a document away from a draft; one that is gone already stays gone. What was filed keeps all its documents.

    Raises NotFound, RoleMissing, MoveNotOpen.
    """
    with work:
        case = work.case(command.case)
        permit(case, work.actor, "edit")
        take_away(work.connection, case.id, command.document)


def _checked(data: Mapping[str, Any], staged: Staged | None) -> tuple[str, str]:
    """The name under which the file is kept, and its media type. Raises DataInvalid."""
    faults = list(faults_of(FIT, dict(data)))
    if not faults and staged is None:
        faults = [Fault("/file", "missing")]
    if faults or staged is None:
        raise DataInvalid(faults)
    name = plain_name(data["file"])
    try:
        return name, staged.media_type(name)
    except FileRefused as refused:
        values = (("value", refused.value),) if refused.value is not None else ()
        raise DataInvalid([Fault("/file", refused.code, values)]) from refused


def plain_name(name: str) -> str:
    """A file's own name: without folders of somebody's disk, without characters that turn or hide what is written.

    A long one keeps its end, where the extension stands.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in {"Cc", "Cf", "Zl", "Zp"})
    return unicodedata.normalize("NFC", kept).strip()[-LONGEST_NAME:]


def _row(case: Case, data: Mapping[str, Any], work: Work) -> dict[str, Any]:
    return {
        "id": work.id(),
        "case_id": case.id,
        "title": data["title"],
        "language": data["language"],
        "audience": data["audience"],
        "attached_by": work.actor.person,
        "attached_at": work.now,
    }
