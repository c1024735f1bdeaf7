"""What somebody who may sign in tries by hand: more fields, other people's keys and cursors, headers of proxies."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import update

from service.auth.keys import signer
from service.auth.passwords import NOBODY
from service.auth.tokens import generate_key
from service.main import build
from service.settings import Settings
from service.store.engine import Store
from service.store.tables import MandateRow
from tests.service.api.callers import Callers, next_of, refusal
from tests.service.api.permissions import Row, rows
from tests.service.api.town import NOT_THERE, PEOPLE, Town, settle
from tests.service.seeds import OBSTACLE, seed

ROWS = rows()
WRITES = [row for row in ROWS if not row.call.startswith("GET")]
OWN_FIELDS = {("PATCH /measures/{measure}", "reference")}
"""What has one of these names and is asked for."""
NO_JSON = ("POST /cases/{case}/documents", "POST /deliveries/{delivery}/resend")
SMUGGLED: Mapping[str, Any] = {
    "id": NOT_THERE, "reference": "OBS-2020-0001", "stage": "resolved", "phase": "ended", "ended": True, "version": 99,
    "begun_by": "intake", "filed_by": "person-sg", "events": 0, "head": "0" * 64, "searchable": "x",
    "actor": "person-sg", "role": "admin", "person": "person-sg", "mandate": "mandate-sg", "by_person": "person-sg",
    "noted_by": None, "state_on": "2020-01-01", "frozen_hash": None, "superseded": True, "case_id": NOT_THERE,
    "password_hash": "x", "active_since": None, "answers_for_": "BE", "__class__": "x", "constructor": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The two cases at every stage; what these tests send is refused, so all of them share it."""
    folder = tmp_path_factory.mktemp("hands")
    shutil.copy(sqlite_template, folder / "slagboom.db")
    address = f"sqlite:///{folder / 'slagboom.db'}"
    settings = Settings.read(database_url=address, signing_key=generate_key(), files=folder / "files")
    with closing(Store.open(address)) as store:
        house = seed(store)
        with TestClient(build(settings, lambda: house.now), raise_server_exceptions=False) as client:
            yield settle(Callers(client, house, signer(settings)), folder / "files")


def may(row: Row) -> str | None:
    """A role that may do what the row says on its own case."""
    return next((role for role, status in row.expected["own"].items() if status < 300), None)


SENDING = [row for row in WRITES if may(row) and not row.call.startswith("DELETE") and row.call not in NO_JSON]


@pytest.mark.parametrize("row", SENDING, ids=lambda row: row.name)
def test_a_field_that_is_not_asked_for_is_refused_and_not_taken_along(town: Town, row: Row) -> None:
    role = may(row)
    request = town.request(row, "own", role)
    sent = json.loads(request.content)
    for name, value in SMUGGLED.items():
        if name in sent or (row.call, name) in OWN_FIELDS:
            continue
        request = town.request(row, "own", role)
        headers = {key: one for key, one in request.headers.items() if key != "content-length"}
        answer = town.callers.client.request(
            request.method, request.url, headers=headers, content=json.dumps({**sent, name: value})
        )
        assert refusal(answer) == (422, "data_invalid"), f"{name}: {answer.text}"
        assert any(name in error["pointer"] for error in answer.json()["errors"]), answer.text


WRONGLY: Mapping[str, Mapping[str, Any]] = {
    "without a version": {"headers": {"If-Match": ""}},
    "on another version": {"headers": {"If-Match": '"77"'}},
    "on any version": {"headers": {"If-Match": "*"}},
    "on no version": {"headers": {"If-Match": "nonsense"}},
    "with a broken body": {"content": b"{"},
    "with an empty body": {"content": b""},
    "as text": {"content": b"x", "headers": {"Content-Type": "text/plain"}},
    "with something else": {"content": b'{"a":[1]}'},
    "with a key": {"headers": {"Idempotency-Key": "guess-1"}},
    "with a bad key": {"headers": {"Idempotency-Key": "a b"}},
}
"""How a request can be wrong beside the thing that it names."""


@pytest.mark.parametrize("how", WRONGLY)
def test_however_wrong_a_request_is_what_is_not_yours_is_not_there(town: Town, how: str) -> None:
    """A 412, 415 or 422 would tell that there is something."""
    tried = 0
    for row in WRITES:
        for role, status in row.expected.get("other", {}).items():
            if status != 404 or row.call == "POST /cases":
                continue
            told = [_wrongly(town, row, kind, role, WRONGLY[how]) for kind in ("other", "unknown")]
            assert told[0] == told[1], (row.name, role, how)
            assert told[0][0] == (404 if how != "with a bad key" or not row.call.startswith("POST") else 422), row.name
            tried += 1
    assert tried > 100


def _wrongly(town: Town, row: Row, kind: str, role: str, change: Mapping[str, Any]) -> tuple[int, Any]:
    request = town.request(row, kind, role)
    headers = {key: one for key, one in request.headers.items() if key != "content-length"}
    headers = {**headers, **{key.lower(): one for key, one in change.get("headers", {}).items()}}
    content = change.get("content", request.read())
    answer = town.callers.client.request(request.method, request.url, headers=headers, content=content)
    return answer.status_code, {**answer.json(), "instance": None}


@pytest.mark.parametrize("what", ["links", "moves"])
def test_a_case_that_is_named_but_not_yours_is_told_as_one_that_is_not_there(town: Town, what: str) -> None:
    case = town.cases["own"]["exploration"]
    told = []
    for named in (town.cases["other"]["draft"], NOT_THERE):
        if what == "links":
            answer = town.callers.post("secretary", f"/cases/{case}/links", {"kind": "related", "to": named})
        else:
            answer = town.callers.move("secretary", case, "mark_duplicate", {"original": named}, "Dubbel.")
        assert answer.status_code == 422, answer.text
        told.append(answer.text.replace(named, "…"))
    assert told[0] == told[1]


def test_a_cursor_of_somebody_else_leads_to_one_s_own(town: Town) -> None:
    callers = town.callers
    path = next_of(callers.get("sg", "/cases?limit=1"))
    mine = {one["id"] for one in callers.get("officer", "/cases?limit=200").json()["items"]}
    found = callers.get("officer", path).json()["items"]
    assert {one["id"] for one in found} <= mine
    cursor = path.partition("cursor=")[2]
    for forged in _forged(cursor):
        answer = callers.get("officer", "/cases", cursor=forged, limit=200)
        assert answer.status_code in (200, 422), answer.text
        if answer.status_code == 200:
            assert {one["id"] for one in answer.json()["items"]} <= mine


def _forged(cursor: str) -> Iterator[str]:
    place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    others: tuple[list[Any], ...] = (
        ["-updated_at", "", ""], ["-updated_at", "9999-12-31T23:59:59+00:00", "z"], ["-updated_at"], place[:2],
        [*place, "x"], [place[0], "' OR 1=1 --", "x"], ["reference", *place[1:]], [place[0], None, place[2]],
        [place[0], ["x"], place[2]], [place[0], "2026-11-24T09:30:00+00:00", "%"],
    )  # fmt: skip
    for one in others:
        yield base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")


def test_a_key_of_somebody_else_opens_nothing(town: Town) -> None:
    """A key is of the person who gave it, and shows nothing that is no longer hers."""
    callers = town.callers
    made = callers.post("officer", "/cases", OBSTACLE, key="the-same-key")
    assert made.status_code == 201
    other = callers.post("stranger", "/cases", OBSTACLE, key="the-same-key")
    assert other.json()["id"] != made.json()["id"]
    mandates = MandateRow.__table__
    ours = update(mandates).where(mandates.c.id == "mandate-officer")
    try:
        with town.house.store.writing() as connection:
            connection.execute(ours.values(organisation="NL-MIN-IENW"))
        again = callers.post("officer", "/cases", OBSTACLE, key="the-same-key")
        assert refusal(again) == (404, "not_found")
        assert made.json()["id"] not in again.text
    finally:
        with town.house.store.writing() as connection:
            connection.execute(ours.values(organisation="NL-GM0980"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"X-Forwarded-Host": "attacker.example", "X-Forwarded-Proto": "gopher"},
        {"X-Forwarded-Prefix": "/attacker.example", "X-Script-Name": "/attacker.example"},
        {"Forwarded": "for=1.2.3.4;host=attacker.example;proto=https"},
        {"X-Original-URL": "/api/v1/people", "X-Rewrite-URL": "/api/v1/people"},
        {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"},
        {"X-Forwarded-User": "person-admin", "X-Remote-User": "person-admin", "Remote-User": "person-admin"},
    ],
)
def test_what_a_proxy_could_say_changes_nothing(town: Town, headers: dict[str, str]) -> None:
    callers = town.callers
    mine = callers.headers("officer") | headers
    listed = callers.client.get("/api/v1/cases?limit=1", headers=mine)
    assert listed.headers["Link"].startswith("</api/v1/cases?limit=1&cursor=")
    made = callers.client.post("/api/v1/cases", headers=mine, json=OBSTACLE)
    assert made.headers["Location"] == f"/api/v1/cases/{made.json()['id']}"
    lost = callers.client.get("/api/v1/cases/nowhere", headers=mine)
    assert lost.json()["instance"] == "/api/v1/cases/nowhere"
    assert refusal(callers.client.get("/api/v1/people", headers=mine)) == (403, "role_missing")
    everything = f"{listed.headers}{made.headers}{lost.headers}{lost.text}"
    assert "attacker" not in everything


def test_a_problem_names_the_path_as_it_was_sent_and_nothing_of_the_query(town: Town) -> None:
    answer = town.callers.get("officer", "/cases/%3Cscript%3E%0d%0aX:1/events?token=geheim")
    assert answer.json()["instance"] == "/api/v1/cases/%3Cscript%3E%0D%0AX%3A1/events"
    assert "geheim" not in answer.text


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is counted, not timed: one argon2 check with the same costs, whoever is asked for."""
    checked: list[str] = []
    real = Argon2Hasher.verify

    def verify(self: Argon2Hasher, password: str, hash: str) -> bool:
        checked.append(hash)
        return bool(real(self, password, hash))

    monkeypatch.setattr(Argon2Hasher, "verify", verify)
    for address in ("nobody-at-all@example.org", "officer@example.org", "x", "o" * 300, "officer@example.org\0"):
        for password in ("geraden wachtwoord", "kort", "x" * 2_000, "\U0001f600" * 12):
            form = {"grant_type": "password", "username": address, "password": password}
            checked.clear()
            answer = town.callers.client.post("/api/v1/token", data=form)
            assert refusal(answer) == (401, "sign_in_refused")
            assert checked == [NOBODY], address


def test_an_auditor_speaks_by_no_other_mandate(town: Town) -> None:
    """Who reads a case as an auditor alone leaves no trace in it, whatever else she is elsewhere."""
    house = town.house
    mandates = MandateRow.__table__
    hers = update(mandates).where(mandates.c.id == "mandate-stranger")
    try:
        with house.store.writing() as connection:
            connection.execute(hers.values(person_id="person-auditor"))
        said = {"text": "Wij vinden van niet.", "audience": "shared"}
        mine, other = (town.cases[kind]["consultation"] for kind in ("own", "other"))
        assert refusal(town.callers.post("auditor", f"/cases/{mine}/comments", said)) == (403, "role_missing")
        assert town.callers.post("auditor", f"/cases/{other}/comments", said).status_code == 201, "her own case"
    finally:
        with house.store.writing() as connection:
            connection.execute(hers.values(person_id="person-stranger"))


def test_everybody_in_the_town_is_there() -> None:
    assert set(PEOPLE) == set(ROWS[0].expected["own"])
