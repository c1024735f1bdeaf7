"""The verdict: each of its checks finds what was done behind the service's back, and a sound house has nothing."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from service.store.engine import Store, upgrade
from service.store.outbox import Outbox
from service.store.seals import make_seal
from service.store.work import Once, Work
from tests.faults.drift import Drift
from tests.faults.honest import Honest
from tests.faults.told import CameTo, Deed, Memory, read_all
from tests.faults.verdict import verdict
from tests.service.seeds import House, seed

ONE = "(SELECT min(id) FROM cases WHERE reference IS NOT NULL)"


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Deed]]:
    """A database in which a case went all the way, a digest sealed it and letters are written; and what was told."""
    folder = tmp_path_factory.mktemp("verdict")
    url, memory = f"sqlite:///{folder / 'sound.db'}", Memory(folder / "told")
    upgrade(url)
    with closing(Store.open(url, pool_size=20)) as store:
        house = seed(store)
        honest = Honest(store)
        for stage in ("resolved", "consultation", "adoption", "information_requested"):
            honest.bring(stage)
        with store.writing() as connection:
            make_seal(connection, house.now)
        began = time.monotonic()
        Drift(house, 7, memory, lambda: time.monotonic() - began).run(150)
        Outbox(store, "worker", "slagboom.test").expand(house.now)
    return folder / "sound.db", memory.deeds


@pytest.fixture
def database(lived_in: tuple[Path, list[Deed]], tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return shutil.copy(lived_in[0], tmp_path / "spoilt.db")


def spoil(database: Path, *statements: str) -> None:
    """As an owner of the file can: without triggers, without foreign keys, without unique indexes."""
    with closing(sqlite3.connect(database)) as connection, connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DROP INDEX uq_consultations_open")
        connection.execute("DROP INDEX uq_positions_standing")
        for statement in statements:
            changed = connection.execute(statement).rowcount
            assert changed or not statement.startswith(("UPDATE", "DELETE", "INSERT")), f"in vain: {statement}"


def found(database: Path, *told: Deed) -> list[str]:
    return [fault for fault in verdict(f"sqlite:///{database}", told) if not fault.startswith("db check: the trigger")]


def test_a_sound_house_has_no_faults(lived_in: tuple[Path, list[Deed]]) -> None:
    path, _ = lived_in
    assert verdict(f"sqlite:///{path}") == []


SPOILT: Mapping[str, tuple[str, ...]] = {
    "chain of": (f"UPDATE events SET body = replace(body, 'CaseMoved', 'CaseLost') WHERE case_id = {ONE}",),
    "positions [": (f"DELETE FROM events WHERE position = 2 AND case_id = {ONE}",),
    "does not hold": (f"UPDATE events SET private = '{{}}' WHERE position = 1 AND case_id = {ONE}",),
    "tail of": (f"UPDATE cases SET events = events + 1 WHERE id = {ONE}",),
    "there is no such case": (f"DELETE FROM cases WHERE id = {ONE}",),
    "stage is": (f"UPDATE cases SET stage = 'council' WHERE id = {ONE}",),
    "anchor is": (f"UPDATE cases SET anchor = NULL WHERE id = {ONE}",),
    "stands in": (f"UPDATE events SET stage = 'council' WHERE position = 1 AND case_id = {ONE}",),
    "ended is": (f"UPDATE cases SET ended = NOT ended WHERE id = {ONE}",),
    "its countries": (f"DELETE FROM case_countries WHERE case_id = {ONE}",),
    "clock quiet of": ("UPDATE clocks SET due_on = '2031-01-01' WHERE name = 'quiet'",),
    "clock acknowledge of": ("DELETE FROM clocks WHERE name = 'acknowledge'",),
    "references (": ("UPDATE numbers SET last = last + 1 WHERE series = 'OBS'",),
    "reference is": (f"UPDATE cases SET reference = 'OBS-2026-9999' WHERE id = {ONE}",),
    "number M(": (
        "UPDATE instruments SET number = 'M(2026)99' WHERE number = "
        "(SELECT max(number) FROM instruments WHERE NOT external)",
    ),
    "numbers of 2026": ("UPDATE numbers SET last = last + 1 WHERE series = 'M'",),
    "open are": (
        "INSERT INTO consultations (id, case_id, name, round, by_role, rule, voters, advisers, open, cancelled, "
        "opened_at, opened_on) SELECT id || 'x', case_id, name, round + 1, by_role, rule, voters, advisers, open, "
        "cancelled, opened_at, opened_on FROM consultations WHERE open",
    ),
    "opened by": ("UPDATE consultations SET open = 1 WHERE NOT open AND NOT cancelled",),
    "rounds": ("UPDATE consultations SET round = 100 - round",),
    "events tell of it, and it is not there": ("DELETE FROM consultations WHERE open",),
    "positions: events without a row": ("DELETE FROM positions WHERE delegation = 'LU'",),
    "0 stand": ("UPDATE positions SET superseded = 1",),
    "comments:": ("DELETE FROM comments",),
    "finding": ("UPDATE analyses SET version = version + 1",),
    "findings {": ("DELETE FROM analyses",),
    "measure ": ("UPDATE measures SET version = 1",),
    "notices of": ("DELETE FROM outbox WHERE notice = 'waiting'",),
    "should be": ("""UPDATE outbox SET roles = '["nobody"]'""",),
    "nobody heard": ("DELETE FROM deliveries WHERE notice = 'waiting'",),
    "it does not say so": ("UPDATE outbox SET expanded_at = NULL",),
    "without anything to tell": ("UPDATE deliveries SET outbox_id = id",),
    "about something else": ("UPDATE deliveries SET case_id = NULL",),
    "audit verify: Fault(case='seals'": ("UPDATE seals SET root = '" + "0" * 64 + "'",),
}
"""What the verdict says -> what was done."""


@pytest.mark.parametrize("says", SPOILT)
def test_what_was_spoilt_is_found(database: Path, says: str) -> None:
    spoil(database, *SPOILT[says])
    faults = found(database)
    assert any(says in fault for fault in faults), faults


# -- what the attackers were told --------------------------------------------------------------------


def test_what_is_said_twice_in_the_log_is_found(lived_in: tuple[Path, list[Deed]]) -> None:
    path, deeds = lived_in
    moved = next(deed for deed in deeds if deed.mark and deed.came_to is CameTo.DONE)
    assert not [fault for fault in found(path, moved) if "times in the log" in fault]
    for deed in (
        replace(moved, mark="deed-0000000000000000"),
        replace(moved, came_to=CameTo.REFUSED),
        replace(moved, came_to=CameTo.UNKNOWN, mark="deed-0000000000000000"),
    ):
        said = [fault for fault in found(path, deed) if "times in the log" in fault]
        assert bool(said) == (deed.came_to is not CameTo.UNKNOWN)


def test_more_and_fewer_in_the_log_than_was_acknowledged_are_found(lived_in: tuple[Path, list[Deed]]) -> None:
    path, deeds = lived_in
    done = [deed for deed in deeds if deed.kind == "CaseMoved" and deed.came_to is CameTo.DONE]
    name = (done[0].person, done[0].case, "CaseMoved", done[0].name)
    assert not any(str(name) in fault for fault in found(path, *done))
    assert any(str(name) in fault for fault in found(path, *done, done[0])), "one was acknowledged that is not there"
    assert any(str(name) in fault for fault in found(path, *done[1:])), "one is there that nobody asked for"


def test_a_case_that_is_gone_or_was_to_be_gone_is_found(lived_in: tuple[Path, list[Deed]]) -> None:
    path, deeds = lived_in
    begun = next(deed for deed in deeds if deed.kind == "draft" and deed.came_to is CameTo.DONE)
    gone = replace(begun, case="0" * 36)
    assert any("the case is not there" in fault for fault in found(path, gone))
    discarded = replace(gone, kind="discarded")
    assert not any("the case is not there" in fault for fault in found(path, gone, discarded))
    assert any("still there" in fault for fault in found(path, replace(begun, kind="discarded")))


def test_an_answer_that_the_log_does_not_bear_out_is_found(lived_in: tuple[Path, list[Deed]]) -> None:
    path, deeds = lived_in
    filed = next(deed for deed in deeds if deed.shows)
    assert not any("the answer" in fault for fault in found(path, filed))
    assert any("the answer showed" in f for f in found(path, replace(filed, shows={"reference": "OBS-2026-9999"})))
    assert any("the answer named" in fault for fault in found(path, replace(filed, thing="0" * 36)))
    assert any("the key is kept for" in fault for fault in found(path, replace(filed, key="unheard-of")))


def test_one_thing_under_two_keys_and_a_thing_that_is_not_there_are_found(database: Path) -> None:
    with closing(Store.open(f"sqlite:///{database}")) as store:
        house = House(store)
        with store.reading() as connection:
            comment = connection.exec_driver_sql("SELECT id FROM comments").scalars().first()
        for key, thing in (("one", comment), ("two", comment), ("three", "nothing")):
            work = Work(store, house.actor("sg"), house.now, Once("POST …/comments", key, "f" * 64))
            with work:
                work.remember(201, None, "comment", str(thing))
    faults = found(database)
    assert any("2 keys made the same comment" in fault for fault in faults)
    assert any("once three: comment nothing is not there" in fault for fault in faults)


def test_two_letters_to_one_person_about_one_thing_are_found(database: Path) -> None:
    spoil(database, "ALTER TABLE deliveries RENAME TO kept", "CREATE TABLE deliveries AS SELECT * FROM kept",
          "INSERT INTO deliveries SELECT * FROM kept LIMIT 1")  # fmt: skip
    assert any("letters: 2 of" in fault for fault in found(database))


def test_a_deed_is_read_as_it_was_noted_but_for_one_that_was_cut_off(tmp_path: Path) -> None:
    deed = Deed(person="p", kind="CaseMoved", case="c", came_to=CameTo.DONE, name="submit", shows={"reference": "X"})
    (tmp_path / "told").write_text(deed.line() + "\n" + deed.line()[:20])
    assert read_all([tmp_path / "told"]) == [deed]
