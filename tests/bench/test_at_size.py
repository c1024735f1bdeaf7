"""The large databases: whatever is copied into them holds like what the service wrote, and both sides read the same."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench import copies, lists, pages, people, plays, rules
from bench.large import Large
from bench.lists_asked import lists as lists_asked
from bench.lists_by_hand import ListsByHand
from service.store.chain import verify
from service.store.engine import Store, upgrade
from service.store.recomputing import check_numbers, recompute
from service.store.tables import CaseRow

STAGES = ("submitted", "information_requested", "exploration", "consultation", "implementation", "inadmissible")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with thirty copies of a play of each of these stages."""
    folder = tmp_path_factory.mktemp("copied")
    played, full = folder / "played.db", folder / "full.db"
    for path in (played, full):
        upgrade(f"sqlite:///{path}")
        store = Store.open(f"sqlite:///{path}")
        people.settle(store, plays.NOW)
        if path == played:
            for stage in STAGES:
                plays.play(store, plays.SAMPLE.index(stage), random.Random(1), "")
        store.close()
    _fill(full, played, cases=len(STAGES) * 30)
    return f"sqlite:///{full}"


def _fill(full: Path, played: Path, cases: int) -> None:
    with closing(sqlite3.connect(full)) as opened:
        for rows in copies.copies(copies.moulds_of(played), cases):
            for table, listed in ((table, listed) for table, listed in rows.items() if listed):
                places = ", ".join("?" * len(listed[0]))
                opened.executemany(f"INSERT INTO {table} VALUES ({places})", listed)
        opened.commit()


def test_a_copied_case_holds_like_any_other(copied: str) -> None:
    store = Store.open(copied)
    with store.reading() as connection:
        faults: list[object] = [*verify(connection), *check_numbers(connection)]
        faults += [fault for _, found in recompute(connection) for fault in found]
        counted = connection.execute(select(func.count()).select_from(CaseRow.__table__)).scalar_one()
    store.close()
    assert not faults
    assert counted == len(STAGES) * 30


@pytest.mark.parametrize("name", sorted(lists_asked("sqlite", 180)))
def test_a_list_by_hand_reads_what_ours_reads(copied: str, name: str) -> None:
    sides = lists.Sides(Store.open(copied), ListsByHand(copied))
    asked = lists_asked("sqlite", 180)[name]
    place, wanted = sides.place(asked)
    lists.check_same(sides.ours(asked, place), sides.theirs(asked, wanted))
    sides.by_hand.close()
    sides.store.close()


def test_rules_by_hand_come_to_the_same() -> None:
    for round_ in rules._rounds()[:50]:
        assert rules.outcome_by_hand(round_) == rules.outcome_by_rule(round_)
    for event, period, of, rule in rules._cases()[:200]:
        assert rules.by_hand(event, period, of, rule) == rules.due_on(event, period, of, rule)


def test_pages_are_measured_as_a_browser_gets_them(copied: str) -> None:
    found = dict(pages.measure(Large("sqlite", copied, 180, 0), lambda name: name == "page_inbox_secretary"))
    assert set(found) == {"page_inbox_secretary"}
    assert found["page_inbox_secretary"].size > 1_000
    assert 0 < found["page_inbox_secretary"].p50 <= found["page_inbox_secretary"].p95
