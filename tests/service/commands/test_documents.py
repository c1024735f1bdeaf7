from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from service.commands.documents import AttachDocument, RemoveDocument, attach_document, plain_name, remove_document
from service.queries.documents import Document, document_file, documents
from service.store.chain import verify
from service.store.once import Seen
from service.store.recomputing import recompute
from service.store.work import Once
from tests.service.commands.test_comments import last_event
from tests.service.files.papers import BAD, GOOD, PDF
from tests.service.seeds import House
from workflows.errors import DataInvalid, MoveNotOpen, NotFound, RoleMissing

FORM: Mapping[str, Any] = {"file": "Nota.pdf", "title": "Nota schoolbus", "language": "nl", "audience": "shared"}


def attach(
    house: House, folder: Path, name: str, case: str, content: bytes | None = PDF, once: Once | None = None, **form: Any
) -> Seen:
    stream = io.BytesIO(content) if content is not None else None
    command = AttachDocument(case=case, stream=stream, asked=lambda: {**FORM, **form})
    return attach_document(command, folder, house.work(name, once))


def read(house: House, name: str, case: str) -> tuple[Document, ...]:
    with house.store.reading() as connection:
        return documents(connection, house.actor(name), case, limit=50).items


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_document_is_kept_and_its_bytes_come_back(house: House, folder: Path) -> None:
    case = house.bring("submitted")
    seen = attach(house, folder, "officer", case)
    found = read(house, "intake", case)[0]
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (found.title, found.file_name, found.media_type) == ("Nota schoolbus", "Nota.pdf", "application/pdf")
    assert (found.size, found.sha256, found.attached_by) == (len(PDF), sha256, "Officer")
    with house.store.reading() as connection:
        _, path = document_file(connection, house.actor("intake"), case, str(seen.thing_id), folder)
    assert path.read_bytes() == PDF
    body = json.loads(last_event(house, case)["body"])
    assert (body["document"], body["sha256"], body["size"]) == (found.id, sha256, len(PDF))
    assert "Nota" not in last_event(house, case)["body"]


def test_an_internal_document_is_not_for_the_filer_or_the_invited(house: House, folder: Path) -> None:
    case = house.bring("consultation")
    seen = attach(house, folder, "secretary", case, audience="internal")
    assert last_event(house, case)["audience"] == "inner"
    assert len(read(house, "sg", case)) == len(read(house, "auditor", case)) == 1
    for outside in ("officer", "delegate_nl", "office_nl"):
        assert read(house, outside, case) == ()
        with house.store.reading() as connection, pytest.raises(NotFound):
            document_file(connection, house.actor(outside), case, str(seen.thing_id), folder)


def test_who_may_attach_what(house: House, folder: Path) -> None:
    case = house.bring("consultation")
    for name in ("officer", "intake", "secretary", "sg", "delegate_lu", "partner"):
        attach(house, folder, name, case)
    for name in ("auditor", "office_nl"):  # an office reads; it is asked only at a vote
        with pytest.raises(RoleMissing):
            attach(house, folder, name, case)
    with pytest.raises(NotFound):
        attach(house, folder, "stranger", case)
    with pytest.raises(RoleMissing):
        attach(house, folder, "officer", case, audience="internal")


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_that_may_come_in_does(house: House, folder: Path, name: str) -> None:
    case = house.begin()
    attach(house, folder, "officer", case, GOOD[name], file=name)
    assert read(house, "officer", case)[0].file_name == name


@pytest.mark.parametrize("what", ["a program called a document", "macros inside", "a program", "nothing"])
def test_what_may_not_come_in_leaves_nothing_behind(house: House, folder: Path, what: str) -> None:
    name, content, code = BAD[what]
    case = house.bring("submitted")
    with pytest.raises(DataInvalid) as refused:
        attach(house, folder, "officer", case, content, file=name)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/file", code)]
    assert read(house, "officer", case) == ()
    assert kept(folder) == []


@pytest.mark.parametrize(
    ("form", "pointer", "code"),
    [
        ({"title": ""}, "/title", "missing"),
        ({"title": "x" * 201}, "/title", "too_long"),
        ({"language": "it"}, "/language", "not_a_choice"),
        ({"audience": "all"}, "/audience", "not_a_choice"),
        ({"more": "x"}, "/more", "unknown_field"),
    ],
)
def test_a_form_that_is_none_is_refused(
    house: House, folder: Path, form: dict[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(DataInvalid) as refused:
        attach(house, folder, "officer", house.begin(), **form)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]
    assert kept(folder) == []


def test_a_form_without_a_file_is_refused(house: House, folder: Path) -> None:
    with pytest.raises(DataInvalid) as refused:
        attach(house, folder, "officer", house.begin(), None)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/file", "missing")]


def test_the_same_request_twice_is_one_document(house: House, folder: Path) -> None:
    case = house.bring("submitted")
    once = Once("POST documents", "key", "f" * 64)
    assert attach(house, folder, "officer", case, once=once) == attach(house, folder, "officer", case, once=once)
    assert len(read(house, "officer", case)) == 1


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("C:\\Users\\anne\\Nota.pdf", "Nota.pdf"),
        ("../../etc/nota.pdf", "nota.pdf"),
        ("nota\u202efdp.pdf", "notafdp.pdf"),
        ("nota\r\nX-Evil: 1.pdf", "notaX-Evil: 1.pdf"),
        ("E\u0301te\u0301.pdf", "Été.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_file_keeps_its_own_name_and_nothing_else(given: str, plain: str) -> None:
    assert plain_name(given) == plain


def test_a_document_of_a_draft_can_be_taken_away_again(house: House, folder: Path) -> None:
    case = house.begin()
    first, second = (str(attach(house, folder, "officer", case, title=title).thing_id) for title in ("Een", "Twee"))
    remove_document(RemoveDocument(case, first), house.work("officer"))
    assert [one.id for one in read(house, "officer", case)] == [second]
    remove_document(RemoveDocument(case, first), house.work("officer"))  # it is gone already
    assert [one.id for one in read(house, "officer", case)] == [second]


def test_what_was_filed_keeps_its_documents(house: House, folder: Path) -> None:
    case = house.begin()
    kept_one = str(attach(house, folder, "officer", case).thing_id)
    house.move("officer", case, "submit")
    with pytest.raises((MoveNotOpen, RoleMissing)):
        remove_document(RemoveDocument(case, kept_one), house.work("officer"))
    assert [one.id for one in read(house, "officer", case)] == [kept_one]


def test_a_report_is_sealed_with_the_documents_that_it_kept(house: House, folder: Path) -> None:
    case = house.begin()
    first = str(attach(house, folder, "officer", case).thing_id)
    attach(house, folder, "officer", case, title="Wat blijft")
    remove_document(RemoveDocument(case, first), house.work("officer"))
    house.move("officer", case, "submit")
    with house.store.reading() as connection:
        assert [*verify(connection), *(fault for _, faults in recompute(connection) for fault in faults)] == []


def test_nobody_takes_a_document_away_from_a_draft_of_others(house: House, folder: Path) -> None:
    case, other = house.begin(), house.begin("stranger")
    theirs = str(attach(house, folder, "stranger", other).thing_id)
    for name, draft in (("officer", other), ("secretary", other)):
        with pytest.raises(NotFound):
            remove_document(RemoveDocument(draft, theirs), house.work(name))
    remove_document(RemoveDocument(case, theirs), house.work("officer"))  # named beside a draft of one's own
    assert [one.id for one in read(house, "stranger", other)] == [theirs]
