"""The client of the journey: it sends the version it read, and shows the problem document that stops it."""

import json

import httpx
import pytest

from service.demo.journey.client import Line, Person, Stopped

PROBLEM = {"type": "about:blank", "title": "Verouderd", "status": 412, "code": "stale", "detail": "Lees opnieuw."}
ME = {
    "person": {"id": "1", "name": "Joris Ovenaere", "email": "intake@slagboom.example"},
    "language": "nl",
    "mandates": [{"role": "secretary_general", "organisation": "BENELUX-SG"}],
}


def answer(request: httpx.Request) -> httpx.Response:
    path = request.url.path.removeprefix("/api/v1")
    if path == "/token":
        return httpx.Response(200, json={"access_token": "abc", "token_type": "bearer", "expires_in": 1})
    assert request.headers["authorization"] == "Bearer abc"
    if path == "/me":
        return httpx.Response(200, json=ME)
    if request.headers.get("if-match") == '"1"':
        return httpx.Response(412, json=PROBLEM, headers={"content-type": "application/problem+json"})
    return httpx.Response(200, json={"path": str(request.url)}, headers={"etag": '"3"'})


@pytest.fixture
def line() -> Line:
    return Line(httpx.Client(base_url="http://slagboom", transport=httpx.MockTransport(answer)))


def test_somebody_signs_in_and_is_introduced(line: Line) -> None:
    person = Person(line, "intake@slagboom.example", "a password")
    assert (person.name, person.language, person.works_as) == ("Joris Ovenaere", "nl", "secretary general, BENELUX-SG")
    assert line.said == [("POST", "/token", 200), ("GET", "/me", 200)]


def test_an_unplanned_refusal_stops_the_journey_with_its_problem_document(line: Line) -> None:
    person = Person(line, "intake@slagboom.example", "a password")
    with pytest.raises(Stopped) as stopped:
        person.post("/cases/1/moves", {}, '"1"')
    first, _, document = str(stopped.value).partition("\n")
    assert (first, json.loads(document)) == ("POST /cases/1/moves", PROBLEM)


def test_a_planned_refusal_must_come(line: Line) -> None:
    person = Person(line, "intake@slagboom.example", "a password")
    assert person.post("/cases/1/moves", {}, '"1"', planned=412).body["code"] == "stale"
    with pytest.raises(Stopped, match="where 409 was expected"):
        person.post("/cases/1/moves", {}, '"2"', planned=409)


def test_a_query_that_stands_in_the_path_is_kept(line: Line) -> None:
    person = Person(line, "intake@slagboom.example", "a password")
    assert person.get("/cases?moved=filed").body["path"].endswith("/cases?moved=filed")
    assert person.get("/cases", {"limit": "2"}).body["path"].endswith("/cases?limit=2")


def test_a_service_that_is_gone_is_said_in_one_line() -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    line = Line(httpx.Client(base_url="http://slagboom", transport=httpx.MockTransport(gone)))
    with pytest.raises(Stopped, match="POST /token: the service does not answer"):
        Person(line, "intake@slagboom.example", "a password")
