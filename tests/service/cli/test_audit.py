"""`slagboom audit verify`."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from service.cli import status_of
from service.commands.documents import AttachDocument, attach_document
from service.store.seals import make_seal
from service.store.tables import CaseRow
from tests.service.seeds import House

CASES = CaseRow.__table__


pytestmark = pytest.mark.usefixtures("at_home", "two_cases")


@pytest.fixture
def two_cases(house: House) -> None:
    house.bring("admissibility")
    house.bring("submitted")


def test_a_whole_log_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["audit", "verify"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "2 cases, 3 events: the log holds"
    assert "cannot see" in said.out
    assert said.err == ""


def test_one_case_is_verified_by_its_reference_or_id(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["audit", "verify", "OBS-2026-0002"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 case, 1 event: the log holds"
    with house.store.writing() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == "OBS-2026-0001").values(stage="draft"))
    assert status_of(["audit", "verify", "OBS-2026-0002"]) == 0
    assert status_of(["audit", "verify", "OBS-2026-0001"]) == 1
    assert status_of(["audit", "verify", house.case("OBS-2026-0002").id]) == 0
    capsys.readouterr()
    assert status_of(["audit", "verify", "OBS-2026-0009"]) == 1
    assert capsys.readouterr().err == "slagboom: there is no case OBS-2026-0009\n"
    assert status_of(["audit", "verify", os.fsdecode(b"\xff\xfe")]) == 1  # as a shell hands on what is not UTF-8
    assert "slagboom: there is no case" in capsys.readouterr().err


def test_every_fault_is_named_with_its_case_and_place(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with house.store.writing() as connection:
        if house.store.dialect == "sqlite":
            connection.execute(text("DROP TRIGGER events_refuse_update"))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER events_refuse_update"))
        connection.execute(text("UPDATE events SET body = replace(body, 'transport', 'energy') WHERE position = 2"))
    assert status_of(["audit", "verify"]) == 1
    said = capsys.readouterr()
    assert "OBS-2026-0001, event 2: the body does not have its hash" in said.out
    assert said.err.splitlines()[-1].startswith("slagboom: ")
    assert said.err.splitlines()[-1].endswith("named above: the log does not hold")
    assert "the log holds" not in said.out


@pytest.fixture
def sealed(house: House) -> str:
    """The seal of a digest that was sent, a day after the two cases; a day later the first of them went on."""
    house.now += timedelta(days=1)
    with house.store.writing() as connection:
        seal = make_seal(connection, house.now)
    house.now += timedelta(days=1)
    house.bring("exploration", house.case("OBS-2026-0001").id)
    return seal.root


def disarm(house: House, table: str) -> None:
    with house.store.writing() as connection:
        for act in ("update", "delete"):
            if house.store.dialect == "sqlite":
                connection.execute(text(f"DROP TRIGGER {table}_refuse_{act}"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refuse_{act}"))


def test_the_log_leads_to_a_seal_that_was_printed(sealed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["audit", "verify", "--seal", sealed]) == 0
    assert capsys.readouterr().out == "the seal of 2026-11-25 09:30:00 UTC (2 cases, 3 events): held\n"
    in_groups = " ".join(sealed[start : start + 8] for start in range(0, 64, 8)).upper()
    assert status_of(["audit", "verify", "--seal", in_groups]) == 0


def test_what_was_changed_under_a_seal_is_named(house: House, sealed: str, capsys: pytest.CaptureFixture[str]) -> None:
    disarm(house, "events")
    with house.store.writing() as connection:
        connection.execute(text("UPDATE events SET body = replace(body, 'transport', 'energy') WHERE position = 2"))
    assert status_of(["audit", "verify", "--seal", sealed]) == 1
    said = capsys.readouterr()
    assert said.out == "OBS-2026-0001, event 2: the body does not have its hash\n"
    assert said.err.startswith("slagboom: the log no longer leads to the seal of 2026-11-25 09:30:00 UTC: ")


def test_what_was_changed_after_a_seal_is_not_under_it(house: House, sealed: str) -> None:
    disarm(house, "events")
    with house.store.writing() as connection:
        connection.execute(text("UPDATE events SET body = replace(body, 'met', 'not') WHERE position = 3"))
    assert status_of(["audit", "verify", "--seal", sealed]) == 0
    assert status_of(["audit", "verify"]) == 1


def test_a_tail_that_was_cut_under_a_seal_is_named(
    house: House, sealed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    disarm(house, "events")
    case = house.case("OBS-2026-0001").id
    with house.store.writing() as connection:
        connection.execute(text("DELETE FROM outbox WHERE case_id = :case"), {"case": case})
        connection.execute(text("DELETE FROM events WHERE case_id = :case AND position > 1"), {"case": case})
    assert status_of(["audit", "verify", "--seal", sealed]) == 1
    assert capsys.readouterr().out == ("OBS-2026-0001, event 2: was sealed and is gone; the case ends with event 1\n")


def test_a_chain_that_was_rewritten_by_the_rules_is_narrowed_down(
    house: House, sealed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    disarm(house, "events")
    case = house.case("OBS-2026-0002").id
    with house.store.writing() as connection:
        event = connection.execute(text("SELECT id, body FROM events WHERE case_id = :case"), {"case": case}).one()
        body = event.body.replace("mandate-officer", "mandate-intake")
        hash = hashlib.sha256(body.encode()).hexdigest()
        values = {"body": body, "hash": hash, "id": event.id, "case": case}
        connection.execute(text("UPDATE events SET body = :body, sha256 = :hash WHERE id = :id"), values)
        connection.execute(text("UPDATE cases SET head = :hash WHERE id = :case"), values)
    assert status_of(["audit", "verify", "--seal", sealed]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "What was changed is one or more of the cases that moved:",
        "  OBS-2026-0001",
        "  OBS-2026-0002",
    ]


def test_a_log_that_was_replaced_with_its_seals_does_not_know_the_one_that_was_printed(
    house: House, sealed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    disarm(house, "seals")
    with house.store.writing() as connection:
        connection.execute(text("UPDATE seals SET root = :root"), {"root": "0" * 64})
    assert status_of(["audit", "verify", "--seal", sealed]) == 1
    assert capsys.readouterr().err.startswith("slagboom: no such seal is kept here")


def test_what_is_no_seal_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["audit", "verify", "--seal", "2026-W48"]) == 1
    assert capsys.readouterr().err == "slagboom: a seal is the 64 letters and digits at the foot of a digest\n"
    assert status_of(["audit", "verify", "OBS-2026-0001", "--seal", "0" * 64]) == 1
    assert "name either a case or a seal" in capsys.readouterr().err


def test_other_bytes_of_a_document_are_found(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = house.case("OBS-2026-0001").id
    asked = {"file": "brief.pdf", "title": "Brief", "language": "nl", "audience": "shared"}
    command = AttachDocument(case=case, stream=io.BytesIO(b"%PDF-1.4\n%%EOF\n"), asked=lambda: asked)
    attach_document(command, tmp_path / "var" / "files", house.work("officer"))
    assert status_of(["audit", "verify"]) == 0
    (kept,) = (path for path in (tmp_path / "var" / "files").rglob("*") if path.is_file())
    kept.chmod(0o600)
    kept.write_bytes(b"%PDF-1.4\n%%EOX\n")
    capsys.readouterr()
    assert status_of(["audit", "verify"]) == 1
    assert "do not have their hash" in capsys.readouterr().out
    kept.unlink()
    assert status_of(["audit", "verify"]) == 0  # what is missing is for `db check` to say
