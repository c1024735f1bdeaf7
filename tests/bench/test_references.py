"""The references of the measurements: they keep what ours keeps, and answer what ours answers."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from fastapi.testclient import TestClient
from sqlalchemy import Connection, create_engine, select

from bench import ground
from bench.by_hand import ByHand
from service.auth.tokens import Signer, generate_key
from service.main import build
from service.settings import Settings
from service.store.engine import Store
from service.store.tables import CaseRow, ClockRow, EventRow, OutboxRow

OF_ITS_OWN = {"id", "case_id", "event_id", "at", "created_at", "updated_at", "moved_at", "head", "sha256", "reference"}
"""Differs between two cases by nature."""
RULED = {"kind", "of_role", "calendar", "calendar_version", "rule", "basis", "next_on", "searchable"}
"""What the rules of ours compute; the references write something in its place."""


def kept(connection: Connection, case: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a case after its moves, without what must differ."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row, named, order in (
        (CaseRow, "id", "id"),
        (ClockRow, "case_id", "name"),
        (EventRow, "case_id", "position"),
        (OutboxRow, "case_id", "id"),
    ):
        table = row.__table__
        statement = select(table).where(table.c[named] == case).order_by(table.c[order])
        rows = [dict(one) for one in connection.execute(statement).mappings()]
        found[row.__tablename__] = [plain(one) for one in rows]
    found["outbox"].sort(key=lambda one: (one["context"]["to"], one["notice"]))
    return found


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in OF_ITS_OWN | RULED}
    if "body" in kept:
        body = json.loads(kept.pop("body"))
        own = OF_ITS_OWN | {"case", "previous", "private_sha256"}
        kept["body"] = {name: value for name, value in body.items() if name not in own}
        kept["body"]["clocks"] = [sorted(clock.keys() - {"change"}) for clock in body.get("clocks", ())]
        kept["private"] = sorted(json.loads(kept["private"]).keys() - {"questions"})
    return kept


def to_and_fro(move: Any) -> None:
    move(ground.SECRETARIES[1], ground.ASK_MOVE, dict(ground.ASK), 3)
    move(ground.OFFICERS[1], ground.ANSWER_MOVE, {"answers": [{"question": 1, "text": "Article 5."}]}, 4)
    move(ground.SECRETARIES[1], ground.ASK_MOVE, dict(ground.ASK), 5)


def test_a_move_by_hand_keeps_the_rows_that_a_move_of_ours_keeps(database_url: str) -> None:
    ours, by_hand = ground.prepare(database_url, 2)
    store, hand = Store.open(database_url), ByHand(database_url)
    try:
        to_and_fro(lambda actor, name, data, version: ground.move(store, actor, ours, version, name, data))
        to_and_fro(lambda actor, name, data, version: hand.move(by_hand, actor, name, data))
        with store.reading() as connection:
            assert kept(connection, by_hand) == kept(connection, ours)
    finally:
        hand.close()
        store.close()


def test_the_reference_application_keeps_and_answers_what_ours_does(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    ours, theirs = ground.prepare(database_url, 2)
    key = generate_key()
    public = load_pem_private_key(key.encode(), None).public_key()
    monkeypatch.setenv("BENCH_URL", database_url)
    monkeypatch.setenv("BENCH_KEY", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())
    (tmp_path / "key.pem").write_text(key)
    settings = Settings.read(database_url=database_url, signing_key=str(tmp_path / "key.pem"), files=tmp_path)
    monkeypatch.delitem(sys.modules, "bench.reference_app", raising=False)  # it is bound to the database of its day
    reference = importlib.import_module("bench.reference_app")
    with TestClient(build(settings)) as our_client, TestClient(reference.app) as their_client:
        our_answer, their_answer = (
            moved(client, case, key) for client, case in ((our_client, ours), (their_client, theirs))
        )
    reference.engine.dispose()
    assert their_answer.keys() - {"procedure_version"} == our_answer.keys()
    differing = {name for name in our_answer if our_answer[name] != their_answer[name]}
    assert differing <= OF_ITS_OWN | {"procedure", "plan_status"}
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert kept(connection, theirs) == kept(connection, ours)
    engine.dispose()


def moved(client: TestClient, case: str, key: str) -> dict[str, Any]:
    """The case after the moves."""
    signer, shown = Signer(key), {}

    def move(actor: Any, name: str, data: dict[str, Any], version: int) -> None:
        token = signer.issue(actor.person, datetime.now(UTC))
        headers = {"Authorization": f"Bearer {token}", "If-Match": f'"{version}"'}
        answer = client.post(f"/api/v1/cases/{case}/moves", json={"move": name, "data": data}, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] == f'"{version + 1}"'
        shown.update(answer.json())

    to_and_fro(move)
    assert date.fromisoformat(shown["due_on"]) == date(2049, 12, 17)
    return shown
