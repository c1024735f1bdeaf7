"""Documents over HTTP: a form goes in, a file comes out."""

from __future__ import annotations

import hashlib
import shutil
from typing import Any

import pytest
from httpx import Response

from service.settings import Settings
from tests.service.api.callers import Callers, faults, refusal
from tests.service.files.papers import BAD, PDF, office

FORM = {"title": "Nota schoolbus", "language": "nl", "audience": "shared"}


def attach(
    callers: Callers, name: str, case: str, content: bytes = PDF, file_name: str = "Één nota.pdf",
    key: str | None = None, **form: Any,
) -> Response:  # fmt: skip
    return callers.client.post(
        f"/api/v1/cases/{case}/documents",
        headers=callers.headers(name, key=key),
        data={**FORM, **form},
        files={"file": (file_name, content, "application/x-lies")},
    )


def test_a_document_goes_in_and_comes_out(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    made = attach(callers, "officer", case)
    assert made.status_code == 201, made.text
    found = made.json()
    assert made.headers["Location"] == f"/api/v1/cases/{case}/documents/{found['id']}"
    assert found == {
        **FORM,
        "id": found["id"],
        "file_name": "Één nota.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "attached_by": "Officer",
        "attached_at": "2026-11-24T09:30:00Z",
    }
    assert callers.get("intake", f"/cases/{case}/documents").json()["items"] == [found]
    assert callers.get("intake", f"/cases/{case}/documents/{found['id']}").json() == found


def test_the_bytes_are_a_file_to_keep_and_nothing_that_runs(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    document = attach(callers, "officer", case).json()["id"]
    got = callers.get("intake", f"/cases/{case}/documents/{document}/content")
    assert got.content == PDF
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"] == "attachment; filename*=utf-8''%C3%89%C3%A9n%20nota.pdf"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got.headers["Cache-Control"] == "no-store"


def test_an_internal_document_is_not_there_for_others(callers: Callers) -> None:
    case = callers.house.bring("consultation")
    document = attach(callers, "secretary", case, audience="internal").json()["id"]
    for path in (f"/cases/{case}/documents/{document}", f"/cases/{case}/documents/{document}/content"):
        for name in ("officer", "delegate_be", "office_nl", "stranger"):
            assert refusal(callers.get(name, path)) == (404, "not_found")
        assert callers.get("auditor", path).status_code == 200
    other = callers.house.bring("submitted")
    assert refusal(callers.get("intake", f"/cases/{other}/documents/{document}/content")) == (404, "not_found")


@pytest.mark.parametrize("what", ["a program called a document", "macros called a document", "a page", "nothing"])
def test_what_may_not_come_in_is_refused_in_words(callers: Callers, what: str) -> None:
    name, content, code = BAD[what]
    case = callers.house.bring("submitted")
    refused = attach(callers, "officer", case, content, name)
    assert faults(refused) == [("/file", code)]
    assert refused.json()["errors"][0]["detail"].endswith(".")
    assert "…" not in refused.json()["errors"][0]["detail"]


def test_a_form_is_judged_in_its_turn(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    path = f"/cases/{case}/documents"
    assert refusal(callers.post("officer", path, FORM)) == (415, "media_type")
    assert refusal(callers.post("stranger", path, FORM)) == (404, "not_found")
    assert refusal(attach(callers, "stranger", case)) == (404, "not_found")
    assert refusal(attach(callers, "auditor", case)) == (403, "role_missing")
    assert refusal(attach(callers, "officer", case, audience="internal")) == (403, "role_missing")
    assert faults(attach(callers, "officer", case, language="it")) == [("/language", "not_a_choice")]
    headers = callers.headers("officer")
    bare = callers.client.post(f"/api/v1{path}", headers=headers, data=FORM, files={"x": ("a.pdf", PDF)})
    assert faults(bare) == [("/file", "missing")]


def test_a_file_of_more_than_25_mib_is_refused(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    assert refusal(attach(callers, "officer", case, PDF + bytes(25 * 1024**2))) == (413, "too_large")


def test_the_same_form_with_a_key_is_one_document(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    first, again = (attach(callers, "officer", case, key="k") for _ in range(2))
    assert (first.json(), again.status_code) == (again.json(), 201)
    assert refusal(attach(callers, "officer", case, office("docx"), "brief.docx", key="k")) == (
        422, "idempotency_mismatch",
    )  # fmt: skip
    assert len(callers.get("officer", f"/cases/{case}/documents").json()["items"]) == 1


def test_a_folder_that_cannot_be_written_to_is_no_fault_of_the_sender(callers: Callers, settings: Settings) -> None:
    case = callers.house.bring("submitted")
    settings.files.write_text("a file where the folder should be")
    assert refusal(attach(callers, "officer", case)) == (503, "unavailable")
    assert callers.get("officer", f"/cases/{case}/documents").json()["items"] == []
    settings.files.unlink()
    assert attach(callers, "officer", case).status_code == 201


def test_bytes_that_are_lost_are_said_to_be_out_of_reach(callers: Callers, settings: Settings) -> None:
    case = callers.house.bring("submitted")
    document = attach(callers, "officer", case).json()
    shutil.rmtree(settings.files)
    lost = callers.get("officer", f"/cases/{case}/documents/{document['id']}/content")
    assert refusal(lost) == (503, "unavailable")
    assert callers.get("officer", f"/cases/{case}/documents/{document['id']}").json() == document


NAMES = {
    "../../../etc/passwd.pdf": "passwd.pdf",
    "C:\\Users\\sanne\\nota.pdf": "nota.pdf",
    "/etc/cron.d/nota.pdf": "nota.pdf",
    "nota\u202efdp.pdf": "notafdp.pdf",
    "nota\u200b.pdf": "nota.pdf",
    "x" * 500 + ".pdf": "x" * 196 + ".pdf",
}
NAMELESS = ("..", "/", "\u200b", ".pdf", "nota", "nota.exe", "nota.pdf.exe", "nota.pdf\u202e.exe")


def test_a_file_is_called_by_its_own_name_alone(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    for sent, kept in NAMES.items():
        made = attach(callers, "officer", case, file_name=sent)
        assert (made.status_code, made.json()["file_name"]) == (201, kept)
        got = callers.get("officer", f"/cases/{case}/documents/{made.json()['id']}/content")
        assert got.headers["Content-Disposition"].startswith("attachment")
        assert got.content == PDF


def test_a_name_without_a_kind_that_is_taken_is_refused(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    for sent in NAMELESS:
        assert faults(attach(callers, "officer", case, file_name=sent)) == [("/file", "file_kind")]
    assert callers.get("officer", f"/cases/{case}/documents").json()["items"] == []


def test_bytes_of_two_kinds_are_what_the_name_says_or_refused(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    both = PDF + office("docx")  # a reader of PDF sees one, a reader of archives the other
    assert attach(callers, "officer", case, both, "nota.pdf").json()["media_type"] == "application/pdf"
    assert faults(attach(callers, "officer", case, both, "nota.png")) == [("/file", "file_disguised")]
    page = b"GIF89a/*" + b"<script>alert(1)</script>"
    assert faults(attach(callers, "officer", case, page, "nota.html")) == [("/file", "file_kind")]
