"""How a refusal is told: its status, its words in the reader's language, and what a program can act on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import Field
from starlette.responses import Response
from structlog.testing import capture_logs

from service.api.answers import answer
from service.api.application import create_app
from service.api.body import Code, Sent, Text
from service.api.documentation import described
from service.api.doors import Form, Json, SignedIn
from service.api.errors import STATUS
from service.languages import preferred_of
from service.store.errors import DatabaseGone, StoreFailed
from tests.service.api.conftest import MUNICIPALITY, Person
from workflows import errors
from workflows.errors import DataInvalid, Fault, Refused


class Note(Sent):
    text: Text
    on: date | None = None
    number: int = 0
    codes: tuple[Code, ...] = ()
    data: dict[str, Any] = Field(default_factory=dict)


class Label(Sent):
    title: Text


REFUSALS: dict[str, Refused | Exception] = {
    "stale": errors.Stale("7"),
    "role_missing": errors.RoleMissing(["secretary", "secretary_general"]),
    "move_not_open": errors.MoveNotOpen("adopt", "draft"),
    "guard_refused": errors.GuardRefused("form_complete", ["content.situation", "countries"]),
    "calendar_unknown": errors.CalendarUnknown("NL", "2041-05-05"),
    "unknown_move": errors.UnknownMove("fly"),
    "data_invalid": DataInvalid(
        [Fault("/content/situation", "missing"), Fault("/on", "before_the_last_move", (("value", "2026-11-20"),))]
    ),
    "unavailable": DatabaseGone("no connection to the database: password of sanne"),
    "internal_error": ZeroDivisionError("a secret of Sanne"),
}
router = APIRouter()


@router.get("/refusals/{code}")
def refuse(code: str, visit: SignedIn, known: bool = False) -> Response:
    """Raises what it is asked for."""
    assert visit.actor
    refusal = REFUSALS[code]
    if isinstance(refusal, Refused):
        refusal.procedure = ("benelux-obstacle", 1) if known else None
    raise refusal


@router.post("/notes", openapi_extra=described(takes=Note))
def take_note(visit: SignedIn, body: Json) -> Response:
    """Says what it read."""
    visit.work(body)
    return answer(body.read(Note), status=201, version=1, location="/api/v1/notes/1")


@router.post("/files", openapi_extra=described(takes=Label, file="file"))
def take_file(visit: SignedIn, form: Form) -> Response:
    """Says what it read."""
    label, file = form.read(Label), form.file("file")
    return answer({"title": label.title, "name": file.name, "size": file.size, "print": form.fingerprint().hex()})


@router.patch("/notes/{note}", openapi_extra=described(if_match=True))
def change_note(note: str, visit: SignedIn) -> Response:
    """Says which version the change is made on."""
    return answer({"version": visit.version})


@router.get("/pages")
def read_page(visit: SignedIn, limit: int = Query(ge=1, le=200)) -> Response:
    """Has a query."""
    return answer({"limit": limit})


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


@pytest.fixture
def trial(client: TestClient, app: FastAPI) -> Iterator[TestClient]:
    """The service with a router of this test's own."""
    trial = create_app(app.state.doors, (router,), threads=4, unusable=(StoreFailed,), close=lambda: None)
    with TestClient(trial, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def person(a_person: Callable[..., Person]) -> Person:
    return a_person("officer", MUNICIPALITY, language="fr")


def every_refusal(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every_refusal(below)


def test_every_refusal_has_a_status() -> None:
    assert {kind.code for kind in every_refusal()} == set(STATUS)


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_becomes_a_problem(trial: TestClient, person: Person, code: str) -> None:
    refused = trial.get(f"/api/v1/refusals/{code}", headers=person.headers)
    problem = refused.json()
    assert refused.status_code == problem["status"] == STATUS[code]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["api-version"] == "1"
    assert refused.headers["x-request-id"]
    assert problem["code"] == code
    assert problem["type"] == f"urn:slagboom:problem:{code}"
    assert problem["instance"] == f"/api/v1/refusals/{code}"
    assert problem["title"]
    assert problem["detail"]


def test_a_stale_change_is_told_the_present_version(trial: TestClient, person: Person) -> None:
    assert trial.get("/api/v1/refusals/stale", headers=person.headers).headers["etag"] == '"7"'


def test_who_may_do_it_is_named(trial: TestClient, person: Person) -> None:
    problem = trial.get("/api/v1/refusals/role_missing", headers=person.headers).json()
    assert problem["roles"] == ["secretary", "secretary_general"]
    assert "le secrétaire du groupe de travail et le Secrétaire général" in problem["detail"]


def test_a_refusal_speaks_the_words_of_its_procedure(trial: TestClient, person: Person) -> None:
    english = {**person.headers, "Accept-Language": "en"}
    guard = trial.get("/api/v1/refusals/guard_refused?known=true", headers=english).json()
    assert guard["guard"] == "form_complete"
    assert guard["needs"] == ["content.situation", "countries"]
    assert guard["detail"].startswith("Not all required details have been filled in yet.")
    move = trial.get("/api/v1/refusals/move_not_open?known=true", headers=english).json()
    assert "“Record the adoption”" in move["detail"]
    assert "“draft”" in move["detail"]
    unknown = trial.get("/api/v1/refusals/move_not_open", headers=english).json()
    assert "“adopt”" in unknown["detail"]


def test_each_fault_has_its_pointer_its_code_and_its_sentence(trial: TestClient, person: Person) -> None:
    problem = trial.get("/api/v1/refusals/data_invalid", headers={**person.headers, "Accept-Language": "nl"}).json()
    assert problem["errors"] == [
        {"pointer": "/content/situation", "code": "missing", "detail": "Vul dit in."},
        {
            "pointer": "/on",
            "code": "before_the_last_move",
            "detail": "Kies een datum op of na 20 november 2026; dat is de dag van de vorige stap.",
        },
    ]


def test_a_fault_of_ours_goes_to_the_log_and_not_to_the_sender(trial: TestClient, person: Person) -> None:
    with capture_logs() as logged:
        problem = trial.get("/api/v1/refusals/internal_error", headers=person.headers)
    assert problem.headers["api-version"] == "1"
    assert "secret" not in problem.text
    assert [line["event"] for line in logged] == ["answered", "internal_error"]
    assert (logged[0]["status"], logged[0]["route"]) == (500, "/api/v1/refusals/{code}")


def test_a_database_that_is_away_is_told_without_its_address(trial: TestClient, person: Person) -> None:
    away = trial.get("/api/v1/refusals/unavailable", headers=person.headers)
    assert away.headers["retry-after"] == "2"
    assert "password" not in away.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nl", "nl"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("en;q=0.5, DE ;q=0.9", "de"),
        ("lb, fr-LU;q=0.8", "fr"),
        ("de;q=0, en;q=0.1", "en"),
        ("pt, *;q=0.5", None),
        ("nl;q=x", None),
        ("", None),
        (",;,=;q", None),
    ],
)
def test_the_best_of_our_languages_is_chosen(header: str, language: str | None) -> None:
    assert preferred_of(header) == language


def test_without_a_wish_the_person_is_answered_in_their_language(trial: TestClient, person: Person) -> None:
    answered = trial.get("/api/v1/refusals/unknown_move", headers={**person.headers, "Accept-Language": "*"})
    assert answered.json()["title"] == "Cette démarche n’existe pas"
    assert answered.headers["content-language"] == "fr"
    assert trial.get("/api/v1/refusals/unknown_move").json()["title"] == "You are not signed in"


def test_what_is_not_there_and_what_cannot_be_done_to_it(trial: TestClient, person: Person) -> None:
    missing = trial.get("/api/v1/nothing", headers={"Accept-Language": "de"})
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert missing.json()["title"] == "Nicht gefunden"
    assert trial.get("/api/v1/pages/").status_code == 404, "no trailing slashes"
    wrong = trial.delete("/api/v1/pages")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "GET"
    zero = trial.get("/api/v1/refusals/%00", headers=person.headers)
    assert (zero.status_code, zero.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("", ("/limit", "missing")),
        ("?limit=x", ("/limit", "wrong_type")),
        ("?limit=0", ("/limit", "too_small")),
        ("?limit=201", ("/limit", "too_large")),
    ],
)
def test_a_query_that_is_wrong_says_where(
    trial: TestClient, person: Person, query: str, fault: tuple[str, str]
) -> None:
    problem = trial.get(f"/api/v1/pages{query}", headers=person.headers).json()
    assert problem["code"] == "data_invalid"
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [fault]
    assert problem["errors"][0]["in"] == "query"
    assert trial.get("/api/v1/pages?limit=5%00", headers=person.headers).status_code == 422


def send(trial: TestClient, person: Person, content: bytes, **headers: str) -> Any:
    return trial.post(
        "/api/v1/notes", content=content, headers={"Content-Type": "application/json", **person.headers, **headers}
    )


def nested(levels: int) -> bytes:
    """A note in which arrays lie inside one another so that the whole is so many levels deep."""
    inner = levels - 2
    return b'{"text": "x", "data": {"a": ' + b"[" * inner + b"]" * inner + b"}}"


def test_a_whole_note_is_taken(trial: TestClient, person: Person) -> None:
    taken = send(trial, person, '{"text": "ﬁets 🚲 \\u00e9", "on": "2026-11-24", "codes": ["BE"]}'.encode())
    assert taken.status_code == 201
    assert taken.json()["text"] == "ﬁets 🚲 é"
    assert (taken.headers["etag"], taken.headers["location"]) == ('"1"', "/api/v1/notes/1")
    assert send(trial, person, nested(64)).status_code == 201


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"text": "x"} ',
        b'\xef\xbb\xbf{"text": "x"}',
        b'{"text": "\xff"}',
        b'{"text": "\\ud800"}',
        b'{"text": "x", "data": {"a": NaN}}',
        b'{"text": "x", "data": {"a": [-Infinity]}}',
        b'{"text": "x\x00"}',
        b'{"text": "x", "number": ' + b"9" * 5000 + b"}",
        nested(65),
        nested(300),
        b"[" * 100_000,
        b'{"text":"x","data":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    ],
    ids=lambda content: content[:24],
)
def test_what_is_no_json_is_broken(trial: TestClient, person: Person, content: bytes) -> None:
    broken = send(trial, person, content)
    if content.endswith(b" "):  # white space after it is fine
        assert broken.status_code == 201
    else:
        assert (broken.status_code, broken.json()["code"]) == (400, "broken_json")


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({}, [("/text", "missing")]),
        ({"text": ""}, [("/text", "missing")]),
        ({"text": " \n"}, [("/text", "missing")]),
        ({"text": 1}, [("/text", "wrong_type")]),
        ({"text": None}, [("/text", "wrong_type")]),
        ({"text": "x" * 20_001}, [("/text", "too_long")]),
        ({"text": "x", "on": "2026-02-30"}, [("/on", "no_date")]),
        ({"text": "x", "on": "20260230"}, [("/on", "no_date")]),
        ({"text": "x", "on": 5}, [("/on", "no_date")]),
        ({"text": "x", "number": "1"}, [("/number", "wrong_type")]),
        ({"text": "x", "number": 1.5}, [("/number", "wrong_type")]),
        ({"text": "x", "number": True}, [("/number", "wrong_type")]),
        ({"text": "x", "codes": ["a", 1]}, [("/codes/1", "wrong_type")]),
        ({"text": "x", "a/b~c": 1}, [("/a~1b~0c", "unknown_field")]),
        ({"text": "a\0b"}, [("/text", "text_unclean")]),
        ({"text": "x", "data": {"a": [{"b": "\0"}]}}, [("/data/a/0/b", "text_unclean")]),
        ({"text": "x", "data": {"\0": 1}}, [("/data", "text_unclean")]),
        ([], [("", "wrong_type")]),
        ("x", [("", "wrong_type")]),
    ],
)
def test_what_does_not_fit_says_where_and_why(
    trial: TestClient, person: Person, sent: Any, faults: list[tuple[str, str]]
) -> None:
    problem = send(trial, person, json.dumps(sent).encode()).json()
    assert problem["code"] == "data_invalid"
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == faults
    assert all(one["detail"] and "in" not in one for one in problem["errors"])


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", "application/json; charset=latin-1", "multipart/form-data", ""]
)
def test_only_json_is_taken(trial: TestClient, person: Person, media_type: str) -> None:
    refused = send(trial, person, b"{", **{"Content-Type": media_type})
    assert (refused.status_code, refused.json()["code"]) == (415, "media_type")
    assert "application/json" in refused.json()["detail"]


def test_json_may_say_that_it_is_utf_8(trial: TestClient, person: Person) -> None:
    assert (
        send(trial, person, b'{"text": "x"}', **{"Content-Type": "Application/JSON; charset=UTF-8"}).status_code == 201
    )


def test_who_is_not_signed_in_is_told_that_first(trial: TestClient) -> None:
    for path, content in (("/api/v1/notes", b"{"), ("/api/v1/files", b"x"), ("/api/v1/pages?limit=x", b"")):
        method = "GET" if "?" in path else "POST"
        assert trial.request(method, path, content=content).json()["code"] == "not_signed_in"


@pytest.mark.parametrize(
    ("given", "version"),
    [
        ('"3"', 3),
        ('W/"3"', 3),
        ('"0"', 0),
        (None, None),
        ("*", None),
        ("3", -1),
        ('"03"', -1),
        ('"-1"', -1),
        ('"abc"', -1),
        ('"1", "2"', -1),
        ('"' + "9" * 40 + '"', -1),
    ],
)
def test_if_match_names_one_version(trial: TestClient, person: Person, given: str | None, version: int | None) -> None:
    headers = person.headers if given is None else {**person.headers, "If-Match": given}
    assert trial.patch("/api/v1/notes/1", headers=headers).json() == {"version": version}


@pytest.mark.parametrize("key", ["", "with space", "é", "x" * 201])
def test_a_key_that_is_none_is_refused(trial: TestClient, person: Person, key: str) -> None:
    headers = {**person.headers, "Content-Type": "application/json", "Idempotency-Key": key.encode("latin-1")}
    refused = trial.post("/api/v1/notes", content=b'{"text": "x"}', headers=headers)  # type: ignore[arg-type]
    assert [(one["code"], one["in"]) for one in refused.json()["errors"]] == [("key_unfit", "header")]


def upload(trial: TestClient, person: Person, content: bytes, title: str = "Kaart", name: str = "kaart.pdf") -> Any:
    return trial.post("/api/v1/files", data={"title": title}, files={"file": (name, content)}, headers=person.headers)


def test_a_form_with_a_file_is_taken(trial: TestClient, person: Person) -> None:
    taken = upload(trial, person, b"x" * 5000)
    assert taken.json() | {"print": ""} == {"title": "Kaart", "name": "kaart.pdf", "size": 5000, "print": ""}
    assert taken.json()["print"] == upload(trial, person, b"x" * 5000).json()["print"], "the boundary does not count"
    assert taken.json()["print"] != upload(trial, person, b"y" * 5000).json()["print"]


def test_a_form_that_is_not_whole_says_what_is_wrong(trial: TestClient, person: Person) -> None:
    assert upload(trial, person, b"x", title=" ").json()["errors"][0]["pointer"] == "/title"
    no_file = trial.post("/api/v1/files", files={"title": (None, "Kaart")}, headers=person.headers)
    assert [(one["pointer"], one["code"]) for one in no_file.json()["errors"]] == [("/file", "missing")]
    assert trial.post("/api/v1/files", json={}, headers=person.headers).json()["code"] == "media_type"
    form = {**person.headers, "Content-Type": "multipart/form-data; boundary=x"}
    assert (
        trial.post("/api/v1/files", content=b"--x\r\n: no name\r\n\r\n", headers=form).json()["code"] == "broken_form"
    )
    no_boundary = {**person.headers, "Content-Type": "multipart/form-data"}
    assert trial.post("/api/v1/files", content=b"--x", headers=no_boundary).json()["code"] == "broken_form"


def test_the_one_who_left_is_not_let_in_by_a_token(trial: TestClient, a_person: Callable[..., Person]) -> None:
    gone = a_person("officer", MUNICIPALITY, active=False)
    assert send(trial, gone, b"{").json()["code"] == "not_signed_in"
